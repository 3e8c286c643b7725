"""Formulas as text."""

from fractions import Fraction

import pytest

from aalpl.cases.formula import BadFormula, formula
from aalpl.program.size import Size, big, const, indexed, sym

n, k = sym("n"), sym("k")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2*n^2 + n*(n-1)/2", n * n * 2 + n * (n - 1) / 2),
        ("-n^2", -(n * n)),
        ("1 - 2 - 3", const(-4)),
        ("8/4/2", const(1)),
        ("T@9*x'", sym("T@9") * sym("x'")),
        ("sum(i in 1..r: m[i])", big("sum", "i", 1, sym("r"), indexed("m", sym("i")))),
        ("sum(j in 1..r: m[j])", big("sum", "i", 1, sym("r"), indexed("m", sym("i")))),
        ("len(xs[i])", indexed("len(xs)", sym("i"))),
        ("1e3 + 0.5", const(Fraction(2001, 2))),
    ],
)
def test_formulas_denote_sizes(text: str, meant: Size) -> None:
    assert formula(text) == meant


def test_values_are_those_of_arithmetic() -> None:
    at = {"n": 7, "k": 3, "x": -2}
    assert formula("floor(n/2) + ceil(n/2)").value(at) == 7
    assert formula("max(0, x) + min(n, k)").value(at) == 3
    assert formula("2^k^2").value(at) == 512
    assert formula("n if x > 0 else k").value(at) == 3
    assert formula("sum(i in 1..n: i)").value(at) == 28


@pytest.mark.parametrize(
    "text", ["", "n +", "(n", "n)", "n n", "f(", "x[", "1..2", "import os", "sum(i in 1: i)", "#"]
)
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(BadFormula):
        formula(text)
