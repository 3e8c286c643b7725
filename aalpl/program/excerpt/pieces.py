"""The pieces that a program is made of, each as a text that says all of it but where it stands."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import attrs

from aalpl.program.node import Node
from aalpl.program.size import Size
from aalpl.program.statements import LengthFact
from aalpl.report import Source, Span

Line = tuple[str, int]
"""The name of a source, and a line of it."""

PLACE = re.compile(r"^(.*:)?(\d+)((?:\.\d+)?)$", re.DOTALL)
"""A place: perhaps a module, a line, which one on that line."""


@attrs.frozen(eq=False)
class Piece:
    """One declaration or function. `digest` differs wherever two pieces differ in more than the lines and columns they are
    on; `names` are all names in it; `spans` and `lines` are in order, `digest` says which part has which. `quoted` are the
    spans whose text matters."""

    digest: str
    names: frozenset[str]
    spans: tuple[Span, ...]
    lines: tuple[Line, ...]
    quoted: frozenset[Span]


@cache
def fields(kind: Any) -> tuple[str, ...]:
    """The fields of a node, where it stands with them, the last one first."""
    return tuple(field.name for field in reversed(attrs.fields(kind)))


@attrs.define
class _Told:
    words: list[str] = attrs.Factory(list)
    names: set[str] = attrs.Factory(set)
    spans: list[Span] = attrs.Factory(list)
    places: list[tuple[str, int]] = attrs.Factory(list)  # a place, and how many spans were met before it
    quoted: set[Span] = attrs.Factory(set)

    def tell(self, root: object) -> None:
        """Goes through a value from left to right; without recursion, programs may be deep."""
        waiting: list[Any] = [root]
        words, take = self.words.append, waiting.pop
        while waiting:
            value = take()
            kind: Any = value.__class__
            if kind is Span:
                self.spans.append(value)
            elif value is None:
                words("-")
            elif kind is str:
                self.names.add(value)
                words(repr(value))
            elif kind is tuple:
                words(f"({len(value)}")
                waiting.extend(value[::-1])
            elif kind is Size:
                self.names |= value.free
                words(str(value))
            elif isinstance(value, Node):
                self.node(value, kind, waiting)
            elif isinstance(value, Mapping):
                words(f"{{{len(value)}")
                waiting.extend(part for pair in value.items() for part in pair)
            elif isinstance(value, frozenset):
                words(f"<{len(value)}")
                waiting.extend(sorted(value))
            else:
                words(f"{kind.__name__} {value!r}")

    def node(self, node: Any, kind: Any, waiting: list[Any]) -> None:
        """The name of a node, and its parts on the stack; a place is told apart from other texts."""
        self.words.append(kind.__name__)
        for name in fields(kind):
            value = getattr(node, name)
            if name == "place" and (found := PLACE.match(value)) is not None:
                self.words.append(f"{found[1] or ''}#{found[3]}")
                self.places.append((value, len(self.spans)))
            else:
                waiting.append(value)
        if kind is LengthFact:
            waiting.append(node.span.text)  # people are told it as it was written
            self.quoted.add(node.span)


def piece(value: object, source: Source) -> Piece:
    """A value, whose places are lines of `source`, as a piece."""
    told = _Told()
    told.tell(value)
    spans = sorted(set(told.spans), key=lambda s: (s.source.name, s.start, s.end))
    on = {span: (span.source.name, span.line) for span in spans}
    lines = {*on.values(), *(place_line(place, source) for place, _ in told.places)}
    ranks = {line: i for i, line in enumerate(sorted(lines))}
    order = {span: f"{i}@{ranks[on[span]]}" for i, span in enumerate(spans)}
    told.words += [order[span] for span in told.spans]
    told.words += [f"{i}@{ranks[place_line(place, source)]}" for place, i in told.places]
    digest = hashlib.sha256("\0".join(told.words).encode("utf-8", "surrogatepass")).hexdigest()
    return Piece(digest, frozenset(told.names), tuple(spans), tuple(sorted(lines)), frozenset(told.quoted))


def place_line(place: str, source: Source) -> Line:
    """The line that a place is on."""
    found = PLACE.match(place)
    assert found is not None
    return source.name, int(found[2])
