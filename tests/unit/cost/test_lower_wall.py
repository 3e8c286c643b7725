"""The wall between run and cost: a form fed with what a run observed makes the calls of that run, one for one."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.form_runner import Lost, run
from support.programs import generate

from aalpl.check import load
from aalpl.cost.lower.front import lower
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("examples/*/*.aalp"), *ROOT.glob("tests/cases/shared/*.aalp")])
FILES = [path for path in FILES if path.stem != "endless_loops"]  # whose runs need not end
SIZES = {
    "T": 4,
    "k": 3,
    "w": 2,
    "N": 5,
    "L": 2,
    "R": 2,
    "n": 7,
    "c": 2,
    "b": 2,
    "d": 2,
    "s": 2,
    "f": 2,
    "l": 3,
}


def loaded(path: Path) -> Program:
    program, problems = load(Source(str(path), path.read_text()))
    assert program is not None, problems
    return program


def compare(
    program: Program,
    function: str,
    at: dict[str, object],
    seed: int,
    adversary: str = "random",
    inputs: Mapping[str, object] | None = None,
) -> int:
    """Runs and replays; how many calls were compared."""
    ran = execute(
        program, function, inputs or {}, at, seed=seed, observe=True, trace=True, adversary=adversary
    )
    if ran.diagnostics:
        return 0
    observed = ran.observations
    entry = {**ran.entry, **{f"o_{name}": 1 for name in program.primitives}}
    events, disagreements = run(lower(program), function, entry, lambda name, at: observed.get((name, at)))
    assert not disagreements
    measured = [(call.place, call.primitive, call.tokens_in, call.tokens_out) for call in ran.trace]
    assert [(e.place, e.primitive, e.inputs, e.outputs) for e in events] == measured
    for row in ran.meter.rows:  # shared prefixes, where the form says how much is shared
        hits = [event.hit for event in events if event.place == row.place]
        if hits and None not in hits:
            assert sum(hit or 0 for hit in hits) == row.hit, row
    return len(measured)


def sizes(program: Program, seed: int) -> dict[str, object]:
    """Small sizes for everything a program may ask."""
    found: dict[str, object] = {}
    for name, size in program.sizes.items():
        if size.kind != "prob":
            found[name] = (lambda i: i + 1) if size.family else SIZES.get(name, 3) + seed % 2
        elif size.value is None:
            found[name] = (lambda i: 0.5) if size.family else 0.7
    for function in program.functions.values():
        for param in function.params:
            if type(param.type).__name__ == "Int":
                found.setdefault(param.name, SIZES.get(param.name, 3))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_example(path: Path) -> None:
    program = loaded(path)
    for name, function in program.functions.items():
        if function.library:
            continue
        own = {param.name for param in function.params if type(param.type).__name__ == "Int"}
        for seed in range(3):
            at = {n: v for n, v in sizes(program, seed).items() if n in program.sizes or n in own}
            compare(program, name, at, seed)


@pytest.mark.parametrize("start", range(0, 40, 10))
def test_random_programs(start: int) -> None:
    for seed in range(start, start + 10):
        made = generate(seed)
        program, problems = load(Source(f"seed {seed}", made.text))
        assert program is not None, (made.text, problems)
        sizes_ = {**made.sizes, "w": lambda i: i + 1}
        try:
            compare(program, "f", sizes_, seed)
        except Lost as reason:
            raise AssertionError(f"seed {seed}: {reason}\n{made.text}") from reason


@pytest.mark.parametrize("function", ["naive", "focused"])
def test_a_real_module(function: str) -> None:
    program = loaded(ROOT / "examples/paper/real_debugging.aalp")
    module = Path(calendar.__file__).read_text()
    assert compare(program, function, {"b": 3}, 1, inputs={"module": module}) > 5


def test_a_program_without_functions() -> None:
    text = """\
size n
llm M(x: text) -> text[2] size m
input x: text[n]
input d: int in 1..
for i in 1..d do
    x <- x ++ M(x)
output x
"""
    program, problems = load(Source("program.aalp", text))
    assert program is not None, problems
    assert program.main is not None
    assert compare(program, program.main, {"n": 3, "d": 4, "m": 1}, 0) == 4
