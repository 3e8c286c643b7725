"""Sizes as quotients of polynomials: one normal form for each, so that equality is decided and equations are solved.

Expectations are quotients such as d (2 P - 1)/(2 p - 1) with P = 1/(1 + ((1-p)/p)^d). A `Field` takes the atoms of some
sizes as variables of polynomials with integer coefficients (python-flint); a quotient is kept in lowest terms. A power
with a symbolic exponent is taken apart first: ((1-p)/p)^(d+1) is (1-p)^d p^-d (1-p) p^-1, where (1-p)^d and p^d are
variables, so that powers that belong together are seen to. Linear equations are solved by elimination in the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Monomial,
    Size,
    const,
    power,
    raised,
)

TERMS = 400
"""A polynomial of more terms is no answer that a person could use."""


class Beyond(Exception):
    """An expression that is out of proportion, or a division by 0."""


@attrs.frozen
class Ratio:
    """`over / under` in lowest terms; the parts are flint's polynomials."""

    over: Any
    under: Any

    def __add__(self, other: Ratio) -> Ratio:
        return _lowest(self.over * other.under + other.over * self.under, self.under * other.under)

    def __sub__(self, other: Ratio) -> Ratio:
        return _lowest(self.over * other.under - other.over * self.under, self.under * other.under)

    def __mul__(self, other: Ratio) -> Ratio:
        return _lowest(self.over * other.over, self.under * other.under)

    def __truediv__(self, other: Ratio) -> Ratio:
        if not other:
            raise Beyond("division by 0")
        return _lowest(self.over * other.under, self.under * other.over)

    def __bool__(self) -> bool:
        return bool(self.over)


def _lowest(over: Any, under: Any) -> Ratio:
    if not over:
        return Ratio(over, under * 0 + 1)
    common = over.gcd(under)
    over, under = over // common, under // common
    if len(over) > TERMS or len(under) > TERMS:
        raise Beyond("an expression is out of proportion")
    return Ratio(-over, -under) if under.leading_coefficient() < 0 else Ratio(over, under)


Generator = tuple[Size, Monomial]
"""The power `base ^ exponent` with a symbolic exponent, taken apart: one factor of the base, one product."""


class Field:
    """Quotients over the atoms of some sizes."""

    def __init__(self, sizes: Iterable[Size]) -> None:
        import flint

        plain: dict[Atom, None] = {}
        powers: dict[Apply, None] = {}
        for size in sizes:
            _collect(size, plain, powers)
        self._apart: dict[Apply, tuple[tuple[Size, Size], ...]] = {}
        if powers:
            base_field = Field(_bases(powers))
            self._apart = {atom: base_field.factors(atom.args[0]) for atom in powers}
        names: dict[Atom | Generator, None] = dict.fromkeys(plain)
        todo = [*self._apart.items()]
        for atom, factors in todo:
            for factor, _ in factors:
                inner: dict[Apply, None] = {}
                _collect(factor, plain, inner)
                for each in inner.keys() - self._apart.keys():
                    self._apart[each] = Field(_bases([each])).factors(each.args[0])
                    todo.append((each, self._apart[each]))
                names.update(((factor, monomial), None) for monomial in atom.args[1].terms if monomial)
        names = {**dict.fromkeys(plain), **names}
        self._names = tuple(names)
        gens = tuple(f"x{i}" for i in range(len(names))) or ("x0",)
        self._ring = flint.fmpz_mpoly_ctx.get(gens, flint.Ordering.lex)
        variables = self._ring.gens()
        self._variables = dict(zip(names, variables, strict=False))
        self.one = Ratio(variables[0] * 0 + 1, variables[0] * 0 + 1)
        self.zero = Ratio(variables[0] * 0, variables[0] * 0 + 1)

    # -- from sizes ------------------------------------------------------------------------------------------------

    def number(self, value: Fraction | int) -> Ratio:
        """A number."""
        return Ratio(self.zero.over + value.numerator, self.zero.over + value.denominator)

    def ratio(self, size: Size) -> Ratio:
        """The quotient that a size over these atoms is."""
        result = self.zero
        for monomial, value in size.terms.items():
            term = self.number(value)
            for atom, exponent in monomial:
                term = term * self._raised(self._atom(atom), exponent)
            result = result + term
        return result

    def _raised(self, base: Ratio, exponent: int) -> Ratio:
        if exponent >= 0:
            return Ratio(base.over**exponent, base.under**exponent)
        return self.one / Ratio(base.over**-exponent, base.under**-exponent)

    def _atom(self, atom: Atom) -> Ratio:
        if (inverse := _inverse(atom)) is not None:
            base, exponent = inverse
            return self._raised(self.ratio(base), exponent)
        if isinstance(atom, Apply) and atom in self._apart:
            return self._power(atom)
        return Ratio(self._variables[atom], self.one.over)

    def _power(self, atom: Apply) -> Ratio:
        result = self.one
        for factor, times in self._apart[atom]:
            for monomial, value in atom.args[1].terms.items():
                exponent = value * int(times.constant() or 0)
                if exponent.denominator != 1:
                    raise Beyond("a root")
                here = (
                    self.ratio(factor)
                    if not monomial
                    else Ratio(self._variables[factor, monomial], self.one.over)
                )
                result = result * self._raised(here, int(exponent))
        return result

    def factors(self, size: Size) -> tuple[tuple[Size, Size], ...]:
        """Factors and exponents of a size, each factor with a positive constant or first coefficient; the size itself
        where that leaves a sign or a number over."""
        ratio = self.ratio(size)
        found: list[tuple[Size, Size]] = []
        left = Fraction(1)
        for part, sign in ((ratio.over, 1), (ratio.under, -1)):
            number, pieces = part.factor()
            left *= Fraction(int(number)) ** sign
            for piece, times in pieces:
                if self._turned(piece):
                    piece, left = -piece, left * (-1) ** int(times)
                found.append((self._polynomial(piece), const(sign * int(times))))
        if left < 0:
            return ((size, ONE),)
        if left != 1:
            found.append((const(left), ONE))
        return tuple(found)

    def _turned(self, piece: Any) -> bool:
        """Whether a factor is written with the other sign: 1 - p and not p - 1, 2p - 1 and not 1 - 2p."""
        terms = {key: int(value) for key, value in piece.to_dict().items()}
        signs = sum(1 if value > 0 else -1 for value in terms.values())
        if signs:
            return signs < 0
        number = terms.get(tuple(0 for _ in next(iter(terms))), 0)
        largest = max((abs(v), v) for v in terms.values())
        return largest[1] < 0 if largest[0] > abs(number) else number < 0

    # -- back ------------------------------------------------------------------------------------------------------

    def size(self, ratio: Ratio, known: Known | None = None) -> Size:
        """The quotient as a size; divisors that are sums become inverses."""
        number, pieces = ratio.under.factor()
        result = const(Fraction(1, int(number)))
        sign = 1
        for piece, times in pieces:
            factor = self._polynomial(piece)
            wrong = known is not None and known.proves(-factor) and not known.proves(factor)
            right = known is not None and known.proves(factor)
            if wrong or (self._turned(piece) and not right):
                factor, sign = -factor, sign * (-1) ** int(times)
            result = result * raised(factor, -int(times))
        return self._polynomial(ratio.over) * result * sign

    def _polynomial(self, of: Any) -> Size:
        total = ZERO
        for exponents, value in of.to_dict().items():
            term = const(int(value))
            for name, exponent in zip(self._names, exponents, strict=False):
                if isinstance(name, tuple):
                    base, monomial = name
                    here = power(base, assembled({monomial: Fraction(1)}))
                else:
                    here = alone(name)
                term = term * raised(here, int(exponent)) if exponent else term
            total = total + term
        return total


def _inverse(atom: Atom) -> tuple[Size, int] | None:
    """The base and exponent of an opaque power with a whole exponent."""
    if isinstance(atom, Apply) and atom.function == "pow":
        number = atom.args[1].constant()
        if number is not None and number.denominator == 1:
            return atom.args[0], int(number)
    return None


def _collect(size: Size, plain: dict[Atom, None], powers: dict[Apply, None]) -> None:
    for atom in sorted(size.atoms(), key=lambda atom: atom.order):
        inverse = _inverse(atom)
        if inverse is not None:
            _collect(inverse[0], plain, powers)
        elif isinstance(atom, Apply) and atom.function == "pow":
            _collect(atom.args[0], plain, powers)
            powers[atom] = None
        else:
            plain[atom] = None


def _bases(powers: Iterable[Apply]) -> list[Size]:
    return [atom.args[0] for atom in powers]


# -- what the field is for -------------------------------------------------------------------------------------------


def same(left: Size, right: Size) -> bool:
    """Whether two sizes are one quotient; they are equal then wherever both are defined."""
    if left == right:
        return True
    try:
        field = Field([left, right])
        return not field.ratio(left) - field.ratio(right)
    except Beyond:
        return False


def normal(size: Size, known: Known | None = None) -> Size:
    """The size as one quotient in lowest terms, divisors factored; the size itself where that is out of proportion."""
    if not _divided(size):
        return size
    try:
        field = Field([size])
        return field.size(field.ratio(size), known)
    except Beyond:
        return size


def _divided(size: Size) -> bool:
    return any(_inverse(atom) is not None or exponent < 0 for m in size.whole for atom, exponent in m)


def solution(rows: Sequence[Sequence[Ratio]]) -> list[Ratio] | None:
    """The one solution of linear equations, each row its coefficients and then its right side; None if not just one."""
    matrix = [list(row) for row in rows]
    width = len(matrix[0]) - 1 if matrix else 0
    pivots: list[int] = []
    row = 0
    for column in range(width):
        found = min(
            (i for i in range(row, len(matrix)) if matrix[i][column]),
            key=lambda i: len(matrix[i][column].over) + len(matrix[i][column].under),
            default=None,
        )
        if found is None:
            continue
        matrix[row], matrix[found] = matrix[found], matrix[row]
        head = matrix[row][column]
        matrix[row] = [entry / head if entry else entry for entry in matrix[row]]
        for i, other in enumerate(matrix):
            if i != row and other[column]:
                factor = other[column]
                matrix[i] = [a - factor * b if b else a for a, b in zip(other, matrix[row], strict=True)]
        pivots.append(column)
        row += 1
    if len(pivots) < width or any(line[-1] for line in matrix[width:]):
        return None
    return [matrix[i][-1] for i in range(width)]


__all__ = ["Beyond", "Field", "Ratio", "normal", "same", "solution"]
