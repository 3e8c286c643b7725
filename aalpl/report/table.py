"""Tables of text: columns aligned, numbers to the right, for terminals and for Markdown."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.report.ink import Ink, wide


@attrs.frozen
class Table:
    """Rows under a heading; `right` names the columns (from 0) that hold numbers."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: frozenset[int] = frozenset()

    def __attrs_post_init__(self) -> None:
        if any(len(row) != len(self.heading) for row in self.rows):
            raise ValueError("every row of a table has as many cells as its heading")


def text(table: Table, ink: Ink, *, indent: str = "  ") -> str:
    """The table with two blanks between columns, its heading dim, no lines drawn."""
    heading = tuple(ink.spell(cell) for cell in table.heading)
    rows = [tuple(ink.spell(cell) for cell in row) for row in table.rows]
    widths = _widths([heading, *rows])
    head = [ink.paint(_row(heading, widths, table.right), "dim")] if any(heading) else []
    body = [_row(row, widths, table.right) for row in rows]
    return "".join(f"{indent}{line}".rstrip() + "\n" for line in [*head, *body])


def markdown(table: Table) -> str:
    """The table as GitHub-flavoured Markdown."""
    cells = [tuple(cell.replace("|", "\\|") for cell in row) for row in [table.heading, *table.rows]]
    rule = tuple("--:" if i in table.right else "---" for i in range(len(table.heading)))
    return "".join(f"| {' | '.join(row)} |\n" for row in [cells[0], rule, *cells[1:]])


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(wide(cell) for cell in column) for column in zip(*rows, strict=True)]


def _row(cells: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> str:
    return "  ".join(_cell(c, widths[i], i in right) for i, c in enumerate(cells))


def _cell(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - wide(cell))
    return blanks + cell if right else cell + blanks
