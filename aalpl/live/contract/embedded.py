"""JSON values inside of replies: alone, in a fence, or in the middle of prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

ATTEMPTS = 64
"""So many openings of a value are tried."""


class Digits(str):
    """A number of a JSON text, as it was written."""

    __slots__ = ()


def _no_constant(word: str) -> Any:
    raise ValueError(word)


_DECODER = json.JSONDecoder(parse_int=Digits, parse_float=Digits, parse_constant=_no_constant, strict=False)
_OPENING = re.compile(r"[\[{]")
_FENCE = re.compile(r"^\s*```[\w+-]*[ \t]*\n(.*?)\n?```\s*$", re.DOTALL)


def values(said: str) -> list[Any]:
    """The whole text as one value; else all objects and lists in it, the last first: an answer comes after the thoughts."""
    try:
        return [_DECODER.decode(unfenced(said).strip())]
    except (ValueError, RecursionError):
        return [*_inside(said)][::-1]


def unfenced(said: str) -> str:
    """Without the fence around all of it."""
    found = _FENCE.match(said)
    return said if found is None else found[1]


def _inside(said: str) -> Iterator[Any]:
    at = 0
    for _ in range(ATTEMPTS):
        opening = _OPENING.search(said, at)
        if opening is None:
            return
        try:
            value, at = _DECODER.raw_decode(said, opening.start())
            yield value
        except (ValueError, RecursionError):
            at = opening.end()
