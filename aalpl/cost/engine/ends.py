"""What a function is handed and what it gives back: lists put in whole, results put together from its several ends."""

from __future__ import annotations

from aalpl.cost.engine.run import Scope
from aalpl.cost.engine.state import Array, State
from aalpl.cost.form.nodes import Fill, Form
from aalpl.program.size import sym


def filled(fill: Fill, state: State, scope: Scope) -> Array:
    """A whole array at once, over the state before."""
    inner = state.copy()
    names = []
    for own in (fill.index, *fill.more):
        names.append(next(f"{own}.f{n}" for n in range(99) if f"{own}.f{n}" not in scope.indices))
        inner.values[own] = sym(names[-1])
    return Array(tuple(names), inner.read(fill.value, scope.known))


def finish(form: Form, state: State, scope: Scope) -> None:
    """Put together what the function returned at its several ends."""
    if not state.returned and not state.returned_arrays:
        return
    for name in (*form.results, *form.array_results):
        if name in state.returned:
            now = state.values.get(name)
            late = state.alive * now if now is not None and state.alive else state.returned[name] * 0
            state.values[name] = state.returned[name] + late
        if name in state.returned_arrays:
            early = state.returned_arrays[name]
            array = state.arrays.get(name)
            if state.alive and array is not None:
                places = tuple(map(sym, early.index))
                early = Array(
                    early.index, early.at(places, scope.known) + state.alive * array.at(places, scope.known)
                )
            state.arrays[name] = early
