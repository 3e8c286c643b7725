"""Sizes as products: the factors of a polynomial with rational coefficients, by python-flint, imported when asked."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import gcd, lcm

import attrs

from aalpl.cost.sizes.terms import assembled
from aalpl.program.size import Atom, Monomial, Size


@attrs.frozen
class Factored:
    """`number * common * part^exponent * …`, each part irreducible with whole coefficients without a common factor."""

    number: Fraction
    common: Monomial
    parts: tuple[tuple[Size, int], ...]


def factored(size: Size) -> Factored | None:
    """The factors of a size of two terms or more, atoms counting as unknowns; None where there is nothing to take out."""
    shared = common(size)
    rest = size / Size({shared: 1})
    import flint

    atoms = sorted(rest.atoms(), key=str)
    ring = flint.fmpq_mpoly_ctx.get(tuple(f"x{i}" for i in range(len(atoms))), flint.Ordering.lex)
    terms = {
        tuple(dict(monomial).get(a, 0) for a in atoms): flint.fmpq(value.numerator, value.denominator)
        for monomial, value in rest.terms.items()
    }
    number, found = ring.from_dict(terms).factor()
    parts = [(_size(poly, atoms), int(exponent)) for poly, exponent in found]
    scale, parts = _whole(_fraction(number), parts)
    if len(parts) == 1 and parts[0][1] == 1 and not shared and scale == 1:
        return None
    return Factored(scale, shared, tuple(sorted(parts, key=lambda part: (len(part[0].terms), str(part[0])))))


def common(size: Size) -> Monomial:
    """The product that all terms share; with negative exponents where some term is divided."""
    atoms = sorted(size.atoms(), key=str)
    least = {a: min(dict(monomial).get(a, 0) for monomial in size.terms) for a in atoms}
    return tuple((a, e) for a, e in least.items() if e)


def _size(poly: object, atoms: list[Atom]) -> Size:
    terms = {}
    for exponents, value in poly.to_dict().items():  # type: ignore[attr-defined]
        monomial = tuple((a, int(e)) for a, e in zip(atoms, exponents, strict=True) if e)
        terms[monomial] = _fraction(value)
    return assembled(terms)


def _fraction(value: object) -> Fraction:
    return Fraction(int(value.p), int(value.q))  # type: ignore[attr-defined]


def _whole(number: Fraction, parts: list[tuple[Size, int]]) -> tuple[Fraction, list[tuple[Size, int]]]:
    """Denominators moved in front, and signs so that most terms of each part are positive."""
    found = []
    for part, exponent in parts:
        values = list(part.terms.values())
        shared = reduce(_gcd, values)
        if sum(v < 0 for v in values) * 2 > len(values):
            shared = -shared
        number *= shared**exponent
        found.append((part * (1 / shared), exponent))
    return number, found


def _gcd(a: Fraction, b: Fraction) -> Fraction:
    """The largest fraction of which both are whole multiples."""
    a, b = abs(a), abs(b)
    return Fraction(gcd(a.numerator, b.numerator), lcm(a.denominator, b.denominator))
