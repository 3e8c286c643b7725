"""What contracts say of chance is held against what models answer: right contracts hold, wrong ones are seen."""

from __future__ import annotations

import asyncio
from random import Random
from typing import Any

import pytest

from aalpl.check import load
from aalpl.live.declared import Declared
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.report import Source
from aalpl.run.backend import Question

TRUE = "bool true with probability 1/4"
CHOICE = 'one of "a" with probability 1/2 | "b" with probability 1/3 | "c" with probability 1/6'


def found(contract: str, answer: Any, k: int = 400) -> list[tuple[str, bool | None]]:
    text = (
        f"size k\nllm ask(i: int) -> {contract} size 1\ndef f():\n    for i in 1..k do\n        y <- ask(i)\n"
    )
    program, diagnostics = load(Source("p.aalp", text))
    assert program is not None, diagnostics

    class Model:
        def answer(self, question: Question) -> Any:
            return answer()

    watch = Declared()
    lines = {"*": Line(Model(), again=0)}
    done = asyncio.run(perform(program, "f", None, {"k": k}, lines=lines, watches=[watch]))
    assert not done.run.diagnostics
    return [(evidence.text, evidence.held) for evidence in watch.evidence()]


def words(count: int) -> str:
    return "".join(f"w{i} " for i in range(count // 2)) + ("w" if count % 2 else "")


def test_a_probability() -> None:
    random = Random(1)
    assert found(TRUE, lambda: random.random() < 0.25) == [("`ask` answers true with probability 0.25", True)]
    assert found(TRUE, lambda: random.random() < 0.5) == [("`ask` answers true with probability 0.25", False)]


@pytest.mark.parametrize(
    ("shares", "held"), [((3, 2, 1), [True, True, True]), ((3, 1, 2), [True, False, False])]
)
def test_choices(shares: tuple[int, ...], held: list[bool]) -> None:
    random = Random(2)
    assert [h for _, h in found(CHOICE, lambda: random.choices("abc", shares)[0], 2000)] == held


@pytest.mark.parametrize(("most", "held"), [(19, True), (29, False)])
@pytest.mark.parametrize("contract", ["text[~ 10]", "text[~ Uniform(1..19)]"])
def test_lengths(contract: str, most: int, held: bool) -> None:
    random = Random(3)
    ((text, verdict),) = found(contract, lambda: words(random.randint(1, most)))
    assert text == "answers of `ask` have 10 tokens on average"
    assert verdict is held


def test_few_answers_tell_nothing_of_a_mean() -> None:
    assert found("text[~ 10]", lambda: words(30), k=5)[0][1] is None


def test_contracts_without_chance_leave_nothing() -> None:
    assert found("bool", lambda: True) == []
