"""Proofs: goals that must be found, and that nothing false is ever proved."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.program.prove import Facts, sizes_at_least
from aalpl.program.refute import counterexample
from aalpl.program.size import Size, apply, big, ceil, floor, indexed, lift, maximum, minimum, power, sym

n, k, l, i, j, c, N, T, e, b, s, f, w, d, p = map(sym, "nklijcNTebsfwdp")  # noqa: E741
SIZES = sizes_at_least(1, "nklcNTebsfw")
LOOP = SIZES.adding(i, k - 1 - i)

PROVABLE = {
    "the end of a block": (LOOP, k * l - i * l - l),
    "half of a size": (SIZES, N - floor(N / 2)),
    "half of a size from below": (SIZES, floor(N / 2)),
    "half of at least two": (SIZES.adding(N - 2), N - floor(N / 2) - 1),
    "an assumed relation": (SIZES.adding(n - c), n - c),
    "the last chunk": (SIZES.adding(i, ceil(n / c) - 1 - i), minimum(n, i * c + c) - i * c),
    "a product of two signs": (SIZES, (T - 1) * (e + b)),
    "a window": (SIZES.adding(w - s * f - s), w - s * f - s),
    "fewer summaries in a window": (SIZES.adding(w - s * f - s, f - d, d), w - s * d - s),
    "a power of two": (SIZES.adding(d).equating(k, power(2, d)), k - d - 1),
    "a remainder as an index": (SIZES.adding(i), k * l - apply("mod", i, k) * l - l),
    "an equation as a rewrite": (LOOP.equating(n, k * l), n - i * l - l),
    "an index in two dimensions": (
        SIZES.adding(i, n - 1 - i, j, k - 1 - j),
        n * k * l - (i * k + j) * l - l,
    ),
    "a maximum from below": (SIZES.adding(i), 2 * maximum(0, n - i) + 2 * i - n),
    "a sum of what is never negative": (SIZES, big("sum", "i", 0, n, i * k)),
    "a member of a family": (
        SIZES.with_family("m", lambda index: indexed("m", index) - 1),
        indexed("m", i) * k - 1,
    ),
    "integers between": (SIZES.adding(2 * i - 1), i - 1),
}


@pytest.mark.parametrize("name", PROVABLE)
def test_proves(name: str) -> None:
    facts, goal = PROVABLE[name]
    assert facts.proves(goal)
    if not goal.free & {"m"}:
        assert counterexample(facts, goal) is None


def test_false_goals_have_small_counterexamples() -> None:
    found = counterexample(SIZES.adding(i, k - i), k * l - i * l - l)
    assert found is not None
    assert found["i"] == found["k"]
    assert counterexample(SIZES.equating(n, k * l), 3 - n) is not None
    assert counterexample(SIZES.adding(i).equating(2 * i, n), n - 3) == {**_found(), "i": 1, "n": 2}


def _found() -> dict[str, int]:
    found = counterexample(SIZES.adding(i).equating(2 * i, n), n - 3)
    assert found is not None
    return found


def test_signs() -> None:
    assert SIZES.sign(n) == 1
    assert SIZES.sign(-n * k) == -1
    assert SIZES.sign(n - n) == 0
    assert SIZES.sign(n - k) is None
    assert SIZES.adding(n - k, k - n).sign(n - k) == 0


def test_a_probability_is_no_integer() -> None:
    facts = Facts().with_reals("p").adding(p, 1 - p)
    assert not facts.proves(-p)
    assert not facts.adding(facts.above(p)).proves(p - 1)
    assert facts.proves(p - p * p)


def test_hypotheses_that_cannot_hold_are_seen() -> None:
    assert SIZES.adding(k - n, n - k - 1).contradictory
    assert not SIZES.adding(k - n).contradictory


def _goals() -> st.SearchStrategy[Size]:
    leaf = st.one_of(st.integers(-3, 3).map(lift), st.sampled_from([n, k, i]))
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map(lambda t: t[0] + t[1]),
            st.tuples(inner, inner).map(lambda t: t[0] - t[1]),
            st.tuples(inner, inner).map(lambda t: t[0] * t[1]),
            st.tuples(inner, inner).map(lambda t: minimum(*t)),
            st.tuples(inner, inner).map(lambda t: maximum(*t)),
            inner.map(lambda x: floor(x / 2)),
            inner.map(lambda x: ceil(x / 3)),
            inner.map(lambda x: floor(x / n)),
            inner.map(lambda x: ceil(x / k)),
            inner.map(lambda x: apply("mod", x, k)),
            inner.map(lambda x: apply("abs", x)),
            inner.map(lambda x: power(2, x)),
        ),
        max_leaves=5,
    )


@settings(max_examples=400, deadline=None)
@given(_goals(), st.lists(_goals(), max_size=2), _goals(), st.booleans())
def test_what_is_proved_holds(goal: Size, more: list[Size], side: Size, equation: bool) -> None:
    facts = sizes_at_least(1, ["n", "k"]).adding(i).adding(*more)
    if equation:
        facts = facts.equating(k, side)
    if not facts.proves(goal):
        return
    for values in itertools.product(range(1, 5), range(1, 5), range(5)):
        at = dict(zip(("n", "k", "i"), values, strict=True))
        if all(_at(h, at) >= 0 for h in more) and (not equation or _at(side, at) == at["k"]):
            assert _at(goal, at) >= 0, (at, more, goal)


def _at(size: Size, at: dict[str, int]) -> Fraction | float:
    return size.value(at)
