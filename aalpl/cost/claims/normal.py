"""A normal form for proofs of equality: a quotient of two polynomials over few atoms.

Sums are opened, inverses become denominators, ((1 - p)/p)^d becomes (1 - p)^d / p^d, 2^(n + 1) twice 2^n, sum(i in 1..n: k/i)
k times sum(i in 1..n: 1/i). Two sizes whose cross products are the same polynomial are equal wherever both are defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import attrs

from aalpl.cost.growth.summed import opened
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Monomial,
    Size,
    Sym,
    apply,
    big,
    power,
    sym,
)

LIMIT = 600
"""Products in a polynomial, beyond which it has no normal form."""

Positive = Callable[[Size], bool]
"""Whether a size is above 0 for sure."""


class TooLong(Exception):
    """The polynomial has too many terms."""


@attrs.frozen
class Quotient:
    """`above / below`, neither with divisions of its own outside of other atoms."""

    above: Size
    below: Size = ONE

    def times(self, other: Quotient) -> Quotient:
        """The product."""
        return Quotient(_kept(self.above * other.above), _kept(self.below * other.below))

    def plus(self, other: Quotient) -> Quotient:
        """The sum."""
        if self.below == other.below:
            return Quotient(_kept(self.above + other.above), self.below)
        return Quotient(
            _kept(self.above * other.below + other.above * self.below), _kept(self.below * other.below)
        )

    def inverse(self) -> Quotient:
        """One over it."""
        return Quotient(self.below, self.above)


def identical(left: Size, right: Size, positive: Positive) -> bool:
    """Whether two sizes are equal as quotients of polynomials."""
    if left == right:
        return True
    try:
        one, two = quotient(left, positive), quotient(right, positive)
        return one.above * two.below == two.above * one.below
    except TooLong:
        return False


def quotient(size: Size, positive: Positive) -> Quotient:
    """The normal form. Raises TooLong."""
    groups: dict[Size, Size] = {}
    for monomial, value in opened(size).terms.items():
        found = Quotient(assembled({(): value}))
        for atom, exponent in monomial:
            found = found.times(_raised(_atom(atom, positive), exponent))
        groups[found.below] = groups.get(found.below, ZERO) + found.above
    total = Quotient(ZERO)
    for below, above in sorted(groups.items(), key=lambda pair: str(pair[0])):
        total = total.plus(_cancelled(above, below))
    return total


def _cancelled(above: Size, below: Size) -> Quotient:
    """Without the product that all terms share with a divisor of one term."""
    if len(below.terms) != 1 or not above:
        return Quotient(above, below)
    whole = above / below
    divisors = {a: -min(0, *(dict(m).get(a, 0) for m in whole.terms)) for a in whole.atoms()}
    least = Size({tuple(sorted(((a, e) for a, e in divisors.items() if e), key=lambda p: p[0].order)): 1})
    return Quotient(whole * least, least)


def _raised(found: Quotient, exponent: int) -> Quotient:
    if exponent < 0:
        found, exponent = found.inverse(), -exponent
    return Quotient(_kept(found.above**exponent), _kept(found.below**exponent))


def _atom(atom: Atom, positive: Positive) -> Quotient:
    match atom:
        case Apply("pow", (base, exponent)):
            return _power(base, exponent, positive)
        case Apply(function, args):
            return Quotient(apply(function, *(_joined(arg, positive) for arg in args)))
        case Big(operator, index, low, high, body):
            found = _geometric(atom, positive) if operator == "sum" else _binomial(atom, positive)
            return found or Quotient(big(operator, index, low, high, _joined(body, positive)))
        case Sym() | Indexed() | Given():
            return Quotient(alone(atom))


def _geometric(atom: Big, positive: Positive) -> Quotient | None:
    """sum(i in a..b: r^(c*i + e)) = r^e*(r^(c*(b + 1)) - r^(c*a))/(r^c - 1), for r > 1 and b >= a - 1."""
    i, step = Sym(atom.index), sym(atom.index)
    monomials = list(atom.body.terms.items())
    if len(monomials) != 1 or monomials[0][1] != 1 or not positive(atom.high - atom.low + 2):
        return None
    root, exponent = _one_root(monomials[0][0], atom.index)
    if root is None or not positive(root - 1):
        return None
    parts = exponent.coefficients(i)
    slope = parts.get(1, ZERO).constant()
    if set(parts) - {0, 1} or slope is None or not slope or exponent - slope * step != parts.get(0, ZERO):
        return None
    if atom.index in parts.get(0, ZERO).free:
        return None
    ends = power(root, slope * (atom.high + 1)) - power(root, slope * atom.low)
    closed = power(root, parts.get(0, ZERO)) * ends / (power(root, slope) - 1)
    return quotient(closed, positive)


def _binomial(atom: Big, positive: Positive) -> Quotient | None:
    """prod(j in 1..i: (a + j)/j) is the binomial coefficient of a + i over i, for a + i >= 0."""
    rest = (atom.body - 1) * sym(atom.index)
    if (
        atom.operator != "prod"
        or atom.low != 1
        or atom.index in rest.free
        or not positive(rest + atom.high + 1)
    ):
        return None
    return Quotient(apply("binomial", _joined(rest + atom.high, positive), _joined(atom.high, positive)))


def _one_root(monomial: Monomial, index: str) -> tuple[Size | None, Size]:
    """The product as a power of one size: r^i * r^2 is r^(i + 2)."""
    root: Size | None = None
    total = ZERO
    for atom, count in monomial:
        base, exponent = (
            atom.args if isinstance(atom, Apply) and atom.function == "pow" else (alone(atom), ONE)
        )
        if (root is not None and base != root) or index in base.free:
            return None, ZERO
        root, total = base, total + exponent * count
    return root, total


def _joined(size: Size, positive: Positive) -> Size:
    """The normal form of what stands inside another atom, where divisors are single products."""
    found = quotient(size, positive)
    return found.above / found.below if len(found.below.terms) == 1 else size


def _power(base: Size, exponent: Size, positive: Positive) -> Quotient:
    inner = quotient(base, positive)
    number = exponent.constant()
    if number is not None and number.denominator == 1:
        return _raised(inner, int(number))
    if not positive(inner.below):
        inner = Quotient(base)
    result = Quotient(ONE)
    for part, sign in ((inner.above, 1), (inner.below, -1)):
        for root in _roots(part, positive):
            for monomial, value in exponent.terms.items():
                result = result.times(_one_power(*root, monomial, sign * value))
    return result


def _roots(size: Size, positive: Positive) -> Iterable[tuple[Size, int]]:
    """The factors of a product of what is positive, each with its exponent; else the size itself."""
    if len(size.terms) == 1:
        ((monomial, value),) = size.terms.items()
        if all(positive(alone(a)) for a, _ in monomial) and value > 0:
            numbers = [(assembled({(): value}), 1)] if value != 1 else []
            return [*numbers, *((alone(a), e) for a, e in monomial)]
    return [(size, 1)]


def _one_power(root: Size, times: int, monomial: Monomial, value: Fraction) -> Quotient:
    """root^(times * value * monomial) as an integer power of one atom, in the denominator where that is negative."""
    value = value * times
    if not monomial and value.denominator == 1:
        return _raised(Quotient(root), int(value))
    size = power(root, Size({monomial: 1}) / value.denominator)
    return _raised(Quotient(size), value.numerator)


def _kept(size: Size) -> Size:
    if len(size.whole) > LIMIT:
        raise TooLong
    return size
