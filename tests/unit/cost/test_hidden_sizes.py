"""A parameter hides a declared size of the same name: what is said of the size says nothing of the parameter."""

from __future__ import annotations

import pytest
from support.running import checked

from aalpl.cost import analyse
from aalpl.cost.result import Quantity

PROGRAM = """
size n
assume n >= 3
llm step() -> text[0]  size 1

def pairs(n: int):
    for i in 1..n do
        for j in i..n do
            step()
"""


@pytest.mark.parametrize("n", [-3, -2, -1, 0, 1, 2, 5])
def test_the_parameter_may_be_anything(n: int) -> None:
    answer = analyse(checked(PROGRAM), "pairs").answer(Quantity("calls"))
    calls = sum(1 for i in range(1, n + 1) for j in range(i, n + 1))
    assert answer.exact is not None
    assert answer.exact.value({"n": n}) == calls


def test_slices_are_not_proved_from_the_size() -> None:
    text = "size n\nllm step(x: text) -> text[0]  size 1\ndef f(n: int, x: text[50]) requires n <= 50:\n    step(x[n-1:n])\n"
    assert [each.kind for each in checked(text).obligations] == ["slice"]
    assert checked(text).obligations[0].status == "listed"
