"""A program read, checked, and tried: conditions that nobody could prove are searched for small runs that break them."""

from __future__ import annotations

from aalpl.check import load
from aalpl.program.nodes import Program
from aalpl.report import Diagnostic, Source


def examined(source: Source) -> tuple[Program | None, list[Diagnostic]]:
    """Like `check.load`, and with an error for each listed condition that a small run breaks (semantics 3)."""
    program, found = load(source)
    if program is None or all(each.status != "listed" for each in program.obligations):
        return program, found
    from aalpl.run.witness import witnesses

    broken = witnesses(program)
    if not broken:
        return program, found
    return None, sorted([*found, *broken], key=lambda each: each.label.span.start)
