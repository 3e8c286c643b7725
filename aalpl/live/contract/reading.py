"""Reads replies of real models: a string becomes the plain value that the contract is held against.

A reply is data. It is read as words, numbers and JSON, and never as program text. What cannot be read is given back as it
is, so that the contract refuses it in its own words.
"""

from __future__ import annotations

from typing import Any

from aalpl.live.contract import embedded, scalars
from aalpl.live.contract.schema import ANSWER
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
)
from aalpl.program.tokens import tokens


class Unread(Exception):
    """This is no value of the shape."""


def read(said: str, shape: Shape) -> Any:
    """A reply as a plain value, or unchanged where it cannot be read."""
    match shape:
        case Words():
            return text(said, shape)
        case Perhaps(Words() as inner):
            return None if scalars.is_nothing(said) else text(said, inner)
        case _:
            return _structured(said, shape)


def text(said: str, words: Words) -> str:
    """A text as it was said; without blanks, a fence or quotes around it only where the contract has no room for them."""
    inner = embedded.unfenced(said).strip()
    for each in (said, said.strip(), inner, inner.strip("\"'`“”"), inner.rstrip(".")):
        if _fits(each, words):
            return each
    return said


def _fits(said: str, words: Words) -> bool:
    count = len(tokens(said))
    return words.low <= count and (words.high is None or count <= words.high)


def _is_option(value: Any, shape: Shape) -> bool:
    return isinstance(shape, OneOf) and value in shape.options


def _structured(said: str, shape: Shape) -> Any:
    for value in embedded.values(said):
        for each in _unwrapped(value, shape):
            try:
                return fitted(each, shape)
            except Unread:
                continue
    try:
        return fitted(said, shape)
    except Unread:
        return said


def _unwrapped(value: Any, shape: Shape) -> list[Any]:
    """The value, and what an object around it holds: its `answer`, or its only field."""
    if not isinstance(value, dict):
        return [value]
    inside = value[ANSWER] if ANSWER in value else next(iter(value.values())) if len(value) == 1 else value
    return [value, inside]


def fitted(value: Any, shape: Shape) -> Any:
    """A value of a JSON text as the plain value that the contract wants."""
    found: Any
    match shape:
        case Words():
            if isinstance(value, str):
                return str(value)
            found = None
        case Truth():
            found = scalars.truth(value) if isinstance(value, str) else value
            found = found if isinstance(found, bool) else None
        case Whole():
            found = scalars.whole(value) if isinstance(value, str) else None
        case Number():
            found = scalars.number(value) if isinstance(value, str) else None
        case OneOf(options):
            found = scalars.option(_spoken(value), options)
        case Perhaps(inner):
            return _perhaps(value, inner)
        case Several():
            found = (
                [fitted(each, shape.element(i)) for i, each in enumerate(value)]
                if isinstance(value, list)
                else None
            )
        case Fields(fields):
            found = _record(value, fields)
        case Void():
            return None
    if found is None:
        raise Unread
    return found


def _perhaps(value: Any, inner: Shape) -> Any:
    if value is None:
        return None
    if isinstance(value, str) and scalars.is_nothing(value):
        return value if _is_option(value, inner) else None
    return fitted(value, inner)


def _record(value: Any, fields: tuple[tuple[str, Shape], ...]) -> dict[str, Any] | None:
    """A record whose names may differ in case; what may be missing may be left out."""
    if not isinstance(value, dict):
        return None
    alike = {name.casefold(): inner for name, inner in value.items()}
    if fields and not any(name.casefold() in alike for name, _ in fields):
        return None
    return {
        name: fitted(value[name] if name in value else alike.get(name.casefold()), inner)
        for name, inner in fields
    }


def _spoken(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else ""
