"""Truths, options and numbers as models say them: with quotes, a full stop, a word around them.

What could be meant in two ways is not read at all; then it is asked again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction

TRUE, FALSE = frozenset(["yes", "true"]), frozenset(["no", "false"])
NOTHINGS = frozenset(["", "nothing", "none", "null", "n/a"])
"""How models say that there is nothing."""

_AROUND = " \t\r\n\"'`*_“”‘’«»()[]"
_NOT = re.compile(r"\b(?:not|no|never|neither|nor|cannot)\b|n['’]t\b", re.IGNORECASE)
_FIRST = re.compile(r"\W*(yes|no|true|false)\b", re.IGNORECASE)
_LAST = re.compile(r"\b(?:answer|result)\b(?:\W+is)?\W+(yes|no|true|false)\W*$", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,])[+\-−]?(?:\d{1,3}(?:[,'’ _\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?%?(?![\w%]|[.,]\d)"
)
DIGITS = 400
"""Longer numbers are nobody's answer."""


def bare(said: str) -> str:
    """Without quotes, marks of emphasis, and a full stop at its end."""
    return said.strip(_AROUND).rstrip(".!:;").strip(_AROUND)


def is_nothing(said: str) -> bool:
    """Whether this is a way to say that there is nothing."""
    return bare(said).casefold() in NOTHINGS


def truth(said: str) -> bool | None:
    """True or false: the first word, or what the answer is said to be at the end."""
    found = _FIRST.match(said) or _LAST.search(said) or _FIRST.fullmatch(_last_line(said))
    return None if found is None else found[1].casefold() in TRUE


def option(said: str, options: Iterable[str]) -> str | None:
    """The option that is said, whatever its case; in a sentence the only one of them, and nothing denied."""
    options = tuple(options)
    for text in (said, said.strip(), bare(said), bare(_last_line(said)), bare(said.rpartition(":")[2])):
        alike = [each for each in options if each == text] or [
            each for each in options if each.casefold() == text.casefold()
        ]
        if len(alike) == 1:
            return alike[0]
    if _NOT.search(said):
        return None
    named = _named(said, options)
    return named.pop() if len(named) == 1 else None


def _named(said: str, options: tuple[str, ...]) -> set[str]:
    """The options that occur as whole words; inside a longer one that occurs, a shorter one does not."""
    found, rest = set(), said.casefold()
    for each in sorted(options, key=len, reverse=True):
        if not each:
            continue
        rest, count = re.subn(rf"(?<!\w){re.escape(each.casefold())}(?!\w)", "\0", rest)
        if count:
            found.add(each)
    return found


def number(said: str) -> Fraction | None:
    """The number that is said, and the only one; `1,234` is more than a thousand, `50%` a half."""
    if len(said) > 100 * DIGITS:
        return None
    found = {_value(each[0]) for each in _NUMBER.finditer(said)}
    return found.pop() if len(found) == 1 else None


def whole(said: str) -> int | None:
    """The same where it is whole and no share."""
    found = None if "%" in said else number(said)
    return found.numerator if found is not None and found.denominator == 1 else None


def _value(digits: str) -> Fraction | None:
    text = re.sub(r"[,'’ _\u00a0\u202f]", "", digits).replace("−", "-")
    if len(text) > DIGITS:
        return None
    return Fraction(text.rstrip("%")) / (100 if text.endswith("%") else 1)


def _last_line(said: str) -> str:
    return said.strip().rpartition("\n")[2]
