"""Lays out the lines of a formatted program: blank lines, comments and their columns, breaks of long lines."""

from __future__ import annotations

from itertools import groupby, pairwise

import attrs

from aalpl.report import Source
from aalpl.tree.items import Comment
from aalpl.tree.scan import LAYOUT, scan

WIDTH = 100
INDENT = "    "


@attrs.define
class Line:
    """A line to be: its words (`tail` in a column of its own), where it was written (0: nowhere), what follows it."""

    depth: int
    text: str
    row: int = 0
    column: int = 1
    tail: str = ""
    apart: bool = False  # stands apart from its neighbours by blank lines
    blank: bool = False  # a blank line comes before
    comment: str = ""

    @property
    def only_comment(self) -> bool:
        """Nothing but a comment."""
        return not self.text


def layout(lines: list[Line], comments: tuple[Comment, ...], source: Source) -> str:
    """The text of the lines, with the comments put where they were, and at most one blank line where there was one."""
    lines = _with_comments(lines, comments)
    _set_blanks(lines, source)
    out: list[str] = []
    for _, block in groupby(_numbered(lines), key=lambda pair: pair[0]):
        out += _block([line for _, line in block], first=not out)
    return "".join(f"{line}\n" if line.strip() else "\n" for line in out)


def _with_comments(lines: list[Line], comments: tuple[Comment, ...]) -> list[Line]:
    """Every comment at the end of the line it was on, or on a line of its own before the next."""
    merged = list(lines)
    for comment in comments:
        after = next((i for i, line in enumerate(merged) if line.row > comment.line), len(merged))
        before = merged[after - 1] if after else None
        if not comment.own_line and before is not None and not before.only_comment:
            before.comment += ("  " if before.comment else "") + comment.text
            continue
        following = merged[after] if after < len(merged) else None
        depth = following.depth if following else 0
        if before is not None and before.depth > depth and comment.column >= before.column:
            depth = before.depth
        row = Line(depth, "", comment.line, comment.column, comment=comment.text)
        merged.insert(after, row)
    return merged


def _set_blanks(lines: list[Line], source: Source) -> None:
    """Keep single blank lines; set what stands apart apart; none at the beginning of a block."""
    for index, line in enumerate(lines):
        before = lines[index - 1] if index else None
        if before is None or before.depth < line.depth:
            continue
        line.blank = line.row > 1 and not source.line(line.row - 1).strip()
        if (
            line.depth == 0
            and before.depth > 0
            and not line.text.startswith("else")
            and _ends_apart(lines, index)
        ):
            line.blank = True
        if line.apart:
            first = index
            while first > 0 and lines[first - 1].only_comment and not lines[first].blank:
                first -= 1
            lines[first].blank = first > 0


def _ends_apart(lines: list[Line], index: int) -> bool:
    """Whether the block that ends before a line belongs to what stands apart."""
    head = next((line for line in reversed(lines[:index]) if line.depth == 0), None)
    return head is not None and head.apart


def _numbered(lines: list[Line]) -> list[tuple[int, Line]]:
    """The lines with the number of their paragraph; a blank line begins one."""
    number, numbered = 0, []
    for line in lines:
        number += line.blank
        numbered.append((number, line))
    return numbered


def _block(lines: list[Line], first: bool) -> list[str]:
    """One paragraph: tails in a column; comments of neighbours in a column."""
    out = [] if first else [""]
    pairs = list(zip(_tails(lines), lines, strict=True))
    for has_comment, run in groupby(pairs, key=lambda pair: bool(pair[1].comment and pair[1].text)):
        members = list(run)
        column = _column([len(text) for text, _ in members])
        for text, line in members:
            rows = broken(text, line.depth)
            if line.only_comment:
                rows = [f"{INDENT * line.depth}{line.comment}"]
            elif has_comment:
                width = max(column, len(rows[0]) + 2) if len(rows) == 1 else len(rows[0]) + 2
                rows[0] = f"{rows[0]:<{width}}{line.comment}"
            out += rows
    return out


def _tails(lines: list[Line]) -> list[str]:
    """The lines with their tails; those of neighbours begin in one column."""
    texts = []
    for has_tail, group in groupby(lines, key=lambda line: bool(line.tail)):
        members = list(group)
        heads = [INDENT * line.depth + line.text for line in members]
        if has_tail:
            column = _column([len(head) for head in heads])
            heads = [
                f"{head:<{max(column, len(head) + 2)}}{line.tail}"
                for head, line in zip(heads, members, strict=True)
            ]
            heads = [
                head if len(head) <= WIDTH else f"{INDENT * line.depth}{line.text}  {line.tail}"
                for head, line in zip(heads, members, strict=True)
            ]
        texts += heads
    return texts


def _column(lengths: list[int]) -> int:
    """Two columns past the longest that is not far longer than the others."""
    fair = [length for length in lengths if length <= 70]
    return max(fair, default=0) + 2


def broken(text: str, depth: int) -> list[str]:
    """A line, or where it is too long its parts, broken inside its widest brackets."""
    if len(text) <= WIDTH or "\n" in text:
        return [text]
    widest = _widest_brackets(text)
    if widest is None:
        return [text]
    first, last, commas = widest
    indent = INDENT * (depth + 2)
    rows, row = [text[: first + 1]], indent
    cuts = [first + 1, *(comma + 1 for comma in commas), last]
    for begin, end in pairwise(cuts):
        part = text[begin:end].strip()
        if len(row) + len(part) + 1 > WIDTH and row.strip():
            rows.append(row.rstrip())
            row = indent
        row += part + " "
    return [*rows, row.rstrip() + text[last:]]


def _widest_brackets(text: str) -> tuple[int, int, list[int]] | None:
    """Where the widest outermost brackets of a line open and close, and the commas directly in them."""
    found: list[tuple[int, int, list[int]]] = []
    opened: list[int] = []
    commas: list[int] = []
    for token in scan(Source("", text)).tokens:
        if token.kind in LAYOUT:
            continue
        if token.kind in ("(", "[", "{"):
            commas = commas if opened else []
            opened.append(token.start)
        elif token.kind in (")", "]", "}") and opened:
            first = opened.pop()
            if not opened:
                found.append((first, token.start, commas))
        elif token.kind == "," and len(opened) == 1:
            commas.append(token.start)
    return max(found, key=lambda place: place[1] - place[0], default=None)
