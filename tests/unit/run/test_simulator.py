"""The simulator: stable oracles, facts kept with values, right and wrong answers, laws, hypotheses it keeps to."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from support.running import checked, ran, runs

from aalpl.run import execute


def mean_is(values: list[int], mean: float, variance: float) -> bool:
    """Whether the average of independent draws is within 4.5 standard errors."""
    return abs(sum(values) / len(values) - mean) <= 4.5 * math.sqrt(variance / len(values)) + 1e-12


def test_oracles_are_functions_of_values() -> None:
    text = """
size n
oracle score(x: text) -> int in 0..1000000
llm M(x: text) -> text[1] size m
def f(x: text[n]) -> bool:
    y <- x[0 : n-1] ++ x[n-1 : n]
    same <- score(x) = score(y)
    z <- M(x)
    other <- score(z) = score(M(x))
    return same and not other
"""
    assert all(ran(text, at={"n": 5}, seed=seed).value for seed in range(20))


def test_real_texts_are_equal_by_their_tokens() -> None:
    text = """
oracle score(x: text) -> real
def f(x: text, y: text) -> bool:
    return x = y and score(x) = score(y)
"""
    assert ran(text, inputs={"x": "one two", "y": "one two"}).value is True
    assert ran(text, inputs={"x": "one two", "y": "one too"}).value is False


def test_facts_stay_with_the_value() -> None:
    text = """
size k, l
oracle solved(x: text) -> bool
measure f(x: text) = count i in 0..k-1 of solved(x[i*l : i*l+l])
llm M(x: text) -> text size m
def g(x: text[k*l]) -> int:
    y <- M(x) where len(result) = k*l, f(result) ~ Binomial(k, 1/2)
    z <- y
    if f(y) != f(z ++ z[0:0]) then
        return -1
    return f(y)
def at_least(x: text[k*l]) -> bool:
    y <- M(x) where len(result) = k*l, f(result) >= f(x)
    return f(y) >= f(x)
def solves(x: text[l]) -> bool:
    y <- M(x) where len(result) = l, solved(result) with probability 1/4
    return solved(y)
"""
    program = checked(text)
    at = {"k": 10, "l": 3}
    counts = [r.value for r in runs(program, "g", 400, at=at)]
    assert min(counts) >= 0
    assert mean_is(counts, 5, 2.5)
    assert all(r.value for r in runs(program, "at_least", 30, at=at))
    assert mean_is([r.value for r in runs(program, "solves", 400, at=at)], 0.25, 3 / 16)


@pytest.mark.parametrize("rivals", ["", "rivals 1"])
def test_right_answers_agree(rivals: str) -> None:
    """Two right answers to one question are equal; with `rivals 1` two wrong ones are as well."""
    text = f"""
prob p
llm vote(x: text) -> text[1] size m right with probability p {rivals}
def f(x: text) -> text:
    return vote(x)
def g(x: text) -> bool:
    return vote(x) = vote(x)
"""
    program = checked(text)
    rights = [r.right for r in runs(program, "f", 400, at={"p": Fraction(3, 4)})]
    assert mean_is([bool(r) for r in rights], 0.75, 3 / 16)
    if rivals:
        agree = [r.value for r in runs(program, "g", 400, at={"p": Fraction(3, 4)})]
        assert mean_is(agree, 0.75**2 + 0.25**2, 0.25)


def test_wrong_inputs_make_wrong_results() -> None:
    text = """
prob p
size s
llm step(x: text) -> text[1] size m right with probability p
def chain(x: text) -> text:
    for i in 1..s do
        x <- step(x)
    return x
"""
    program = checked(text)
    rights = [
        bool(execute(program, "chain", at={"p": Fraction(4, 5), "s": 3}, seed=i).right) for i in range(500)
    ]
    assert mean_is(rights, 0.512, 0.25)  # 0.8^3


def test_votes_until_ahead_are_right_as_often_as_the_walk_says() -> None:
    """Ahead by d = 2 at p = 3/4: 1 / (1 + (1/3)^2) = 0.9; expected votes d(2q - 1)/(2p - 1) = 3.2 (Wald)."""
    text = """
prob p
llm vote(state: text) -> text[O(1)] size m right with probability p rivals 1
def decide(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(vote(state))
    until t.lead >= d
    return t.leader
"""
    program = checked(text)
    found = runs(program, "decide", 600, at={"p": Fraction(3, 4), "d": 2})
    assert mean_is([bool(r.right) for r in found], 0.9, 0.09)
    assert mean_is([r.meter.calls for r in found], 3.2, 2.9)


LAWS = """
def flips() -> bool:
    return flip(1/3)
def uniform() -> int:
    return Uniform(-2..7)
def binomial() -> int:
    return Binomial(100, 1/5)
def geometric() -> int:
    return Geometric(1/4)
"""


@pytest.mark.parametrize(
    ("function", "mean", "variance"),
    [("flips", 1 / 3, 2 / 9), ("uniform", 2.5, 99 / 12), ("binomial", 20, 16), ("geometric", 4, 12)],
)
def test_laws(function: str, mean: float, variance: float) -> None:
    program = checked(LAWS)
    assert mean_is([r.value for r in runs(program, function, 800)], mean, variance)


@pytest.mark.parametrize("adversary", ["random", "worst", "best"])
@pytest.mark.parametrize("b", [0, 1, 3])
def test_at_most_is_never_broken_by_the_simulator(adversary: str, b: int) -> None:
    text = """
size k, l, b
oracle bad(x: text) -> bool
llm find(x: text) -> text[O(1)]? size m
llm yes(x: text) -> bool size m
llm kind(x: text) -> one of "a" | "b" | "c" size m
def f(x: text[k*l]):
    for i in 0..k-1 do
        bug <- find(x[i*l : i*l+l])
        if bug at most b times then
            skip
        if yes(x) and yes(x) at most b times then
            skip
        if kind(x) != "b" at most b times then
            skip
        if bad(x[i*l : i*l+l]) at most b times then
            skip
        if * at most b times then
            skip
    while yes(x) at most b times do
        skip
    repeat
        skip
    until yes(x) at most b + 1 times
"""
    program = checked(text)
    for run in runs(program, "f", 15, at={"k": 8, "l": 2, "b": b}, adversary=adversary):
        assert run.diagnostics == ()
        assert not run.broken


def test_conditions_hold_as_often_as_they_say() -> None:
    text = """
size n
oracle good(y: text) -> bool
llm M(x: text) -> text[1] size m
def f(x: text[n]) -> int:
    count <- 0
    repeat
        y <- M(x)
        count <- count + 1
    until good(y) with probability 1/4
    return count
"""
    program = checked(text)
    assert mean_is([r.value for r in runs(program, "f", 500, at={"n": 3})], 4, 12)


def test_lengths_follow_their_laws() -> None:
    text = """
llm M() -> text[~ Uniform(1..9)] size m
llm N() -> text[~ 6] size m
llm K() -> text[2..4] size m
llm C() -> text[O(1)] size m
llm L() -> list[i in 0..2] of text[i+1] size m
def f() -> int:
    return len(M())
def g() -> int:
    return len(N()) * 100 + len(C())
def h(x: int) -> list of text:
    return L()
def k() -> int:
    return len(K())
"""
    program = checked(text)
    assert mean_is([r.value for r in runs(program, "f", 500)], 5, 80 / 12)
    assert execute(program, "g").value == 601
    assert execute(program, "h", at={"x": 0}).meter.tokens_out == 1 + 2 + 3
    assert {execute(program, "k", seed=seed).value for seed in range(60)} == {2, 3, 4}
    assert execute(program, "k", adversary="worst", seed=1).value in {2, 3, 4}


def test_simulate_says_how_a_primitive_answers() -> None:
    text = """
size N, L
oracle rank(d: text) -> real
llm before(a: text[L], b: text[L]) -> bool size m
    simulate rank(a) <= rank(b)
def sorted(a: text[L], b: text[L], c: text[L]) -> bool:
    if before(a, b) and before(b, c) then
        return before(a, c)
    return true
"""
    program = checked(text)
    assert all(r.value for r in runs(program, "sorted", 50, at={"L": 4}))
