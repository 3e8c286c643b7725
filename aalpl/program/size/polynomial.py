"""Polynomials over atoms: reading, arithmetic, substitution."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache, reduce
from math import gcd, lcm
from operator import mul

import attrs

from aalpl.program.size import evaluation, substitution, writing
from aalpl.program.size.atoms import Apply, Atom, Given, Indexed, Monomial, Sym, free, times
from aalpl.program.size.once import once

Number = int | Fraction

REMEMBERED = 5000
"""Symbols that are built once."""


@attrs.frozen(eq=False, repr=False, slots=False)
class Size:
    """A polynomial over atoms: the sum of `whole[monomial] * monomial`, divided by the positive number `under`.

    Build with `const`, `sym`, the operators and the functions beside them; never by hand."""

    whole: Mapping[Monomial, int]
    under: int = 1

    # -- reading -------------------------------------------------------------------------------------------------

    @once
    def terms(self) -> Mapping[Monomial, Fraction]:
        """Monomial -> coefficient, none of them 0."""
        return {monomial: Fraction(value, self.under) for monomial, value in self.whole.items()}

    @once
    def _hash(self) -> int:
        return hash((frozenset(self.whole.items()), self.under))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Size):
            return self.under == other.under and self.whole == other.whole
        return isinstance(other, int | Fraction) and self.constant() == other

    def constant(self) -> Fraction | None:
        """The number this is, or None when it has atoms."""
        return self._constant

    @once
    def _constant(self) -> Fraction | None:
        if not self.whole:
            return Fraction(0)
        if len(self.whole) == 1 and () in self.whole:
            return Fraction(self.whole[()], self.under)
        return None

    def atoms(self) -> set[Atom]:
        """The outermost atoms."""
        return {atom for monomial in self.whole for atom, _ in monomial}

    @once
    def free(self) -> frozenset[str]:
        """Names of all free symbols and families at any depth, without bound indices."""
        names: set[str] = set()
        for monomial in self.whole:
            for atom, _ in monomial:
                if type(atom) is Sym:
                    names.add(atom.name)
                else:
                    names.update(free(atom))
        return frozenset(names)

    def degree(self, atom: Atom) -> int:
        """The largest exponent of `atom`; 0 where it does not occur (inside other atoms does not count)."""
        return max((e for m in self.whole for a, e in m if a == atom), default=0)

    def coefficients(self, atom: Atom) -> dict[int, Size]:
        """The size as a polynomial in `atom`: exponent -> coefficient."""
        parts: dict[int, dict[Monomial, int]] = {}
        for monomial, value in self.whole.items():
            exponent = next((e for a, e in monomial if a == atom), 0)
            rest = tuple(pair for pair in monomial if pair[0] != atom)
            parts.setdefault(exponent, {})[rest] = value
        return {exponent: _lowest(terms, self.under) for exponent, terms in parts.items()}

    # -- arithmetic ----------------------------------------------------------------------------------------------

    def __add__(self, other: Size | Number) -> Size:
        return self._plus(lift(other), 1)

    __radd__ = __add__

    def __sub__(self, other: Size | Number) -> Size:
        return self._plus(lift(other), -1)

    def __rsub__(self, other: Size | Number) -> Size:
        return lift(other)._plus(self, -1)

    def __neg__(self) -> Size:
        return Size({monomial: -value for monomial, value in self.whole.items()}, self.under)

    def _plus(self, other: Size, sign: int) -> Size:
        if not other.whole:
            return self
        under = lcm(self.under, other.under)
        mine = under // self.under
        whole = {m: mine * v for m, v in self.whole.items()} if mine != 1 else dict(self.whole)
        factor = sign * (under // other.under)
        for monomial, value in other.whole.items():
            total = whole.get(monomial, 0) + factor * value
            if total:
                whole[monomial] = total
            else:
                del whole[monomial]
        return _lowest(whole, under)

    def __mul__(self, other: Size | Number) -> Size:
        if isinstance(other, int):
            return self._times(other)
        other = lift(other)
        if self is ONE or other is ONE:
            return other if self is ONE else self
        if len(other.whole) == 1 and other.under == 1 and (number := other.whole.get(())) is not None:
            return self._times(number)
        left, right = (self, other) if len(self.whole) >= len(other.whole) else (other, self)
        under = left.under * right.under
        whole: dict[Monomial, int] = {}
        for m2, v2 in right.whole.items():
            for m1, v1 in left.whole.items():
                monomial = times(m1, m2)
                whole[monomial] = whole.get(monomial, 0) + v1 * v2
        if len(right.whole) != 1 or 0 in whole.values():
            whole = {monomial: value for monomial, value in whole.items() if value}
        return _lowest(whole, under)

    __rmul__ = __mul__

    def _times(self, number: int) -> Size:
        if number == 1:
            return self
        return _lowest({m: v * number for m, v in self.whole.items()}, self.under) if number else ZERO

    def __truediv__(self, other: Size | Number) -> Size:
        """Exact division. A sum as a divisor becomes the opaque power `(...)^-1`."""
        other = lift(other)
        if len(other.whole) == 1:
            ((monomial, value),) = other.whole.items()
            sign = 1 if value > 0 else -1
            inverse = tuple((a, -e) for a, e in monomial)
            return self * _lowest({inverse: sign * other.under}, abs(value))
        if not other.whole:
            raise ZeroDivisionError("division of a size by zero")
        if (quotient := _proportion(self, other)) is not None:
            return const(quotient)
        return self * of_atom(Apply("pow", (other, const(-1))))

    def __rtruediv__(self, other: Number) -> Size:
        return const(other) / self

    def __pow__(self, exponent: int) -> Size:
        if len(self.whole) == 1:
            ((monomial, value),) = self.whole.items()
            if not any(isinstance(a, Given) for a, _ in monomial):
                raised_monomial = tuple((a, e * exponent) for a, e in monomial) if exponent else ()
                return Size({raised_monomial: value**exponent}, self.under**exponent)
        result = ONE
        for _ in range(exponent):
            result = result * self
        return result

    def __bool__(self) -> bool:
        return bool(self.whole)

    # -- substitution, value, text -------------------------------------------------------------------------------

    def replace(self, values: Mapping[str, Size]) -> Size:
        """Substitute sizes for free symbols at every depth (bound indices are renamed where they would clash)."""
        free = self.free
        if free.isdisjoint(values):
            return self
        if self._plain:
            return self._put(values)
        values = {name: value for name, value in values.items() if name in free}
        return self.map_atoms(lambda atom: substitution.replaced(atom, values))

    @once
    def _plain(self) -> bool:
        """Whether it is a polynomial in symbols alone."""
        return all(e > 0 and type(a) is Sym for monomial in self.whole for a, e in monomial)

    def _put(self, values: Mapping[str, Size]) -> Size:
        """A polynomial in symbols with sizes in their place."""
        whole: dict[Monomial, int] = {}
        parts: list[Size] = []
        for monomial, value in self.whole.items():
            new = [(values[a.name], e) for a, e in monomial if a.name in values]  # type: ignore[union-attr]
            if not new:
                whole[monomial] = whole.get(monomial, 0) + value
                continue
            if len(new) == len(monomial):
                part, *rest = (raised(size, exponent) for size, exponent in new)
            else:
                part = Size({tuple((a, e) for a, e in monomial if a.name not in values): value})  # type: ignore[union-attr]
                value, rest = 1, [raised(size, exponent) for size, exponent in new]
            for size in rest:
                part = part * size
            if part.under != 1:
                parts.append(part * value)
                continue
            for inner, factor in part.whole.items():
                whole[inner] = whole.get(inner, 0) + value * factor
        if 0 in whole.values():
            whole = {monomial: value for monomial, value in whole.items() if value}
        if parts:
            return total((Size(whole), *parts)) * Fraction(1, self.under)
        return _lowest(whole, self.under)

    def map_atoms(self, change: Callable[[Atom], Size]) -> Size:
        """Put `change(atom)` in the place of each outermost atom."""
        changed = {atom: new for atom in self.atoms() if not _just(new := change(atom), atom)}
        if not changed:
            return self
        kept: dict[Monomial, int] = {}
        parts: list[Size] = []
        for monomial, value in self.whole.items():
            put_in = [raised(changed[atom], exponent) for atom, exponent in monomial if atom in changed]
            if put_in:
                old = tuple(pair for pair in monomial if pair[0] not in changed)
                parts.append(product([Size({old: value}), *put_in]))
            else:
                kept[monomial] = value
        result = total((Size(kept), *parts))
        return result if self.under == 1 else result * Fraction(1, self.under)

    def value(self, at: Mapping[str, object]) -> Fraction | float:
        """The number this is at the given symbols.

        `at` maps names to numbers, and names of families and uninterpreted functions to callables.
        Raises KeyError with the name of a symbol that is missing, ZeroDivisionError where a divisor is 0. Exact
        (`Fraction`) except below `log` and non-integer powers."""
        return evaluation.value(self, at)

    @once
    def _text(self) -> str:
        return writing.written(self)

    def __str__(self) -> str:
        return self._text

    __repr__ = __str__


# -- building ----------------------------------------------------------------------------------------------------


def const(value: Number) -> Size:
    """A number as a size."""
    return Size({(): value.numerator} if value else {}, value.denominator)


ZERO = const(0)
ONE = const(1)


def lift(value: Size | Number) -> Size:
    """A size as it is, a number as a size."""
    return value if isinstance(value, Size) else const(value)


def of_atom(atom: Atom) -> Size:
    """The size that is just this atom."""
    return Size({((atom, 1),): 1})


@lru_cache(maxsize=REMEMBERED)
def sym(name: str) -> Size:
    """The symbol `name`."""
    return of_atom(Sym(name))


def indexed(name: str, *indices: Size | int) -> Size:
    """The member of family `name` at `indices`."""
    return of_atom(Indexed(name, tuple(map(lift, indices))))


def raised(base: Size, exponent: int) -> Size:
    """`base` to an integer power, negative ones by exact division."""
    if exponent == 1:
        return base
    return base**exponent if exponent >= 0 else ONE / base**-exponent


def total(parts: Iterable[Size]) -> Size:
    """The sum of sizes."""
    parts = tuple(parts)
    under = lcm(*(part.under for part in parts))
    whole: dict[Monomial, int] = {}
    for part in parts:
        factor = under // part.under
        for monomial, value in part.whole.items():
            if number := whole.get(monomial, 0) + factor * value:
                whole[monomial] = number
            else:
                del whole[monomial]
    return _lowest(whole, under)


def product(parts: Iterable[Size]) -> Size:
    """The product of sizes."""
    return reduce(mul, parts, ONE)


def _lowest(whole: dict[Monomial, int], under: int) -> Size:
    """In lowest terms; no coefficient may be 0."""
    if under != 1:
        common = gcd(under, *whole.values())
        if common != 1:
            return Size({m: v // common for m, v in whole.items()}, under // common)
    return Size(whole, under)


def _just(size: Size, atom: Atom) -> bool:
    """Whether the size is this atom."""
    return size.under == 1 and len(size.whole) == 1 and size.whole.get(((atom, 1),)) == 1


def _proportion(left: Size, right: Size) -> Fraction | None:
    """The number c with left = c * right, if there is one."""
    if left.whole.keys() != right.whole.keys() or not right.whole:
        return None
    ratios = {left.terms[m] / right.terms[m] for m in right.terms}
    return ratios.pop() if len(ratios) == 1 else None
