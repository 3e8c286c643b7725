"""`aalpl cost FILE.koat`: a transition system instead of a program."""

from __future__ import annotations

from aalpl.cost.koat.reader import read
from aalpl.cost.koat.report import answered, as_json, as_text
from aalpl.report.source import Source
from aalpl.shell import given
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.terminal import Terminal


def cost(source: Source, at: str, which: str | None, form: str, strict: bool, paper: Terminal) -> int:
    """Prints what is derived for the system."""
    if form not in ("text", "json"):
        raise Failure(f"`--format {form}` is for programs", "choose `text` or `json`")
    asked = read(source)
    found = answered(asked)
    values = given.parse(at) or None
    given.require(values or {}, {*asked.rules.variables, *asked.rules.parameters})
    if form == "json":
        from aalpl.report.machine import dumps

        paper.document(dumps(as_json(found, asked, values)))
    else:
        paper.out.write(as_text(found, asked, values, which, paper.ink))
    return Exit.WRONG if strict and found.answer.unknowns else Exit.FINE
