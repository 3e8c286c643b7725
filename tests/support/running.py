"""Runs of small programs, for tests."""

from __future__ import annotations

from typing import Any

from aalpl.check import load
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import Run, execute
from aalpl.run.lower import lower


def checked(text: str) -> Program:
    """The checked program; no errors allowed."""
    program, diagnostics = load(Source("test.aalp", text))
    assert program is not None, diagnostics
    return program


def ran(text: str, function: str | None = None, **options: Any) -> Run:
    """A run that may have ended in a diagnostic."""
    return execute(checked(text), function, **options)


def runs(program: Program, function: str, count: int, **options: Any) -> list[Run]:
    """Runs with the seeds 0, 1, …, lowered once."""
    steer = options.get("adversary", "random") != "random"
    lowered = lower(program, observe=options.get("observe", False), steer=steer)
    return [execute(program, function, seed=seed, lowered=lowered, **options) for seed in range(count)]


def code(run: Run) -> str:
    """The code of the one diagnostic of a run, with its line."""
    (diagnostic,) = run.diagnostics
    return f"{diagnostic.label.span.line} {diagnostic.code}"
