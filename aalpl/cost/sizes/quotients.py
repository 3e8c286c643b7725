"""Quotients that are rounded, and logarithms of powers, written without what the facts decide.

For integers x and d >= 1: floor((q d)/d) = q; floor((x - 1)/d) = ceil(x/d) - 1; floor(b^u/b^v) = b^(u - v) where u >= v. And
log(b^u) = u log(b), for b >= 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aalpl.cost.closed.brackets import divided
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Apply, Size, apply, const, is_whole, power, raised


def rounded_quotient(name: str, size: Size, known: Known, whole: Callable[[Size], bool]) -> Size | None:
    """`floor` or `ceil` of a quotient of integers by an integer of at least 1, which is no number."""
    above, below = _fraction(size)
    if below == 1 or not whole(above) or not whole(below) or not known.proves(below - 1):
        return None
    exact = divided(above, below)
    if exact is not None and whole(exact):
        return exact
    step = -1 if name == "floor" else 1
    if above.terms.get((), 0) == step:
        other = "ceil" if name == "floor" else "floor"
        return apply(other, (above - step) / below) + step
    return None


def _fraction(size: Size) -> tuple[Size, Size]:
    """What is divided, and by what: the atoms that stand below in some term."""
    below = ONE
    for atom in sorted(size.atoms(), key=str):
        least = min(dict(monomial).get(atom, 0) for monomial in size.terms)
        most = max(dict(monomial).get(atom, 0) for monomial in size.terms)
        match atom:
            case Apply("pow", (base, exponent)) if exponent == -1 and most > 0:
                below = below * raised(base, most)
            case _ if least < 0:
                below = below * raised(alone(atom), -least)
            case _:
                pass
    return _times(size, below), below


def _times(size: Size, by: Size) -> Size:
    """The product, in which a sum and its inverse cancel."""
    total = ZERO
    for monomial, value in size.terms.items():
        rest, left = by, assembled({(): value})
        for atom, exponent in monomial:
            match atom:
                case Apply("pow", (base, inverse)) if inverse == -1 and exponent > 0:
                    quotient = divided(rest, raised(base, exponent))
                    if quotient is not None:
                        rest = quotient
                        continue
                case _:
                    pass
            left = left * raised(alone(atom), exponent)
        total = total + left * rest
    return total


def one_power(size: Size) -> tuple[Size, Size] | None:
    """(b, u) of a product of powers of one base b, at least one of them with an open exponent, that is b^u."""
    if len(size.terms) != 1 or not any(isinstance(a, Apply) and a.function == "pow" for a in size.atoms()):
        return None
    ((monomial, value),) = size.terms.items()
    base: Size | None = None
    exponent = ZERO
    for atom, times in monomial:
        found, inside = (
            atom.args if isinstance(atom, Apply) and atom.function == "pow" else (alone(atom), ONE)
        )
        if base is not None and found != base:
            return None
        base, exponent = found, exponent + times * inside
    if base is None:
        return None
    number = base.constant()
    more = 0 if value == 1 else None if number is None else _logarithm(value, number)
    return None if more is None else (base, exponent + more)


def _logarithm(value: Fraction, base: Fraction) -> int | None:
    """The integer j with base^j = value."""
    if base <= 1 or value <= 0:
        return None
    count, current = 0, Fraction(1)
    while current < value and count < 64:
        current, count = current * base, count + 1
    while current > value and count > -64:
        current, count = current / base, count - 1
    return count if current == value else None


def whole_power(size: Size, known: Known) -> Size | None:
    """A quotient of powers of one base that is an integer."""
    found = one_power(size)
    if found is None:
        return None
    base, exponent = found
    if is_whole(base) and is_whole(exponent) and known.proves(exponent):
        return power(base, exponent)
    return None


def logarithm(size: Size, known: Known) -> Size | None:
    """log(b^u) as u log(b)."""
    found = one_power(size)
    if found is None or not known.proves(found[0] - 1):
        return None
    base, exponent = found
    return exponent * apply("log", base) if base != const(1) else ZERO
