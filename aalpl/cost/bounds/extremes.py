"""Suprema and infima of a form over its observables.

`extreme(e, +1)` is a size without observables that is >= e for every value they can have; `extreme(e, -1)` one that is
<= e. One observable after another is put at the end of its range that is the right one for the sign of the difference
e(v+1) - e(v); a formal sum is bounded term by term, and is then itself something with two bounds. Each step replaces
something by its bound in an expression monotone in it, so every answer is sound, and it is the supremum itself where
the observables are independent.

A family whose sum over one activation is limited (`at most b times`) is not bounded one by one: see `capped.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.bounds.capped import capped
from aalpl.cost.closed.sums import total
from aalpl.cost.result import Range
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.occurrences import polynomial, put
from aalpl.cost.sizes.ranges import count, smaller, within
from aalpl.cost.sizes.terms import alone, fresh
from aalpl.cost.sizes.tidy import gathered, tidy
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
    maximum,
    minimum,
    sym,
)

STEPS = 60
FUEL = 6000  # terms looked at before a bound is given up


class Unbounded(Exception):
    """No bound was found."""


@attrs.define
class Fuel:
    """How much more work a bound may be."""

    left: int = FUEL

    def burn(self, size: Size) -> None:
        """Pay for looking at each term once. Raises Unbounded where the tank is empty."""
        self.left -= len(size.whole)
        if self.left < 0:
            raise Unbounded("the formula is too long to be bounded")


@attrs.frozen
class Bounds:
    """What is bounded: the observables in `ranges`, except those in `kept`, which answers may mention."""

    known: Known
    ranges: Mapping[str, Range]
    kept: frozenset[str] = frozenset()
    path: frozenset[str] = frozenset()  # observables whose ranges are being bounded
    fuel: Fuel = attrs.field(factory=Fuel)

    def extreme(self, size: Size, up: int) -> Size:
        """The bound above (`up` is 1) or below (-1). Raises Unbounded."""
        return tidy(self.without(size, up), self.known)

    def loose(self, size: Size) -> bool:
        return any(name in self.ranges and name not in self.kept for name in size.free)

    def inside(self, *facts: Size) -> Bounds:
        return attrs.evolve(self, known=self.known.plus(*facts))

    def without(self, size: Size, up: int) -> Size:
        for _ in range(STEPS):
            if not self.loose(size):
                return size
            self.fuel.burn(size)
            size = self._one_less(gathered(capped(self, size, up)), up)
        raise Unbounded("too many observables")

    def _one_less(self, size: Size, up: int) -> Size:
        """One observable, or one atom with observables in it, fewer."""
        loose = sorted((a for a in size.atoms() if self.loose(alone(a))), key=self._order)
        for atom in loose:
            direction = self._direction(size, atom)
            if direction is not None:
                if direction == 0:
                    return size
                end = self._limit(atom, up * direction)
                return put(size, atom, end)
        for atom in loose:
            if size.degree(atom) == 1 and polynomial(size, atom):
                return self._either_end(size, atom, up)
        if loose:
            return self._term_by_term(size, up)
        return size

    def _order(self, atom: Atom) -> tuple[int, str]:
        """Numbers of rounds last: how much they multiply is clear when all else is."""
        rounds = isinstance(atom, Sym | Indexed) and atom.name.startswith("T@")
        return (2 if rounds else 0 if isinstance(atom, Sym | Indexed) else 1, str(atom))

    def _direction(self, size: Size, atom: Atom) -> int | None:
        """1 where the size grows with the atom, -1 where it falls."""
        self.fuel.burn(size)
        if not polynomial(size, atom):
            return None
        if size.degree(atom) == 1:
            return self.known.sign(size.coefficients(atom).get(1, ZERO))
        if isinstance(atom, Sym | Indexed) and atom.name in self.ranges:
            return self._with_gap(atom).known.sign(put(size, atom, alone(atom) + 1) - size)
        powers = [e for e in size.coefficients(atom) if e]
        signs = {self.known.sign(size.coefficients(atom)[e]) for e in powers}
        positive = self.known.proves(alone(atom)) and all(e > 0 for e in powers)
        return signs.pop() if positive and len(signs) == 1 else None

    def _with_gap(self, atom: Sym | Indexed) -> Bounds:
        """Below the end of the range, so that the observable can be one more."""
        limits = self.ranges[atom.name]
        if limits.high is None:
            return self
        at = dict(zip(limits.indices, atom.indices, strict=False)) if isinstance(atom, Indexed) else {}
        return self.inside(limits.high.replace(at) - alone(atom) - 1)

    def _either_end(self, size: Size, atom: Atom, up: int) -> Size:
        """Linear in an atom with a coefficient of unknown sign: the larger (smaller) of the ends."""
        low, high = self._limit(atom, -1), self._limit(atom, 1)
        ends = [self.without(put(size, atom, end), up) for end in (low, high)]
        return maximum(*ends) if up > 0 else minimum(*ends)

    def _term_by_term(self, size: Size, up: int) -> Size:
        """Each term at its own extreme, by the signs of its factors."""
        result = ZERO
        for monomial, value in size.terms.items():
            term = ONE * value
            direction = up if value > 0 else -up
            for atom, exponent in monomial:
                here = alone(atom)
                loose = self.loose(here)
                if not self.known.proves(here) or (loose and exponent < 0):
                    raise Unbounded(f"the sign of {here}")
                if loose:
                    here = self._limit(atom, direction)
                    if direction < 0 and not self.known.proves(here):
                        here = ZERO
                term = term * here**exponent if exponent > 0 else term / here**-exponent
            result = result + term
        return result

    # -- the range of one atom -----------------------------------------------------------------------------------

    def _limit(self, atom: Atom, up: int) -> Size:
        """The largest (smallest) value of an atom."""
        match atom:
            case Sym(name):
                return self._end(name, (), up)
            case Indexed(name, indices) if name in self.ranges and name not in self.kept:
                return self._end(name, indices, up)
            case Apply("max" | "min" | "floor" | "ceil" as name, args):
                return apply(name, *(self.without(arg, up) for arg in args))
            case Apply("pow", (base, exponent)):
                return self._power(base, exponent, up)
            case Apply("mod", (_, by)) if not self.loose(by):
                return by - 1 if up > 0 else ZERO
            case Big("sum" | "max" as operator, index, low, high, body):
                return self._fold(operator, index, low, high, body, up)
            case Big("prod", index, low, high, body):
                return self._product(index, low, high, body, up)
            case Given(condition):
                end = self.without(condition, up)
                return tidy(given(end), self.known)
            case Indexed(name, indices) if name not in self.ranges:
                return self._member(name, indices, up)
            case Indexed() | Apply() | Big():
                raise Unbounded(f"the range of {alone(atom)}")

    def _end(self, name: str, indices: tuple[Size, ...], up: int) -> Size:
        if name in self.path:
            raise Unbounded(f"{self.ranges[name].words} is limited by itself")
        limits = self.ranges[name]
        end = limits.high if up > 0 else limits.low
        end = None if end is None else end.replace(dict(zip(limits.indices, indices, strict=False)))
        if up > 0 and limits.at_most is not None:
            end = limits.at_most if end is None else smaller(end, limits.at_most, self.known)
        if end is None:
            raise Unbounded(f"{limits.words} has no limit {'above' if up > 0 else 'below'}")
        return attrs.evolve(self, path=self.path | {name}).without(end, up)

    def _member(self, name: str, indices: tuple[Size, ...], up: int) -> Size:
        """An element at a place that is observed: the largest (smallest) there is."""
        fixed: list[Size] = []
        ranges: list[tuple[str, Size, Size]] = []
        for n, index in enumerate(indices):
            if not self.loose(index):
                fixed.append(index)
                continue
            ranges.append((f"{name}.m{n}", self.without(index, -1), self.without(index, 1)))
            fixed.append(sym(f"{name}.m{n}"))
        result = indexed(name, *fixed)
        for index_name, low, high in reversed(ranges):
            result = big("max" if up > 0 else "min", index_name, low, high, result)
        return result

    def _power(self, base: Size, exponent: Size, up: int) -> Size:
        if self.loose(base):
            raise Unbounded(f"a power of {base}")
        if self.known.proves(base - 1):
            return apply("pow", base, self.without(exponent, up))
        if self.known.proves(base) and self.known.proves(1 - base):
            return apply("pow", base, self.without(exponent, -up))
        raise Unbounded(f"a power of {base}")

    def _fold(self, operator: str, index: str, low: Size, high: Size, body: Size, up: int) -> Size:
        name = fresh(index, low, high, body)
        body = body.replace({index: sym(name)})
        inside = self.inside(*within(sym(name), low, high))
        bound = inside.without(body, up)
        if self.loose(low) or self.loose(high):
            if not inside.known.proves(bound):
                raise Unbounded("a sum over a range that is observed")
            low, high = self.without(low, -up), self.without(high, up)
            inside = self.inside(*within(sym(name), low, high))
            if not inside.known.proves(bound):
                raise Unbounded("a sum over a range that is observed")
        if operator == "sum":
            return total(name, low, high, bound, self.known)
        return big(operator, name, low, high, bound) if name in bound.free else self._same(low, high, bound)

    def _same(self, low: Size, high: Size, bound: Size) -> Size:
        return bound if self.known.proves(high - low) else given(high - low) * bound

    def _product(self, index: str, low: Size, high: Size, body: Size, up: int) -> Size:
        name = fresh(index, low, high, body)
        inside = self.inside(*within(sym(name), low, high))
        body = body.replace({index: sym(name)})
        bound = inside.without(body, up)
        if self.loose(low) or self.loose(high) or not inside.known.proves(inside.without(body, -1)):
            raise Unbounded("a product")
        if name in bound.free:
            return big("prod", name, low, high, bound)
        return apply("pow", bound, count(low, high, self.known))
