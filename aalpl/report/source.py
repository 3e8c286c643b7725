"""Where a piece of program text stands: the text it is part of, and from which character to which."""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

import attrs


@attrs.define(frozen=True, slots=False, eq=False)
class Source:
    """A text with a name. Offsets count characters from 0, lines and columns count from 1."""

    name: str
    text: str

    @cached_property
    def _starts(self) -> list[int]:
        starts = [0]
        starts.extend(i + 1 for i, char in enumerate(self.text) if char == "\n")
        return starts

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1) of the character at `offset`."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its end of line; empty past the last line."""
        if not 1 <= number <= len(self._starts):
            return ""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


@attrs.frozen(repr=False)
class Span:
    """The characters `start` (inclusive) to `end` (exclusive) of a source."""

    source: Source
    start: int
    end: int

    @property
    def line(self) -> int:
        """The line (from 1) on which the span begins."""
        return self.source.place(self.start)[0]

    @property
    def column(self) -> int:
        """The column (from 1) at which the span begins."""
        return self.source.place(self.start)[1]

    @property
    def text(self) -> str:
        """The characters themselves."""
        return self.source.text[self.start : self.end]

    def to(self, last: Span) -> Span:
        """The span from the beginning of this one to the end of `last`."""
        return Span(self.source, self.start, max(self.end, last.end))

    def __repr__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"
