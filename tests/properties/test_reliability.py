"""What is derived of random programs that vote, draw and count is what the simulator finds, within five deviations; and
a formula is, at numbers, what following the states at these numbers gives."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from random import Random

from support.running import checked

from aalpl.cost.reliability.success import expected_calls, success
from aalpl.program.nodes import Program
from aalpl.run import execute
from aalpl.run.lower import lower

HEAD = """\
prob p, q
size K
llm vote(x: text) -> text[1] size m right with probability p rivals 1
llm other(x: text) -> text[1] size m right with probability q rivals 1
llm coin(x: text) -> bool true with probability q size m
"""
TEXTS = ("vote(x)", "vote(x)", "vote(x)", "other(x)", "vote(a)", "a", "b")
CONDITIONS = ("a = b", "a = b", "n > 1", "n - k >= 1", "flip(1/3)", "coin(x)", "n > k", "a != b")
COUNTS = ("n <- n + 1", "k <- k + 1", "n <- n - 1", "n <- 0", "n <- n + k", "x <- a", "n <- abs(n) + 1")


def block(dice: Random, depth: int, indent: int) -> list[str]:
    return [line for _ in range(dice.randint(1, 3)) for line in statement(dice, depth, indent)]


def statement(dice: Random, depth: int, indent: int) -> list[str]:
    blanks, kind = "    " * indent, dice.random()
    if kind < 0.4 or depth == 0:
        return [f"{blanks}{dice.choice('ab')} <- {dice.choice(TEXTS)}"]
    if kind < 0.55:
        return [blanks + dice.choice(COUNTS)]
    if kind < 0.8:
        lines = [f"{blanks}if {dice.choice(CONDITIONS)} then", *block(dice, depth - 1, indent + 1)]
        if dice.random() < 0.6:
            lines += [f"{blanks}else", *block(dice, depth - 1, indent + 1)]
        return lines
    if kind < 0.88:
        return [f"{blanks}for i{depth} in 1..{dice.choice('23K')} do", *block(dice, depth - 1, indent + 1)]
    if kind < 0.94:
        until = dice.choice(("flip(1/2)", "coin(x)", "a = b"))
        return [f"{blanks}repeat", *block(dice, depth - 1, indent + 1), f"{blanks}until {until}"]
    return [f"{blanks}if {dice.choice(CONDITIONS)} then", f"{blanks}    return {dice.choice('ab')}"]


def voting(seed: int) -> str:
    """A program over answers, truths and counters."""
    dice = Random(seed)
    lines = [
        "    a <- vote(x)",
        "    b <- vote(x)",
        "    n, k <- 0, 0",
        *block(dice, 3, 1),
        *block(dice, 2, 1),
    ]
    result = dice.choice(("a", "b", "a", "b ++ a", "a if n > k else b", "vote(a)"))
    return f"{HEAD}def f(x: text) -> text:\n" + "\n".join(lines) + f"\n    return {result}\n"


UPDATES = (
    ("a <- a + 1", "b <- b + 1"),
    ("a <- a + 1", "b <- b + 1"),
    ("a <- a + 2", "b <- b + 1"),
    ("a <- a + 1", "a <- a - 1"),
    ("a <- a - 1", "b <- b - 1"),
    ("a <- a + 1", "b <- 0"),
)
STOPS = (
    "abs(a - b) >= d", "a - b >= d or b - a >= d", "a >= d or b >= d", "max(a, b) >= d", "a - b >= d or b - a >= e",
    "a >= d or b >= e", "a - b >= d", "abs(a) >= d", "abs(a) + abs(b) >= d", "a - b > d or b > a + d + 1",
)  # fmt: skip
RESULTS = ("a > b", "a >= b", "a >= d", "a > 0", "a - b >= d", "2*a > d", "b < a + 1")


def counting(seed: int) -> str:
    """A loop that draws and counts until the counts decide."""
    dice = Random(seed)
    one, two = dice.choice(UPDATES)
    stop, result = dice.choice(STOPS), dice.choice(RESULTS)
    start = dice.choice(("0, 0", "0, 0", "1, 0", "0, 1", "d, d"))
    draw = f"if flip(p) then {one} else {two}"
    body = [draw] if dice.random() < 0.7 else ["if flip(q) then", f"    {draw}"]
    match dice.choice(("repeat", "while", "for", "early")):
        case "repeat":
            loop = ["repeat", *(f"    {line}" for line in body), f"until {stop}"]
        case "while":
            loop = [f"while not ({stop}) do", *(f"    {line}" for line in body)]
        case "for":
            loop = ["for i in 1..N do", *(f"    {line}" for line in body)]
        case _:
            leave = [f"    if {stop} then", f"        return {result}"]
            loop = ["for i in 1..N do", *(f"    {line}" for line in body), *leave]
    known = dice.choice(("", "assume p > 1/2\n", "assume p > 1/2\n", "assume N = 2*h + 1\n"))
    lines = "".join(f"    {line}\n" for line in (f"a, b <- {start}", *loop, f"return {result}"))
    return f"prob p, q\nsize N, h\n{known}def f(d: int in 1.., e: int in 1..) -> bool:\n{lines}"


def share(program: Program, at: dict[str, Fraction | int], runs: int) -> tuple[float, float]:
    """How often the result is right, and the mean number of calls."""
    lowered = lower(program)
    right = calls = 0
    for seed in range(runs):
        run = execute(program, "f", at=at, seed=7919 * seed + 1, lowered=lowered, patience=50_000)
        assert not run.diagnostics
        right += bool(run.right) if run.right is not None else bool(run.value)
        calls += run.meter.calls
    return right / runs, calls / runs


def near(measured: float, wanted: float, runs: int) -> bool:
    return abs(measured - wanted) <= 5 * math.sqrt(wanted * (1 - wanted) / runs) + 3 / runs


def test_random_programs_that_vote() -> None:
    at: dict[str, Fraction | int] = {"p": Fraction(7, 10), "q": Fraction(3, 5), "K": 3}
    seen: Counter[str] = Counter()
    for seed in range(20):
        text = voting(seed)
        program = checked(text)
        found = success(program, "f", at)
        if found.exact is None or found.ends != 1:
            seen["refused"] += 1
            continue
        seen["derived"] += 1
        formula = success(program, "f").exact
        wanted = float(found.exact.value(at))
        assert formula is None or abs(float(formula.value(at)) - wanted) < 1e-9, text
        right, calls = share(program, at, 300)
        assert near(right, wanted, 300), text
        expected = expected_calls(program, "f", at)
        assert expected is None or abs(calls - float(expected.value(at))) <= 0.2 * calls + 0.1, text
    assert seen["derived"] >= 12


def test_random_loops_that_count() -> None:
    seen: Counter[str] = Counter()
    for seed in range(24):
        text = counting(seed)
        program = checked(text)
        formula = success(program, "f").exact
        dice = Random(seed)
        for _ in range(2):
            h = dice.randint(1, 3)
            at: dict[str, Fraction | int] = {
                "p": Fraction(dice.choice((6, 7, 9)), 10), "q": Fraction(1, 2), "N": 2 * h + 1, "h": h,
                "d": dice.randint(1, 4), "e": dice.randint(1, 4),
            }  # fmt: skip
            followed = success(program, "f", at)
            seen["formula"] += formula is not None
            seen["followed"] += followed.exact is not None
            if followed.exact is None:
                continue
            wanted = float(followed.exact.value(at))
            assert formula is None or abs(float(formula.value(at)) - wanted) < 1e-9, text
            if followed.ends == 1:
                assert near(share(program, at, 80)[0], wanted, 80), text
    assert seen["formula"] >= 10
    assert seen["followed"] >= 30
