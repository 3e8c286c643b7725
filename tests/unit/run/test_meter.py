"""What the meter counts, against numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from support.running import ran

TWO_MODELS = """
size n
model small size m_s overhead 5
model large size m_l
llm A(x: text) -> text[3] on small
    prompt "Read this: {x}"
llm B(x: text) -> text[2] on large

def f(x: text[n]) -> text:
    y <- A(x)
    z <- B(y ++ x)
    return A(z)
"""


def test_rows_have_all_moments() -> None:
    """A reads n + 5 own words (Read, blank, this, colon, blank), writes 3; B reads n + 3, writes 2; A reads 2 + 5."""
    run = ran(TWO_MODELS, at={"n": 10, "m_s": 2, "m_l": 7})
    first, second, third = run.meter.rows
    assert (first.place, first.primitive, first.model) == ("10", "A", "small")
    assert (first.calls, first.tokens_in, first.tokens_out, first.overhead) == (1, 15, 3, 5)
    assert (second.tokens_in, second.tokens_out, second.overhead) == (13, 2, 0)
    assert (third.tokens_in, third.tokens_out) == (7, 3)
    assert first.unit_cost == 15 + 16 + 17
    assert second.unit_cost == 13 + 14
    assert third.unit_cost == 7 + 8 + 9
    assert run.meter.cost == 2 * (48 + 24) + 7 * 27
    assert run.meter.work("cost", of="large") == 7 * 27
    assert run.meter.work("tokens in", by="A") == 22
    assert run.meter.work("tokens") == 15 + 13 + 7 + 8


def test_a_size_that_is_not_given_leaves_the_cost_unknown() -> None:
    run = ran(TWO_MODELS, at={"n": 10, "m_s": 2})
    assert run.meter.cost is None
    assert run.meter.spans["cost"] is None
    assert run.meter.work("cost", of="small") == 144


def test_any_cost_model_can_be_applied_afterwards() -> None:
    run = ran(TWO_MODELS, at={"n": 10})
    prices = {"small": (Fraction(1, 10), 1), "large": (1, 4)}
    price = run.meter.weighed(lambda model, p, o: prices[model][0] * p + prices[model][1] * o)
    assert price == Fraction(22, 10) + 13 + 6 + 8
    assert run.meter.weighed(lambda model, p, o: (p + o) ** 2) == 18**2 + 15**2 + 10**2


PARALLEL = """
size k, w
assume k >= 2
llm A(x: text) -> text[2] size m
llm B(x: text) -> text[1] size m

def f(x: text[k*(k+1)/2]) -> text:
    y <- A(x[0:1])
    parallel for i in 0..k-1 workers w do
        a <- A(x[0 : i+1])
        b <- B(a)
    return A(x[0:2])
"""


@pytest.mark.parametrize(
    ("workers", "calls", "read"), [(1, 2 + 2 * 5, 3 + 15 + 10), (2, 2 + 6, 3 + 2 + 4 + 5 + 6), (5, 4, 10)]
)
def test_span_takes_the_longest_branch_of_each_group(workers: int, calls: int, read: int) -> None:
    """Branch i reads i + 1 and 2 tokens; before and after, 1 and 2 are read. Groups are consecutive."""
    run = ran(PARALLEL, at={"k": 5, "w": workers, "m": 1})
    assert run.meter.calls == 12
    assert run.meter.tokens_in == 3 + 15 + 10
    assert run.meter.spans["calls"] == calls
    assert run.meter.spans["tokens in"] == read


NESTED = """
llm A(x: text) -> text[1] size m

def inner(n: int) -> text:
    ys <- parallel for i in 1..n yield A("a")
    return A("b")

def outer(n: int):
    parallel for i in 1..n do
        y <- inner(i)
        z <- inner(1)
"""


def test_nested_branches_add_and_maximise() -> None:
    """Each branch: 1 (side by side) + 1, twice: 4 calls one after the other; work is Σ (i + 1) + 2."""
    run = ran(NESTED, "outer", at={"n": 4, "m": 1})
    assert run.meter.spans["calls"] == 4
    assert run.meter.calls == sum(i + 1 + 2 for i in range(1, 5))


def test_span_of_a_quantity_is_its_own_maximum() -> None:
    """The branch with most calls need not be the one with most tokens."""
    text = """
llm A(x: text) -> text[1] size m
def f(x: text):
    parallel for i in 0..1 do
        if i = 0 then
            y <- A(x)
        else
            y <- A("a")
            y <- A("a")
"""
    run = ran(text, inputs={"x": "a b c d e"}, at={"m": 1})
    assert run.meter.spans["calls"] == 2
    assert run.meter.spans["tokens in"] == 9


def test_families_are_models_of_their_own() -> None:
    text = """
size r
llm M[i in 1..r](x: text) -> text[1] size s[i]
def f(x: text):
    for i in 1..r do
        y <- M[i](x)
"""
    run = ran(text, inputs={"x": "a"}, at={"r": 3, "s[1]": 10, "s[2]": 20, "s[3]": 40})
    assert [(row.model, row.cost) for row in run.meter.rows] == [("M[1]", 10), ("M[2]", 20), ("M[3]", 40)]
    assert run.meter.cost == 70
    assert run.meter.work("calls", of="M") == 3


def test_conversations_share_their_prefix() -> None:
    """Call t reads c + e + (t - 1)(e + b); all of the call before it is read again."""
    text = """
size c, e, b, t
llm reply(seen: transcript) -> text[b] size m
def chat(system: text[c]):
    conversation begins system do
        for i in 1..t do
            hear text[e]
            y <- reply()
"""
    c, e, b, t = 10, 3, 2, 5
    run = ran(text, at={"c": c, "e": e, "b": b, "t": t})
    reads = [c + e + i * (e + b) for i in range(t)]
    (row,) = run.meter.rows
    assert row.tokens_in == sum(reads)
    assert row.hit == sum(reads[:-1])


def test_tokens_of_values() -> None:
    """bool, choice, int and nothing are 1; a record the sum of its parts (semantics 4)."""
    text = """
size n
llm M(a: bool, b: one of "x" | "yy", c: int, d: text?, e: {p: text, q: int}, f: list of text) -> {p: text[4], q: bool} size m
def f(x: text[n]):
    r <- M(true, "yy", 12345, nothing, {p: x, q: 7}, [x, x])
"""
    run = ran(text, at={"n": 10})
    assert run.meter.tokens_in == 4 + 11 + 20
    assert run.meter.tokens_out == 5


def test_a_text_of_a_billion_tokens_costs_nothing() -> None:
    run = ran(TWO_MODELS, at={"n": 10**9})
    assert run.meter.tokens_in == 10**9 + 5 + 10**9 + 3 + 7
