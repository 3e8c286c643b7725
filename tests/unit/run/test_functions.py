"""Functions and primitives as parameters; expressions larger than Python likes them."""

from __future__ import annotations

import pytest
from support.running import checked, ran

from aalpl.run import execute

HIGHER = """
size n
llm short(x: text[n]) -> text[2] size a right with probability 9/10
llm open(x: text) -> text size b
llm yes(x: text) -> bool size c

def twice(step: (text) -> text, x: text) -> text:
    y <- step(x)
    return step(y)

def plain(x: text) -> text:
    return x ++ x

def asking(x: text) -> text:
    return short(x) ++ x

def primitives(x: text[n]) -> int:
    return len(twice(short, x))

def functions(x: text[n]) -> int:
    return len(twice(plain, x)) * 100 + len(twice(asking, x))

def closing(step: (text) -> text, x: text) -> text:
    return (step(x) where len(result) = 3*len(x))

def closed(x: text[n]) -> int:
    return len(closing(open, x))
"""


def test_primitives_as_values() -> None:
    """The first call reads n, the second what the first wrote."""
    run = ran(HIGHER, "primitives", at={"n": 10})
    assert run.value == 2
    assert run.meter.tokens_in == 12
    assert [(row.primitive, row.calls) for row in run.meter.rows] == [("short", 1), ("short", 1)]


def test_functions_as_values() -> None:
    """Doubling twice gives 4n; `asking` adds 2 each time, and reads n and n + 2."""
    run = ran(HIGHER, "functions", at={"n": 10})
    assert run.value == 40 * 100 + 14
    assert run.meter.tokens_in == 10 + 12


def test_facts_close_what_a_parameter_leaves_open() -> None:
    assert ran(HIGHER, "closed", at={"n": 5}).value == 15


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (" + ".join(["x"] * 5000), 10_000),
        (" - ".join(["x"] * 101), 2 - 200),
        (" * ".join(["x"] * 200), 2**200),
        ("len(" + " ++ ".join(["[x]"] * 500) + ")", 500),
        ("(" * 2000 + "x" + ")" * 2000, 2),
    ],
)
def test_long_expressions(expression: str, value: int) -> None:
    program = checked(f"def f(x: int) -> int:\n    return {expression}\n")
    assert execute(program, at={"x": 2}).value == value


def test_reductions() -> None:
    text = """
oracle good(x: int) -> bool
def f(n: int) -> list of int:
    return [sum(i in 1..n: i), prod(i in 1..n: i), max(i in 1..n: i mod 3), min(i in 1..n: -i), count i in 1..n of i > 2]
"""
    assert ran(text, at={"n": 5}).shown() == "[15, 120, 2, -5, 3]"
    assert ran(text, at={"n": 0}).shown() == "[0, 1, 0, 0, 0]"


def test_programs_without_functions() -> None:
    text = """
size n
llm M(x: text) -> text[2] size m
input x: text[n]
input d: int in 1..
y <- x
for i in 1..d do
    y <- y ++ M(y)
output y
"""
    run = ran(text, at={"n": 3, "d": 2})
    assert run.value[0] == 7
    assert run.meter.tokens_in == 3 + 5
    assert ran(text, inputs={"x": "a b", "d": 1}).shown() == "a b‹2 tokens›"
