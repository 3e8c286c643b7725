"""Comparators asked both ways: a side that a model leans to shows, and nothing else changes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from aalpl.check import load
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.live.swaps import Swaps
from aalpl.report import Source
from aalpl.run.backend import Question

SORT = """\
size k
llm less(a: text, b: text) -> bool  size m
llm remark(a: text, b: text) -> text  size m
def f(xs: list[k] of text) -> int:
    count <- 0
    for x in xs do
        if less(x, xs[0]) then
            count <- count + 1
    note <- remark(xs[0], xs[0])
    return count
"""


class Compares:
    def __init__(self, leans: bool) -> None:
        self.leans = leans
        self.keys: list[str] = []

    def answer(self, question: Question) -> Any:
        self.keys.append(question.key)
        if question.primitive.name == "remark":
            return "fine"
        return self.leans or question.args["a"] < question.args["b"]


@pytest.mark.parametrize(("leans", "agreed"), [(False, "3 of 4"), (True, "0 of 4")])
def test_a_side_that_a_model_leans_to_shows(leans: bool, agreed: str) -> None:
    program, diagnostics = load(Source("program.aalp", SORT))
    assert program is not None, diagnostics
    inputs = {"xs": ["m", "a", "z", "b"]}
    usual, both = Compares(leans), Compares(leans)
    one = asyncio.run(perform(program, "f", inputs, lines={"*": Line(usual)})).run
    other = asyncio.run(perform(program, "f", inputs, lines={"*": Line(both)}, swaps=Swaps())).run
    assert [h.text for h in one.hypotheses] == []
    assert [(h.text, h.found, h.held) for h in other.hypotheses] == [
        ("`less` says the same both ways", agreed, None)
    ]
    assert (one.value, one.digest) == (other.value, other.digest)
    assert set(usual.keys) < set(both.keys)
    assert len(set(both.keys)) == len(both.keys) == 9
