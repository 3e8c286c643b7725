"""The state after a branch: each variable a mixture of its values on the two sides."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.engine.state import Array, State, spoilt
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import (
    ZERO,
    Size,
    sym,
)


def merge(chosen: Size, then: State, orelse: State, before: State, known: Known) -> State:
    """The state after a branch: `then` where `chosen` is 1, `orelse` where it is 0."""
    mix = _mixed(chosen, known)
    returned = {
        name: mix(then.returned.get(name, ZERO), orelse.returned.get(name, ZERO))
        for name in {**then.returned, **orelse.returned}
    }
    if not then.alive or not orelse.alive:  # the side that returned has no say
        side = orelse if not then.alive else then
        merged = side.copy()
    else:
        values = {
            name: mix(then.values.get(name, ZERO), orelse.values.get(name, ZERO))
            for name in {**then.values, **orelse.values}
        }
        arrays = dict(orelse.arrays)
        for name, array in then.arrays.items():
            old, other = before.arrays.get(name), orelse.arrays.get(name)
            arrays[name] = (
                array if other is None or other == array else _mixed_arrays(chosen, array, other, old, known)
            )
        merged = State(values, arrays, variables=before.variables, lists=before.lists)
    merged.facts = before.facts
    merged.alive = mix(then.alive, orelse.alive)
    merged.returned = returned
    empty = Array(("_",), ZERO)
    for name in {**then.returned_arrays, **orelse.returned_arrays}:
        a, b = then.returned_arrays.get(name, empty), orelse.returned_arrays.get(name, empty)
        merged.returned_arrays[name] = a if a == b else _mixed_arrays(chosen, a, b, None, known)
    return merged


def _mixed(chosen: Size, known: Known) -> Callable[[Size, Size], Size]:
    def mix(a: Size, b: Size) -> Size:
        if a == b:
            return a
        mixed = chosen * a + (1 - chosen) * b
        lost = spoilt(mixed)
        return tidy(known.bits(mixed), known) if lost is mixed else lost

    return mix


def _mixed_arrays(chosen: Size, then: Array, orelse: Array, before: Array | None, known: Known) -> Array:
    """Writes on either side become writes of mixed values; whole changes mix element by element."""
    same_base = before is not None and all(
        side.value == before.value and side.writes[: len(before.writes)] == before.writes
        for side in (then, orelse)
    )
    if before is not None and same_base:
        result = before
        for side, factor in ((then, chosen), (orelse, 1 - chosen)):
            for place, value in side.writes[len(before.writes) :]:
                old = result.at((place,), known)
                mixed = tidy(known.bits(factor * value + (1 - factor) * old), known)
                result = Array(result.index, result.value, (*result.writes, (place, mixed)))
        return result
    index = then.index
    places = tuple(map(sym, index))
    mixed = chosen * then.at(places, known) + (1 - chosen) * orelse.at(places, known)
    return Array(index, spoilt(known.bits(mixed)))
