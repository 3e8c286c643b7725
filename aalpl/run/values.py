"""Values by their types: how many tokens they are, what they have in common with equals, how they read."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import reduce
from operator import itemgetter
from typing import Any

from aalpl.program.types import ListOf, Maybe, Record, Text, Type
from aalpl.run import lists, texts


def counter(type_: Type) -> Callable[[Any], int]:
    """How many tokens a value of the type is (semantics 4)."""
    match type_:
        case Text():
            return itemgetter(0)
        case Maybe(value):
            inner = counter(value)
            return lambda x: 1 if x is None else inner(x)
        case ListOf(element):
            each = counter(element)
            return lambda x: sum(map(each, lists.each(x)))
        case Record(fields):
            counts = [counter(t) for _, t in sorted(fields, key=lambda field: field[0])]
            return lambda x: sum(count(part) for count, part in zip(counts, x, strict=True))
        case _:
            return lambda x: 1


def keyer(type_: Type) -> Callable[[Any], Hashable]:
    """What equal values of the type have in common."""
    match type_:
        case Text():
            return texts.key
        case Maybe(value):
            inner = keyer(value)
            return lambda x: None if x is None else ("", inner(x))
        case ListOf(element):
            each = keyer(element)
            return lambda x: tuple(map(each, lists.each(x)))
        case Record(fields):
            keys = [keyer(t) for _, t in sorted(fields, key=lambda field: field[0])]
            return lambda x: tuple(key(part) for key, part in zip(keys, x, strict=True))
        case _:
            return lambda x: x


def text_of(value: Any, type_: Type) -> str:
    """A value as a person reads it."""
    match type_:
        case Text():
            return texts.spelled(value)
        case Maybe(inner):
            return "nothing" if value is None else text_of(value, inner)
        case ListOf(element):
            return "[" + ", ".join(text_of(x, element) for x in lists.each(value)) + "]"
        case Record(fields):
            parts = zip(sorted(fields, key=lambda field: field[0]), value, strict=True)
            return "{" + ", ".join(f"{name}: {text_of(part, t)}" for (name, t), part in parts) + "}"
        case _:
            return _plain(value)


def plain(value: Any, type_: Type) -> Any:
    """A value as Python has it: a string, a bool, an int, None, a list, a dict."""
    match type_:
        case Text():
            return texts.spelled(value)
        case Maybe(inner):
            return None if value is None else plain(value, inner)
        case ListOf(element):
            return [plain(x, element) for x in lists.each(value)]
        case Record(fields):
            pairs = zip(sorted(fields, key=lambda f: f[0]), value, strict=True)
            return {name: plain(x, t) for (name, t), x in pairs}
        case _:
            return value


def said(type_: Type) -> Callable[[Any], texts.Text]:
    """How values of the type are said in a conversation: as a text of as many tokens as they count."""
    match type_:
        case Text():
            return lambda x: x
        case Maybe(value):
            inner = said(value)
            return lambda x: _NOTHING if x is None else inner(x)
        case ListOf(element):
            each = said(element)
            return lambda x: reduce(texts.join, map(each, lists.each(x)), texts.EMPTY)
        case Record(fields):
            says = [said(t) for _, t in sorted(fields, key=lambda field: field[0])]
            return lambda x: reduce(
                texts.join, (say(part) for say, part in zip(says, x, strict=True)), texts.EMPTY
            )
        case _:
            return lambda x: texts.of_tokens([_plain(x)])


_NOTHING = texts.of_tokens(["nothing"])


def parts(value: Any, type_: Type) -> list[texts.Text]:
    """All texts inside a value."""
    match type_:
        case Text():
            return [value]
        case Maybe(inner):
            return [] if value is None else parts(value, inner)
        case ListOf(element):
            return [text for x in lists.each(value) for text in parts(x, element)]
        case Record(fields):
            pairs = zip(sorted(fields, key=lambda field: field[0]), value, strict=True)
            return [text for (_, t), part in pairs for text in parts(part, t)]
        case _:
            return []


def _plain(value: Any) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
