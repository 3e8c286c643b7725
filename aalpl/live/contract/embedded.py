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
_FENCES = re.compile(r"^[ \t]*```[\w+-]*[ \t]*\n(.*?)\n?[ \t]*```", re.DOTALL | re.MULTILINE)


def values(said: str) -> list[Any]:
    """The whole text as one value; else what is in its fences, its objects, its lists, each the last first: an answer
    comes after the thoughts."""
    try:
        return [_decoded(unfenced(said))]
    except (ValueError, RecursionError):
        inside = [*_inside(said)][::-1]
        return [*_fenced(said)][::-1] + sorted(inside, key=lambda value: not isinstance(value, dict))


def unfenced(said: str) -> str:
    """Without the fence around all of it."""
    found = _FENCE.match(said)
    return said if found is None else found[1]


def _decoded(said: str) -> Any:
    return _DECODER.decode(said.strip())


def _fenced(said: str) -> Iterator[Any]:
    for found in _FENCES.finditer(said):
        try:
            yield _decoded(found[1])
        except (ValueError, RecursionError):
            continue


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
