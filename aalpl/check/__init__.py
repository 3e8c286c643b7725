"""The middle of the language: from what was written to what it means.

`check` goes through a file in passes: every declared name is entered, headers are read, bodies are lowered, claims
are looked up, what is left over is told; then the whole is put together and its obligations are discharged.
"""

from __future__ import annotations

from aalpl.check import assemble, usage
from aalpl.check.checker import Checker
from aalpl.check.library import Library, Reader, beside
from aalpl.check.module import Module
from aalpl.check.shallow import too_deep
from aalpl.check.undeclared import diagnostics
from aalpl.program.nodes import Obligation, Program
from aalpl.report import Diagnostic, Severity, Source
from aalpl.tree import nodes as t
from aalpl.tree import parse

try:
    from aalpl.check.obligations import discharge
except ImportError:

    def discharge(program: Program) -> tuple[tuple[Obligation, ...], list[Diagnostic]]:
        return (), []


__all__ = ["Library", "check", "load"]


def load(source: Source, library: Library | None = None) -> tuple[Program | None, list[Diagnostic]]:
    """The program that a text means, or None, and what is the matter with it."""
    file, wrong = parse(source)
    if file is None or _errors(wrong):
        return None, list(wrong)
    program, found = check(file, source, library)
    return program, [*wrong, *found]


def check(
    file: t.File, source: Source, library: Library | None = None, read: Reader | None = None
) -> tuple[Program | None, list[Diagnostic]]:
    """The program that a tree means, or None, and what is the matter with it."""
    if (problem := too_deep(file)) is not None:
        return None, [problem]
    checker = Checker(Module("", source, file), library or Library(), read or beside(source))
    checker.prepare(checker.main)
    assemble.relations(checker)
    assemble.models(checker)
    assemble.bodies(checker)
    assemble.claims(checker)
    usage.tell(checker)
    found = [*checker.problems.found, *diagnostics(checker.problems.missing.values())]
    if _errors(found):
        return None, _sorted(found)
    program = assemble.program(checker)
    obligations, refuted = discharge(program)
    found = _sorted([*found, *refuted])
    return (None if _errors(refuted) else assemble.with_obligations(program, obligations)), found


def _errors(found: list[Diagnostic]) -> bool:
    return any(each.severity is Severity.ERROR for each in found)


def _sorted(found: list[Diagnostic]) -> list[Diagnostic]:
    """In the order of the text; of several errors on one line the one about a name, else the first."""
    errors: dict[tuple[str, int], Diagnostic] = {}
    for each in found:
        if each.code == "unknown-name":
            errors[each.label.span.source.name, each.label.span.line] = each
    for each in sorted(found, key=lambda each: each.label.span.start):
        if each.severity is Severity.ERROR and each.code != "unknown-name":
            errors.setdefault((each.label.span.source.name, each.label.span.line), each)
    kept = [
        each
        for each in found
        if each.severity is not Severity.ERROR or each.code == "unknown-name" or each in errors.values()
    ]
    return sorted(kept, key=lambda each: (each.label.span.source.name, each.label.span.start))
