"""Loops: as they are, or else told in another way that leaves nothing to be observed."""

from __future__ import annotations

from aalpl.cost.engine.counts import count
from aalpl.cost.engine.cycles import cycle
from aalpl.cost.engine.ledger import Ledger, losses, sizes
from aalpl.cost.engine.phases import retold
from aalpl.cost.engine.run import Run, Scope
from aalpl.cost.engine.state import State
from aalpl.cost.form.nodes import Count, Cycle
from aalpl.cost.form.text import condition
from aalpl.cost.sizes.known import LOST

SPLITS = 3
"""How often a loop may be told in another way, each within the last."""


def loop(step: Count | Cycle, state: State, scope: Scope, run: Run) -> Ledger:
    """What the loop pays. A run records what it observes by the loop as it is written, so that another way of telling
    it is taken only if nothing of it is observed, nothing lost: then both are equations for the same numbers."""
    start, first = state.copy(), run.apart()
    if isinstance(step, Count):
        ledger = count(step, state, scope, first)
    else:
        ledger = cycle(step, state, scope, first)
    if run.splits < SPLITS and _open(ledger, start, state, run):
        with run.aside():
            found = _another_way(step, start, state, scope, run)
        if found is not None:
            return found
    run.join(first)
    return ledger


def _another_way(step: Count | Cycle, start: State, state: State, scope: Scope, run: Run) -> Ledger | None:
    for words, steps in retold(step, start, scope, run):
        run.trials[0] -= 1
        if run.trials[0] < 0:
            return None
        trial, second = start.copy(), run.trial()
        found = run.execute(steps, trial, scope, second)
        if not _open(found, start, trial, run):
            run.join(second)
            run.tell(step.span.line, words, _shown(step))
            _take_over(state, trial, start)
            return found
    return None


def _shown(step: Count | Cycle) -> str:
    """What says how long the loop goes on."""
    if isinstance(step, Cycle):
        return f"while {condition(step.condition)}"
    return f"for {step.index} in {step.low}..{step.high}"


def _take_over(state: State, trial: State, start: State) -> None:
    """The state after the loop; the variables of its other telling are nobody's business."""
    own = {name for name in trial.values if name in start.values or not name.endswith(("%at", "%end"))}
    state.values = {name: value for name, value in trial.values.items() if name in own}
    state.arrays, state.alive, state.facts = trial.arrays, trial.alive, trial.facts


def _open(ledger: Ledger, start: State, after: State, run: Run) -> bool:
    """Whether a loop leaves something to be observed, or lost, of what it pays or of what it leaves behind."""
    if next(losses(ledger), None) is not None:
        return True
    paid = {name for size in sizes(ledger) for name in size.free}
    names = (paid | _names(after)) - _names(start)
    return any(name in run.observables or name.startswith(LOST) for name in names)


def _names(state: State) -> set[str]:
    names = {name for size in state.values.values() for name in size.free} | state.alive.free
    return names | {name for array in state.arrays.values() for name in array.free}
