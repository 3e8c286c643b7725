"""Cost models: the published price of one call, and what a user writes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aalpl.cases.formula import formula
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.prices import models, own
from aalpl.cost.result import Quantity
from aalpl.program.nodes import Program
from aalpl.report import Diagnosed, Source

TWO_MODELS = """
size n
model small size s
model large size g
costmodel weighted = 2*P + m*O
llm sift(x: text[n]) -> text[3] on small
llm tell(x: text[3]) -> text[5] on large

def f(x: text[n]) -> text[5]:
    return tell(sift(x))
"""


def program(text: str) -> Program:
    found, wrong = load(Source("test.aalp", text))
    assert found is not None, wrong
    return found


def test_the_primitive_model_adds_up_forward_passes() -> None:
    for read, written in ((0, 0), (7, 1), (7, 4), (1, 9)):
        passes = sum(5 * (read + j) for j in range(written))
        assert models.PRIMITIVE.price(5, read, written).constant() == passes


@pytest.mark.parametrize(
    ("name", "read", "written", "cost"),
    [
        ("calls", 7, 4, 1),
        ("tokens", 7, 4, 11),
        ("tokens in", 7, 4, 7),
        ("tokens out", 7, 4, 4),
        ("attention", 7, 4, 121),
    ],
)
def test_models_without_parameters(name: str, read: int, written: int, cost: int) -> None:
    assert models.BUILTIN[name].price(1, read, written).constant() == Fraction(cost)


@pytest.mark.parametrize(
    ("costmodel", "expected"),
    [
        ("primitive", "s*(3*n + 3) + g*(15 + 10)"),
        ("calls", "2"),
        ("tokens", "n + 3 + 3 + 5"),
        ("attention", "(n + 3)^2 + 64"),
        ("weighted", "2*n + 3*s + 6 + 5*g"),
        ("m*P + 3*O", "s*n + 9 + 3*g + 15"),
    ],
)
def test_a_function_under_each_model(costmodel: str, expected: str) -> None:
    found = analyse(program(TWO_MODELS), "f", (costmodel,)).answer(Quantity("cost", costmodel))
    assert found.exact == formula(expected)


def test_prices_belong_to_models() -> None:
    found = analyse(program(TWO_MODELS), "f", ("price",)).answer(Quantity("cost", "price")).exact
    assert found is not None
    at = {
        "c_0.small": 1,
        "c_0.large": 0,
        "c_in.small": 2,
        "c_in.large": 10,
        "c_out.small": 3,
        "c_out.large": 100,
        "n": 50,
    }
    assert found.value(at) == (1 + 2 * 50 + 3 * 3) + (10 * 3 + 100 * 5)


def test_with_one_model_prices_have_short_names() -> None:
    text = "size n\nllm f(x: text[n]) -> text[2] size m\n\ndef g(x: text[n]):\n    y <- f(x)\n"
    found = analyse(program(text), "g", ("price",)).answer(Quantity("cost", "price")).exact
    assert found == formula("c_0 + c_in*n + 2*c_out")


def test_overhead_is_billed_and_not_read() -> None:
    text = "size n\nmodel a size m overhead 12\nllm f(x: text[n]) -> text[2] on a\n\ndef g(x: text[n]):\n    y <- f(x)\n"
    found = analyse(program(text), "g", ("price", "tokens in"))
    assert found.answer(Quantity("cost", "price")).exact == formula("c_0 + c_in*(n + 12) + 2*c_out")
    assert found.answer(Quantity("cost", "tokens in")).exact == formula("n")


@pytest.mark.parametrize("text", ["m*P + z", "m*", "len(P)", "P ++ O"])
def test_what_is_no_cost_model_is_a_diagnostic(text: str) -> None:
    with pytest.raises(Diagnosed):
        own.named(text, program(TWO_MODELS))
