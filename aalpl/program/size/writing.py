"""Sizes as text: highest degree first, `m*n^2 + 3*n/(2*k) - 1`."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from aalpl.program.size.atoms import Apply, Atom, Monomial

if TYPE_CHECKING:
    from aalpl.program.size.polynomial import Size


def written(size: Size) -> str:
    """The size as a person would write it."""
    if not size.whole:
        return "0"
    parts = []
    for monomial, value in sorted(size.terms.items(), key=_reading_order):
        parts.append(_term(monomial, abs(value), "-" if value < 0 else "+"))
    text = " ".join(parts)
    return text[2:] if text.startswith("+ ") else "-" + text[2:]


def _reading_order(pair: tuple[Monomial, Fraction]) -> tuple[int, str]:
    monomial = pair[0]
    return -sum(e for _, e in monomial), "*".join(f"{a}^{e}" for a, e in monomial)


def _term(monomial: Monomial, value: Fraction, sign: str) -> str:
    above = [_factor(a, e) for a, e in monomial if e > 0]
    below = [_factor(a, -e) for a, e in monomial if e < 0]
    if value.numerator != 1 or not above:
        above.insert(0, str(value.numerator))
    if value.denominator != 1:
        below.insert(0, str(value.denominator))
    text = "*".join(above)
    if below:
        text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
    return f"{sign} {text}"


def _factor(atom: Atom, exponent: int) -> str:
    text = str(atom)
    if isinstance(atom, Apply) and atom.function == "pow" and exponent != 1:
        text = f"({text})"
    return text if exponent == 1 else f"{text}^{exponent}"
