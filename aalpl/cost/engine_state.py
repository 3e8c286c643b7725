"""The state of a symbolic run: each integer variable as a closed size, each array as a function of its index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost import sums
from aalpl.cost.form import (
    All,
    Any,
    Beyond,
    Branch,
    Condition,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Havoc,
    HavocArray,
    Holds,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.known import LOST, Known
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    given,
    indexed,
    sym,
)

LARGE = "?large"
LIMIT = 40
"""How many terms the value of a variable may have; more than any formula that a person could use."""


def spoilt(size: Size) -> Size:
    """A value of which a part is not known is not known; neither is one too large to work with."""
    lost = min((name for name in size.free if name.startswith(LOST)), default=None)
    if lost is None and weight(size, LIMIT) > LIMIT:
        lost = LARGE
    return size if lost is None else sym(lost)


def is_lost(size: Size) -> bool:
    """Whether the value, or a part of it, is not known."""
    return any(name.startswith(LOST) for name in size.free)


def weight(size: Size, limit: int) -> int:
    """How many terms there are at all depths, as far as `limit`."""
    found = len(size.whole)
    for atom in size.atoms():
        if found > limit:
            return found
        match atom:
            case Indexed(_, inner) | Apply(_, inner):
                found += sum(weight(part, limit - found) for part in inner)
            case Big(_, _, low, high, body):
                found += weight(low, limit) + weight(high, limit) + weight(body, limit - found)
            case Given(condition):
                found += weight(condition, limit - found)
            case Sym():
                pass
    return found


@attrs.frozen
class Array:
    """`value` over the indices `index`, overridden by `writes` (index, value), the last one first in effect."""

    index: tuple[str, ...]
    value: Size
    writes: tuple[tuple[Size, Size], ...] = ()

    def at(self, places: tuple[Size, ...], known: Known) -> Size:
        """The element."""
        if any(map(is_lost, places)):
            return spoilt(next(filter(is_lost, places)))
        result = self.value.replace(dict(zip(self.index, places, strict=True)))
        for place, value in self.writes:
            result = _chosen(places[0] - place, value, result, known)
        return result

    def replace(self, values: Mapping[str, Size]) -> Array:
        """Substitute for free symbols."""
        writes = tuple((place.replace(values), value.replace(values)) for place, value in self.writes)
        inner = {name: value for name, value in values.items() if name not in self.index}
        return Array(self.index, self.value.replace(inner), writes)

    @property
    def free(self) -> frozenset[str]:
        """Names of free symbols."""
        inside = self.value.free - set(self.index)
        return inside.union(*(place.free | value.free for place, value in self.writes))


def family(name: str, arity: int = 1) -> Array:
    """The array of which nothing is known but its name."""
    index = tuple(f"{name}.j{n}" for n in range(arity))
    return Array(index, indexed(name, *map(sym, index)))


def _chosen(gap: Size, here: Size, elsewhere: Size, known: Known) -> Size:
    """`here` where the gap is 0, else `elsewhere`."""
    number = gap.constant()
    if number is not None:
        return here if number == 0 else elsewhere
    if known.proves(gap - 1) or known.proves(-gap - 1):
        return elsewhere
    same = sums.tidy(given(gap) * given(-gap), known)
    return same * here + (1 - same) * elsewhere


@attrs.define
class State:
    """Variables, arrays, and whether the function is still running (1, or 0 once it has returned).

    `returned` sums up the result variables where the function has returned early. Of the function's `variables` and
    the `lists` that are not given at its entry, one that is not set is 0."""

    values: dict[str, Size]
    arrays: dict[str, Array]
    alive: Size = ONE
    returned: dict[str, Size] = attrs.field(factory=dict)
    returned_arrays: dict[str, Array] = attrs.field(factory=dict)
    variables: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()

    def copy(self) -> State:
        """An independent state."""
        return State(
            dict(self.values),
            dict(self.arrays),
            self.alive,
            dict(self.returned),
            dict(self.returned_arrays),
            self.variables,
            self.lists,
        )

    def read(self, size: Size, known: Known) -> Size:
        """The size at the current values; what is no variable is a symbol of the whole analysis."""
        if not any(name in self.values or name in self.arrays for name in size.free):
            return sums.tidy(size, known)
        atoms = {atom: self._read(atom, known) for atom in size.atoms()}
        lost = [part for part in map(spoilt, atoms.values()) if is_lost(part)]
        if lost:  # what is not known does not cancel: two such values need not be the same
            return min(lost, key=str)
        return spoilt(known.bits(size.map_atoms(lambda atom: atoms[atom])))

    def _read(self, atom: Atom, known: Known) -> Size:
        match atom:
            case Sym(name):
                unset = name in self.values or name in self.variables
                return self.values.get(name) or (ZERO if unset else sym(name))
            case Indexed(name, indices):
                places = tuple(self.read(index, known) for index in indices)
                array = self.arrays.get(name)
                if array is None:
                    return ZERO if name in self.lists else indexed(name, *places)
                return array.at(places, known)
            case Apply(function, args):
                value = apply(function, *(self.read(arg, known) for arg in args))
                return sums.tidy(value, known)
            case Big(operator, index, low, high, body):
                return self._fold(operator, index, self.read(low, known), self.read(high, known), body, known)
            case Given(condition):
                return sums.tidy(given(self.read(condition, known)), known)

    def _fold(self, operator: str, index: str, low: Size, high: Size, body: Size, known: Known) -> Size:
        used = low.free | high.free | body.free
        used |= frozenset(self.values).union(
            *(self.values[name].free for name in body.free & set(self.values))
        )
        name = next(f"{index}.{n}" for n in range(len(used) + 1) if f"{index}.{n}" not in used)
        body = body.replace({index: sym(name)})
        inside = known.plus(sym(name) - low, high - sym(name))
        value = self.read(body, inside)
        if operator == "sum":
            return sums.total(name, low, high, value, known)
        return big(operator, name, low, high, value)

    def array(self, name: str, arity: int) -> Array:
        """The array as it is; before it is set, that of the entry, or of zeros."""
        if name in self.arrays:
            return self.arrays[name]
        unset = family(name, arity)
        return Array(unset.index, ZERO) if name in self.lists else unset

    def write(self, array: str, places: tuple[Size, ...], value: Size, known: Known) -> None:
        """Set one element."""
        old = self.array(array, len(places))
        if len(places) == 1:
            self.arrays[array] = Array(old.index, old.value, (*old.writes, (places[0], value)))
            return
        index = tuple(map(sym, old.index))
        same = ONE
        for mine, place in zip(index, places, strict=True):
            same = same * given(mine - place) * given(place - mine)
        self.arrays[array] = Array(old.index, spoilt(same * value + (1 - same) * old.at(index, known)))


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
    merged.alive = mix(then.alive, orelse.alive)
    merged.returned = returned
    empty = Array(("_",), ZERO)
    for name in {**then.returned_arrays, **orelse.returned_arrays}:
        a, b = then.returned_arrays.get(name, empty), orelse.returned_arrays.get(name, empty)
        merged.returned_arrays[name] = a if a == b else _mixed_arrays(chosen, a, b, None, known)
    return merged


def _mixed(chosen: Size, known: Known):  # type: ignore[no-untyped-def]
    def mix(a: Size, b: Size) -> Size:
        if a == b:
            return a
        mixed = chosen * a + (1 - chosen) * b
        lost = spoilt(mixed)
        return sums.tidy(known.bits(mixed), known) if lost is mixed else lost

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
                mixed = sums.tidy(known.bits(factor * value + (1 - factor) * old), known)
                result = Array(result.index, result.value, (*result.writes, (place, mixed)))
        return result
    index = then.index
    places = tuple(map(sym, index))
    mixed = chosen * then.at(places, known) + (1 - chosen) * orelse.at(places, known)
    return Array(index, spoilt(known.bits(mixed)))


# -- which variables a block changes -------------------------------------------------------------------------------


def changed(steps: Steps) -> tuple[set[str], set[str]]:
    """Variables and arrays that some step of the block sets."""
    values: set[str] = set()
    arrays: set[str] = set()
    for step in steps:
        _changed(step, values, arrays)
    return values, arrays


def _changed(step: Step, values: set[str], arrays: set[str]) -> None:
    match step:
        case Set(pairs):
            values.update(name for name, _ in pairs)
        case Fill(array=array) | Store(array=array) | HavocArray(array=array):
            arrays.add(array)
        case Havoc(variable=variable):
            values.add(variable)
        case Invoke(results=results, array_results=array_results):
            values.update(mine for mine, _ in results)
            arrays.update(mine for mine, _ in array_results)
        case Branch(then=one, orelse=two) | Cycle(before=one, body=two):
            _both(one, values, arrays)
            _both(two, values, arrays)
        case Count(body=body) | Fork(joins=body):
            _both(body, values, arrays)
        case Event() | Leave() | Beyond():
            pass


def _both(steps: Steps, values: set[str], arrays: set[str]) -> None:
    more_values, more_arrays = changed(steps)
    values |= more_values
    arrays |= more_arrays


def leaves(steps: Iterable[Step]) -> bool:
    """Whether some step may return from the function."""
    return any(_leaves(step) for step in steps)


def _leaves(step: Step) -> bool:
    match step:
        case Leave():
            return True
        case Branch(then=one, orelse=two) | Cycle(before=one, body=two):
            return leaves(one) or leaves(two)
        case Count(body=body):
            return leaves(body)
        case _:
            return False


# -- conditions ----------------------------------------------------------------------------------------------------


def read_condition(condition: Condition, state: State, known: Known) -> Condition:
    """The condition at the current values."""
    match condition:
        case Holds(size):
            return Holds(state.read(size, known))
        case All(parts):
            return All(tuple(read_condition(part, state, known) for part in parts))
        case Any(parts):
            return Any(tuple(read_condition(part, state, known) for part in parts))


def decided(condition: Condition, known: Known) -> bool | None:
    """Whether the condition holds, where the facts say so."""
    match condition:
        case Holds(size):
            if known.proves(size):
                return True
            return False if known.proves(-size - 1) else None
        case All(parts):
            found = [decided(part, known) for part in parts]
            return False if False in found else (None if None in found else True)
        case Any(parts):
            found = [decided(part, known) for part in parts]
            return True if True in found else (None if None in found else False)


def indicator(condition: Condition) -> Size:
    """1 where the condition holds, else 0."""
    match condition:
        case Holds(size):
            return given(size)
        case All(parts):
            result = ONE
            for part in parts:
                result = result * indicator(part)
            return result
        case Any(parts):
            result = ONE
            for part in parts:
                result = result * (1 - indicator(part))
            return 1 - result


def free(condition: Condition) -> frozenset[str]:
    """Names in the condition."""
    match condition:
        case Holds(size):
            return size.free
        case All(parts) | Any(parts):
            return frozenset().union(*(free(part) for part in parts))


def facts(condition: Condition) -> tuple[Size, ...]:
    """Sizes that are >= 0 where the condition holds."""
    match condition:
        case Holds(size):
            return (size,)
        case All(parts):
            return tuple(fact for part in parts for fact in facts(part))
        case Any(parts):
            return facts(parts[0]) if len(parts) == 1 else ()


def denied(condition: Condition) -> Condition:
    """The condition that holds where this one does not (over integers)."""
    match condition:
        case Holds(size):
            return Holds(-size - 1)
        case All(parts):
            return Any(tuple(denied(part) for part in parts))
        case Any(parts):
            return All(tuple(denied(part) for part in parts))
