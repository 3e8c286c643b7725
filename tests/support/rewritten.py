"""Programs and what rewriting makes of them: parsed, with the types of their variables, checked again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs

from aalpl.check import load
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.report import Severity, Source
from aalpl.tree import nodes as t
from aalpl.tree import parse, write

from .rewriter import REWRITES, Program


@attrs.frozen
class Case:
    """A function of a checked program, ready to be rewritten."""

    title: str
    checked: p.Program
    program: Program

    @property
    def function(self) -> str:
        """Its name."""
        return self.program.function


def cases_of(title: str, text: str) -> Iterator[Case]:
    """Every function of a program text."""
    source = Source(f"{title}.aalp", text)
    checked, diagnostics = load(source)
    assert checked is not None, diagnostics
    file, _ = parse(source)
    assert file is not None
    file = attrs.evolve(file, comments=(), items=tuple(e for e in file.items if not isinstance(e, t.Claim)))
    for name, function in checked.functions.items():
        if not function.library:
            yield Case(title, checked, Program(file, name, declared(function, file)))


def declared(function: p.Function, file: t.File) -> dict[str, t.TypeExpr | None]:
    """The types of a function's variables, as a parameter would declare them; None where that cannot be said."""
    found: dict[str, t.TypeExpr | None] = {}
    for each in nodes(function):
        if isinstance(each, p.Variable | p.Param):
            found[each.name] = spelled(each.type, file)
    return found


def spelled(type: ty.Type, file: t.File) -> t.TypeExpr | None:
    """A type as it is written, without sizes."""
    match type:
        case ty.Int():
            return t.IntType(None, None, span=file.span)
        case ty.Bool():
            return t.BoolType(span=file.span)
        case ty.Text():
            return t.TextType(None, span=file.span)
        case _:
            return None


def rewritten(case: Case, rewrite: str) -> tuple[p.Program, str, str] | None:
    """The rewritten program, the name of the function in it, and its text; None where the rewrite does not apply."""
    made = REWRITES[rewrite](case.program)
    if made is None:
        return None
    text = write(made.file)
    checked, diagnostics = load(Source(f"{case.title}, {rewrite}", text))
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    if checked is None or errors:
        raise AssertionError(f"{case.title} {case.function}, {rewrite}: {errors}\n{text}")
    return checked, made.function, text


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """All programs of a folder."""
    for path in sorted(folder.rglob("*.aalp")):
        yield path.stem, path.read_text(encoding="utf-8")
