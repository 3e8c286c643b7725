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
    """The fields of a class of attrs, the place in the text with them."""
    return tuple(field.name for field in attrs.fields(kind))


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
        while waiting:
            value = waiting.pop()
            if isinstance(value, Node):
                self.node(value, waiting)
            elif isinstance(value, Span):
                self.spans.append(value)
            elif isinstance(value, str):
                self.names.add(value)
                self.words.append(repr(value))
            elif isinstance(value, Size):
                self.names |= value.free
                self.words.append(str(value))
            elif isinstance(value, tuple | list):
                self.words.append(f"({len(value)}")
                waiting.extend(reversed(value))
            elif isinstance(value, Mapping):
                self.words.append(f"{{{len(value)}")
                waiting.extend(part for pair in value.items() for part in pair)
            elif isinstance(value, frozenset):
                self.words.append(f"<{len(value)}")
                waiting.extend(sorted(value))
            else:
                self.words.append(f"{type(value).__name__} {value!r}")

    def node(self, node: Node, waiting: list[Any]) -> None:
        """The name of a node, and its parts on the stack; a place is told apart from other texts."""
        kind: Any = type(node)
        self.words.append(kind.__name__)
        for name in reversed(fields(kind)):
            value = getattr(node, name)
            if name == "place" and (found := PLACE.match(value)) is not None:
                self.words.append(f"{found[1] or ''}#{found[3]}")
                self.places.append((value, len(self.spans)))
            else:
                waiting.append(value)
        if isinstance(node, LengthFact):
            waiting.append(node.span.text)  # people are told it as it was written
            self.quoted.add(node.span)


def piece(value: object, source: Source) -> Piece:
    """A value, whose places are lines of `source`, as a piece."""
    told = _Told()
    told.tell(value)
    spans = sorted(set(told.spans), key=lambda s: (s.source.name, s.start, s.end))
    lines = {(span.source.name, span.line) for span in spans}
    lines |= {place_line(place, source) for place, _ in told.places}
    ranks = {line: i for i, line in enumerate(sorted(lines))}
    order = {span: i for i, span in enumerate(spans)}
    told.words += [f"{order[span]}@{ranks[span.source.name, span.line]}" for span in told.spans]
    told.words += [f"{i}@{ranks[place_line(place, source)]}" for place, i in told.places]
    digest = hashlib.sha256("\0".join(told.words).encode("utf-8", "surrogatepass")).hexdigest()
    return Piece(digest, frozenset(told.names), tuple(spans), tuple(sorted(lines)), frozenset(told.quoted))


def place_line(place: str, source: Source) -> Line:
    """The line that a place is on."""
    found = PLACE.match(place)
    assert found is not None
    return source.name, int(found[2])
