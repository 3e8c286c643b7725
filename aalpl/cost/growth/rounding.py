"""Roundings that nearly cancel: (m*ceil(n/m) - n)^2 is at most m^2, though each of its terms is of the order of n^2.

Where a rounding stands in a negative term, ceil(x) is x + d and floor(x) is x - d with 0 <= d < 1, and the size is multiplied
out. Then d^2 is d - e with 0 <= e = d*(1 - d) <= 1/4, other powers of d lie between 0 and 1, and each term is taken at the end
that the side wants.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ZERO, Apply, Atom, Size, Sym, sym

_PART = "%part"
_BULGE = "%bulge"
_QUARTER = Fraction(1, 4)


def unrounded(size: Size, side: Literal["upper", "lower"]) -> Size:
    """A size that is at least (`upper`) or at most (`lower`) this one, without the roundings that nearly cancel."""
    for atom in sorted((a for a in size.atoms() if _cancels(a, size)), key=lambda a: a.order):
        size = _ended(_multiplied(size, atom), side)
    return size


def _cancels(atom: Atom, size: Size) -> bool:
    if not isinstance(atom, Apply) or atom.function not in ("floor", "ceil"):
        return False
    values = [value for monomial, value in size.whole.items() if any(a == atom for a, _ in monomial)]
    whole = all(e > 0 for monomial in size.whole for a, e in monomial if a == atom)
    return whole and min(values) < 0 < max(values)


def _multiplied(size: Size, atom: Atom) -> Size:
    assert isinstance(atom, Apply)
    part = sym(_PART) if atom.function == "ceil" else -sym(_PART)
    exact = atom.args[0] + part
    size = size.map_atoms(lambda a: exact if a == atom else alone(a))
    powers = size.coefficients(Sym(_PART))
    square = powers.pop(2, ZERO)
    size = sum((factor * sym(_PART) ** power for power, factor in powers.items()), ZERO)
    return size + square * (sym(_PART) - sym(_BULGE))


def _ended(size: Size, side: Literal["upper", "lower"]) -> Size:
    """Each term with the part of a number in it at 0 or at its most."""
    result = ZERO
    for monomial, value in size.terms.items():
        inside = {a.name: e for a, e in monomial if isinstance(a, Sym) and a.name in (_PART, _BULGE)}
        rest = Size({tuple(p for p in monomial if p[0] not in (Sym(_PART), Sym(_BULGE))): 1}) * value
        if not inside:
            result = result + rest
        elif (value > 0) == (side == "upper"):
            result = result + rest * (_QUARTER if _BULGE in inside else 1)
    return result
