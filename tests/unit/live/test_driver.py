"""The driver for answers that take time: what can be seen of a run does not depend on who was first."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random
from typing import Any

import pytest

from aalpl.check import load
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.program.nodes import Program
from aalpl.program.types import Between, Bool, Choice, Exactly, Int, ListOf, Text, Type
from aalpl.report import Diagnosed, Source
from aalpl.run import execute, texts
from aalpl.run.backend import Question
from aalpl.run.lower import lower
from aalpl.run.prepare import Options
from aalpl.run.sites import ChooseSite, SampleSite
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[3]

NESTED = """\
size n, k
llm ask(x: text[n]) -> text[<= 5] size m
llm less(a: text, b: text) -> bool size m
def g(y: text) -> bool:
    if flip(1/2) then
        return true
    z <- less(y, y)
    return z
def pair(x: text[n]) -> bool:
    zs <- parallel for i in 0..1 yield g(ask(x))
    return zs[0]
def f(x: text[n]) -> list[k] of bool:
    zs <- parallel for i in 0..k-1 yield pair(x)
    return zs
"""


def program_of(text: str) -> Program:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    return program


class Slow:
    """Answers after a while, each time another; the answers depend on the question alone."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.running = self.most = 0
        self.keys: list[str] = []

    async def answer(self, question: Question) -> Any:
        self.keys.append(question.key)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            await asyncio.sleep(self.random.random() * 0.01)
        finally:
            self.running -= 1
        if question.primitive.name == "less":
            return len(question.key) % 2 == 0
        return " ".join(["word"] * (1 + len(question.key) % 2))


def performed(text: str, backend: Any, at: dict[str, int], **more: Any) -> Performed:
    return asyncio.run(perform(program_of(text), "f", None, at, lines={"*": Line(backend)}, **more))


def test_results_events_and_draws_do_not_depend_on_timing() -> None:
    runs = [performed(NESTED, Slow(seed), {"n": 4, "k": 20}).run for seed in range(5)]
    assert not runs[0].diagnostics
    assert 40 < runs[0].meter.calls < 80
    assert len({run.digest for run in runs}) == 1
    assert len({run.shown() for run in runs}) == 1
    assert len({str(run.meter.spans) for run in runs}) == 1


def test_every_question_of_a_run_has_a_place_of_its_own() -> None:
    one, other = Slow(1), Slow(2)
    performed(NESTED, one, {"n": 4, "k": 20})
    performed(NESTED, other, {"n": 4, "k": 20})
    assert len(one.keys) == len(set(one.keys))
    assert sorted(one.keys) == sorted(other.keys)


@pytest.mark.parametrize("ahead", [1, 2, 7, None])
def test_branches_under_way_are_bounded(ahead: int | None) -> None:
    backend = Slow(3)
    run = performed(NESTED, backend, {"n": 4, "k": 20}, ahead=ahead).run
    assert run.digest == performed(NESTED, Slow(4), {"n": 4, "k": 20}).run.digest
    assert backend.most <= (40 if ahead is None else ahead * min(2, ahead))


def test_a_failure_in_one_branch_leaves_nothing_under_way() -> None:
    class Broken(Slow):
        async def answer(self, question: Question) -> Any:
            if "parallel#1.1[3]/" in question.key:
                raise ZeroDivisionError
            return await super().answer(question)

    backend = Broken(5)
    found = performed(NESTED, backend, {"n": 4, "k": 20})
    assert found.run.diagnostics
    assert backend.running == 0


def test_both_drivers_do_the_same() -> None:
    """Every shipped function that draws nothing, answered alike through the fast driver and through this one."""
    compared = 0
    for path in sorted((ROOT / "examples").rglob("*.aalp")):
        program, _ = load(read_source(path))
        assert program is not None
        if any(isinstance(site, ChooseSite | SampleSite) for site in lower(program).sites):
            continue
        for name in program.functions:
            try:
                one = execute(
                    program, name, None, dict.fromkeys(program.sizes, 2), backend=Said(), patience=300
                )
            except Diagnosed:
                continue
            if one.meter.calls > 2000:
                continue
            at = dict.fromkeys(program.sizes, 2)
            other = asyncio.run(
                perform(
                    program, name, None, at, lines={"*": Line(Said(), again=0)}, options=Options(patience=300)
                )
            ).run
            assert [d.title for d in one.diagnostics] == [d.title for d in other.diagnostics], (path, name)
            assert one.diagnostics or one.digest == other.digest, (path, name)
            assert one.diagnostics or one.meter.spans == other.meter.spans, (path, name)
            compared += one.meter.calls > 0
    assert compared >= 30


class Said:
    """Answers with the shortest value that the contract allows, the same to equal questions."""

    def answer(self, question: Question) -> Any:
        return self.value(question.contract, question.sizes)

    def value(self, contract: Type, sizes: tuple[Any, ...]) -> Any:
        match contract:
            case Text(Exactly() | Between()):
                return texts.of_tokens(["word"] * int(sizes[0]))
            case Text():
                return "word"
            case Bool():
                return True
            case Choice(options):
                return options[0]
            case Int():
                return int(sizes[0] or 0)
            case ListOf(element, Exactly()):
                return [self.value(element, sizes[1:])] * int(sizes[0])
            case _:
                return None
