"""Ranges of integers, and the larger and smaller of two sizes, as far as the facts decide."""

from __future__ import annotations

from aalpl.cost.sizes.known import Known
from aalpl.program.size import (
    ZERO,
    Size,
    maximum,
    minimum,
)


def count(low: Size, high: Size, known: Known) -> Size:
    """How many integers `low..high` has."""
    number = high - low + 1
    if known.proves(number):
        return number
    return ZERO if known.proves(-number) else maximum(0, number)


def end(low: Size, high: Size, known: Known) -> Size:
    """The last integer of the range, `low - 1` where it is empty."""
    return low - 1 + count(low, high, known)


def larger(a: Size, b: Size, known: Known) -> Size:
    """max(a, b), decided where the facts do."""
    if known.proves(a - b):
        return a
    return b if known.proves(b - a) else maximum(a, b)


def smaller(a: Size, b: Size, known: Known) -> Size:
    """min(a, b), decided where the facts do."""
    if known.proves(a - b):
        return b
    return a if known.proves(b - a) else minimum(a, b)
