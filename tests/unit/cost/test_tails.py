"""Bounds that hold but for a small probability, against exact distributions: the probability of being above such a bound is
summed up here, never simulated."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import comb
from pathlib import Path

import pytest
from support.running import checked
from support.schema import problems

from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.cost.tails.front import Tails
from aalpl.program.nodes import Program
from aalpl.shell.main import call

HEAD = """\
prob p, u
size n, s
assume p > 1/2
oracle good(y: text) -> bool
llm ask(x: text) -> text[5] size m
"""
UNTIL_GOOD = """\
def f(x: text) -> text:
    repeat
        y <- ask(x) where good(result) with probability u
    until good(y)
    return y
"""
CHAIN = (
    UNTIL_GOOD.replace("def f", "def one") + "def f(x: text):\n    for i in 1..s do\n        y <- one(x)\n"
)
DICE = """\
def f(x: text):
    repeat
        y <- ask(x)
        roll <- Uniform(1..6)
    until roll = 6
"""
CAPPED = """\
def f(x: text):
    i <- 0
    repeat
        y <- ask(x)
        i <- i + 1
    until flip(u) or i >= n
"""
SOME = "def f(x: text):\n    for i in 1..n do\n        if flip(u) then\n            y <- ask(x)\n"
DECLARED = """\
def f(x: text):
    y <- ask(x)
    while len(y) > 0 with probability u do
        y <- ask(x)
"""
LEAD = """\
def f(d: int in 1..):
    ahead <- 0
    while abs(ahead) < d do
        y <- ask("a")
        if flip(p) then ahead <- ahead + 1 else ahead <- ahead - 1
"""


def successes(calls: int, n: int, u: Fraction) -> Fraction:
    """The probability of more than so many successes among n."""
    return sum((comb(n, k) * u**k * (1 - u) ** (n - k) for k in range(calls + 1, n + 1)), Fraction(0))


def waiting(calls: int, s: int, u: Fraction) -> Fraction:
    """The probability that more than so many draws are needed for s successes: at most s - 1 among them."""
    return sum(
        (comb(calls, k) * u**k * (1 - u) ** (calls - k) for k in range(min(s, calls + 1))), Fraction(0)
    )


def led(calls: int, d: int, p: Fraction) -> Fraction:
    """The probability that no lead of d has been reached after so many votes."""
    here = {0: Fraction(1)}
    for _ in range(calls):
        after: dict[int, Fraction] = {}
        for lead, chance in here.items():
            for share, to in ((p, lead + 1), (1 - p, lead - 1)):
                if abs(to) < d:
                    after[to] = after.get(to, Fraction(0)) + chance * share
        here = after
    return sum(here.values(), Fraction(0))


U = Fraction(3, 10)
Above = Callable[[int], Fraction]
CASES: dict[str, tuple[str, Above, dict[str, Fraction | int]]] = {
    "until good": (UNTIL_GOOD, lambda calls: (1 - U) ** calls, {"u": U}),
    "many one after another": (CHAIN, lambda calls: waiting(calls, 40, U), {"u": U, "s": 40}),
    "one of many": (CHAIN, lambda calls: waiting(calls, 1, U), {"u": U, "s": 1}),
    "a six": (DICE, lambda calls: Fraction(5, 6) ** calls, {}),
    "a cap above": (CAPPED, lambda calls: (1 - U) ** calls, {"u": U, "n": 1000}),
    "some of many": (SOME, lambda calls: successes(calls, 60, U), {"u": U, "n": 60}),
    "declared": (DECLARED, lambda calls: U ** (calls - 1 + 1), {"u": U}),
    "a lead": (LEAD, lambda calls: led(calls, 3, Fraction(7, 10)), {"p": Fraction(7, 10), "d": 3}),
}


@cache
def analysed(text: str) -> tuple[Program, Analysis]:
    program = checked(HEAD + text)
    return program, analyse(program, "f")


def bound(text: str, delta: Fraction, **at: Fraction | int) -> int:
    found = Tails(*analysed(text), delta).tail(Quantity("calls"))
    assert found is not None
    return int(found.bound.value({name: Fraction(value) for name, value in at.items()}))


@pytest.mark.parametrize("delta", [Fraction(1, 5), Fraction(1, 20), Fraction(1, 1000)], ids=str)
@pytest.mark.parametrize("name", CASES)
def test_more_calls_are_as_rare_as_was_asked(name: str, delta: Fraction) -> None:
    text, above, at = CASES[name]
    calls = bound(text, delta, **at)
    assert above(calls) <= delta


@pytest.mark.parametrize("delta", [Fraction(1, 5), Fraction(1, 20), Fraction(1, 1000)], ids=str)
@pytest.mark.parametrize("name", ["until good", "one of many", "a six", "a cap above"])
def test_geometric_bounds_are_the_least(name: str, delta: Fraction) -> None:
    text, above, at = CASES[name]
    assert above(bound(text, delta, **at) - 1) > delta


def test_a_cap_below_is_the_bound() -> None:
    assert bound(CAPPED, Fraction(1, 1000), u=U, n=4) == 4


def test_many_loops_take_hardly_more_than_expected() -> None:
    """Together, not each by itself: 10,000 loops of 10/3 rounds."""
    assert bound(CHAIN, Fraction(1, 1000), u=U, s=10_000) < 1.05 * 10_000 / U


def test_a_condition_on_more_than_fresh_draws_ends_no_round() -> None:
    """It may go on for ever: the state decides, not the draw."""
    text = """\
def f(d: int in 1..):
    i <- 0
    repeat
        y <- ask("a")
        if flip(u) then i <- i + 1
    until flip(u) and i >= d
"""
    found = Tails(*analysed(text), Fraction(1, 20)).tail(Quantity("calls"))
    assert found is None or "rounds" not in found.by


def test_a_stale_draw_ends_no_round() -> None:
    text = """\
def f(x: text):
    stop <- flip(u)
    repeat
        y <- ask(x)
        if flip(1/2) then stop <- flip(u)
    until stop
"""
    found = Tails(*analysed(text), Fraction(1, 20)).tail(Quantity("calls"))
    assert found is None or "rounds" not in found.by


def test_text_and_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "until.aalp"
    file.write_text(HEAD + UNTIL_GOOD, encoding="utf-8")
    assert call(["cost", str(file), "f", "--tail", "0.05", "--at", "u=0.5"]) == 0
    told = capsys.readouterr().out
    assert "calls       <= 5\n" in told
    assert "the worst case is not bounded" in told
    assert call(["cost", str(file), "f", "--tail", "0.05", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert problems(document, "tail.v1.json") == []
    assert document["functions"]["f"]["calls"]["by"] == ["rounds"]


@pytest.mark.parametrize("wrong", ["0", "1", "2", "-1"])
def test_what_is_no_probability(wrong: str, tmp_path: Path) -> None:
    file = tmp_path / "until.aalp"
    file.write_text(HEAD + UNTIL_GOOD, encoding="utf-8")
    assert call(["cost", str(file), "f", f"--tail={wrong}"]) == 2


TWICE = """\
prob p
llm vote(x: text) -> text[1] size m right with probability p rivals 1
def twice(x: text) -> text:
    return vote(vote(x))
"""


def test_how_probably_right_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "votes.aalp"
    file.write_text(TWICE, encoding="utf-8")
    assert call(["cost", str(file), "twice", "--format", "json", "--at", "p=0.9"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert problems(document, "cost.v1.json") == []
    right = document["right"]["twice"]
    assert right["low"]["text"] == "p^2"
    assert right["low"] == right["high"]
    assert right["number"] == "0.81"
