"""Collects lines of Python and remembers which of them stand for which place of the program.

A statement stands after a line `#$n`, where `n` is the number of its span; an operation that may fail begins on a line
of its own, after a mark `#@n`. The line number in a Python traceback then tells the exact place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from aalpl.report.source import Span

_MARK = re.compile(r"#([@$])(\d+)$")


@attrs.define
class Writer:
    """Lines of Python under construction."""

    rows: list[str] = attrs.field(factory=list)
    depth: int = 0

    def line(self, text: str) -> None:
        """One statement (which may itself run over several lines inside brackets)."""
        self.rows.append("    " * self.depth + text)

    @contextmanager
    def block(self, heading: str) -> Iterator[None]:
        """An indented block under `heading`; never empty."""
        self.line(heading)
        self.depth += 1
        before = len(self.rows)
        yield
        if len(self.rows) == before:
            self.line("pass")
        self.depth -= 1

    def text(self) -> str:
        """The source text."""
        return "\n".join(self.rows) + "\n"


@attrs.define
class Marks:
    """Spans of operations that may fail."""

    spans: list[Span] = attrs.field(factory=list)

    def statement(self, span: Span) -> str:
        """A comment line: what follows stands for `span`."""
        self.spans.append(span)
        return f"#${len(self.spans) - 1}"

    def at(self, span: Span, operation: str) -> str:
        """`operation` in brackets, on a line that is known to stand for `span`."""
        self.spans.append(span)
        return f"(#@{len(self.spans) - 1}\n{operation})"


def line_table(source: str, spans: list[Span]) -> dict[int, Span]:
    """Line of the Python source (from 1) -> place in the program."""
    table: dict[int, Span] = {}
    statement: Span | None = None
    for number, row in enumerate(source.split("\n"), start=1):
        found = _MARK.search(row)
        if found and found[1] == "@":
            table[number + 1] = spans[int(found[2])]
        elif found:
            statement = spans[int(found[2])]
        if statement is not None:
            table.setdefault(number, statement)
    return table
