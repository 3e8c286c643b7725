"""Counted loops: the state in any round by recurrences, what they pay as a sum over the index."""

from __future__ import annotations

from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.closed.sums import total
from aalpl.cost.engine.branches import absorb
from aalpl.cost.engine.changes import changed, leaves
from aalpl.cost.engine.ledger import Ledger, Lost, Repeated
from aalpl.cost.engine.rounds import Invariants, closed
from aalpl.cost.engine.run import Run, Scope, forget, fresh_index
from aalpl.cost.engine.state import Array, State, is_lost, spoilt
from aalpl.cost.form.nodes import Count, Fork
from aalpl.cost.form.slices import pays
from aalpl.cost.result import Range
from aalpl.cost.sizes import ranges
from aalpl.cost.sizes.ranges import end, within
from aalpl.program.size import ONE, ZERO, Size, floor, maximum, sym


def count(step: Count, state: State, scope: Scope, run: Run) -> Ledger:
    """`body` for every value of the index."""
    low, high, by = (state.read(size, scope.known) for size in (step.low, step.high, step.step))
    if any(map(is_lost, (low, high, by))):
        return unknown_rounds(step, low + high + by, state, run)
    index = fresh_index(step.index, scope)
    if by == 1:
        first, last, here = low, high, sym(index)
    else:  # the index of the sum counts rounds
        first, last = ZERO, floor((high - low) / by)
        here = low + sym(index) * by
    if ranges.count(first, last, scope.known) == 0:
        return ()
    inside = scope.inside(index, here, *within(sym(index), first, last), high - here)

    def body(inner: State, within: Run, held: Invariants) -> Ledger:
        inner.values[step.index] = here
        return within.execute(step.body, inner, held.of(inside), within)

    rounds = Rounds(index, first, scope.known.plus(sym(index) - first))
    values, arrays = changed(step.body)
    values.discard(step.index)
    outside = state.values.get(step.index)
    beginning = closed(
        (values, arrays), state, rounds, scope, run, lambda *given: _ignore(body(*given)), step.span
    )
    after = beginning.copy()
    ledger = body(after, run, Invariants())
    past = end(first, last, scope.known) + 1
    final = at_round(beginning, index, past)
    if outside is None:
        final.values.pop(step.index, None)
    else:
        final.values[step.index] = outside
    if leaves(step.body) and after.alive != 1:
        last = _left_early(step, after, final, index, first, last, scope, run)
    absorb(state, final, scope)
    return (Repeated(index, first, last, ledger),) if ledger else ()


def unknown_rounds(step: Count | Fork, lost: Size, state: State, run: Run) -> Ledger:
    """How often the body runs is not known, nor what it leaves behind."""
    steps = step.body if isinstance(step, Count) else step.joins
    forget(changed(steps), state, spoilt(lost))
    reason = run.unknowns[str(spoilt(lost))]
    if leaves(step.body):
        state.alive = state.alive * run.lost(reason.reason, reason.span)
    return (Lost(reason),) if pays(step.body, run.forms.keys(), run.forms) else ()


def _ignore(ledger: Ledger) -> None:
    """What a dry run pays is of no interest."""


def at_round(state: State, index: str, value: Size) -> State:
    """The state with the round put in."""
    at = {index: value}
    result = state.copy()
    result.values = {name: size.replace(at) for name, size in state.values.items()}
    result.arrays = {name: array.replace(at) for name, array in state.arrays.items()}
    return result


def _left_early(
    step: Count, after: State, final: State, index: str, first: Size, last: Size, scope: Scope, run: Run
) -> Size:
    """The number of rounds is observed; the loop was left where some round did not survive. Answers the last index."""
    number = ranges.count(first, last, scope.known)
    some = ONE if scope.known.proves(number - 1) else None
    limits = Range(
        some if some is not None else ZERO,
        maximum(0, number) if some is None else number,
        f"rounds of the loop at line {step.span.line}, which may be left early",
        span=step.span,
    )
    rounds = run.observe("T", step.place, scope, limits)
    last = first + rounds - 1
    leave(after, final, index, first, last, scope)
    return last


def leave(after: State, final: State, index: str, first: Size, last: Size, scope: Scope) -> None:
    """Collect what rounds returned, for the state after a loop some round of which may have returned."""
    known = scope.known.plus(last - first + 1)
    final.alive = 1 - total(index, first, last, 1 - after.alive, known)
    final.returned = {name: total(index, first, last, value, known) for name, value in after.returned.items()}
    final.returned_arrays = {
        name: Array(
            array.index, total(index, first, last, array.at(tuple(map(sym, array.index)), known), known)
        )
        for name, array in after.returned_arrays.items()
    }
