"""Reads the fenced blocks of a Markdown document into cases: a program and what is expected of it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

import attrs

_FENCE = re.compile(r"^(`{3,}|~{3,})\s*(\S*)\s*(.*?)\s*$")
_HEADING = re.compile(r"^#+\s+(.*?)\s*#*$")

PROGRAM = "aalp"


@attrs.frozen
class Block:
    """A fenced block: its kind, the words after the kind, its text, and the lines (from 1) the text takes."""

    kind: str
    words: str
    text: str
    first: int
    last: int
    heading: str = ""


@attrs.frozen
class Case:
    """A program block and the blocks that say what is expected of it, up to the next program or heading."""

    title: str
    program: Block
    expected: tuple[Block, ...]


def blocks(text: str) -> Iterator[Block]:
    """Every fenced block of a document, in order; one that is never closed ends with the document."""
    lines = text.split("\n")
    heading, i = "", 0
    while i < len(lines):
        if found := _HEADING.match(lines[i]):
            heading = found[1]
        if fence := _FENCE.match(lines[i]):
            end = _closing(lines, i + 1, fence[1])
            inside = lines[i + 1 : end]
            yield Block(fence[2], fence[3], "".join(f"{line}\n" for line in inside), i + 2, end, heading)
            i = end
        i += 1


def cases(text: str, kinds: Collection[str]) -> list[Case]:
    """The cases of a document; `kinds` are the block kinds that are expectations, others are prose."""
    found: list[Case] = []
    for block in blocks(text):
        if block.kind == PROGRAM:
            found.append(Case(_title(found, block), block, ()))
        elif block.kind in kinds and found and found[-1].program.heading == block.heading:
            found[-1] = attrs.evolve(found[-1], expected=(*found[-1].expected, block))
    return found


def rewritten(text: str, replacements: Mapping[int, str]) -> str:
    """The document with new texts for some blocks, keyed by the first line of the block's text."""
    lines = text.split("\n")
    for block in reversed(list(blocks(text))):
        if block.first in replacements:
            lines[block.first - 1 : block.last] = replacements[block.first].splitlines()
    return "\n".join(lines)


def _closing(lines: list[str], start: int, fence: str) -> int:
    for i in range(start, len(lines)):
        if lines[i].startswith(fence) and not lines[i].strip(fence[0]).strip():
            return i
    return len(lines)


def _title(before: list[Case], block: Block) -> str:
    same = sum(case.program.heading == block.heading for case in before)
    title = block.heading or "program"
    return f"{title} ({same + 1})" if same else title
