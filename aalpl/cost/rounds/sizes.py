"""How large sizes are where a step is taken, over the values at the start.

Of a variable in a component: what it comes in with or is set to there, plus what is added to it, so often as the steps that
add are taken; times a power where steps multiply it (Brockschmidt et al., ACM TOPLAS 38 (2016) 13). What holds at a location
over names that never change says it at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.rounds.groups import grouped
from aalpl.cost.rounds.steps import Step, strongly_connected
from aalpl.cost.rules.nodes import Jump, Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, Sym, const, maximum, power, sym

LONG = 40
TERMS = 24


@attrs.define
class Sizes:
    """Bounds of variables. `times` says how often each step is taken, as far as that is known yet."""

    system: Rules
    steps: Sequence[Step]
    invariants: Mapping[str, tuple[Size, ...]]
    known: Known
    times: Mapping[int, Size]
    _found: dict[tuple[str, str, int], Size | None] = attrs.field(factory=dict)
    _open: set[tuple[str, str, int]] = attrs.field(factory=set)
    _parts: dict[str, frozenset[str]] = attrs.field(factory=dict)

    # -- sizes at a step ---------------------------------------------------------------------------------------------

    def above(self, step: Step, size: Size) -> Size | None:
        """A size over the values at the start that is at least this one wherever the step is taken."""
        own = size.free - set(self.system.variables) - set(self.system.parameters)
        for name in sorted(own):
            put = self._outside(step, size, name)
            if put is None:
                return None
            size = put
        return self._total(step, size)

    def _outside(self, step: Step, size: Size, name: str) -> Size | None:
        """With what the facts say of a name that is decided outside."""
        parts = size.coefficients(Sym(name))
        if set(parts) - {0, 1}:
            return None
        factor = parts[1].constant()
        if factor is None:
            return None
        for fact in sorted(step.facts, key=lambda each: len(each.whole)):
            inside = fact.coefficients(Sym(name))
            other = inside.get(1, ZERO).constant()
            if set(inside) - {0, 1} or not other or (other > 0) == (factor > 0):
                continue
            rest = inside.get(0, ZERO)
            others = rest.free - set(self.system.variables) - set(self.system.parameters)
            if others:
                continue
            return parts.get(0, ZERO) + rest * (-factor / other)
        return None

    def _total(self, step: Step, size: Size) -> Size | None:
        place = step.source
        total = ZERO
        for monomial, value in size.terms.items():
            names = [str(atom) for atom, exponent in monomial for _ in range(exponent)]
            if all(self._fixed(place, name) for name in names):
                total = total + Size({monomial: 1}) * value
                continue
            if len(names) == 1:
                end = self._here(step, names[0], 1 if value > 0 else -1)
                if end is None:
                    return None
                total = total + end * abs(value)
                continue
            product = self._product(step, names, value)
            if product is None:
                return None
            total = total + product
        return total if len(total.whole) <= LONG else None

    def _product(self, step: Step, names: Sequence[str], value: Fraction) -> Size | None:
        if all(step.implies(sym(name)) for name in names):
            if value < 0:
                return ZERO
            ends = [self.high(step.source, name) for name in names]
        else:
            ends = [self._absolute(step.source, name) for name in names]
            value = abs(value)
        product = const(value)
        for end in ends:
            if end is None or len(product.whole) > LONG:
                return None
            product = product * self.positive(end)
        return product

    def _absolute(self, place: str, name: str) -> Size | None:
        high, low = self.high(place, name), self.low(place, name)
        if high is None or low is None:
            return None
        return self.positive(high) if high == -low else maximum(high, -low)

    def positive(self, size: Size) -> Size:
        """The size, or 0 where it is less."""
        number = size.constant()
        if number is not None:
            return const(max(Fraction(0), number))
        if self.known.proves(size):
            return size
        return ZERO if self.known.proves(-size) else maximum(0, size)

    # -- variables ---------------------------------------------------------------------------------------------------

    def _fixed(self, place: str, name: str) -> bool:
        if name in self.system.constants or name in self.system.parameters:
            return True
        return place == self.system.start and not self._cyclic(place)

    def _cyclic(self, place: str) -> bool:
        return any(jump.target == place for step in self.steps for jump in step.jumps)

    def high(self, place: str, name: str) -> Size | None:
        """What a variable is at most at a location."""
        return self._end(place, name, 1)

    def low(self, place: str, name: str) -> Size | None:
        """What a variable is at least at a location."""
        found = self._end(place, name, -1)
        return None if found is None else -found

    def _end(self, place: str, name: str, sign: int) -> Size | None:
        """What `sign` times a variable is at most at a location."""
        if self._fixed(place, name):
            return sym(name) * sign
        key = (place, name, sign)
        if key in self._found:
            return self._found[key]
        if key in self._open:
            return None  # it is in its own bound
        self._open.add(key)
        told = self._told(self.invariants.get(place, ()), name, sign)
        if told is None or not told.free <= self.system.constants:
            changed = self._changed(place, name, sign)
            if changed is None and sign > 0 and not self._waiting(key):
                changed = grouped(self, place, name)
            told = self._smaller(told, changed)
        self._open.discard(key)
        if told is not None or not self._open:
            self._found[key] = told
        return told

    def _smaller(self, one: Size | None, other: Size | None) -> Size | None:
        if one is None or other is None:
            return one if other is None else other
        return other if self.known.proves(one - other) else one

    def _here(self, step: Step, name: str, sign: int) -> Size | None:
        """What `sign` times a variable is at most where a step is taken."""
        told = self._told(step.facts, name, sign)
        if told is not None and told.constant() is not None:
            return told
        return self._smaller(told, self._end(step.source, name, sign))

    def _told(self, facts: Sequence[Size], name: str, sign: int) -> Size | None:
        """What facts say of it, over names that never change."""
        found: list[Size] = []
        for fact in facts:
            factor = fact.terms.get(((Sym(name), 1),))
            if factor is None or factor * sign >= 0 or fact.degree(Sym(name)) != 1:
                continue
            rest = fact - sym(name) * factor
            if rest.free <= self.system.constants:
                found.append(rest * (1 / abs(factor)))
        for i, size in enumerate(found):
            if all(self.known.proves(other - size) for j, other in enumerate(found) if j != i):
                return size
        return min(found, key=lambda size: (len(size.whole), str(size)), default=None)

    def _changed(self, place: str, name: str, sign: int) -> Size | None:
        """What it comes in with or is set to, and what is added to it."""
        component = self.component(place)
        base: list[Size] = []
        added, scale = ZERO, ONE
        if self.system.start in component:
            base.append(sym(name) * sign)
        for step in self.steps:
            for jump in step.jumps:
                if jump.target not in component:
                    continue
                value = step.value(jump, sym(name)) * sign
                if step.source not in component:
                    end = self.above(step, value)
                    if end is None:
                        return None
                    base.append(end)
                    continue
                change = self._change(step, jump, name, value, sign)
                if change is None:
                    return None
                start, more, factor = change
                base += [] if start is None else [start]
                added = added + more
                scale = scale * factor
        if not base:
            return None
        first = self.largest(base)
        if scale == ONE:
            return first + added if len(added.whole) <= TERMS else None
        return scale * (self.positive(first) + added)

    def _waiting(self, key: tuple[str, str, int]) -> bool:
        """Whether the bound of another variable is being looked for."""
        return any(other != key for other in self._open)

    def component(self, place: str) -> frozenset[str]:
        """The locations that are reached from one and reach it."""
        if not self._parts:
            places = dict.fromkeys(step.source for step in self.steps)
            numbers = {name: i for i, name in enumerate(places)}
            targets = {
                number: [
                    numbers[jump.target]
                    for step in self.steps
                    if step.source == name
                    for jump in step.jumps
                    if jump.target in numbers
                ]
                for name, number in numbers.items()
            }
            names = list(places)
            for part in strongly_connected(targets):
                found = frozenset(names[number] for number in part)
                self._parts.update(dict.fromkeys(found, found))
        return self._parts.get(place, frozenset({place}))

    def _change(
        self, step: Step, jump: Jump, name: str, value: Size, sign: int
    ) -> tuple[Size | None, Size, Size] | None:
        """What a step inside sets the variable to, adds to it in all, and multiplies it with in all."""
        before = sym(name) * sign
        if value == before or step.implies(before - value):
            return None, ZERO, ONE
        if name not in value.free:
            end = self.above(step, value)
            return None if end is None else (end, ZERO, ONE)
        times = self.times.get(step.number)
        if times is None:
            return None
        factor = value.terms.get(((Sym(name), 1),), Fraction(0)) * sign
        rest = value - before * factor
        if name in rest.free or factor < 1:
            return None
        more = self.above(step, rest)
        if more is None:
            return None
        scale = ONE if factor == 1 else power(const(factor), times)
        return None, times * self.positive(more), scale

    def largest(self, sizes: Sequence[Size]) -> Size:
        """The maximum of sizes, without those that are never it."""
        kept: list[Size] = []
        for size in dict.fromkeys(sizes):
            if any(self.known.proves(other - size) for other in kept):
                continue
            kept = [other for other in kept if not self.known.proves(size - other)]
            kept.append(size)
        return kept[0] if len(kept) == 1 else maximum(*kept)
