"""Branches side by side, and calls of other functions."""

from __future__ import annotations

from typing import TypeVar

import attrs

from aalpl.cost.engine.branches import absorb
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.counts import unknown_rounds
from aalpl.cost.engine.ends import filled, finish
from aalpl.cost.engine.ledger import Beside, Ledger, Lost
from aalpl.cost.engine.run import Run, Scope, fresh_index
from aalpl.cost.engine.state import Array, State, is_lost
from aalpl.cost.form.nodes import Fork, Invoke
from aalpl.cost.recursion.front import entered_by
from aalpl.cost.result import Unknown
from aalpl.program.size import ONE, sym


def fork(step: Fork, state: State, scope: Scope, run: Run) -> Ledger:
    """Every branch from the state before; then the results are joined."""
    low, high = state.read(step.low, scope.known), state.read(step.high, scope.known)
    if is_lost(low) or is_lost(high):
        return unknown_rounds(step, low + high, state, run)
    workers = None if step.workers is None else state.read(step.workers, scope.known)
    index = fresh_index(step.index, scope)
    inside = scope.inside(index, sym(index), sym(index) - low, high - sym(index))
    branch = state.copy()
    branch.alive, branch.returned, branch.returned_arrays = ONE, {}, {}
    branch.values[step.index] = sym(index)
    ledger = run.execute(step.body, branch, inside, run)
    joined = state.copy()
    joined.alive, joined.returned, joined.returned_arrays = ONE, {}, {}
    for name in step.results:
        array = branch.arrays.get(name)
        if array is not None:
            places = tuple(map(sym, array.index))
            joined.arrays[name] = Array((index, *array.index), array.at(places, inside.known))
            joined.values.pop(name, None)
        elif name in branch.values:
            joined.arrays[name] = Array((index,), branch.values[name])
            joined.values.pop(name, None)
    joins = run.execute(step.joins, joined, scope, run)
    for name in step.results:  # outside the joins a result has its old meaning
        if not _set_in(step, name):
            _restore(joined.arrays, state.arrays, name)
            _restore(joined.values, state.values, name)
    absorb(state, joined, scope)
    paid: Ledger = (Beside(index, low, high, workers, ledger),) if ledger else ()
    return paid + joins


Kind = TypeVar("Kind")


def _restore(mine: dict[str, Kind], before: dict[str, Kind], name: str) -> None:
    if name in before:
        mine[name] = before[name]
    else:
        mine.pop(name, None)


def _set_in(step: Fork, name: str) -> bool:
    values, arrays = changed(step.joins)
    return name in values or name in arrays


def invoke(step: Invoke, state: State, scope: Scope, run: Run) -> Ledger:
    """Another function, run with its entry variables put in; one that calls itself is solved as a recurrence."""
    form = run.forms.get(step.function)
    if step.function in run.active:
        return run.active[step.function].met(step, state, scope, run)
    if step.function in run.heads:
        return entered_by(step, state, scope, run)
    if form is None or step.function in scope.stack:
        why = "has no form" if form is None else "calls itself through others in more than one way"
        return _unknown(step, f"`{step.function}` {why}", state, run)
    values, lists = changed(form.body)
    callee = State({}, {}, variables=frozenset(values), lists=frozenset(lists))
    for name, size in step.args:
        callee.values[name] = state.read(size, scope.known)
    for fill in step.arrays:
        callee.arrays[fill.array] = filled(fill, state, scope)
    domain = tuple(callee.read(size, scope.known) for size in form.domain)
    here = attrs.evolve(
        scope,
        function=step.function,
        known=scope.known.plus(*domain),
        outer=len(scope.indices),
        chain=(step.place, *scope.chain),
        stack=(*scope.stack, step.function),
    )
    ledger = run.execute(form.body, callee, here, run)
    finish(form, callee, here)
    for mine, theirs in step.results:
        value = callee.values.get(theirs)
        state.values[mine] = run.lost(f"`{theirs}` was not set", step.span) if value is None else value
    for mine, theirs in step.array_results:
        array = callee.arrays.get(theirs)
        if array is not None:
            state.arrays[mine] = array
    return ledger


def _unknown(step: Invoke, reason: str, state: State, run: Run) -> Ledger:
    for mine, _ in step.results:
        state.values[mine] = run.lost(reason, step.span)
    for mine, _ in step.array_results:
        state.arrays[mine] = Array(("_",), run.lost(reason, step.span))
    return (Lost(Unknown(reason, step.span)),)
