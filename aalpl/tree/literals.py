"""What numbers and strings stand for, whatever their length."""

from __future__ import annotations

import re
from fractions import Fraction

_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_REAL = re.compile(r"(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?")
LARGEST_EXPONENT = 1000


def integer(text: str) -> int:
    """The integer that digits (and `_`) spell; Python's own conversion stops at 4,300 digits."""
    digits = text.replace("_", "")
    if len(digits) <= 4000:
        return int(digits)
    half = len(digits) // 2
    shift: int = 10 ** (len(digits) - half)
    return integer(digits[:half]) * shift + integer(digits[half:])


def real(text: str) -> Fraction | None:
    """The number that a decimal fraction spells, exactly; None where its exponent is past what anyone could mean."""
    match = _REAL.fullmatch(text.replace("_", ""))
    if match is None:
        return None
    whole, fraction, exponent = match[1], match[2] or "", match[3] or "0"
    if len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT:
        return None
    return integer(whole + fraction) * Fraction(10) ** (int(exponent) - len(fraction))


def body(text: str) -> tuple[str, int]:
    """What stands between the quotes of a string, and how many quotes there are on each side."""
    quotes = 3 if text.startswith('"""') else 1
    return text[quotes:-quotes], quotes


def unescaped(inside: str) -> str:
    """The text that a string's inside stands for."""
    return _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[0]), inside)


def wrong_escape(inside: str) -> re.Match[str] | None:
    """The first backslash that begins no escape."""
    return next((match for match in _ESCAPE.finditer(inside) if match[1] not in _ESCAPES), None)
