"""Simplified systems pay what the systems pay that they were made from: worst, best and expected, by brute force."""

from __future__ import annotations

from itertools import product

import pytest
from support.rules_runner import TooMany, paid

from aalpl.check import load
from aalpl.cost.lower.front import lower
from aalpl.cost.rules.flatten import rules
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.rules.simplify import simplify
from aalpl.report import Source

HEAD = """\
llm ping() -> text[0]  size 1
llm ok() -> bool  size 1

"""

PROGRAMS = {
    "countdown": """\
def f(x: int):
    while x > 0 do
        ping()
        x <- x - 1
""",
    "nested": """\
def f(n: int):
    i <- 0
    while i < n do
        i <- i + 1
        j <- 0
        while j < i do
            ping()
            j <- j + 1
""",
    "either": """\
def f(x: int, y: int):
    while x > 0 and y > 0 do
        ping()
        if * then x <- x - 1 else y <- y - 1
""",
    "two phases": """\
def f(x: int, y: int):
    while x > 0 do
        ping()
        if y > 0 then y <- y - 1 else x <- x - 1
""",
    "reset": """\
def f(x: int, y: int, n: int in 0..2):
    while x > 0 do
        ping()
        if y > 0 then
            y <- y - 1
        else
            x <- x - 1
            y <- n
""",
    "halves": """\
def f(x: int):
    while x > 0 do
        ping()
        x <- x / 2
""",
    "gcd": """\
def f(x: int, y: int):
    while x > 0 and y > 0 do
        ping()
        z <- x mod y
        x <- y
        y <- z
""",
    "flag": """\
def f(x: int):
    go <- true
    while go do
        ping()
        x <- x - 1
        if x < 0 then go <- false
""",
    "asked": """\
def f(x: int):
    while x > 0 do
        if ok() then
            ping()
            x <- x - 2
        else
            x <- x - 1
""",
    "at most": """\
def f(x: int):
    while x > 0 do
        if ok() at most 2 times then
            ping()
        x <- x - 1
""",
    "walk": """\
def f(x: int in 0..4):
    while x > 0 and x < 4 do
        ping()
        if flip(1/3) then x <- x - 1 else x <- x + 1
""",
    "drawn": """\
def f(x: int):
    while x > 0 do
        ping()
        x <- x - Uniform(0..5)
        if flip(1/2) then ping()
""",
    "called": """\
def inner(y: int) -> int:
    while y > 0 do
        ping()
        y <- y - 2
    return y

def f(x: int):
    z <- inner(x)
    w <- inner(x - z)
    while z < w + 3 do
        ping()
        z <- z + 1
""",
    "returns": """\
def f(x: int):
    while x > 0 do
        if ok() then
            return
        ping()
        x <- x - 1
    ping()
""",
    "likely": """\
def f(x: int):
    while x > 0 do
        if ok() with probability 1/4 then
            x <- x - 1
        else
            x <- x - 2
""",
    "sides": """\
def f(x: int, y: int):
    z <- max(x, min(y, 3))
    for i in 1..z do
        if i > y or i < x then ping()
""",
    "again": """\
def f(x: int):
    while x > 0 do
        good <- ok()
        y <- 0
        if good with probability 1/2 then
            y <- 1
        x <- x - 1
        if good then x <- x - y
""",
    "tree": """\
def f(x: int):
    if x <= 0 then return
    ping()
    f(x - 1)
    f(x - 2)
""",
}


def system(name: str) -> Rules:
    program, problems = load(Source("program.aalp", HEAD + PROGRAMS[name]))
    assert program is not None, problems
    forms = lower(program)
    return rules(forms["f"], forms=forms)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_simplified_system_pays_the_same(name: str) -> None:
    before = system(name)
    after = simplify(before)
    assert after.reason is None
    compared = 0
    inputs = [name for name in ("x", "y", "n") if name in before.variables]
    for values in product(range(-2, 5), repeat=len(inputs)):
        start: dict[str, int] = dict(zip(inputs, values, strict=True))
        if any(size.value(start) < 0 for size in before.facts):
            continue
        try:
            first = paid(before, start)
        except TooMany:
            continue
        second = paid(after, start)
        for one, two in zip(
            (first.worst, first.best, first.expected, first.expected_best),
            (second.worst, second.best, second.expected, second.expected_best),
            strict=True,
        ):
            assert one == two or abs(one - two) < 1e-6, (start, first, second)
        compared += 1
    assert compared > 3
    assert len({rule.source for rule in after.rules}) < len({rule.source for rule in before.rules})
