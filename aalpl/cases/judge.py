"""Compares what a case expects with what is so: `cost` blocks mathematically, all others as text."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import unified_diff

import attrs

from aalpl.cases.document import Block, Case
from aalpl.cases.views import VIEWS, Request, request
from aalpl.report.diagnostic import Diagnosed, Diagnostic, Severity
from aalpl.report.draw import lines
from aalpl.report.source import Source

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")
_TOLD = re.compile(r"^\d+:\d+: ([a-z0-9-]+): ", re.MULTILINE)


@attrs.frozen
class Correction:
    """What differs, in words, and the texts that blocks would have to have (by their first line)."""

    report: str
    blocks: dict[int, str]


def corrected(case: Case, name: str) -> Correction | None:
    """What is wrong with the expectations of `case`; nothing when they hold."""
    source = Source(name, case.program.text)
    reports, blocks = [], {}
    for block in case.expected:
        found = view(source, block)
        if not _same(block, found):
            reports.append(_difference(block, found))
            blocks[block.first] = found
    if not any(block.kind == "error" for block in case.expected):
        reports += _unannounced(source)
    return Correction("\n".join(reports), blocks) if reports else None


def _costs(asked: Request, text: str) -> str:
    from aalpl.cases.costs import settled

    return settled(asked, text)


def _runs(asked: Request, text: str) -> str:
    from aalpl.cases.runs import settled

    return settled(asked, text)


QUANTITIES: dict[str, Callable[[Request, str], str]] = {"cost": _costs, "run": _runs}
"""Blocks of `quantity = value` lines: block text -> the text it should have."""

KINDS = (*VIEWS, *QUANTITIES)
"""All block kinds that are expectations."""


def view(source: Source, block: Block) -> str:
    """What the view named by `block` says of the program; diagnostics where it can say nothing."""
    try:
        asked = request(source, block.words)
        return (
            QUANTITIES[block.kind](asked, block.text)
            if block.kind in QUANTITIES
            else VIEWS[block.kind](asked)
        )
    except Diagnosed as diagnosed:
        return lines(diagnosed.diagnostics)


def _same(block: Block, found: str) -> bool:
    """Equal as texts; an `error` block may also list only codes."""
    wanted = block.text.split()
    if block.kind in ("error", "fault") and wanted and all(_CODE.fullmatch(word) for word in wanted):
        return wanted == _TOLD.findall(found)
    return found.strip("\n") == block.text.strip("\n")


def _unannounced(source: Source) -> list[str]:
    from aalpl.cases.examine import examined

    found: list[Diagnostic] = [d for d in examined(source)[1] if d.severity is not Severity.HINT]
    return (
        ["the program earns diagnostics that no `error` block announces:\n" + lines(found)] if found else []
    )


def _difference(block: Block, found: str) -> str:
    old, new = block.text.splitlines(), found.splitlines()
    where = f"`{block.kind}` block at line {block.first}"
    return "\n".join(unified_diff(old, new, f"{where}: expected", "found", lineterm=""))
