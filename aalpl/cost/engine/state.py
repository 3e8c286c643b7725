"""The state of a symbolic run: each integer variable as a closed size, each array as a function of its index."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import LOST, Known
from aalpl.cost.sizes.tidy import tidy
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
NESTED = "?nested"
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
        if len(places) != len(self.index):  # a list in a list in a record has no symbols of its own
            return sym(NESTED)
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
    same = tidy(given(gap) * given(-gap), known)
    return same * here + (1 - same) * elsewhere


@attrs.define
class State:
    """Variables, arrays, and whether the function is still running (1, or 0 once it has returned).

    `facts` are sizes >= 0 that what was run has made so. `returned` sums up the result variables where the function has
    returned early. Of the function's `variables` and the `lists` that are not given at its entry, one that is not set
    is 0."""

    values: dict[str, Size]
    arrays: dict[str, Array]
    alive: Size = ONE
    returned: dict[str, Size] = attrs.field(factory=dict)
    returned_arrays: dict[str, Array] = attrs.field(factory=dict)
    variables: frozenset[str] = frozenset()
    lists: frozenset[str] = frozenset()
    facts: tuple[Size, ...] = ()

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
            self.facts,
        )

    def read(self, size: Size, known: Known) -> Size:
        """The size at the current values; what is no variable is a symbol of the whole analysis."""
        if not any(name in self.values or name in self.arrays for name in size.free):
            return tidy(size, known)
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
                return tidy(value, known)
            case Big(operator, index, low, high, body):
                return self._fold(operator, index, self.read(low, known), self.read(high, known), body, known)
            case Given(condition):
                return tidy(given(self.read(condition, known)), known)

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
            return total(name, low, high, value, known)
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
