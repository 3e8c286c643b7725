"""How many of the provider's tokens an answer may take, so that no answer costs more than what its contract says."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from aalpl.live.binding import Binding
from aalpl.live.contract.schema import plain
from aalpl.live.contract.shape import (
    Fields,
    Number,
    OneOf,
    Perhaps,
    Several,
    Shape,
    Truth,
    Void,
    Whole,
    Words,
    shape,
)
from aalpl.program.tokens import tokens
from aalpl.run.backend import Question

SPARE = 8
"""Tokens beside the answer itself: the end of the message, a blank, a full stop."""

ROOT = 8
"""Tokens of the object around an answer that is no record: `{"answer": }`."""


def cap(question: Question, binding: Binding) -> int | None:
    """The cap of a request: from the contract, else `binding.most`, else None."""
    found = shape(question.contract, question.sizes)
    longest = most(found)
    if longest is None:
        return binding.most
    around = 0 if plain(found) else ROOT
    needed = ceil(longest * Fraction(binding.ratio)) + around + SPARE
    return needed if binding.most is None else min(needed, binding.most)


def most(shape: Shape) -> int | None:
    """The most of our tokens an answer is, written down with all its marks; None where nothing bounds it."""
    match shape:
        case Words(_, high):
            return high
        case Truth() | Void():
            return 1
        case Whole(low, high):
            return None if low is None or high is None else max(_digits(low), _digits(high))
        case Number():
            return _DIGITS
        case OneOf(options):
            return max((len(tokens(option)) for option in options), default=1) + 2
        case Perhaps(value):
            inner = most(value)
            return None if inner is None else max(1, inner)
        case Several(elements, _, high):
            longest = [most(element) for element in elements]
            if high is None or None in longest:
                return None
            return 4 + high * (4 + max(each or 0 for each in longest))
        case Fields(fields):
            sizes = [most(inner) for _, inner in fields]
            if None in sizes:
                return None
            return 4 + sum(
                (size or 0) + 8 + len(name) // 3 for size, (name, _) in zip(sizes, fields, strict=True)
            )


_DIGITS = 24


def _digits(number: int) -> int:
    """Tokens of a number at worst: one for every digit, and its sign."""
    return len(str(number)) + 1
