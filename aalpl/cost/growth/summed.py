"""Formal sums by growth: sum(i in 1..n: i^a * log(i)^b) is of the order of n^(a + 1) * log(n)^b, and so on."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aalpl.cost.growth.monotone import root_of_log, unrounded
from aalpl.cost.growth.scale import Scale
from aalpl.cost.growth.signs import nonnegative
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Monomial,
    Size,
    Sym,
    apply,
    big,
    power,
    raised,
    sym,
)

Both = Callable[[Size], Size | None]
"""The class of a size, where it is the same from both sides."""


def opened(size: Size) -> Size:
    """The same size with every formal sum taken apart: terms by themselves, and what is free of the index in front."""
    return size.map_atoms(
        lambda atom: _opened(atom) if isinstance(atom, Big) and atom.operator == "sum" else alone(atom)
    )


def _opened(atom: Big) -> Size:
    total = ZERO
    for monomial, value in opened(atom.body).terms.items():
        outside = tuple((a, e) for a, e in monomial if atom.index not in alone(a).free)
        inside = tuple((a, e) for a, e in monomial if atom.index in alone(a).free)
        total = total + value * Size({outside: 1}) * big(
            "sum", atom.index, atom.low, atom.high, Size({inside: 1})
        )
    return total


def summed(atom: Big, known: Scale, both: Both) -> Size | None:
    """The class of a sum from a fixed number on to one that grows, of powers of the index and its logarithm."""
    start, end = atom.low.constant(), both(atom.high)
    if start is None or start < 0 or end is None or not known.tends(end) or len(atom.body.terms) != 1:
        return None
    found = _powers(atom.body, atom.index)
    if found is None:
        return None
    degree, logs = found
    log = both(apply("log", end))
    if log is None:
        return None
    if degree > -1:
        return power(end, degree + 1) * raised(log, logs)
    if start < 1:
        return None
    return raised(log, logs + 1) if degree == -1 else ONE


def _powers(body: Size, index: str) -> tuple[Fraction, int] | None:
    """The exponents of the index and of its logarithm, if there is nothing else."""
    degree, logs = Fraction(0), 0
    ((monomial, _),) = body.terms.items()
    for atom, exponent in monomial:
        match atom:
            case Sym(name) if name == index:
                degree += exponent
            case Apply("log", (inside,)) if inside == sym(index) and exponent > 0:
                logs += exponent
            case Apply("pow", (base, number)) if base == sym(index) and number.constant() is not None:
                degree += exponent * (number.constant() or 0)
            case _:
                return None
    return degree, logs


def above(atom: Big, known: Scale, upper: Both, both: Both) -> Size | None:
    """A class that bounds a sum from above: roundings up by one more, falling powers by twice the first of them."""
    body = _raised(atom.body, atom.index)
    body = sum((Size({m: 1}) * v for m, v in body.terms.items() if v > 0 or not _plain(m, atom)), ZERO)
    if min(body.terms.values(), default=Fraction(0)) <= 0:
        return None
    total = ZERO
    for monomial, value in opened(big("sum", atom.index, atom.low, atom.high, body)).terms.items():
        part = Size({tuple((a, e) for a, e in monomial if not isinstance(a, Big)): 1}) * value
        for factor, exponent in monomial:
            if isinstance(factor, Big):
                inner = _first(factor, known) or summed(factor, known, both) if exponent == 1 else None
                if inner is None:
                    return None
                part = part * inner
        total = total + part
    return upper(total)


def _plain(monomial: Monomial, atom: Big) -> bool:
    """Whether a product is never negative: of sizes, and of the index where that begins at 0 or above."""
    start = atom.low.constant()
    for factor, _ in monomial:
        match factor:
            case Sym(name) if name != atom.index or (start is not None and start >= 0):
                pass
            case Apply("pow", (base, _)) if (base.constant() or 0) > 0:
                pass
            case _:
                return False
    return True


def _raised(size: Size, index: str) -> Size:
    """With ceil(x) as x + 1, floor(x) as x, and log(y/index) as a root, where they stand in a product with a positive number."""

    def change(atom: Atom) -> Size:
        match atom:
            case Apply("ceil", (inside,)):
                return _raised(inside, index) + 1
            case Apply("floor", (inside,)):
                return _raised(inside, index)
            case Apply("log", (inside,)) if index in inside.free:
                return root_of_log(inside, index) or alone(atom)
            case _:
                return alone(atom)

    return size.map_atoms(change)


def _first(atom: Big, known: Scale) -> Size | None:
    """How many terms there are, where all are 1; the first one, where each is at most half of the one before."""
    if atom.body == 1:
        return atom.high - atom.low + 1
    ((monomial, _),) = atom.body.terms.items()
    match monomial:
        case ((Apply("pow", (base, exponent)), power_),) if exponent == sym(atom.index) and power_ < 0:
            falls = known.positive(base - Fraction(3, 2)) if base.free <= known.fixed else known.tends(base)
            return 2 * atom.body.replace({atom.index: atom.low}) if falls else None
        case _:
            return None


def below(atom: Big, known: Scale, lower: Both) -> Size | None:
    """A class that bounds a sum from below: roundings down by one less."""
    body = unrounded(atom.body, -1)
    if body is None or body == atom.body or not nonnegative(atom.high - atom.low + 1, known):
        return None
    total = ZERO
    for monomial, value in opened(big("sum", atom.index, atom.low, atom.high, body)).terms.items():
        part = Size({tuple((a, e) for a, e in monomial if not isinstance(a, Big)): 1}) * value
        for factor, exponent in monomial:
            if isinstance(factor, Big):
                number = factor.high - factor.low + 1
                part = part * (
                    raised(number, exponent) if factor.body == 1 else raised(alone(factor), exponent)
                )
        total = total + part
    return None if atom in total.atoms() else lower(total)
