"""Sizes from inputs, inputs from sizes."""

from __future__ import annotations

from typing import Any

import pytest
from support.running import ran

from aalpl.report.diagnostic import Diagnosed


@pytest.mark.parametrize(
    ("types", "inputs", "at", "expected"),
    [
        ("x: text[n]", {"x": "a b c"}, {}, {"n": 5}),
        ("x: text[n*l]", {"x": "a b c d"}, {"n": 7}, {"l": 1}),
        ("x: text[n], y: text[2*n+l]", {"x": "a", "y": "a b c d"}, {}, {"n": 1, "l": 5}),
        ("xs: list[n] of text[l]", {"xs": ["a b", "c d"]}, {}, {"n": 2, "l": 3}),
        ("r: {a: text[n], b: list[l] of int}", {"r": {"a": "x y", "b": [1, 2]}}, {}, {"n": 3, "l": 2}),
    ],
)
def test_sizes_are_solved_from_inputs(
    types: str, inputs: dict[str, Any], at: dict[str, Any], expected: dict[str, int]
) -> None:
    run = ran(f"size n, l\ndef f({types}):\n    skip\n", inputs=inputs, at=at)
    assert expected.items() <= run.entry.items()


def test_sizes_are_solved_from_assumptions() -> None:
    run = ran("size n, k, l\nassume n = k*l\ndef f(x: text[n]) -> int:\n    return l\n", at={"n": 12, "k": 3})
    assert run.value == 4


def test_inputs_are_simulated_from_sizes() -> None:
    run = ran(
        "size n, l\ndef f(xs: list[n] of text[l], r: {a: text[2*l], b: bool}) -> int:\n    return len(xs) + len(r.a)\n",
        at={"n": 3, "l": 4},
    )
    assert run.value == 3 + 8


def test_int_parameters_come_by_name() -> None:
    assert ran("def f(x: int) -> int:\n    return x\n", at={"x": -3}).value == -3


def test_a_length_that_contradicts_a_size() -> None:
    with pytest.raises(Diagnosed) as found:
        ran("size n\ndef f(x: text[n]):\n    skip\n", inputs={"x": "a b"}, at={"n": 4})
    (diagnostic,) = found.value.diagnostics
    assert diagnostic.title == "the input `x` has length 3, but n = 4"


@pytest.mark.parametrize(
    ("type_", "value", "words"),
    [
        ("text", 3, "is a whole number"),
        ("int", "a", "is a text"),
        ("bool", 1, "is a whole number"),
        ('one of "a" | "b"', "c", "is a text"),
        ("list of int", "abc", "is a text"),
        ("{a: int}", {"b": 1}, "is a record"),
    ],
)
def test_inputs_of_a_wrong_type(type_: str, value: Any, words: str) -> None:
    with pytest.raises(Diagnosed) as found:
        ran(f"def f(x: {type_}):\n    skip\n", inputs={"x": value})
    assert words in found.value.diagnostics[0].title


def test_activations_bind_their_own_sizes() -> None:
    """`inner` is called with twice the length (semantics 6); an empty list leaves its element size as given."""
    text = """
size n, l
def inner(x: text[n]) -> int:
    return n
def outer(x: text[n]) -> int:
    return inner(x ++ x) * 100 + n
def none(xs: list[n] of text[l]) -> int:
    return n * 100 + l
"""
    assert ran(text, "outer", at={"n": 3}).value == 603
    assert ran(text, "none", inputs={"xs": []}, at={"l": 7}).value == 7
