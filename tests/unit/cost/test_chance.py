"""Expectations by structure: loops that chance decides, against value iteration over all their states.

Every program is a function `f` of ints; `step()` is the call that counts. `Game` explores all behaviours of the form
from given starts, without any of the analysis, and iterates expectations from below until they stand still.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path

import attrs
import pytest
from support.game import Game

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.form import nodes as f
from aalpl.cost.form.steps import mapped
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Analysis, Expected, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import const, sym
from aalpl.report import Source

HEAD = """
prob p, q
size n
llm step() -> text[0] size 1
llm ask(t: int) -> bool size 1
"""
BOX = range(-1, 4)
CHANCES = (Fraction(1, 2), Fraction(1, 3), Fraction(7, 8))
NEAR = 1e-6


def program(body: str, head: str = HEAD) -> Program:
    """The checked program."""
    found, wrong = load(Source("f.aalp", head + body))
    assert found is not None, wrong
    return found


def analysis(body: str, head: str = HEAD) -> Analysis:
    return analyse(program(body, head), "f")


def starts(names: str, values: Mapping[str, object]) -> list[dict[str, object]]:
    """All starts in the box, but for what is said."""
    grid = [values.get(name, BOX) for name in names.split()]
    return [dict(zip(names.split(), each, strict=True)) for each in product(*grid)]  # type: ignore[call-overload]


# name: (program, the variables at its entry, their values where not those of the box)
Case = tuple[str, str, dict[str, object]]
PS = {"p": CHANCES}
HIGH = {"p": (Fraction(2, 3), Fraction(7, 8))}
SMALL = {"n": range(1, 5)}

EXACT: dict[str, Case] = {
    "retry": ("def f():\n  repeat\n    step()\n  until flip(p)\n", "p", PS),
    "retry a test": ("def f():\n  while flip(p) do\n    step()\n", "p", PS),
    "two calls a try": (
        "def f():\n  repeat\n    step()\n    if flip(1/3) then\n      step()\n  until flip(p)\n",
        "p",
        PS,
    ),
    "tries in rounds": (
        "def f():\n  for i in 1..n do\n    repeat\n      step()\n    until flip(p)\n",
        "n p",
        PS | SMALL,
    ),
    "growing rounds": (
        "def f():\n  t <- 0\n  repeat\n    t <- t + 1\n    for i in 1..t do\n      step()\n  until flip(p)\n",
        "p",
        PS,
    ),
    "rounds squared": (
        "def f():\n  t <- 0\n  repeat\n    t <- t + 1\n    for i in 1..t do\n      for j in 1..i do\n        step()\n"
        "  until flip(1/2)\n",
        "",
        {},
    ),
    "lazy": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      x <- x - 1\n",
        "x p",
        PS,
    ),
    "lazy upwards": (
        "def f(x: int):\n  while x < n do\n    step()\n    if flip(p) then\n      x <- x + 1\n",
        "x n p",
        PS | SMALL,
    ),
    "lazy by two": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      x <- x - 2\n",
        "x p",
        PS,
    ),
    "drifting down": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(3/4) then\n      x <- x - 1\n    else\n      x <- x + 1\n",
        "x",
        {},
    ),
    "drifting down in two steps": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(3/4) then\n      x <- x - 1\n    else\n      x <- x + 2\n",
        "x",
        {"x": range(-1, 3)},
    ),
    "drifting, symbolic": (
        "assume p > 1/2\ndef f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      x <- x - 1\n"
        "    else\n      x <- x + 1\n",
        "x p",
        HIGH,
    ),
    "ruin, fair": (
        "def f(x: int):\n  while x > 0 and x < n do\n    step()\n    if flip(1/2) then\n      x <- x - 1\n    else\n"
        "      x <- x + 1\n",
        "x n",
        SMALL,
    ),
    "ruin, biased": (
        "def f(x: int):\n  while x > 0 and x < n do\n    step()\n    if flip(2/3) then\n      x <- x - 1\n    else\n"
        "      x <- x + 1\n",
        "x n",
        SMALL,
    ),
    "ruin, symbolic": (
        "def f(x: int):\n  while x > 0 and x < n do\n    step()\n    if flip(p) then\n      x <- x - 1\n    else\n"
        "      x <- x + 1\n",
        "x n p",
        SMALL | HIGH,
    ),
    "ruin, lazy": (
        "def f(x: int):\n  while x >= 0 and x <= n do\n    step()\n    u <- Uniform(-1..1)\n    x <- x + u\n",
        "x n",
        SMALL,
    ),
    "lead of votes": (
        "def f(d: int in 1..):\n  a, b <- 0, 0\n  repeat\n    step()\n    if flip(p) then\n      a <- a + 1\n    else\n"
        "      b <- b + 1\n  until abs(a - b) >= d\n",
        "d p",
        HIGH | {"d": range(1, 4)},
    ),
    "lead, one counter": (
        "def f(d: int in 1..):\n  a <- 0\n  while a < d and a > -d do\n    step()\n    if flip(p) then\n      a <- a + 1\n"
        "    else\n      a <- a - 1\n",
        "d p",
        HIGH | {"d": range(1, 4)},
    ),
    "collector": (
        "def f():\n  i <- 0\n  while i < n do\n    step()\n    if flip((n-i)/n) then\n      i <- i + 1\n",
        "n",
        SMALL,
    ),
    "collector from anywhere": (
        "def f(i: int in 0..):\n  while i < n do\n    step()\n    if flip((n-i)/n) then\n      i <- i + 1\n",
        "i n",
        SMALL | {"i": range(4)},
    ),
    "slower and slower": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(1/(x+1)) then\n      x <- x - 1\n",
        "x",
        {},
    ),
    "two coins": (
        "def f():\n  repeat\n    step()\n    done <- flip(p)\n    if not done then\n      step()\n      done <- flip(q)\n"
        "  until done\n",
        "p q",
        PS | {"q": CHANCES},
    ),
    "until two in a row": (
        "def f():\n  s <- 0\n  while s < 2 do\n    step()\n    if flip(p) then\n      s <- s + 1\n    else\n      s <- 0\n",
        "p",
        PS,
    ),
    "until three in a row": (
        "def f():\n  s <- 0\n  while s < 3 do\n    step()\n    if flip(1/2) then\n      s <- s + 1\n    else\n      s <- 0\n",
        "",
        {},
    ),
    "phases": (
        "def f():\n  phase <- 0\n  while phase < 2 do\n    step()\n    if phase = 0 then\n      if flip(p) then\n"
        "        phase <- 1\n    else\n      if flip(1/2) then\n        phase <- 2\n      else\n        phase <- 0\n",
        "p",
        PS,
    ),
    "walk on a square": (
        "def f():\n  x, y <- 0, 0\n  while x < 2 and y < 2 do\n    step()\n    if flip(1/2) then\n      x <- x + 1\n"
        "    else\n      y <- y + 1\n",
        "",
        {},
    ),
    "first to three": (
        "def f():\n  a, b <- 0, 0\n  while a < 3 and b < 3 do\n    step()\n    if flip(p) then\n      a <- a + 1\n    else\n"
        "      b <- b + 1\n",
        "p",
        PS,
    ),
    "dice": ("def f():\n  repeat\n    step()\n    d <- Uniform(1..6)\n  until d = 6\n", "", {}),
    "draw then loop": ("def f():\n  m <- Uniform(0..n)\n  for i in 1..m do\n    step()\n", "n", SMALL),
    "draw then loop of loops": (
        "def f():\n  m <- Binomial(n, 1/3)\n  for i in 1..m do\n    for j in 1..i do\n      step()\n",
        "n",
        SMALL,
    ),
    "draws add up": (
        "def f():\n  s <- 0\n  for i in 1..n do\n    s <- s + Uniform(0..2)\n  for i in 1..s do\n    step()\n",
        "n",
        SMALL,
    ),
    "count of heads": (
        "def f():\n  s <- 0\n  for i in 1..n do\n    if flip(p) then\n      s <- s + 1\n  for i in 1..s do\n    for j in 1..s do\n"
        "      step()\n",
        "n p",
        PS | SMALL,
    ),
    "doubling at random": (
        "def f():\n  s <- 1\n  for i in 1..n do\n    if flip(1/2) then\n      s <- 2*s\n  for i in 1..s do\n    step()\n",
        "n",
        SMALL,
    ),
    "leaves early": (
        "def f():\n  for i in 1..n do\n    step()\n    if flip(p) then\n      return\n",
        "n p",
        PS | SMALL,
    ),
    "leaves earlier": (
        "def f():\n  for i in 1..n do\n    step()\n    if flip(i/(n+1)) then\n      return\n  step()\n",
        "n",
        SMALL,
    ),
    "cap on tries": (
        "def f():\n  i <- 0\n  while i < n and flip(p) do\n    step()\n    i <- i + 1\n",
        "n p",
        PS | SMALL,
    ),
    "cap on tries by repeat": (
        "def f():\n  i <- 0\n  repeat\n    step()\n    i <- i + 1\n  until i >= n or flip(p)\n",
        "n p",
        PS | SMALL,
    ),
    "walk that may end": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      return\n    x <- x - 1\n",
        "x p",
        PS,
    ),
    "nested walks": (
        "def f(x: int):\n  while x > 0 do\n    y <- x\n    while y > 0 do\n      step()\n      if flip(1/2) then\n"
        "        y <- y - 1\n    x <- x - 1\n",
        "x",
        {},
    ),
    "lazy nested": (
        "def f(x: int):\n  while x > 0 do\n    repeat\n      step()\n    until flip(p)\n    if flip(1/2) then\n      x <- x - 1\n",
        "x p",
        PS,
    ),
    "the price is the place": (
        "def f(x: int):\n  while x > 0 do\n    for i in 1..x do\n      step()\n    if flip(p) then\n      x <- x - 1\n",
        "x p",
        PS,
    ),
    "two counters": (
        "def f(x: int):\n  y <- 0\n  while x > 0 do\n    step()\n    y <- y + 1\n    if flip(1/2) then\n      x <- x - 1\n"
        "  for i in 1..y do\n    step()\n",
        "x",
        {},
    ),
    "call in a call": (
        "def g(m: int):\n  while m > 0 do\n    step()\n    if flip(1/2) then\n      m <- m - 1\ndef f(x: int):\n  g(x)\n"
        "  for i in 1..n do\n    g(i)\n",
        "x n",
        SMALL,
    ),
    "answer of a call": (
        "def g() -> int:\n  if flip(p) then\n    return 3\n  return 1\ndef f():\n  for i in 1..g() do\n    step()\n",
        "p",
        PS,
    ),
    "a draw below a number": (
        "def f(x: int):\n  have <- 0\n  while have < n do\n    step()\n    if Uniform(1..n) > have then\n      have <- have + 1\n",
        "x n",
        SMALL,
    ),
    "half of all kinds": (
        "def f(x: int):\n  have <- 0\n  while 2*have < n do\n    step()\n    if Uniform(1..n) > have then\n      have <- have + 1\n",
        "x n",
        SMALL,
    ),
    "successes in a row": (
        "def f(x: int):\n  run <- 0\n  while run < x do\n    step()\n    if flip(p) then\n      run <- run + 1\n    else\n"
        "      run <- 0\n",
        "x p",
        HIGH,
    ),
    "back, or stay": (
        "def f(x: int):\n  while x < n do\n    step()\n    if flip(2/3) then\n      x <- x + 1\n    else\n"
        "      if flip(1/3) then\n        x <- 0\n",
        "x n",
        SMALL,
    ),
    "in a row, at least one try": (
        "def f(x: int):\n  run <- 0\n  repeat\n    step()\n    if flip(1/2) then\n      run <- run + 1\n    else\n"
        "      run <- 0\n  until run >= x\n",
        "x",
        {},
    ),
    "anything smaller": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    x <- Uniform(0..x-1)\n",
        "x",
        {"x": range(-1, 7)},
    ),
    "anything smaller, or the same": (
        "def f(x: int):\n  while x > 1 do\n    step()\n    x <- Uniform(1..x)\n  step()\n",
        "x",
        {"x": range(-1, 7)},
    ),
    "a pass over what is left": (
        "def f(x: int):\n  while x > 2 do\n    for i in 1..x do\n      step()\n    x <- Uniform(0..x-1)\n",
        "x",
        {"x": range(-1, 7)},
    ),
    "a draw in place of its own limit": (
        "def f(x: int):\n  if x >= 2 then\n    x <- Binomial(x, 1/2)\n    if x >= 1 then\n      step()\n",
        "x",
        {},
    ),
}


LARGE = {"growing rounds", "rounds squared", "two counters", "lead of votes", "successes in a row"}
"""Loops that reach many states before they are likely to have ended."""


def paid(found: Program, start: dict[str, object], limit: int = 250) -> tuple[float, float]:
    """The largest and the smallest expectation, by exploring all behaviours from a start."""
    numbers = {name: const(value) for name, value in start.items() if name in found.sizes}  # type: ignore[arg-type]

    def put(steps: f.Steps) -> f.Steps:
        return tuple(mapped(step, lambda size: size.replace(numbers), put) for step in steps)

    forms = {
        name: attrs.evolve(form, body=put(form.body), opening=put(form.opening))
        for name, form in lower(found).items()
    }
    played = Game.of(forms, limit=limit).played("f", start)
    if played.expected is None or played.expected_best is None:  # nothing random was reached
        return float(played.worst), float(played.best)
    return played.expected, played.expected_best


@pytest.mark.parametrize("name", EXACT)
def test_exact(name: str) -> None:
    body, names, values = EXACT[name]
    found = program(body)
    expected = analyse(found, "f").answer(Quantity("calls")).expected
    assert expected.low is not None, expected.reason
    assert expected.low == expected.high, expected
    for start in starts(names, values):
        most, least = paid(found, start, 3000 if name in LARGE else 250)
        mine = expected.low.value(start)
        near = 1e-5 if name in LARGE else NEAR  # what is cut off
        assert mine == pytest.approx(most, rel=near, abs=near), (start, str(expected.low))
        assert mine == pytest.approx(least, rel=near, abs=near), (start, str(expected.low))


BETWEEN: dict[str, Case] = {
    "strides": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    x <- x - Uniform(0..4)\n",
        "x",
        {"x": range(-1, 9)},
    ),
    "strides and steps back": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    x <- x - Uniform(-1..3)\n",
        "x",
        {"x": range(-1, 7)},
    ),
    "strides upwards": (
        "def f(x: int):\n  while x < n do\n    step()\n    x <- x + 1\n    if flip(1/3) then\n      x <- x + 2\n",
        "x n",
        SMALL,
    ),
    "one more or not": (
        "def f(x: int):\n  repeat\n    step()\n    if * then\n      step()\n  until flip(1/3)\n",
        "x",
        {},
    ),
    "half is left": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    x <- Binomial(x, 1/2)\n",
        "x",
        {"x": range(-1, 9)},
    ),
    "as long as it likes": (
        "def f(x: int):\n  m <- any int in 0..n\n  for i in 1..m do\n    repeat\n      step()\n    until flip(1/3)\n",
        "x n",
        SMALL,
    ),
    "anywhere at first": (
        "def f(x: int):\n  m <- any int in 0..n\n  while m > 0 do\n    step()\n    if flip(1/2) then\n      m <- m - 1\n",
        "x n",
        SMALL,
    ),
    "stop or go": (
        "def f(x: int):\n  if * then\n    while x > 0 do\n      step()\n      if flip(1/2) then\n        x <- x - 1\n",
        "x",
        {},
    ),
    "the harder coin": (
        "def f(x: int):\n  hard <- any bool\n  repeat\n    step()\n    if hard then\n      done <- flip(1/4)\n    else\n"
        "      done <- flip(1/2)\n  until done\n",
        "x",
        {},
    ),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_between(name: str) -> None:
    body, names, values = BETWEEN[name]
    found = program(body)
    expected = analyse(found, "f").answer(Quantity("calls")).expected
    assert expected.low is not None, expected.reason
    assert expected.high is not None, expected.reason
    for start in starts(names, values):
        most, least = paid(found, start)
        assert float(expected.low.value(start)) <= least + NEAR, (start, str(expected.low))
        assert float(expected.high.value(start)) >= most - NEAR, (start, str(expected.high))
        if expected.reached is not None:
            assert float(expected.reached.value(start)) == pytest.approx(most, rel=NEAR, abs=NEAR), start
        if expected.least is not None:
            assert float(expected.least.value(start)) == pytest.approx(least, rel=NEAR, abs=NEAR), start


OPEN = {
    "fair walk, one barrier": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(1/2) then\n      x <- x - 1\n    else\n      x <- x + 1\n"
    ),
    "fair walk, lazy": ("def f(x: int):\n  while x > 0 do\n    step()\n    x <- x + Uniform(-1..1)\n"),
    "walk away": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(1/4) then\n      x <- x - 1\n    else\n      x <- x + 1\n"
    ),
    "walk of unknown drift": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      x <- x - 1\n    else\n      x <- x + 1\n"
    ),
    "walk the other way": (
        "assume p < 1/2\ndef f(x: int):\n  while x > 0 do\n    step()\n    if flip(p) then\n      x <- x - 1\n    else\n"
        "      x <- x + 1\n"
    ),
    "no end": ("def f(x: int):\n  while x > 0 do\n    step()\n"),
    "an end that does not come": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if flip(1/2) then\n      x <- x + 1\n"
    ),
    "a model decides": (
        "def f(x: int):\n  while ask(x) do\n    step()\n    if flip(1/2) then\n      step()\n"
    ),
    "doubling": (  # 2^t calls in round t, which is reached with probability 2^-t
        "def f(x: int):\n  t <- 1\n  repeat\n    t <- 2*t\n    for i in 1..t do\n      step()\n  until flip(1/2)\n"
    ),
    "trebling": (
        "def f(x: int):\n  t <- 1\n  repeat\n    t <- 3*t\n    for i in 1..t do\n      step()\n  until flip(1/2)\n"
    ),
    "fair walk, then a loop": (
        "def f(x: int):\n  t <- 0\n  while x > 0 do\n    t <- t + 1\n    if flip(1/2) then\n      x <- x - 1\n    else\n"
        "      x <- x + 1\n  for i in 1..t do\n    step()\n"
    ),
    "a chance that goes down": (  # 1/(t+1)^2 in round t
        "def f(x: int):\n  t <- 0\n  repeat\n    step()\n    t <- t + 1\n  until flip(1/(t+1)^2)\n"
    ),
    "the adversary keeps away": (
        "def f(x: int):\n  while x > 0 do\n    step()\n    if * then\n      x <- x + 1\n    else\n      if flip(1/2) then\n"
        "        x <- x - 1\n"
    ),
}
"""Programs without a finite expectation, or whose expectation nothing is known of."""


@pytest.mark.parametrize("name", OPEN)
def test_no_expectation(name: str) -> None:
    expected = analysis(OPEN[name]).answer(Quantity("calls")).expected
    assert expected.high is None, str(expected.high)
    assert expected.reason is not None


EVOLUTION = Path(__file__).resolve().parents[3] / "examples" / "paper" / "evolution.aalp"


def evolution(function: str) -> Expected:
    found, _ = load(Source("evolution.aalp", EVOLUTION.read_text()))
    assert found is not None
    return analyse(found, function).answer(Quantity("calls")).expected


def test_global_mutation() -> None:
    expected = evolution("global")
    for k in range(1, 7):  # from any start that is not solved each call solves all with probability 2^-k
        assert expected.high is not None
        assert expected.reached is not None
        assert expected.high.value({"k": k}) == expected.reached.value({"k": k}) == 2**k


def test_local_mutation() -> None:
    expected = evolution("local")
    assert expected.low == expected.high == 2 * sym("k")


@pytest.mark.parametrize("k", [1, 2, 3, 4, 6, 16])
def test_block_by_block(k: int) -> None:
    high = evolution("block_by_block").high
    assert high is not None
    rounds, unsolved = 0.0, [1.0] * k  # the chance that block i is not solved yet; blocks are independent
    for turn in range(60 * k):
        rounds += 1 - math.prod(1 - chance for chance in unsolved)
        unsolved[turn % k] /= 2
    assert rounds <= float(high.value({"k": k})) <= rounds + 2 * k


def test_lists_that_change_are_left_open() -> None:
    body = (
        "def f(xs: list[3] of int):\n  while xs[0] > 0 do\n    step()\n    if flip(1/2) then\n"
        "      xs[0] <- xs[0] - 1\n"
    )
    assert analysis(body).answer(Quantity("calls")).expected.high is None
