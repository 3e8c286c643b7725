"""Numbers: predictions from what was observed, bounds before a run, and money that is unknown where a price is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.prices.money import Price, bill
from aalpl.cost.result import Analysis, Quantity
from aalpl.cost.words.predict import bounds, predicted
from aalpl.report import Source

TEXT = """
size k, l, b
assume b <= k
llm test(part: text) -> text[1..4]? size m
llm mend(note: text, part: text) -> text size g

def parts(x: list[k] of text[l]) -> list of text:
    for i in 0..k-1 do
        note <- test(x[i])
        if note at most b times then
            x[i] <- mend(note, x[i]) where len(result) = l
    return x
"""
IN, OUT = Quantity("tokens in"), Quantity("tokens out")
SIZES = {"k": 5, "l": 10, "b": 2, "m": 1, "g": 1}


@pytest.fixture(scope="module")
def analysis() -> Analysis:
    program, wrong = load(Source("test.aalp", TEXT))
    assert program is not None, wrong
    return analyse(program, "parts")


def test_a_prediction_puts_in_what_was_observed(analysis: Analysis) -> None:
    """Bugs in parts 1 and 4, described in 3 and 2 tokens; `nothing` is one token."""
    seen = {("present@9", (i,)): int(i in (1, 4)) for i in range(5)}
    seen |= {("out@9", (i,)): {1: 3, 4: 2}.get(i, 1) for i in range(5)}
    found = predicted(analysis, seen, SIZES, [IN, OUT])
    assert found[IN] == 5 * 10 + (3 + 10) + (2 + 10)
    assert found[OUT] == (3 + 2 + 3) + 2 * 10


def test_a_missing_size_is_named(analysis: Analysis) -> None:
    with pytest.raises(KeyError, match="l"):
        predicted(analysis, {}, {"k": 5}, [IN])


def test_bounds_before_a_run(analysis: Analysis) -> None:
    found = bounds(analysis, SIZES, [IN, OUT])
    assert (found[IN].low, found[IN].high) == (50, 50 + 2 * (4 + 10))
    assert (found[OUT].low, found[OUT].high) == (5, 5 * 4 + 2 * 10)
    assert bounds(analysis, {"k": 5}, [IN])[IN].high is None


def test_money(analysis: Analysis) -> None:
    prices = {
        "test": Price(Fraction(1), Fraction(2)).money,
        "mend": Price(Fraction(10), Fraction(20), Fraction(1, 100)).money,
    }
    found = bill(analysis, {name: Fraction(v) for name, v in SIZES.items()}, prices)
    assert found.low == Fraction(50 * 1 + 5 * 2, 10**6)
    assert found.high == Fraction(50 * 1 + 20 * 2 + 28 * 10 + 20 * 20, 10**6) + Fraction(2, 100)


def test_an_unknown_price_is_unknown_and_so_is_the_sum(analysis: Analysis) -> None:
    at = {name: Fraction(v) for name, v in SIZES.items()}
    found = bill(analysis, at, {"test": Price(Fraction(1), Fraction(2)).money})
    assert [item.model for item in found.items if item.high is None] == ["mend"]
    assert found.high is None
    half = bill(
        analysis, at, {"test": Price(Fraction(1)).money, "mend": Price(Fraction(1), Fraction(1)).money}
    )
    assert half.low is None
