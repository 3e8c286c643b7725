"""Loops nobody annotated, against all their behaviours from every start in a box, negative ones too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import product

import attrs
import pytest
from support.game import Game

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source

PRELUDE = "llm step() -> text[0]  size 1\n\n"

EXACT = {
    "halving": """
def f(x: int):
    while x > 0 do
        step()
        x <- x / 2
""",
    "dividing by three with an offset": """
def f(x: int):
    while x >= 5 do
        step()
        x <- (x - 2) / 3
""",
    "halving down to a limit": """
def f(x: int, y: int in 1..):
    while x >= y do
        step()
        x <- x / 2
""",
    "halving upward from below": """
def f(x: int):
    while x > 3 do
        step()
        x <- (x + 1) / 2
""",
    "a tree of groups of f": """
def f(x: int, y: int in 2..):
    while x > 1 do
        step()
        x <- (x + y - 1) / y
""",
    "doubling": """
def f(x: int):
    i <- 1
    while i < x do
        step()
        i <- 2 * i
""",
    "doubling from anywhere": """
def f(x: int in 1.., y: int):
    while x <= y do
        step()
        x <- 2 * x
""",
    "scaled and shifted": """
def f(x: int):
    i <- 1
    while i <= x do
        step()
        i <- 3 * i + 1
""",
    "a triangle number": """
def f(x: int):
    i, s <- 0, 0
    while s <= x do
        step()
        i <- i + 1
        s <- s + i
""",
    "the root of a number": """
def f(x: int):
    r <- 0
    while (r + 1) * (r + 1) <= x do
        step()
        r <- r + 1
""",
    "two approach each other": """
def f(x: int, y: int):
    while x < y do
        step()
        x <- x + 1
        y <- y - 1
""",
    "strides of both": """
def f(x: int, y: int):
    while x < y do
        step()
        x <- x + 3
        y <- y - 2
""",
    "one lags behind": """
def f(x: int, y: int):
    while x > 0 do
        step()
        x <- y
        y <- y - 1
""",
    "until none is left": """
def f(x: int, y: int):
    while x > 0 or y > 0 do
        step()
        x <- x - 1
        y <- y - 2
""",
    "not equal": """
def f(x: int in 0..):
    while x != 0 do
        step()
        x <- x - 1
""",
    "two phases": """
def f(x: int, y: int):
    while x > 0 do
        step()
        if y > 0 then y <- y - 1 else x <- x - 1
""",
    "two phases and what is left": """
def f(x: int, y: int):
    while x > 0 do
        step()
        if y > 0 then y <- y - 1 else x <- x - 1
    while y < 3 do
        y <- y + 1
        step()
""",
    "a reset": """
def f(x: int, y: int, z: int):
    while x > 0 do
        step()
        if y > 0 then
            y <- y - 1
        else
            x <- x - 1
            y <- z
""",
    "a flag": """
def f(x: int):
    b, i <- 0, 0
    while i < x do
        step()
        if b = 0 then
            b <- 1
        else
            b <- 0
            i <- i + 1
""",
    "decided by the index": """
def f(x: int):
    i <- 0
    while i < x do
        if i < 3 then step() else skip
        step()
        i <- i + 1
""",
    "handed on": """
def f(x: int, y: int):
    while x > 0 do
        x <- x - 1
        y <- y + 1
        step()
    while y > 0 do
        y <- y - 1
        step()
""",
    "what halving leaves": """
def f(x: int, y: int):
    while x > 0 do
        x <- x / 2
        y <- y + 1
        step()
    while x < 2 do
        x <- x + 1
        step()
    while y > 0 do
        y <- y - 1
        step()
""",
    "two that change places": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        t <- x
        x <- y - 1
        y <- t - 1
""",
    "parity": """
def f(x: int):
    while x > 0 do
        if x mod 2 = 0 then step() else skip
        x <- x - 1
""",
    "repeated halving": """
def f(x: int):
    repeat
        step()
        x <- x / 2
    until x <= 0
""",
    "a staircase": """
def f(x: int):
    i <- 0
    while i < x do
        i <- i + 1
        j <- 0
        while j < i do
            j <- j + 1
            step()
""",
    "slow, then fast": """
def f(x: int, y: int):
    while x < y do
        step()
        if x < 0 then x <- x + 1 else x <- x + 2
""",
    "three phases": """
def f(x: int, y: int, z: int):
    while x > 0 do
        step()
        if y > 0 then
            y <- y - 1
        else
            if z > 0 then z <- z - 1 else x <- x - 1
""",
    "a counted loop in phases": """
def f(x: int, y: int):
    for i in 1..x do
        if y > 0 then
            y <- y - 1
            step()
        else
            step()
            step()
""",
    "repeated in phases": """
def f(x: int, y: int):
    repeat
        step()
        if y > 0 then y <- y - 1 else x <- x - 1
    until x <= 0
""",
}
TIGHT_ABOVE = {
    "one or the other": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        if * then x <- x - 1 else y <- y - 1
""",
    "a search that may stop": """
def f(x: int):
    i <- 0
    while i < x do
        step()
        if * then return
        i <- i + 1
""",
    "while it is wanted": """
def f(x: int, y: int):
    while x > 0 and * do
        x <- x - 1
        y <- y + 1
        step()
    while y > 0 do
        y <- y - 1
        step()
""",
    "halves of an interval": """
def f(x: int):
    low, high <- 0, x
    while low < high do
        middle <- (low + high)/2
        step()
        if * then high <- middle else low <- middle + 1
""",
    "a half or a third": """
def f(x: int):
    while x > 0 do
        step()
        if * then x <- x / 2 else x <- x / 3
""",
    "down a heap": """
def f(x: int):
    i <- 1
    while i <= x do
        step()
        if * then i <- 2*i else i <- 2*i + 1
""",
    "twice or three times": """
def f(x: int in 1.., y: int):
    while x < y do
        step()
        if * then x <- 2*x else x <- 3*x
""",
    "a call now and then": """
def f(x: int):
    while x > 0 do
        step()
        if * then step() else skip
        x <- x - 1
""",
    "what was saved is spent": """
def f(x: int):
    z <- 0
    for i in 1..x do
        z <- z + 1
        while z > 0 and * do
            z <- z - 1
            step()
""",
}
SOUND = {
    "Euclid by remainders": """
def f(x: int in 0.., y: int in 0..):
    while y > 0 do
        step()
        x, y <- y, x mod y
""",
    "Euclid by subtraction": """
def f(x: int in 1.., y: int in 1..):
    while x != y do
        step()
        if x > y then x <- x - y else y <- y - x
""",
    "squares": """
def f(x: int):
    i <- 2
    while i < x do
        step()
        i <- i*i
""",
    "rabbits": """
def f(x: int):
    a, b <- 1, 1
    while a < x do
        step()
        a, b <- b, a + b
""",
    "even halved, odd lowered": """
def f(x: int):
    while x > 1 do
        step()
        if x mod 2 = 0 then x <- x / 2 else x <- x - 1
""",
    "carries": """
def f(x: int):
    for i in 0..x-1 do
        rest <- i
        while rest mod 2 = 1 do
            rest <- rest/2
            step()
        step()
""",
}
SUMS = {
    "a logarithm in each round": """
def f(x: int):
    for i in 1..x do
        j <- i
        while j > 0 do
            step()
            j <- j / 2
""",
    "every third": """
def f(x: int):
    for i in 1..x do
        if i mod 3 = 1 then step() else skip
""",
    "strides of a given width": """
def f(x: int, y: int in 1..):
    i <- 0
    while i < x do
        j <- i
        while j < x do
            step()
            j <- j + y
        i <- i + 1
""",
    "as in a sieve": """
def f(x: int):
    for i in 1..x do
        j <- 0
        while j < x do
            step()
            j <- j + i
""",
    "all levels of halving": """
def f(x: int):
    i <- x
    while i > 0 do
        j <- 0
        while j < i do
            step()
            j <- j + 1
        i <- i / 2
""",
    "all levels of doubling": """
def f(x: int):
    i <- 1
    while i < x do
        j <- 0
        while j < i do
            step()
            j <- j + 1
        i <- 2 * i
""",
    "both remainders": """
def f(x: int, y: int):
    i <- x
    while i < y do
        if i mod 4 >= 2 then step() else skip
        i <- i + 1
""",
}
EXACT |= SUMS


@attrs.frozen
class Loop:
    """A program with one function, its analysis and all of its behaviours."""

    program: Program
    answer: Answer
    game: Game
    starts: tuple[Mapping[str, int], ...]

    @classmethod
    def of(cls, text: str, wide: int = 7) -> Loop:
        program, problems = load(Source("loop.aalp", PRELUDE + text.lstrip("\n")))
        assert program is not None, problems
        names = program.functions["f"].params
        ranges = [range(lowest(text, p.name), wide + (40 if len(names) == 1 else 2)) for p in names]
        starts = tuple(dict(zip([p.name for p in names], values, strict=True)) for values in product(*ranges))
        answer = analyse(program, "f").answer(Quantity("calls"))
        return cls(program, answer, Game.of(lower(program)), starts)


def lowest(text: str, name: str) -> int:
    """Where the domain of a parameter begins, or a negative number."""
    after = text.partition(f"{name}: int in ")[2]
    return int(after[: after.index("..")]) if after else -3


@pytest.mark.parametrize("name", EXACT)
def test_exact(name: str) -> None:
    loop = Loop.of(EXACT[name])
    exact = loop.answer.exact
    assert exact is not None, loop.answer.unknowns
    assert not loop.answer.conditional, exact
    for start in loop.starts:
        played = loop.game.played("f", start)
        assert played.complete
        assert played.worst == played.best == exact.value(start), f"{start}: {exact}"
    assert loop.answer.lower == loop.answer.upper


def bounds_hold(loop: Loop) -> None:
    low, high = loop.answer.lower, loop.answer.upper
    for start in loop.starts:
        played = loop.game.played("f", start)
        assert low is None or low.value(start) <= played.best, f"{start}: {low}"
        assert high is None or high.value(start) >= played.worst or played.worst == math.inf, (
            f"{start}: {high}"
        )


@pytest.mark.parametrize("name", TIGHT_ABOVE)
def test_the_worst_case_is_met(name: str) -> None:
    loop = Loop.of(TIGHT_ABOVE[name], 5)
    bounds_hold(loop)
    high = loop.answer.upper
    assert high is not None
    assert not loop.answer.conditional
    for start in loop.starts:
        played = loop.game.played("f", start)
        assert not played.complete or high.value(start) == played.worst, f"{start}: {high}"


@pytest.mark.parametrize("name", TIGHT_ABOVE)
def test_what_is_attained_is_attained(name: str) -> None:
    loop = Loop.of(TIGHT_ABOVE[name], 5)
    for start in loop.starts:
        played = loop.game.played("f", start)
        reached, least = loop.answer.reached, loop.answer.least
        assert reached is None or not played.complete or reached.value(start) <= played.worst, (
            f"{start}: {reached}"
        )
        assert least is None or not played.complete or least.value(start) >= played.best, f"{start}: {least}"


@pytest.mark.parametrize("name", SOUND)
def test_bounds_hold(name: str) -> None:
    loop = Loop.of(SOUND[name])
    bounds_hold(loop)
    assert loop.answer.upper is not None
    assert not loop.answer.conditional


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("while x != 0 do\n        step()\n        x <- x - 2", "an odd number misses 0"),
        ("while x > 0 do\n        step()\n        x <- (x + 1) / 2", "1 stays 1"),
        ("while x < y do\n        step()\n        x <- 2 * x", "0 stays 0"),
        ("while x > 0 do\n        step()\n        x <- y\n        y <- x", "nothing falls"),
        ("while x > -9 do\n        step()\n        x <- x / 2", "-1 stays -1"),
    ],
)
def test_what_may_run_for_ever_has_no_bound(body: str, why: str) -> None:
    loop = Loop.of(f"def f(x: int, y: int):\n    {body}\n")
    assert loop.answer.conditional, why
    assert loop.answer.exact is None or any("@" in name for name in loop.answer.exact.free)
