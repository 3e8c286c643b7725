"""Numbers as people and as machines read them."""

from __future__ import annotations

from fractions import Fraction

Number = int | Fraction | float


def spoken(value: Number | None) -> str:
    """`31,207`, `1.5`, `3.2e+21`; `unknown` for none."""
    if value is None:
        return "unknown"
    if isinstance(value, Fraction) and value.denominator == 1:
        value = value.numerator
    if isinstance(value, int):
        return f"{value:,}" if abs(value) < 10**18 else _large(value)
    number = float(value)
    if number == 0 or 1e-4 <= abs(number) < 1e15:
        return f"{number:,.6g}" if abs(number) < 1e6 else f"{number:,.0f}"
    return f"{number:.4g}"


def plain(value: Number | None) -> int | float | str | None:
    """For JSON: whole numbers and floats as they are, other fractions as `"2/3"`."""
    if isinstance(value, Fraction):
        return value.numerator if value.denominator == 1 else str(value)
    return value


def _large(value: int) -> str:
    """Numbers past a quintillion by their leading digits; they may have more digits than a float's exponent can say."""
    digits = (
        len(str(abs(value)))
        if abs(value).bit_length() < 10_000
        else int(abs(value).bit_length() * 0.30103) + 1
    )
    if digits > 3000:
        return f"{'-' if value < 0 else ''}about 10^{digits - 1}"
    lead = str(abs(value))
    return f"{'-' if value < 0 else ''}{lead[0]}.{lead[1:4]}e+{digits - 1}"
