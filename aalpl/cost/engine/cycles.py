"""Loops with a condition: rounds counted where the condition is a plain progression, otherwise observed.

The state is solved by recurrences in the number of the round, as for counted loops. How often the loop runs is asked of
a portfolio of solvers, each of which may decline; if all do, the number is an observable and answers are conditional.
"""

from __future__ import annotations

import attrs

from aalpl.cost.closed.crossings import lasting
from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.engine.branches import absorb
from aalpl.cost.engine.changes import changed, leaves
from aalpl.cost.engine.conditions import compared, facts, free, read_condition
from aalpl.cost.engine.counts import at_round, leave
from aalpl.cost.engine.endurance import lasts
from aalpl.cost.engine.exits import left, settled
from aalpl.cost.engine.ledger import Ledger, Lost, Repeated, Scaled
from aalpl.cost.engine.portfolio import Test
from aalpl.cost.engine.portfolio import held as held_rounds
from aalpl.cost.engine.ranking import ranked
from aalpl.cost.engine.rounds import Invariants, closed
from aalpl.cost.engine.run import FRESH, Run, Scope, fresh_index
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import typical
from aalpl.cost.form.nodes import All, Any, Condition, Cycle, Holds
from aalpl.cost.result import Condition as Conditional
from aalpl.cost.result import Range, Unknown
from aalpl.cost.sizes.known import LOST, Known
from aalpl.cost.sizes.ranges import smaller
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, minimum, sym


def cycle(step: Cycle, state: State, scope: Scope, run: Run) -> Ledger:
    """`before`, leave unless the condition, `body`, again."""
    early = leaves(step.before) if step.kind == "repeat" else leaves(step.body)
    if leaves(step.body if step.kind == "repeat" else step.before):
        return (Lost(Unknown("a return inside the condition of a loop", step.span)),)
    index = fresh_index(f"round{len(scope.indices)}", scope)
    inside = scope.inside(index, sym(index), sym(index))

    lost = [False]  # whether the last round that was tried makes a secret of all that a bound could be about

    def whole(inner: State, within: Run, held: Invariants) -> None:
        here = held.of(inside)
        within.execute(step.before, inner, here, within)
        lost[0] = bool(step.before) and _all_lost(step, inner, here)
        within.execute(step.body, inner, _where_holds(step.condition, inner, here), within)
        lost[0] = lost[0] or (not step.before and _all_lost(step, inner, here))

    rounds = Rounds(index, ZERO, scope.known.plus(sym(index)))
    beginning = closed(
        _both(changed(step.before), changed(step.body)), state, rounds, scope, run, whole, step.span
    )
    middle = beginning.copy()
    before = run.execute(step.before, middle, inside, run)
    condition = read_condition(step.condition, middle, inside.known)
    after = middle.copy()
    if step.kind == "repeat":
        after.alive, after.returned, after.returned_arrays = ONE, {}, {}
    body = run.execute(step.body, after, _where_holds(step.condition, middle, inside), run)
    if middle.alive != 1:
        body = (Scaled(middle.alive, body),)
    held = None if early else _solved(condition, index, scope, inside, run)  # how often the condition holds
    known = held is not None
    if held is None:
        least, most = ZERO, None
        if not lost[0]:
            least, most = _limits(step, state, index, scope, inside, run, early)
        number = _observed(step, state, condition, index, least, most, scope, run)
        held = number - 1 if step.kind == "repeat" else number
    final = at_round(middle, index, held)
    final.alive, final.returned, final.returned_arrays, final.facts = ONE, {}, {}, state.facts
    if known or (state.alive == 1 and not early):
        last = read_condition(step.condition, final, scope.known)
        left(last, final)
        if known:
            with run.aside():
                first = _first_test(step, state, index, inside, run)
            settled(last, read_condition(step.condition, first, scope.known), first, final, scope.known)
    ledger: list[Repeated | Scaled] = []
    if step.kind == "while" and early:
        leave(after, final, index, ZERO, held - 1, scope)
        check = at_round_ledger(before, index, held)
        ledger += [Repeated(index, ZERO, held - 1, before), Scaled(final.alive, check)]
    else:
        if early:
            leave(middle, final, index, ZERO, held, scope)
        ledger += [Repeated(index, ZERO, held, before)]
    ledger += [Repeated(index, ZERO, held - 1, body)]
    absorb(state, final, scope)
    return tuple(entry for entry in ledger if entry.body)


def _all_lost(step: Cycle, state: State, scope: Scope) -> bool:
    """Whether nothing is known of what the condition asks for."""
    sizes = (*compared(step.condition), *(() if step.decreases is None else (step.decreases,)))
    return all(is_lost(state.read(size, scope.known)) for size in sizes)


def _limits(
    step: Cycle, state: State, index: str, scope: Scope, inside: Scope, run: Run, early: bool
) -> tuple[Size, Size | None]:
    """How often the condition holds at least and at most, where it is not known exactly."""
    if run.is_dry or run.exact:
        return ZERO, None
    with run.aside():
        first = _first_test(step, state, index, inside, run)
        round_ = typical(step, first, inside, run)
        most = ranked(round_, first, scope, run)
        return ZERO if early else lasts(round_, first, scope, run), most


def _first_test(step: Cycle, state: State, index: str, inside: Scope, run: Run) -> State:
    """The state at the first test of the condition, whatever becomes of it later."""
    first, quiet = state.copy(), run.dry()
    first.alive, first.returned, first.returned_arrays = ONE, {}, {}
    quiet.execute(step.before, first, inside, quiet)
    return at_round(first, index, ZERO)


def _where_holds(condition: Condition, state: State, scope: Scope) -> Scope:
    """The scope of the body, in which the condition holds."""
    return attrs.evolve(scope, known=scope.known.plus(*facts(read_condition(condition, state, scope.known))))


def at_round_ledger(ledger: Ledger, index: str, value: Size) -> Ledger:
    """The entries in one round."""
    return (Repeated(index, value, value, ledger),) if ledger else ()


def _both(a: tuple[set[str], set[str]], b: tuple[set[str], set[str]]) -> tuple[set[str], set[str]]:
    return a[0] | b[0], a[1] | b[1]


# -- how often -----------------------------------------------------------------------------------------------------


def _solved(condition: Condition, index: str, scope: Scope, inside: Scope, run: Run) -> Size | None:
    names = free(condition)
    if any(name.startswith(LOST) or name in run.observables for name in names):
        return None
    found = held_rounds(Test(condition, index, inside.known))
    return None if found is None else tidy(found, scope.known)


def _ceiling(condition: Condition, index: str, known: Known, observed: frozenset[str]) -> Size | None:
    """What a part of the condition allows at most."""
    match condition:
        case Holds(size):
            if size.free & observed or any(FRESH in n or n.startswith(LOST) for n in size.free):
                return None
            found = lasting(size, index, known)
            return None if found is None or found.rounds is None else found.guard * found.rounds
        case All(parts):
            each = [_ceiling(part, index, known, observed) for part in parts]
            numbers = [number for number in each if number is not None]
            return minimum(*numbers) if numbers else None
        case Any((one,)):
            return _ceiling(one, index, known, observed)
        case Any():
            return None


def _observed(
    step: Cycle,
    state: State,
    condition: Condition,
    index: str,
    least: Size,
    most: Size | None,
    scope: Scope,
    run: Run,
) -> Size:
    """The number of rounds as an observable: conditional, unless a hypothesis or the condition bounds it."""
    line = step.span.line
    repeat = step.kind == "repeat"
    inside = scope.known.plus(sym(index))
    high = _ceiling(condition, index, inside, frozenset(run.observables))
    if most is not None and f"T@{step.place}{scope.suffix}" not in most.free:  # a limit by itself is none
        high = most if high is None else smaller(high, most, scope.known)
    if high is not None:
        high = tidy(high + (1 if repeat else 0), scope.known)
    at_most = None if step.at_most is None else state.read(step.at_most, scope.known)
    if at_most is not None and is_lost(at_most):
        at_most = None
    if repeat and at_most is not None:  # of each time the loop is reached; of a `while`, of an activation
        high = at_most if high is None else minimum(high, at_most)
    surely = state.alive == 1 and not scope.branches
    limits = Range(
        least + (1 if repeat and surely else 0),
        high,
        f"the number of rounds of the loop at line {line}",
        at_most=None if repeat else at_most,
        probability=None if step.probability is None else state.read(step.probability, scope.known),
        span=step.span,
    )
    number = run.observe("T", step.place, scope, limits)
    name = f"T@{step.place}{scope.suffix}"
    waits = frozenset(name for name in free(condition) if FRESH in name)
    if waits:
        run.premature[name] = waits
    if at_most is not None:
        run.suppose("at most", f"the loop at line {line} runs at most {step.at_most} times", step.span)
    elif high is None:
        run.conditions[name] = Conditional(
            name,
            f"the number of rounds of the loop at line {line}, not bounded by the program",
            "say how often it may run (`at most 20 times`) or how likely it ends (`with probability p`)",
            span=step.span,
        )
    return number
