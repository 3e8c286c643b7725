"""Suprema and infima of a form over its observables.

`extreme(e, +1)` is a size without observables that is >= e for every value they can have; `extreme(e, -1)` one that is
<= e. One observable after another is put at the end of its range that is the right one for the sign of the difference
e(v+1) - e(v); a formal sum is bounded term by term, and is then itself something with two bounds. Each step replaces
something by its bound in an expression monotone in it, so every answer is sound, and it is the supremum itself where
the observables are independent.

A family whose sum over one activation is at most b (`at most b times`) is not bounded one by one: sum_i t_i X(i), with
every t_i 0 or 1, is at most the sum of the b largest X(i), which are the last b where X grows.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.known import Known
from aalpl.cost.ranges import count, larger, smaller
from aalpl.cost.result import Range
from aalpl.cost.sums import total
from aalpl.cost.terms import alone, fresh
from aalpl.cost.tidy import gathered, tidy
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
        return tidy(self._without(size, up), self.known)

    def _loose(self, size: Size) -> bool:
        return any(name in self.ranges and name not in self.kept for name in size.free)

    def _inside(self, *facts: Size) -> Bounds:
        return attrs.evolve(self, known=self.known.plus(*facts))

    def _without(self, size: Size, up: int) -> Size:
        for _ in range(STEPS):
            if not self._loose(size):
                return size
            self.fuel.burn(size)
            size = self._one_less(gathered(self._capped(size, up)), up)
        raise Unbounded("too many observables")

    def _one_less(self, size: Size, up: int) -> Size:
        """One observable, or one atom with observables in it, fewer."""
        loose = sorted((a for a in size.atoms() if self._loose(alone(a))), key=self._order)
        for atom in loose:
            direction = self._direction(size, atom)
            if direction is not None:
                if direction == 0:
                    return size
                end = self._limit(atom, up * direction)
                return _put(size, atom, end)
        for atom in loose:
            if size.degree(atom) == 1 and _polynomial(size, atom):
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
        if not _polynomial(size, atom):
            return None
        if size.degree(atom) == 1:
            return self.known.sign(size.coefficients(atom).get(1, ZERO))
        if isinstance(atom, Sym | Indexed) and atom.name in self.ranges:
            return self._with_gap(atom).known.sign(_put(size, atom, alone(atom) + 1) - size)
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
        return self._inside(limits.high.replace(at) - alone(atom) - 1)

    def _either_end(self, size: Size, atom: Atom, up: int) -> Size:
        """Linear in an atom with a coefficient of unknown sign: the larger (smaller) of the ends."""
        low, high = self._limit(atom, -1), self._limit(atom, 1)
        ends = [self._without(_put(size, atom, end), up) for end in (low, high)]
        return maximum(*ends) if up > 0 else minimum(*ends)

    def _term_by_term(self, size: Size, up: int) -> Size:
        """Each term at its own extreme, by the signs of its factors."""
        result = ZERO
        for monomial, value in size.terms.items():
            term = ONE * value
            direction = up if value > 0 else -up
            for atom, exponent in monomial:
                here = alone(atom)
                loose = self._loose(here)
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
                return apply(name, *(self._without(arg, up) for arg in args))
            case Apply("pow", (base, exponent)):
                return self._power(base, exponent, up)
            case Apply("mod", (_, by)) if not self._loose(by):
                return by - 1 if up > 0 else ZERO
            case Big("sum" | "max" as operator, index, low, high, body):
                return self._fold(operator, index, low, high, body, up)
            case Big("prod", index, low, high, body):
                return self._product(index, low, high, body, up)
            case Given(condition):
                end = self._without(condition, up)
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
        return attrs.evolve(self, path=self.path | {name})._without(end, up)

    def _member(self, name: str, indices: tuple[Size, ...], up: int) -> Size:
        """An element at a place that is observed: the largest (smallest) there is."""
        fixed: list[Size] = []
        ranges: list[tuple[str, Size, Size]] = []
        for n, index in enumerate(indices):
            if not self._loose(index):
                fixed.append(index)
                continue
            ranges.append((f"{name}.m{n}", self._without(index, -1), self._without(index, 1)))
            fixed.append(sym(f"{name}.m{n}"))
        result = indexed(name, *fixed)
        for index_name, low, high in reversed(ranges):
            result = big("max" if up > 0 else "min", index_name, low, high, result)
        return result

    def _power(self, base: Size, exponent: Size, up: int) -> Size:
        if self._loose(base):
            raise Unbounded(f"a power of {base}")
        if self.known.proves(base - 1):
            return apply("pow", base, self._without(exponent, up))
        if self.known.proves(base) and self.known.proves(1 - base):
            return apply("pow", base, self._without(exponent, -up))
        raise Unbounded(f"a power of {base}")

    def _fold(self, operator: str, index: str, low: Size, high: Size, body: Size, up: int) -> Size:
        name = fresh(index, low, high, body)
        body = body.replace({index: sym(name)})
        inside = self._inside(sym(name) - low, high - sym(name))
        bound = inside._without(body, up)
        if self._loose(low) or self._loose(high):
            if not inside.known.proves(bound):
                raise Unbounded("a sum over a range that is observed")
            low, high = self._without(low, -up), self._without(high, up)
            inside = self._inside(sym(name) - low, high - sym(name))
            if not inside.known.proves(bound):
                raise Unbounded("a sum over a range that is observed")
        if operator == "sum":
            return total(name, low, high, bound, self.known)
        return big(operator, name, low, high, bound) if name in bound.free else self._same(low, high, bound)

    def _same(self, low: Size, high: Size, bound: Size) -> Size:
        return bound if self.known.proves(high - low) else given(high - low) * bound

    def _product(self, index: str, low: Size, high: Size, body: Size, up: int) -> Size:
        name = fresh(index, low, high, body)
        inside = self._inside(sym(name) - low, high - sym(name))
        body = body.replace({index: sym(name)})
        bound = inside._without(body, up)
        if self._loose(low) or self._loose(high) or not inside.known.proves(inside._without(body, -1)):
            raise Unbounded("a product")
        if name in bound.free:
            return big("prod", name, low, high, bound)
        return apply("pow", bound, count(low, high, self.known))

    # -- families whose sum is limited ---------------------------------------------------------------------------

    def _capped(self, size: Size, up: int) -> Size:
        """Sums of a family with `at most` times something, bounded together."""
        result = size
        for atom in sorted((a for a in size.atoms() if isinstance(a, Big) and a.operator == "sum"), key=str):
            assert isinstance(atom, Big)
            if result.degree(atom) != 1:
                continue
            for name in sorted(alone(atom).free):
                limits = self.ranges.get(name)
                if limits is None or limits.at_most is None or name in self.kept:
                    continue
                direction = self.known.sign(result.coefficients(atom)[1])
                if not direction:
                    continue
                bound = self._chain(atom, name, limits, up * direction)
                if bound is not None:
                    result = _put(result, atom, bound)
                    break
        return result

    def _chain(self, atom: Big, name: str, limits: Range, up: int) -> Size | None:
        """A bound of sum_i (t_i X + Y), t the limited family, together with what the rest is bounded by."""
        index = fresh(atom.index, atom.low, atom.high, atom.body)
        body = gathered(atom.body.replace({atom.index: sym(index)}))
        if limits.at_most is None:
            return None
        open_range = self._loose(atom.low) or self._loose(atom.high)
        chosen = [
            a
            for a in body.atoms()
            if isinstance(a, Indexed) and a.name == name and _own(a, index, limits) and body.degree(a) == 1
        ]
        inside = self._inside(sym(index) - atom.low, atom.high - sym(index))
        if len(chosen) != 1 or not _polynomial(body, chosen[0]):
            return None if open_range else self._nested(atom, index, body, name, limits, up)
        weight = body.coefficients(chosen[0]).get(1, ZERO)
        rest = _put(body, chosen[0], ZERO)
        bound = inside._without(weight, up)
        if open_range:
            if rest or index in bound.free:
                return None
            most = limits.at_most * self._positive(bound * up)
            return most * up
        others = total(index, atom.low, atom.high, inside._without(rest, up), self.known)
        return others + self._times(index, atom.low, atom.high, bound, limits, up)

    def _nested(self, atom: Big, index: str, body: Size, name: str, limits: Range, up: int) -> Size | None:
        """sum_i sum_j t_ij X_ij with one limit for both indices: at most that many times the largest X."""
        inner = [
            a for a in body.atoms() if isinstance(a, Big) and a.operator == "sum" and name in alone(a).free
        ]
        if up < 0 or len(inner) != 1 or limits.at_most is None or body.degree(inner[0]) != 1:
            return None
        (sum_,) = inner
        j = fresh(sum_.index, sum_.low, sum_.high, sum_.body, sym(index))
        inner_body = sum_.body.replace({sum_.index: sym(j)})
        outside = self._inside(sym(index) - atom.low, atom.high - sym(index))
        inside = outside._inside(sym(j) - sum_.low, sum_.high - sym(j))
        chosen = [a for a in inner_body.atoms() if isinstance(a, Indexed) and a.name == name]
        if len(chosen) != 1 or inner_body.degree(chosen[0]) != 1:
            return None
        if not (_own(chosen[0], index, limits) and _own(chosen[0], j, limits)):
            return None
        factor = body.coefficients(sum_)[1]
        weight = inside._without(inner_body.coefficients(chosen[0])[1] * factor, up)
        if weight.free & {index, j}:
            return None
        rest = _put(body, sum_, ZERO) + factor * total(
            j, sum_.low, sum_.high, _put(inner_body, chosen[0], ZERO), outside.known
        )
        others = total(index, atom.low, atom.high, outside._without(rest, up), self.known)
        return others + limits.at_most * self._positive(weight)

    def _positive(self, size: Size) -> Size:
        if self.known.proves(size):
            return size
        return ZERO if self.known.proves(-size) else maximum(0, size)

    def _times(self, index: str, low: Size, high: Size, weight: Size, limits: Range, up: int) -> Size:
        """The largest sum_i t_i X(i) with t_i >= 0 and sum t_i at most b; the smallest where `up` is -1."""
        if up < 0:
            return -self._times(index, low, high, -weight, limits, 1)
        assert limits.at_most is not None
        cap, number = limits.at_most, count(low, high, self.known)
        unit = limits.high is not None and limits.high == 1
        times = smaller(cap, number, self.known) if unit else cap
        inside = self.known.plus(sym(index) - low, high - sym(index))
        if inside.proves(-weight):
            return ZERO
        if index not in weight.free:
            return times * self._positive(weight)
        step = weight.replace({index: sym(index) + 1}) - weight
        below = self.known.plus(sym(index) - low, high - sym(index) - 1)
        largest = weight if inside.proves(weight) else maximum(0, weight)
        if unit and below.proves(step):
            return total(index, larger(low, high - cap + 1, self.known), high, largest, self.known)
        if unit and below.proves(-step):
            return total(index, low, smaller(high, low + cap - 1, self.known), largest, self.known)
        return times * big("max", index, low, high, largest)


def _own(atom: Indexed, index: str, limits: Range) -> bool:
    """Whether `index` runs over instances of one activation: it is one of the atom's own indices, and only that."""
    places = [n for n, size in enumerate(atom.indices) if index in size.free]
    return len(places) == 1 and places[0] >= limits.outer and _injective(atom.indices[places[0]], index)


def _injective(size: Size, index: str) -> bool:
    parts = size.coefficients(Sym(index))
    slope = parts.get(1, ZERO).constant()
    return set(parts) <= {0, 1} and bool(slope) and index not in parts.get(0, ZERO).free


def _polynomial(size: Size, atom: Atom) -> bool:
    """Whether the atom occurs in the size only as a factor with positive exponents."""
    if any(e < 0 for m in size.whole for a, e in m if a == atom):
        return False
    if not isinstance(atom, Sym | Indexed):
        return True
    inner = {a for a in size.atoms() if a != atom}
    if isinstance(atom, Sym):
        return not any(atom.name in alone(a).free for a in inner)
    return not any(_mentions(alone(a), atom) for a in inner if not isinstance(a, Sym | Indexed))


def _mentions(size: Size, atom: Indexed) -> bool:
    """Whether the very atom occurs at any depth (other members of its family may)."""
    for a in size.atoms():
        match a:
            case Indexed(_, indices):
                if a == atom or any(_mentions(i, atom) for i in indices):
                    return True
            case Apply(_, args):
                if any(_mentions(arg, atom) for arg in args):
                    return True
            case Big(_, _, low, high, body):
                if _mentions(low, atom) or _mentions(high, atom) or _mentions(body, atom):
                    return True
            case Given(condition):
                if _mentions(condition, atom):
                    return True
            case Sym():
                pass
    return False


def _put(size: Size, atom: Atom, value: Size) -> Size:
    """The size with `value` for the atom."""
    return size.map_atoms(lambda a: value if a == atom else alone(a))
