"""Every bound of every example has a derivation: steps at lines of the file, equations that hold, and what is shown last."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.words import explain
from aalpl.cost.words.derivation import derivation
from aalpl.cost.words.ends import ends
from aalpl.cost.words.summary import Summary, summarise
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.report import Source
from aalpl.report.ink import Ink
from aalpl.shell.main import call
from aalpl.tree import read_source

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
FILES = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.aalp"))
POINTS = 100
ENOUGH = 3


@cache
def loaded(name: str) -> tuple[Program, list[Summary]]:
    program, found = load(read_source(EXAMPLES / name))
    assert program is not None, found
    own = [each for each, function in program.functions.items() if not function.library]
    return program, [summarise(program, analyse(program, each)) for each in own]


@pytest.mark.parametrize("name", FILES)
def test_every_bound_of_an_example_has_its_steps(name: str) -> None:
    _, summaries = loaded(name)
    for summary in summaries:
        sections = {section.title: section for section in derivation(summary)}
        for label, answer in summary.shown:
            told = [step.relation for step in sections[label].steps]
            count = 0
            for _, sign, size in ends(answer):
                count += 1
                assert any(r is not None and r[1:] == (sign, size) for r in told), (
                    summary.function,
                    label,
                    sign,
                )
            assert count or answer.unknowns


@pytest.mark.parametrize("name", FILES)
def test_steps_stand_at_lines_of_the_file(name: str) -> None:
    last = (EXAMPLES / name).read_text(encoding="utf-8").count("\n") + 1
    _, summaries = loaded(name)
    for summary in summaries:
        for section in derivation(summary):
            for step in section.steps:
                assert 0 <= step.line <= last, (summary.function, step)


@pytest.mark.parametrize("name", FILES)
def test_equations_hold_for_numbers(name: str) -> None:
    program, summaries = loaded(name)
    rng = random.Random(name)
    checked = 0
    equations = 0
    for summary in summaries:
        for section in derivation(summary):
            for step in section.steps:
                if step.check is not None:
                    seen = list(points(*step.check, program, summary, section.title, rng))
                    for at, left, right in seen:
                        near = abs(float(left - right)) <= 1e-7 * max(1.0, abs(float(left)))
                        assert near, (summary.function, section.title, step, at, left, right)
                    checked += len(seen) >= ENOUGH
                    equations += 1
    assert checked >= equations // 2, (checked, equations)


def points(
    left: Size, right: Size, program: Program, summary: Summary, about: str, rng: random.Random
) -> Iterator[tuple[dict[str, Any], Fraction, Fraction]]:
    """Numbers within what is known, and both sides there."""
    facts = summary.analysis.known.facts if summary.analysis.known is not None else ()
    names = sorted({*left.free, *right.free, *(n for fact in facts for n in fact.free)})
    seen = 0
    for _ in range(POINTS):
        if seen == 2 * ENOUGH:
            return
        at = {name: drawn(name, program, summary, about, rng) for name in names}
        try:
            if all(fact.value(at) >= 0 for fact in facts):
                yield at, left.value(at), right.value(at)
                seen += 1
        except (KeyError, ZeroDivisionError, OverflowError, ValueError):
            continue


def drawn(name: str, program: Program, summary: Summary, about: str, rng: random.Random) -> Any:
    """A number for a name; for a family a function of its indices. What is observed is 0 or more, a truth 0 or 1."""
    if name in program.sizes and program.sizes[name].kind == "prob":
        return Fraction(rng.randint(1, 19), 20)
    own = name in {param.name for param in program.functions[summary.function].params}
    inside = about and "°" not in name and not name.startswith("len(")
    declared = name in program.sizes or name.startswith("o_")
    low, high, seed = 1 if declared else -2 if own or inside else 0, 5, rng.randint(0, 10**6)
    if "@" in name:
        limits = summary.analysis.observables.get(name)
        lowest = limits.low.constant() if limits is not None and limits.low is not None else None
        highest = limits.high.constant() if limits is not None and limits.high is not None else None
        low = int(lowest or 0)
        high = low + 3 if highest is None else int(highest)

    class Family(Fraction):
        """A number, and what has one at every index."""

        def __call__(self, *indices: Any) -> Fraction:
            return Fraction(
                random.Random(f"{seed}{indices}").randint(max(low, 0), max(high, 3) if high > 1 else high)
            )

    return Family(rng.randint(low, high))


# -- what is told of recursion, chance, and what failed ----------------------------------------------------------------


def told(text: str, name: str) -> str:
    program, found = load(Source("test.aalp", text))
    assert program is not None, found
    return explain.explained(summarise(program, analyse(program, name)), Ink(width=200))


def test_a_chain_is_told_as_one() -> None:
    text = """
llm step() -> text[0] size 1

def f():
    state <- 0
    while state < 3 do
        step()
        if flip(1/2) then
            state <- 2*state + 1
        else
            state <- state/2
"""
    shown = told(text, "f")
    assert "Markov chain" in shown
    assert "calls = 6" in shown


def test_what_failed_names_the_loop_and_what_was_tried() -> None:
    text = """
llm step() -> text[0] size 1

def f(x: int):
    while x > 1 do
        step()
        x <- x/2 if x mod 2 = 0 else 3*x + 1
"""
    shown = told(text, "f")
    assert "line 5  no upper bound was found" in shown
    assert "ranking functions" in shown


def test_a_fair_walk_with_one_barrier_names_the_loop_and_what_was_tried() -> None:
    text = """
llm step() -> text[0] size 1

def f(x: int):
    while x > 0 do
        step()
        x <- x - 1 if flip(1/2) else x + 1
"""
    shown = told(text, "f")
    assert "line 5  the expectation of this loop was not derived; tried:" in shown
    assert "on average\n" not in shown


def test_the_probability_of_a_right_result_is_told_loop_by_loop(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["cost", str(EXAMPLES / "literature/maker.aalp"), "task", "--explain", "--no-cache"]) == 0
    shown = capsys.readouterr().out.partition("P(right(task))\n")[2]
    assert "line 13  rounds draw from the same outcomes" in shown
    assert "P = 1/((1/p - 1)^d + 1)" in shown
    assert "line 19  every round keeps what is kept with the same probability: a power" in shown
    assert "P = ((1/p - 1)^d + 1)^(-s)" in shown
