"""Sizes as written against the same arithmetic done in Python."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.check import load
from aalpl.program.nodes import Plain, Program
from aalpl.report import Source

NAMES = {"n": 7, "k": 3, "l": 2}


def program(text: str) -> Program:
    found, wrong = load(Source("test", text))
    assert found is not None, wrong
    return found


def claimed(expression: str) -> Any:
    """The value of an expression where division is exact."""
    text = f"size n, k, l\nllm M(x: text[n]) -> text[1] size m\nclaim cost(M) = {expression}\n"
    right = program(text).claims[0].right
    assert isinstance(right, Plain)
    return right.size.value(NAMES)


def length(expression: str) -> Any:
    """The value of an expression where division rounds down."""
    text = f"size n, k, l\nllm M(x: text) -> text[{expression}] size m\n"
    result: Any = program(text).primitives["M"].result
    return result.length.size.value(NAMES)


@pytest.mark.parametrize(
    ("written", "exact", "rounded"),
    [
        ("n/2", Fraction(7, 2), 3),
        ("(0-n)/2", Fraction(-7, 2), -4),
        ("n/k*k", 7, 6),
        ("n mod k", 1, 1),
        ("(0-n) mod k", 2, 2),
        ("ceil(n/2)", 4, 4),
        ("floor(n/2) + ceil(n/k)", 6, 6),
        ("2^k", 8, 8),
        ("2^3^l", 2**9, 2**9),
        ("max(n, k*l, 1) - min(n, k)", 4, 4),
        ("sum(i in 1..n: i^2)", 140, 140),
        ("prod(i in 1..k: i + 1)", 24, 24),
        ("n if n > k else k", 7, None),
        ("n if n > k and k > n else k", 3, None),
        ("abs(k - n)", 4, 4),
        ("k^(-1)*n", Fraction(7, 3), Fraction(7, 3)),
    ],
)
def test_sizes_mean_what_they_say(written: str, exact: Fraction, rounded: int | None) -> None:
    assert claimed(written) == exact
    assert rounded is None or length(written) == rounded


EXPRESSIONS = st.recursive(
    st.sampled_from([*NAMES, "1", "2", "5"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        st.tuples(inner, st.sampled_from(["2", "3"])).map(lambda t: f"({t[0]} / {t[1]})"),
        st.tuples(st.sampled_from(["floor", "ceil", "abs"]), inner).map(lambda t: f"{t[0]}({t[1]})"),
        st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(EXPRESSIONS)
def test_exact_arithmetic_is_exact(expression: str) -> None:
    scope: dict[str, Any] = {
        "floor": math.floor,
        "ceil": math.ceil,
        "min": min,
        "max": max,
        "abs": abs,
        "F": Fraction,
    }
    scope |= {name: Fraction(value) for name, value in NAMES.items()}
    python = expression
    for digit in ("1", "2", "3", "5"):
        python = python.replace(digit, f"F({digit})")
    assert claimed(expression) == eval(python, scope)
