"""Probabilities in a form that people write: one quotient, and 1/(1 + …) where that is what it is.

The quotient in lowest terms comes from the field of quotients; where a single product is divided, it is divided out:
p^d/(p^d + (1-p)^d) becomes 1/(1 + ((1-p)/p)^d), in which d stands once.
"""

from __future__ import annotations

from functools import lru_cache

from aalpl.cost.chance.rational import Beyond, Field
from aalpl.program.size import ONE, ZERO, Apply, Atom, Monomial, Size, power, raised
from aalpl.program.size.polynomial import of_atom


@lru_cache(maxsize=512)
def tidied(size: Size) -> Size:
    """The same probability, shorter if that is found."""
    if len(size.whole) <= 1 or not _divided(size):
        return size
    try:
        field = Field([size])
        ratio = field.ratio(size)
        found = [size, field.size(ratio)]
        over, under = (field.size(type(ratio)(part, field.one.over)) for part in (ratio.over, ratio.under))
        if len(over.whole) == 1:
            found.append(ONE / _apart(under, over))
    except Beyond:
        return size
    return min(found, key=_length)


def _apart(under: Size, over: Size) -> Size:
    """The quotient term by term, powers of one exponent put together."""
    total = ZERO
    for monomial, coefficient in (under / over).terms.items():
        total = total + coefficient * together(monomial)
    return total


def together(monomial: Monomial) -> Size:
    """A product in which b^x * c^(-x) is (b/c)^x."""
    rest = ONE
    bases: dict[Size, Size] = {}
    for atom, times in monomial:
        if isinstance(atom, Apply) and atom.function == "pow" and atom.args[1].constant() is None:
            base, exponent = atom.args
            turned = -exponent in bases
            key, count = (-exponent, -times) if turned else (exponent, times)
            bases[key] = bases.get(key, ONE) * raised(base, count)
        else:
            rest = rest * raised(of_atom(atom), times)
    for exponent, base in bases.items():
        rest = rest * power(base, exponent)
    return rest


def _divided(size: Size) -> bool:
    return any(exponent < 0 or _inverse(atom) for monomial in size.whole for atom, exponent in monomial)


def _inverse(atom: Atom) -> bool:
    return isinstance(atom, Apply) and atom.function == "pow" and (atom.args[1].constant() or 0) < 0


def _length(size: Size) -> int:
    return len(str(size))
