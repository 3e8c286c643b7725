"""Bounds whichever wrong answers are equal: against games that are played out here, every choice of every wrong answer."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
from support.running import checked

from aalpl.cost.reliability.success import calls_within, success
from aalpl.cost.solving.search import Solver

HEAD = """\
prob p
size N
llm weak(x: text) -> text[O(1)] size w right with probability p
llm two(x: text) -> text[O(1)] size w right with probability p rivals 2
"""
MAJORITY = """\
def f(x: text) -> text:
    t <- tally()
    for i in 1..N do
        t.add(weak(x))
    return t.leader
"""
CAPPED = """\
def f(x: text) -> text:
    t <- tally()
    for i in 1..N do
        t.add(weak(x))
        if t.lead >= 2 then
            return t.leader
    return t.leader
"""
AHEAD = """\
def f(x: text, d: int in 1..) -> text:
    first <- weak(x)
    other, lead <- first, 1
    while lead < d and lead > -d do
        again <- weak(x)
        if again = first then
            lead <- lead + 1
        else
            other, lead <- again, lead - 1
    return first if lead > 0 else other
"""
THIRD = """\
def f(x: text) -> text:
    a <- weak(x)
    b <- weak(x)
    if a = b then
        return a
    return weak(x)
"""
STREAK = """\
def f(x: text) -> text:
    a <- weak(x)
    run <- 1
    repeat
        b <- weak(x)
        run <- run + 1 if b = a else 1
        a <- b
    until run >= 3
    return a
"""
P = (Fraction(3, 5), Fraction(9, 10))


def counted(n: int, p: Fraction, most: bool, kinds: int, stop: int) -> tuple[Fraction, Fraction]:
    """P(right) and the expected calls of n votes, or fewer where one leads by `stop`: votes are kept as (is it right, how
    many), those seen first before; every wrong vote is for any of those seen, or another."""
    better = max if most else min

    def over(votes: tuple[tuple[bool, int], ...]) -> bool | None:
        counts = [*sorted((k for _, k in votes), reverse=True), 0, 0]
        if sum(counts) < n and counts[0] - counts[1] < stop:
            return None
        return max(votes, key=lambda vote: vote[1])[0]

    def options(votes: tuple[tuple[bool, int], ...], right: bool) -> list[tuple[tuple[bool, int], ...]]:
        alike = [i for i, (good, _) in enumerate(votes) if good == right]
        more = [tuple((g, k + (i == j)) for j, (g, k) in enumerate(votes)) for i in alike]
        return more if (right and alike) or len(alike) >= kinds else [*more, (*votes, (right, 1))]

    @cache
    def won(votes: tuple[tuple[bool, int], ...]) -> Fraction:
        ended = over(votes) if votes else None
        if ended is not None:
            return Fraction(int(ended))
        (good,) = options(votes, True)
        return p * won(good) + (1 - p) * better(won(bad) for bad in options(votes, False))

    @cache
    def calls(votes: tuple[tuple[bool, int], ...]) -> Fraction:
        if votes and over(votes) is not None:
            return Fraction(0)
        (good,) = options(votes, True)
        return 1 + p * calls(good) + (1 - p) * better(calls(bad) for bad in options(votes, False))

    return won(()), calls(())


def ends(text: str, **at: Fraction | int) -> tuple[Fraction, Fraction]:
    found = success(checked(HEAD + text), "f", at)
    assert found.low is not None, found.reason
    assert found.high is not None
    assert found.ends == 1
    return Fraction(found.low.value({})), Fraction(found.high.value({}))


@pytest.mark.parametrize("p", P, ids=str)
@pytest.mark.parametrize(("text", "stop"), [(MAJORITY, 99), (CAPPED, 2)], ids=["majority", "capped"])
@pytest.mark.parametrize("kinds", [2, 99])
def test_votes_that_are_counted(text: str, stop: int, kinds: int, p: Fraction) -> None:
    text = text.replace("weak", "two") if kinds == 2 else text
    for n in (2, 3, 5):
        (low, fewest), (high, calls) = (counted(n, p, most, kinds, stop) for most in (False, True))
        assert ends(text, p=p, N=n) == (low, high)
        assert calls_within(checked(HEAD + text), "f", {"p": p, "N": n}) == (fewest, calls)


@pytest.mark.parametrize("p", P, ids=str)
def test_one_rival_is_the_worst_of_a_majority(p: Fraction) -> None:
    """All wrong votes for one answer: what `rivals 1` says is what is certain without it."""
    one = success(
        checked(HEAD.replace("p\nllm two", "p rivals 1\nllm two") + MAJORITY), "f", {"p": p, "N": 5}
    )
    assert one.exact is not None
    assert ends(MAJORITY, p=p, N=5)[0] == one.exact.value({})


def test_one_rival_is_not_the_worst_of_every_scheme() -> None:
    """Whoever keeps the last answer that differs loses more to several wrong ones."""
    p = Fraction(7, 10)
    one = success(checked(HEAD.replace("p\nllm two", "p rivals 1\nllm two") + AHEAD), "f", {"p": p, "d": 3})
    assert one.exact is not None
    assert ends(AHEAD, p=p, d=3)[0] < one.exact.value({})


@pytest.mark.parametrize("p", P, ids=str)
def test_a_lead_over_the_first(p: Fraction) -> None:
    """Values of all choices, iterated until they stay: (is the first right, by how much it leads, was the last other)."""
    d = 3
    for most, index in ((False, 0), (True, 1)):
        better = max if most else min
        value: dict[tuple[bool, int], float] = {}

        def at(first: bool, lead: int, other: bool, known: dict[tuple[bool, int], float]) -> float:
            if abs(lead) >= d:
                return float(first if lead > 0 else other)
            return known.get((first, lead), 0.0)

        for _ in range(2000):
            value = {
                (first, lead): float(p) * at(first, lead + (1 if first else -1), True, value)
                + float(1 - p)
                * (
                    at(first, lead - 1, False, value)
                    if first
                    else better(at(first, lead + 1, False, value), at(first, lead - 1, False, value))
                )
                for first in (True, False)
                for lead in range(1 - d, d)
            }
        wanted = float(p) * value[True, 1] + float(1 - p) * value[False, 1]
        assert float(ends(AHEAD, p=p, d=d)[index]) == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("p", P, ids=str)
def test_small_schemes(p: Fraction) -> None:
    q = 1 - p
    assert ends(THIRD, p=p) == (p * p + 2 * p * q * p, p * p + 2 * p * q * p + q * q * p)
    assert ends(STREAK, p=p)[1] == 1  # wrong answers that are never alike never win


def test_how_many_votes_are_enough_whichever_are_equal() -> None:
    program = checked(HEAD + MAJORITY + "claim P(right(f)) >= 0.8\n")
    found = Solver(program, program.claims[-1], "N").solve({"p": Fraction(7, 10)}, True)
    wanted = next(n for n in range(1, 9) if counted(n, Fraction(7, 10), False, 99, 99)[0] >= Fraction(4, 5))
    assert found.value == wanted


def test_what_may_not_end_is_refused() -> None:
    """Two wrong answers in a row that are alike may never come."""
    text = """\
def f(x: text) -> text:
    repeat
        a <- weak(x)
        b <- two(x)
        c <- two(x)
        d <- two(x)
    until b != c and c != d and b != d
    return a
"""
    found = success(checked(HEAD + text), "f", {"p": Fraction(1, 2)})
    assert found.low is None
    assert found.reason is not None


def test_a_table_that_grows_without_end_is_refused() -> None:
    text = """\
def f(x: text) -> text:
    t <- tally()
    repeat
        t.add(weak(x))
    until t.lead >= 3
    return t.leader
"""
    found = success(checked(HEAD + text), "f", {"p": Fraction(7, 10)})
    assert found.low is None
    assert found.reason is not None
    assert "too many states" in found.reason.reason
