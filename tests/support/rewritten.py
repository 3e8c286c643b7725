"""Programs and what rewriting makes of them: parsed, with the types of their variables, checked again."""

from __future__ import annotations

import re
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

from .retold import names
from .rewriter import REWRITES, Program


@attrs.frozen(eq=False)
class Case:
    """A function of a checked program, ready to be rewritten."""

    title: str
    checked: p.Program
    program: Program

    @property
    def function(self) -> str:
        """Its name."""
        return self.program.function

    @property
    def key(self) -> str:
        """Which one it is."""
        return f"{self.title}/{self.function}"


def cases_of(title: str, text: str) -> Iterator[Case]:
    """Every function of a program text."""
    source = Source(f"{title}.aalp", text)
    checked, diagnostics = load(source)
    assert checked is not None, diagnostics
    file, _ = parse(source)
    assert file is not None
    items = tuple(e for e in file.items if not isinstance(e, t.Claim))
    for name, function in checked.functions.items():
        if not function.library:
            mine = attrs.evolve(file, comments=(), items=(*items, *of_one(file, name, checked)))
            yield Case(title, checked, Program(mine, name, declared(function, file)))


def of_one(file: t.File, function: str, checked: p.Program) -> list[t.Claim]:
    """The claims that speak of this function and of no other one."""
    claims = [each for each in file.items if isinstance(each, t.Claim)]
    return [each for each in claims if names(each) & checked.functions.keys() == {function}]


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
        case ty.ListOf(element):
            inner = spelled(element, file)
            return None if inner is None else t.ListType(None, inner, span=file.span)
        case ty.Maybe(base):
            inner = spelled(base, file)
            return None if inner is None else t.OptionalType(inner, span=file.span)
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


def pages(path: Path) -> Iterator[tuple[str, str]]:
    """All programs of a page of cases, under its title and their number."""
    found = re.findall(r"^```aalp\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
    for number, text in enumerate(found, 1):
        yield f"{path.stem} {number}", text


def of_function(program: p.Program, function: str, word: str) -> p.Program:
    """The program with those claims only that are about one function and have a word in them."""
    mine = (each for each in program.claims if asked(each, program) == {function})
    return attrs.evolve(program, claims=tuple(each for each in mine if word in each.span.text))


def asked(claim: p.Claim, program: p.Program) -> set[str]:
    """The functions that a claim speaks of."""
    return {each for each in program.functions if re.search(rf"\b{each}\b", claim.span.text)}
