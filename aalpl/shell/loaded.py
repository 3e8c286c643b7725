"""A checked program for a command, its function, and its sizes; or the reason why there is none."""

from __future__ import annotations

from aalpl.check import load
from aalpl.program.nodes import Program
from aalpl.report import draw
from aalpl.report.diagnostic import Diagnosed, Severity
from aalpl.report.source import Source
from aalpl.shell.failure import Failure, unknown
from aalpl.shell.terminal import Terminal


def program(source: Source, paper: Terminal, *, strict: bool = False) -> Program:
    """The program; its warnings are told, its errors (when strict, its warnings too) raised."""
    found, diagnostics = load(source)
    if found is None or draw.failing(diagnostics, strict=strict):
        raise Diagnosed(*diagnostics)
    paper.complain([d for d in diagnostics if d.severity is Severity.WARNING])
    return found


def functions(of: Program, name: str | None) -> list[str]:
    """The functions a command is about: the one that is named, else all of the file's own."""
    own = [f.name for f in of.functions.values() if not f.library]
    if name is None and not own:
        raise Failure("the program has no function", "write a `def`", code="no-function")
    if name is not None and name not in of.functions:
        raise unknown("function", name, own, code="unknown-function")
    return own if name is None else [name]


def one_function(of: Program, name: str | None) -> str:
    """The function to run: the one that is named, the program's own statements, or the only one."""
    if name is None and of.main is not None:
        return of.main
    found = functions(of, name)
    if len(found) > 1:
        every = ", ".join(f"`{each}`" for each in found)
        raise Failure("the program has several functions", f"name one of {every}", code="which-function")
    return found[0]


def symbols(of: Program, names: list[str]) -> set[str]:
    """What `--at` may speak of: sizes, the parameters of these functions, and the `O(1)` of each primitive."""
    params = (param.name for name in names for param in of.functions[name].params)
    return {*of.sizes, *params, *(f"o_{primitive}" for primitive in of.primitives)}
