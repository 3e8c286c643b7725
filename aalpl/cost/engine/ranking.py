"""An upper bound of the rounds of a loop, where a number falls in each of them.

If the condition says e >= 0 and every round, from one test of the condition to the next, makes e smaller by at least
one, then the condition holds at most max(0, e + 1) times, e taken at the first test: a linear ranking function. Tried
are the parts of the condition, sums of two of them (a walk that lowers one or the other), and what the program says
`decreases`. Which way a round goes is bounded over all that may be observed in it; so nothing is believed, all is
proved. Other ranking functions are other modules' business.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import facts, read_condition
from aalpl.cost.engine.rounds import Invariants
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, family, is_lost
from aalpl.cost.form.nodes import All, Any, Condition, Cycle, Holds
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.program.size import ONE, ZERO, Size, sym


def ranked(step: Cycle, start: State, scope: Scope, inside: Scope, run: Run) -> Size | None:
    """How often the condition holds at most; `start` is the state at its first test."""
    here = anywhere(step, start, inside)
    condition = read_condition(step.condition, here, inside.known)
    round_ = Invariants(facts(condition)).of(inside)
    after, dry = here.copy(), run.dry()
    after.alive, after.returned, after.returned_arrays = ONE, {}, {}
    dry.execute(step.body, after, round_, dry)
    dry.execute(step.before, after, round_, dry)
    found: Size | None = None
    for measure in _measures(step, here, round_):
        if not _falls(measure, here, after, round_, run):
            continue
        first = start.read(measure, scope.known) + 1
        if any(FRESH in name and step.place in name for name in first.free) or is_lost(first):
            continue
        limit = larger(first, ZERO, scope.known)
        why = f"`{measure}` falls in every round and is >= 0 while the condition holds; rounds are at most"
        run.tell(step.span.line, why, limit)
        found = limit if found is None else smaller(found, limit, scope.known)
    return found


def anywhere(step: Cycle, start: State, inside: Scope) -> State:
    """Some state at a test of the condition: of what the loop changes, nothing is known."""
    mark = ".".join((*inside.indices, "rank"))
    values, arrays = changed(step.before + step.body)
    state = start.copy()
    for name in values:
        state.values[name] = sym(f"{name}{FRESH}{mark}")
    for name in arrays:
        state.arrays[name] = family(f"{name}{FRESH}{mark}", len(start.array(name, 1).index))
    return state


def _measures(step: Cycle, here: State, round_: Scope) -> Iterator[Size]:
    """Numbers (over variables of the form) that are >= 0 where the condition holds."""
    parts = tuple(_parts(step.condition))
    yield from parts
    for one, other in combinations(parts, 2):
        yield one + other
    if step.decreases is not None:
        for measure in (step.decreases - 1, step.decreases):
            if round_.known.proves(here.read(measure, round_.known)):
                yield measure
                return


def _parts(condition: Condition) -> Iterator[Size]:
    match condition:
        case Holds(size):
            yield size
        case All(parts):
            for part in parts:
                yield from _parts(part)
        case Any((one,)):
            yield from _parts(one)
        case Any():
            pass


def _falls(measure: Size, here: State, after: State, round_: Scope, run: Run) -> bool:
    """Whether a round takes at least one from the measure."""
    change = after.read(measure, round_.known) - here.read(measure, round_.known)
    if is_lost(change):
        return False
    try:
        most = Bounds(round_.known, run.observables).extreme(change, 1)
    except Unbounded:
        return False
    return round_.known.proves(-1 - most)
