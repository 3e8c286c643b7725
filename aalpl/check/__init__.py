"""The middle of the language: from what was written to what it means.

`check` goes through a file in passes: every declared name is entered, headers are read, bodies are lowered, claims
are looked up, what is left over is told; then the whole is put together and its obligations are discharged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.check import assemble, prompts, usage
from aalpl.check.checker import Checker
from aalpl.check.library import Library, Reader, beside
from aalpl.check.module import Module
from aalpl.check.obligations import discharge
from aalpl.check.order import errors, ordered
from aalpl.check.shallow import too_deep
from aalpl.check.standins import stand_ins
from aalpl.check.undeclared import diagnostics
from aalpl.program.nodes import Program
from aalpl.report import Diagnostic, Source
from aalpl.tree import nodes as t
from aalpl.tree import parse

if TYPE_CHECKING:
    from aalpl.check.walks import Walks

__all__ = ["Library", "check", "load"]


def load(source: Source, library: Library | None = None) -> tuple[Program | None, list[Diagnostic]]:
    """The program that a text means, or None, and what is the matter with it."""
    file, wrong = parse(source)
    if file is None or errors(wrong):
        return None, list(wrong)
    program, found = check(file, source, library)
    return program, [*wrong, *found]


def check(
    file: t.File,
    source: Source,
    library: Library | None = None,
    read: Reader | None = None,
    walks: Walks | None = None,
) -> tuple[Program | None, list[Diagnostic]]:
    """The program that a tree means, or None, and what is the matter with it.

    `walks` remembers what was found in functions that have not changed since."""
    if (problem := too_deep(file)) is not None:
        return None, [problem]
    checker = Checker(Module("", source, file), library or Library(), read or beside(source))
    checker.prepare(checker.main)
    assemble.relations(checker)
    assemble.models(checker)
    assemble.bodies(checker)
    stand_ins(checker)
    assemble.claims(checker)
    prompts.tell(checker)
    usage.tell(checker)
    found = [*checker.problems.found, *diagnostics(checker.problems.missing.values())]
    if errors(found):
        return None, ordered(found)
    program = assemble.program(checker)
    if walks is not None:
        walks.begin(program, source)
    obligations, refuted = discharge(program, walks)
    found = ordered([*found, *refuted])
    return (None if errors(refuted) else assemble.with_obligations(program, obligations)), found
