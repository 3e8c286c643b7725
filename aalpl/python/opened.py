"""From a path or a text to a program that can be asked and run."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from aalpl.check import load as checked
from aalpl.python.failed import Failed
from aalpl.python.program import Program
from aalpl.report import Source, draw
from aalpl.tree import read_source


def load(program: str | PathLike[str] | Source) -> Program:
    """The program in a file, or a text that is one: a string with a line end in it is a text.

    Raises `Failed` with the diagnostics where it is wrong, OSError where there is no such file."""
    if isinstance(program, str) and "\n" in program:
        source = Source("<text>", program)
    elif isinstance(program, Source):
        source = program
    else:
        source = read_source(Path(program))
    found, diagnostics = checked(source)
    if found is None or draw.failing(diagnostics):
        raise Failed(diagnostics)
    return Program(source, found, tuple(diagnostics))
