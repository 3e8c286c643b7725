"""Lines `quantity = value` of cases: which quantity is meant, how it relates to the value, and how to read both."""

from __future__ import annotations

import re
from typing import get_args

import attrs

from aalpl.cost.result import Kind

WHICH = ("worst", "best", "expected")
NAMES: dict[str, Kind] = {name: name for name in get_args(Kind)}

_RELATION = re.compile(r"\s(<=|>=|=)\s")
_CLAUSE = re.compile(r"\s(by|of|under)\s+(cached price|tokens in|tokens out|\S+)")


class BadLine(ValueError):
    """A line that is no `quantity = value`."""


@attrs.frozen
class Quantity:
    """`worst span tokens in by fix of dev under calls`; empty parts are not asked for."""

    name: Kind
    which: str = ""
    span: bool = False
    by: str = ""
    of: str = ""
    under: str = ""


@attrs.frozen
class Line:
    """`quantity relation value`, the value as written."""

    quantity: Quantity
    relation: str
    value: str
    written: str

    def with_value(self, value: str) -> str:
        """The line with another value."""
        return f"{self.written} {self.relation} {value}"


def lines(text: str) -> list[Line]:
    """The lines of a `cost` or `run` block; blank ones and comments are passed over."""
    return [line(row) for row in text.splitlines() if not silent(row)]


def silent(row: str) -> bool:
    """Whether a row says nothing: it is blank or a comment."""
    return not row.strip() or row.lstrip().startswith("#")


def line(text: str) -> Line:
    """One line read."""
    found = _RELATION.search(text)
    if found is None:
        raise BadLine(f"`{text}` is no line `quantity = value`")
    written = text[: found.start()].strip()
    return Line(quantity(written), found[1], text[found.end() :].partition("#")[0].strip(), written)


def quantity(text: str) -> Quantity:
    """A quantity from its words."""
    clauses = dict(_CLAUSE.findall(text))
    words = _CLAUSE.sub("", text).split()
    which = words.pop(0) if words and words[0] in WHICH else ""
    span = bool(words and words[0] == "span" and words.pop(0))
    name = NAMES.get(" ".join(words))
    if name is None:
        raise BadLine(f"`{text}` names no quantity; they are {', '.join(NAMES)}")
    return Quantity(name, which, span, **clauses)
