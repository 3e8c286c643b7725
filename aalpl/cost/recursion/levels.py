"""How often a number can be divided before a condition on it fails, and exact logarithms of powers."""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Size,
    apply,
    ceil,
    const,
    floor,
    given,
    maximum,
    minimum,
    power,
    raised,
    sym,
)


def exact_log(size: Size, base: Size) -> tuple[Size, Size] | None:
    """The size as c * base^e with e a size and c a number: (c, e); None where it is not of this form.

    Of a number, c is the rest when as many factors `base` as possible are taken out."""
    number = base.constant()
    if len(size.terms) != 1 or (number is not None and number < 2):
        return None
    ((monomial, value),) = size.terms.items()
    exponent = ZERO
    for atom, times in monomial:
        found = _exponent(atom, base)
        if found is None:
            return None
        exponent = exponent + found * times
    if number is not None:
        while value and (value / number).denominator == 1:
            value, exponent = value / number, exponent + 1
        while value.denominator > 1 and (value * number).denominator < value.denominator:
            value, exponent = value * number, exponent - 1
    return const(value), exponent


def _exponent(atom: Atom, base: Size) -> Size | None:
    if alone(atom) == base:
        return ONE
    if isinstance(atom, Apply) and atom.function == "pow" and atom.args[0] == base:
        return atom.args[1]
    return None


def log(size: Size, base: Size) -> Size:
    """The logarithm to a base."""
    return apply("log", size) / apply("log", base)


def times_divided(start: Size, base: Size, limit: Size, known: Known) -> Size | None:
    """How many i >= 0 have start / base^i >= limit, for an integer base >= 2 and a limit >= 1."""
    if not (known.proves(base - 2) and known.proves(limit - 1)):
        return None
    if (found := exact_log(start / limit, base)) is not None and base.constant() is not None:
        factor, exponent = found[0].constant(), found[1]
        assert factor is not None
        if factor > 0:
            return maximum(0, exponent + _floor_log(factor, base.constant() or Fraction(2)) + 1)
    if known.proves(start - limit):
        return floor(log(start / limit, base)) + 1
    return floor(log(maximum(1, start / limit), base)) + given(start - limit)


def _floor_log(number: Fraction, base: Fraction) -> int:
    """The largest integer e with base^e <= number."""
    e = 0
    while base**e > number:
        e -= 1
    while base ** (e + 1) <= number:
        e += 1
    return e


def divisions(condition: Condition, index: str, known: Known) -> Size | None:
    """How often a condition holds from round 0 on, if what it says is `floor(start / base^index) >= limit`."""
    match condition:
        case Holds(size):
            return _divided(size, index, known)
        case All(parts):
            found = [divisions(part, index, known) for part in parts]
            numbers = [number for number in found if number is not None]
            return minimum(*numbers) if numbers and len(numbers) == len(found) else None
        case Any((one,)):
            return divisions(one, index, known)
        case Any():
            return None


def _divided(size: Size, index: str, known: Known) -> Size | None:
    moving, rest = ZERO, ZERO
    for monomial, value in size.terms.items():
        term = ONE * value
        for atom, exponent in monomial:
            term = term * raised(alone(atom), exponent)
        if index in term.free:
            moving = moving + term
        else:
            rest = rest + term
    scale = ONE
    for atom in moving.atoms():
        if isinstance(atom, Apply) and atom.function in ("floor", "ceil") and index in alone(atom).free:
            if moving.degree(atom) != 1 or set(moving.coefficients(atom)) != {1}:
                return None
            scale = moving.coefficients(atom)[1]
            if not known.proves(scale - 1) or index in scale.free:
                return None
            limit = ceil(-rest / scale) if atom.function == "floor" else floor(-rest / scale)
            if atom.function == "ceil":  # ceil(x) >= t is x > t - 1
                return _strictly(atom.args[0], index, ceil(-rest / scale) - 1, known)
            return _quotient(atom.args[0], index, limit, known)
    return _quotient(moving, index, -rest, known)


def _quotient(quotient: Size, index: str, limit: Size, known: Known) -> Size | None:
    """`quotient` is start * base^-index."""
    base = _base(quotient, index)
    if base is None:
        return None
    start = quotient * power(base, sym(index))
    return None if index in start.free else times_divided(start, base, limit, known)


def _strictly(quotient: Size, index: str, limit: Size, known: Known) -> Size | None:
    """How many i >= 0 have start / base^i > limit, for integers start and limit >= 1: the least i with start <= limit base^i."""
    base = _base(quotient, index)
    if base is None or not known.proves(limit - 1):
        return None
    start = quotient * power(base, sym(index))
    if index in start.free or not known.proves(base - 2):
        return None
    if (found := exact_log(start / limit, base)) is not None and base.constant() is not None:
        factor, exponent = found[0].constant(), found[1]
        assert factor is not None
        if factor > 0:
            number = base.constant() or Fraction(2)
            e = _floor_log(factor, number)
            return maximum(0, exponent + (e if number**e == factor else e + 1))
    return ceil(log(maximum(1, start / limit), base))


def _base(quotient: Size, index: str) -> Size | None:
    """The base of the power with the index in it."""
    if len(quotient.terms) != 1:
        return None
    ((monomial, _),) = quotient.terms.items()
    for atom, exponent in monomial:
        if isinstance(atom, Apply) and atom.function == "pow" and index in atom.args[1].free and exponent < 0:
            return atom.args[0]
    return None
