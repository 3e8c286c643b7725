"""Formulas compared."""

import pytest

from aalpl.cases.equal import Domain, bounds, equal
from aalpl.cases.formula import formula


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("n*(n+1)/2", "sum(i in 1..n: i)"),
        ("floor(n/2) + ceil(n/2)", "n"),
        ("max(a, b) + min(a, b)", "a + b"),
        ("2^(n+1) - 1", "sum(i in 0..n: 2^i)"),
        ("sum(i in 1..r: 2*m[i])", "2*sum(j in 1..r: m[j])"),
        ("log(n^2)", "2*log(n)"),
    ],
)
def test_equal_formulas(left: str, right: str) -> None:
    assert equal(formula(left), formula(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("n*(n+1)/2", "n*(n-1)/2"),
        ("n", "n + 1/1000000"),
        ("max(a, b)", "a"),
        ("sum(i in 1..r: m[i])", "sum(i in 1..r: m[i+1])"),
        ("m[1]", "m[2]"),
        ("n", "k"),
    ],
)
def test_other_formulas(left: str, right: str) -> None:
    assert not equal(formula(left), formula(right))


def test_a_bound_is_touched_somewhere() -> None:
    assert bounds(formula("min(n, k)"), formula("n"))
    assert not bounds(formula("n"), formula("n + 1"))
    assert not bounds(formula("max(n, k)"), formula("n"))


def test_signed_symbols_are_tried_below_zero() -> None:
    signed = Domain(signed=frozenset({"x"}))
    assert equal(formula("max(0, x)"), formula("x"))
    assert not equal(formula("max(0, x)"), formula("x"), signed)
