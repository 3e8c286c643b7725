"""Logarithms of products: where one product is compared with another, what counts is the difference of their logarithms.

log(n^2 * 2^b * log(k)) = 2*log(n) + log(2)*b + log(log(k)) is again a size: a sum of *columns* (products of what grows) with
*coefficients* that are fixed numbers. Up to a bounded error, because constant factors do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Apply, Atom, Monomial, Size, apply, const

Fixed = Callable[[Atom], bool]
"""Whether an atom is a fixed number."""

_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


def ln(product: Monomial, fixed: Fixed) -> Size:
    """The logarithm of a product, up to a bounded error: fixed factors are left out."""
    total = ZERO
    for atom, exponent in product:
        if not fixed(atom):
            total = total + exponent * _of_atom(atom)
    return total


def exact(size: Size) -> Size:
    """The logarithm of a size above 0, exactly; of a sum it stays a logarithm."""
    if len(size.terms) != 1:
        return _of_sum(size)
    ((monomial, value),) = size.terms.items()
    return sum((exponent * _of_atom(atom) for atom, exponent in monomial), of_number(value))


def of_number(value: Fraction) -> Size:
    """The logarithm of a positive number by those of primes, of which no combination is zero."""
    return _of_whole(value.numerator) - _of_whole(value.denominator)


def columns(logarithm: Size, fixed: Fixed) -> dict[Monomial, Size]:
    """Products of what grows with their coefficients; what is fixed altogether is left out."""
    parts: dict[Monomial, dict[Monomial, Fraction]] = {}
    for monomial, value in logarithm.terms.items():
        column = tuple((a, e) for a, e in monomial if not fixed(a))
        rest = tuple((a, e) for a, e in monomial if fixed(a))
        if column:
            part = parts.setdefault(column, {})
            part[rest] = part.get(rest, Fraction(0)) + value
    found = {column: assembled({m: v for m, v in part.items() if v}) for column, part in parts.items()}
    return {column: coefficient for column, coefficient in found.items() if coefficient}


def options(product: Monomial) -> Iterator[Monomial]:
    """Products of which this one is the smallest, up to a constant factor: min(a, b)*c is a*c or b*c."""
    for i, (atom, exponent) in enumerate(product):
        parts = _parts(atom) if exponent > 0 else ()
        if parts:
            rest = Size({(*product[:i], *product[i + 1 :]): 1})
            for part in parts:
                (found,) = (rest * part**exponent).terms
                yield from options(found)
            return
    yield product


def _parts(atom: Atom) -> tuple[Size, ...]:
    match atom:
        case Apply("min", args) if all(len(arg.terms) == 1 for arg in args):
            return args
        case Apply("pow", (base, exponent)) if len(base.terms) > 1:
            number = exponent.constant()
            if number is not None and number < 0 and min(base.terms.values()) > 0:
                return tuple(apply("pow", Size({m: 1}), exponent) for m in base.terms)
            return ()
        case _:
            return ()


def _of_atom(atom: Atom) -> Size:
    match atom:
        case Apply("pow", (base, exponent)):
            return exponent * exact(base)
        case _:
            return apply("log", alone(atom))


def _of_sum(size: Size) -> Size:
    """log((1 - p)/p) = log(1 - p) - log(p): divided by the product that all terms share."""
    shared = _shared(size.terms)
    rest = size / Size({shared: 1})
    return sum((e * _of_atom(a) for a, e in shared), apply("log", rest) if rest != ONE else ZERO)


def _shared(terms: Mapping[Monomial, Fraction]) -> Monomial:
    powers = [dict(monomial) for monomial in terms]
    atoms = dict.fromkeys(atom for power in powers for atom in power)
    least = {atom: min(power.get(atom, 0) for power in powers) for atom in atoms}
    return tuple(sorted(((a, e) for a, e in least.items() if e), key=lambda pair: pair[0].order))


def _of_whole(number: int) -> Size:
    total = ZERO
    for prime in _PRIMES:
        while number % prime == 0:
            total, number = total + apply("log", const(prime)), number // prime
    return total if number == 1 else total + apply("log", const(number))
