"""The shape of an answer: a contract with the numbers of one call put in.

Contracts are types that speak of sizes; `sizes` are the numbers for them, flat and in a fixed order (see
`aalpl.run.lower.contracts`). Everything about what a model may answer is derived from the tree made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import attrs

from aalpl.program.types import (
    Between,
    Bool,
    Choice,
    Constant,
    Distributed,
    Exactly,
    Int,
    Length,
    ListOf,
    Maybe,
    Mean,
    Open,
    Real,
    Record,
    Text,
    Type,
    Uniform,
)

MANY = 64
"""So many elements of a list whose elements differ by their place are looked at."""


@attrs.frozen
class Words:
    """A text of `low` to `high` tokens (None: no end); `about` where only a mean is known."""

    low: int = 0
    high: int | None = None
    about: int | None = None


@attrs.frozen
class Truth:
    """True or false."""


@attrs.frozen
class Whole:
    """A whole number; None where a side is open."""

    low: int | None = None
    high: int | None = None


@attrs.frozen
class Number:
    """Any number."""


@attrs.frozen
class OneOf:
    """One of these words."""

    options: tuple[str, ...]


@attrs.frozen
class Perhaps:
    """This, or nothing."""

    value: Shape


@attrs.frozen
class Several:
    """A list of `low` to `high` elements. `elements` are all alike (one shape), or one shape for each place."""

    elements: tuple[Shape, ...]
    low: int = 0
    high: int | None = None

    def element(self, index: int) -> Shape:
        """The shape of one element."""
        return self.elements[min(index, len(self.elements) - 1)]


@attrs.frozen
class Fields:
    """A record, its fields in the order they were written in."""

    fields: tuple[tuple[str, Shape], ...]


@attrs.frozen
class Void:
    """Nothing at all."""


Shape = Words | Truth | Whole | Number | OneOf | Perhaps | Several | Fields | Void


@lru_cache(maxsize=1024)
def shape(contract: Type, sizes: tuple[Any, ...]) -> Shape:
    """The shape of answers to a question; kept, because a loop asks the same again and again."""
    return _shaped(contract, sizes, 0)[0]


def _shaped(contract: Type, z: Sequence[Any], at: int) -> tuple[Shape, int]:
    match contract:
        case Text(length):
            low, high, about, after = _range(length, z, at)
            return Words(low, high, about), after
        case Bool(probability):
            return Truth(), at + (probability is not None)
        case Int():
            return Whole(_whole(z[at]), _whole(z[at + 1])), at + 2
        case Real():
            return Number(), at
        case Choice(options, probabilities):
            return OneOf(options), at + len(probabilities or ())
        case Maybe(value):
            inner, after = _shaped(value, z, at)
            return Perhaps(inner), after
        case ListOf():
            return _several(contract, z, at)
        case Record(fields):
            found = {}
            for name, inner_type in sorted(fields, key=lambda field: field[0]):
                found[name], at = _shaped(inner_type, z, at)
            return Fields(tuple((name, found[name]) for name, _ in fields)), at
        case _:
            return Void(), at


def _several(contract: ListOf, z: Sequence[Any], at: int) -> tuple[Shape, int]:
    low, high, _, after = _range(contract.length, z, at)
    if contract.index is None:
        element, end = _shaped(contract.element, z, after)
        return Several((element,), low, high), end
    first, numbers = z[after], z[after + 1]
    places = range(MANY if high is None else max(1, min(high, MANY)))
    elements = tuple(_shaped(contract.element, numbers(first + i), 0)[0] for i in places)
    return Several(elements[:1] if len(set(elements)) == 1 else elements, low, high), after + 2


def _range(length: Length, z: Sequence[Any], at: int) -> tuple[int, int | None, int | None, int]:
    """Least and most tokens or elements, the mean where it is all that is known, and where the next number is."""
    match length:
        case Exactly():
            return int(z[at]), int(z[at]), None, at + 1
        case Between():
            return int(z[at]), int(z[at + 1]), None, at + 2
        case Mean():
            return 0, None, _whole(z[at]), at + 1
        case Constant():
            return 1, None, None, at
        case Open():
            return 0, None, None, at
        case Distributed(Uniform()):
            return int(z[at]), int(z[at + 1]), None, at + 2
        case Distributed(law):
            return 0, None, None, at + (2 if hasattr(law, "n") else 1)


def _whole(number: Any) -> int | None:
    return None if number is None else round(number)
