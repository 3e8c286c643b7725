"""The standard library: every claim is proved, every function is run, and what runs count lies within what is claimed."""

from __future__ import annotations

import runpy
from functools import cache
from pathlib import Path

import pytest
from support.tuples import size_tuples

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Quantity
from aalpl.program.nodes import Program
from aalpl.program.types import Int
from aalpl.run import execute
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "stdlib").glob("*.aalp"))
PROVEN_AT_LEAST = 15


@cache
def program_of(path: Path) -> Program:
    program, diagnostics = load(read_source(path))
    assert program is not None
    assert diagnostics == []
    return program


FUNCTIONS = [
    (path, name) for path in MODULES for name, f in program_of(path).functions.items() if not f.library
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_every_claim_of_a_module_is_proved_and_in_the_reference(path: Path) -> None:
    """`rows` stops at a claim that is not proved; docs/stdlib.md is what `python docs/reference.py` writes."""
    reference = runpy.run_path(str(ROOT / "docs/reference.py"))
    said = reference["PAGE"].read_text(encoding="utf-8")
    own = [line for line in said.splitlines() if line.startswith(f"| [{path.stem}]")]
    assert own == list(reference["rows"](path.stem, program_of(path)))
    assert reference["section"](path, program_of(path)).strip() in said


def test_enough_modules_have_claims() -> None:
    assert sum(bool(program_of(path).claims) for path in MODULES) >= PROVEN_AT_LEAST


@pytest.mark.parametrize(("path", "name"), FUNCTIONS, ids=lambda value: getattr(value, "stem", value))
def test_runs_stay_within_the_bounds(path: Path, name: str) -> None:
    """Calls of a function by itself, in simulated runs at small sizes, under every adversary."""
    program = program_of(path)
    answer = analyse(program, name).answer(Quantity("calls"))
    ran = 0
    for seed, at in enumerate(size_tuples(program, name, 6, seed=3)):
        small = {key: max(0, min(value, 7)) if isinstance(value, int) else value for key, value in at.items()}
        for adversary in ("random", "worst", "best"):
            run = execute(program, name, None, small, seed=seed, adversary=adversary, patience=20_000)
            if run.diagnostics:
                continue
            ran += 1
            values = {**run.entry, **small}
            for bound, wrong in ((answer.upper, -1), (answer.lower, 1)):
                if bound is not None and bound.free <= values.keys():
                    assert wrong * (bound.value(values) - run.meter.calls) <= 1e-9, (name, small, bound)
    assert ran >= 3


def test_int_parameters_of_the_library_have_ranges() -> None:
    for path, name in FUNCTIONS:
        for param in program_of(path).functions[name].params:
            if isinstance(param.type, Int):
                assert param.type.low is not None, (path.stem, name, param.name)
