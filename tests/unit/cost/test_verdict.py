"""Verdicts about claims, each known beforehand from the mathematics of the program."""

from __future__ import annotations

import pytest

from aalpl.check import load
from aalpl.cost.claims.verdict import verdicts
from aalpl.report import Source

PROGRAM = """\
size n, k, b
const c
assume b <= k
llm M(x: text) -> text[1] size m
llm D(x: text) -> text[1] size w

def once(x: text[n]):
    y <- M(x)

def rounds(x: text[n]):
    for i in 1..k do
        y <- M(x)

def growing(x: text[n]):
    h <- x
    for i in 1..b do
        h <- h ++ M(h)

def doubling(x: text[n]):
    h <- x
    for i in 1..b do
        y <- M(h)
        h <- h ++ h

def maybe(x: text[n]):
    if * then
        y <- D(x)

def step(x: text[n], d: int in 1..):
    for i in 1..d do
        y <- M(x)

def open(x: text[n]):
    repeat
        y <- M(x)
    until y = "done"
"""
TRUE = [
    "claim calls(rounds) = k",
    "claim calls(rounds) >= k",
    "claim cost(once) = m*n",
    "claim cost(once) = Theta(m*n)",
    "claim cost(rounds) / cost(once) = k",
    "claim cost(rounds) / cost(once) = Theta(k)",
    "claim tokens in(growing) = b*n + b*(b-1)/2",
    "claim tokens in(growing) = Theta(b*n + b^2)",
    "claim tokens in(growing) = O(b*n + k^2)",
    "claim tokens in(growing) = Omega(b)",
    "claim tokens in(doubling) = n*(2^b - 1)",
    "claim tokens in(doubling) = Theta(n*2^b)",
    "claim tokens in(doubling) = Omega(n*b^2)",
    "claim worst cost(maybe) = w*n",
    "claim best calls(maybe) >= 0",
    "claim calls(maybe) <= 1",
    "claim calls(step) = d",
    "claim calls(rounds) + calls(once) = k + 1",
    "claim calls(rounds) = Omega(b)",
    "claim cost(rounds) of M = Theta(m*k*n)",
    "claim tokens(once) = n + 1",
    "claim cost(once) under tokens = n + 1",
]
FALSE = [
    "claim calls(rounds) = k + 1",
    "claim calls(rounds) <= k - 1",
    "claim cost(once) >= 2*m*n",
    "claim cost(rounds) = Theta(m*k)",
    "claim cost(rounds) / cost(once) = Theta(k^2)",
    "claim tokens in(growing) = Theta(n)",
    "claim tokens in(growing) = b*n",
    "claim calls(rounds) = O(c)",
    "claim worst calls(maybe) >= 2",
    "claim calls(step) = d + 1",
]
DOMAIN = """\
llm M(x: text) -> text[1] size 1

def none(x: text, d: int):
    skip

def times(x: text[n], d: int):
    for i in 1..d do
        y <- M(x)

def many(x: text[n], e: int in 3..):
    for i in 1..e do
        y <- M(x)

def some(x: text[n], r: int) requires r >= 5:
    for i in 1..r do
        y <- M(x)
"""
ON_THE_DOMAIN = [  # int parameters may be negative, unless their type or `requires` says otherwise
    ("claim calls(none) <= d", "false"),
    ("claim calls(times) = d", "false"),
    ("claim calls(times) >= d", "true"),
    ("claim calls(times) = max(0, d)", "true"),
    ("claim calls(many) >= 3", "true"),
    ("claim calls(many) = e", "true"),
    ("claim calls(some) >= 5", "true"),
    ("claim calls(some) = r", "true"),
    ("claim calls(some) <= 5", "false"),
    ("claim calls(times) / calls(times) = 1", "undecided"),  # 0 / 0 where d <= 0
]
UNDECIDED = [
    "claim tokens in(growing) = Theta(b*n)",  # true if b = O(n)
    "claim calls(rounds) = Theta(b)",  # true if k = O(b)
    "claim calls(open) = Theta(k)",  # the number of rounds is not bounded
]


def outcome(claim: str) -> tuple[str, str]:
    program, diagnostics = load(Source("claims.aalp", PROGRAM + claim + "\n"))
    assert program is not None, diagnostics
    (verdict,) = verdicts(program)
    return verdict.outcome, verdict.reason


@pytest.mark.parametrize("claim", TRUE)
def test_true(claim: str) -> None:
    assert outcome(claim)[0] == "true"


@pytest.mark.parametrize("claim", FALSE)
def test_false_with_sizes(claim: str) -> None:
    found, reason = outcome(claim)
    assert found == "false"
    assert reason.startswith(("at ", "for large "))


@pytest.mark.parametrize("claim", UNDECIDED)
def test_undecided_with_a_reason(claim: str) -> None:
    found, reason = outcome(claim)
    assert found == "undecided"
    assert reason


def test_the_weakest_condition_is_named() -> None:
    assert outcome("claim tokens in(growing) = Theta(b*n)") == ("undecided", "true if b = O(n)")
    assert outcome("claim calls(rounds) = Theta(b)") == ("undecided", "true if k = O(b)")


@pytest.mark.parametrize(("claim", "expected"), ON_THE_DOMAIN)
def test_on_the_whole_declared_domain(claim: str, expected: str) -> None:
    program, diagnostics = load(Source("claims.aalp", "size n\n" + DOMAIN + claim + "\n"))
    assert program is not None, diagnostics
    (verdict,) = verdicts(program)
    assert verdict.outcome == expected, verdict.reason


def test_a_ray_keeps_to_its_hypotheses_for_ever() -> None:
    """n <= 10000*k holds of n = B^2, k = B for small B only, so it is no witness against O(k)."""
    text = "size n, k\nassume n <= 10000*k\nllm M(x: text) -> text[1] size m\ndef f(x: text[n]):\n    y <- M(x)\n"
    program, _ = load(Source("claims.aalp", text + "claim tokens in(f) = O(k)\n"))
    assert program is not None
    (verdict,) = verdicts(program)
    assert verdict.outcome == "true"


REGIONS = """\
size n, m, k, d
const c
prob p
assume m <= n
llm M(x: text) -> text[1] size w

def chunked(x: text[n]):
    for i in 0..ceil(n/m)-1 do
        y <- M(x[i*m : min(n, i*m + m)])

def signed(x: int):
    for i in 1..2*x do
        y <- M("a")

def retry(x: text[n]):
    repeat
        y <- M(x)
    until flip(1/2)

def capped(x: text[n]):
    repeat
        y <- M(x)
    until flip(1/2) at most 3 times

def never(x: text[n]):
    if * then
        repeat
            y <- M(x)
        until flip(1/2)

def sure(x: text[n]):
    repeat
        y <- M(x)
    until flip(1)
"""
DECIDED = [
    ("calls(signed) = max(0, 2*x)", "true"),  # on both sides of 0
    ("calls(signed) = 2*x if x > 0 else 0", "true"),
    ("calls(signed) = 2*max(0, x)", "true"),
    ("calls(signed) = 2*x if x > 1 else 0", "false"),  # x = 1
    ("calls(signed) >= 2*x", "true"),
    ("calls(signed) <= 2*max(0, x) - min(0, x)", "true"),
    ("calls(chunked) <= floor(n/m) + 1", "true"),  # the ceiling is the floor or one more
    ("calls(chunked) = floor(n/m) + 1", "false"),  # n = m = 1
    ("calls(chunked) >= n/m", "true"),
    ("calls(chunked) = Theta(n/m)", "true"),
    ("calls(retry) = 2", "false"),  # infinite
    ("calls(retry) = O(n)", "false"),
    ("expected calls(retry) = 2", "true"),
    ("calls(capped) <= 3", "true"),
    ("calls(sure) = 1", "true"),  # a coin of probability 1 is no chance
    ("calls(chunked) = Theta(n)", "false"),  # n = m
]


@pytest.mark.parametrize(("claim", "expected"), DECIDED, ids=[claim for claim, _ in DECIDED])
def test_regions_and_infinity(claim: str, expected: str) -> None:
    program, diagnostics = load(Source("claims.aalp", REGIONS + f"\nclaim {claim}\n"))
    assert program is not None, diagnostics
    (verdict,) = verdicts(program)
    assert verdict.outcome == expected, verdict.reason


def test_a_size_that_cannot_grow_voids_a_class() -> None:
    program, _ = load(
        Source(
            "claims.aalp",
            PROGRAM.replace("assume b <= k", "assume b <= c + 7") + "claim calls(rounds) = O(k)\n",
        )
    )
    assert program is not None
    (verdict,) = verdicts(program)
    assert verdict.outcome == "void"
    assert "`b`" in verdict.reason


def test_what_may_have_been_meant() -> None:
    program, _ = load(Source("claims.aalp", REGIONS + "\nclaim calls(retry) = 2\n"))
    assert program is not None
    (verdict,) = verdicts(program)
    assert verdict.instead == "expected calls(retry)"
