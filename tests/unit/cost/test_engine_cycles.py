"""Loops with a condition: exact where it is a progression, bounded where a number falls, conditional otherwise."""

from __future__ import annotations

from itertools import product

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute

LOOPS = {
    "down by one": "def f(x: int, y: int):\n    while x > 0 do\n        step()\n        x <- x - 1\n",
    "down by two": "def f(x: int, y: int):\n    while x > 0 do\n        step()\n        x <- x - 2\n",
    "up to a limit": "def f(x: int, y: int):\n    while x <= y do\n        step()\n        x <- x + 3\n",
    "a triangle": """
def f(x: int, y: int):
    i <- 0
    while i < x do
        i <- i + 1
        j <- 0
        while j < i do
            j <- j + 1
            step()
""",
    "one after the other": """
def f(x: int, y: int):
    while x > 0 do
        x <- x - 1
        y <- y + 1
        step()
    while y > 0 do
        y <- y - 1
        step()
""",
    "until it has run": "def f(x: int, y: int):\n    repeat\n        step()\n        x <- x - 1\n    until x <= y\n",
    "both limits": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        x <- x - 1
        y <- y - 2
""",
}
CHOICES = {
    "one or the other": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        if * then x <- x - 1 else y <- y - 1
""",
    "toward each other": """
def f(x: int, y: int):
    while x < y do
        step()
        if * then x <- x + 1 else y <- y - 1
""",
    "left early": """
def f(x: int, y: int):
    for i in 1..x do
        for j in 1..y do
            step()
            if * then return
        step()
    step()
""",
    "a number of tries": """
def f(x: int, y: int):
    repeat
        step()
        x <- x - 1
    until x <= 0 or *
""",
}


def program(text: str) -> Program:
    found, problems = load(Source("loops.aalp", "llm step() -> text[1]  size 1\n\n" + text.lstrip("\n")))
    assert found is not None, problems
    return found


def calls(of: Program) -> Answer:
    return analyse(of, "f").answer(Quantity("calls"))


def counted(of: Program, x: int, y: int, seed: int = 0) -> int:
    run = execute(of, "f", None, {"x": x, "y": y}, seed=seed, adversary="random")
    assert not run.diagnostics
    return int(run.meter.work("calls"))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", LOOPS)
def test_progressions_are_exact(name: str) -> None:
    of = program(LOOPS[name])
    answer = calls(of)
    assert answer.exact is not None
    assert answer.exact == answer.lower == answer.upper
    assert not answer.conditional
    for x, y in product(range(-2, 6), (-3, 0, 1, 4)):
        assert answer.exact.value({"x": x, "y": y}) == counted(of, x, y), f"x={x}, y={y}: {answer.exact}"


@pytest.mark.parametrize("name", CHOICES)
def test_choices_are_bounded(name: str) -> None:
    of = program(CHOICES[name])
    answer = calls(of)
    assert answer.upper is not None
    assert answer.lower is not None
    assert not answer.conditional
    for x, y, seed in product((-1, 0, 1, 3, 5), (-2, 0, 2, 4), range(4)):
        number = counted(of, x, y, seed)
        at = {"x": x, "y": y}
        assert answer.lower.value(at) <= number <= answer.upper.value(at), f"{at}: {answer.upper}"


def test_one_or_the_other_is_bounded_by_the_sum() -> None:
    upper = calls(program(CHOICES["one or the other"])).upper
    assert upper is not None
    assert [upper.value({"x": x, "y": y}) for x, y in ((1, 1), (3, 4), (0, 0))] == [1, 6, 0]


@pytest.mark.parametrize(
    "body",
    [
        "if flip(1/2) then x <- x - 1 else x <- x + 1",
        "if flip(1/2) then x <- x - 1",
        "x <- x + 1",
        "if y > 0 then y <- y + 1 else x <- x - 1",
        "x <- x - y",
    ],
)
def test_without_a_reason_to_end_the_answer_is_conditional(body: str) -> None:
    answer = calls(program(f"def f(x: int, y: int):\n    while x > 0 do\n        step()\n        {body}\n"))
    assert [condition.name for condition in answer.conditional] == ["T@4"]
    assert str(answer.exact) == "T@4"


def test_numbers_in_a_list_may_be_negative() -> None:
    text = """
size n
def f(xs: list[n] of int):
    for x in xs do
        for j in 1..x do
            step()
"""
    exact = calls(program(text)).exact
    assert exact is not None
    given = [3, -2, 0, 4]
    assert exact.value({"n": 4, "xs": lambda i: given[int(i)]}) == 7
