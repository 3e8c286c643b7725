"""A small corpus of programs with what all their behaviours pay: quick to judge again and again."""

from __future__ import annotations

from functools import cache

import attrs

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Answer, Quantity
from aalpl.cost.rules.bounded import bounded_system
from aalpl.program.nodes import Program
from aalpl.report import Source

from .game import Game, Played
from .judge import against
from .shaped import box
from .shapes import HEADER, SHAPES
from .systems import compare, system

MORE = {
    "half_of_b": """
def f(b: int):
    z <- 0
    for i in 1..b/2 do
        z <- z + 2
        while z > 0 and * do
            z <- z - 1
            step()
""",
    "at_least_once": """
def f(x: int, y: int):
    if x > 0 and y > 0 then
        repeat
            step()
            if * then x <- x - 1 else y <- y - 1
        until not (x > 0 and y > 0)
""",
    "pays_and_stops": """
def f(x: int, y: int):
    while x > 0 do
        step()
        x <- x - 1
        if y < 0 then
            return
        step()
        if * then
            y <- y - 1
""",
    "any_stride": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        x <- x - (any int in 1..3)
        if * then
            y <- y - 2
""",
    "coin": """
def f(x: int):
    while x > 0 do
        step()
        if flip(1/3) then
            x <- x - 1
""",
    "three_quarters": """
def f(x: int):
    while x > 0 do
        step()
        if flip(3/4) then x <- x - 1 else x <- x + 1
""",
    "fair_between": """
def f(x: int):
    while x > 0 and x < 6 do
        step()
        if flip(1/2) then x <- x - 1 else x <- x + 1
""",
    "coin_if_allowed": """
def f(x: int, y: int):
    z <- 3
    while z > 0 do
        step()
        if flip(1/2) then
            if x > y then z <- z - 1
        else
            z <- z - 1
""",
    "drawn_stride": """
def f(x: int):
    while x > 0 do
        step()
        x <- x - Uniform(0..2)
""",
    "drawn_twice": """
def f(x: int):
    while x > 0 do
        step()
        x <- x - Binomial(2, 1/2)
""",
    "one_or_other": """
def f(x: int, y: int):
    while x > 0 and y > 0 do
        step()
        if flip(1/2) then x <- x - 1 else y <- y - 1
""",
    "one_try_each": """
def f(x: int):
    for i in 1..x do
        repeat
            step()
        until flip(1/4)
""",
    "weighted_powers": """
def f(n: int):
    for i in 1..n do
        for j in 1..i*2^i do
            step()
""",
    "half_and_more": """
def f(x: int):
    while x > 3 do
        step()
        x <- x / 2 + 1
""",
    "either_sign": """
def f(a: int, b: int):
    for i in 1..9 + (any int in 0..1)*(a - b) do
        step()
""",
    "drawn_many": """
def f(x: int):
    k <- Uniform(0..3)
    for i in 1..x do
        for j in 1..k do
            step()
""",
}


SYSTEMS = {
    "stops_without_a_rule": """
        f -> g
        g -> g(x=x-1) if x > 0 and y > 0 pay 2
        g -> h if x < 1 pay 1
        h -> h(y=y-1) if y > 3 pay 1
    """,
    "stops_half_way": """
        f -> g if x > 0
        g -> h(x=x-1) if x > 0 pay 1
        h -> g if y > 0 pay 1
    """,
    "waits_for_ever": """
        f -> g
        g -> g if x > 0
        g -> h if x > 0 pay 1
    """,
    "grows_or_stops": """
        f -> g
        g -> 1/2 h + 1/2 g(x=2*x) if x > 0 and y > 0 pay 1
        g -> g(y=y-1) if x > 0 and y > 0 and y < 5
        g -> h if x > 0 and y < 1 pay x
    """,
    "spends_halves": """
        f -> g
        g -> g(x=x-2) if x > 0 pay 1
        g -> h if x < 1
    """,
}
"""Systems of rules that no program has: with guards missing, a run stops where no rule lets it go on."""

LEAST = {"grows_or_stops": ({"x": 6, "y": 6}, 2)}
"""What is paid on the average, by hand where states have no end: a coin is thrown until it stops, and y never changes."""


@attrs.frozen
class Known:
    """A program and what is paid at some values."""

    program: Program
    function: str
    paid: tuple[tuple[dict[str, int], Played], ...]


@cache
def corpus() -> dict[str, str]:
    """The texts, by name."""
    found = {shape.name: shape.text for shape in SHAPES if not shape.text.count("any int in 0..n - 1")}
    return {**found, **{name: HEADER + text for name, text in MORE.items()}}


@cache
def known(name: str) -> Known:
    """A program of the corpus, explored once."""
    program, diagnostics = load(Source(f"{name}.aalp", corpus()[name]))
    assert program is not None, diagnostics
    function = [each for each, f in program.functions.items() if not f.library][-1]
    game = Game.of(lower(program), limit=250)
    points = list(box(program, function, -2, 9))
    chosen = points[:: max(1, len(points) // 12)]
    return Known(program, function, tuple((at, game.played(function, at)) for at in chosen))


def wrong(name: str) -> list[str]:
    """What the bounds of a program (or a system) of the corpus get wrong today."""
    if name in SYSTEMS:
        of_rules = system(SYSTEMS[name])
        try:
            bracket = bounded_system(of_rules)
            compare(of_rules, bracket, -3, 6)
            if name in LEAST and bracket.expected_lower is not None:
                at, mean = LEAST[name]
                assert bracket.expected_lower.value(at) <= mean, bracket.expected_lower
        except AssertionError as problem:
            return [str(problem)]
        return []
    of = known(name)
    answer: Answer = analyse(of.program, of.function).answer(Quantity("calls"))
    return [each for at, played in of.paid for each in against(answer, played, at)]


@cache
def right(name: str) -> bool:
    """Whether the bounds of a program of the corpus are right, judged once."""
    return not wrong(name)
