"""Sizes as people read them: always the same size, and arranged as one would by hand."""

from __future__ import annotations

import random

import pytest

from aalpl.cases.formula import formula
from aalpl.cost.words.arrange import phrase
from aalpl.cost.words.spell import latex, pretty, spelled
from aalpl.program.size import Size, const, sym

ARRANGED = {
    "T*(c0+a) + (a+b)*T*(T-1)/2": "T*(a+c0) + T*(T-1)*(a+b)/2",
    "m_q*n*k + m_q*n": "m_q*n*(k+1)",
    "n*2^b - n": "n*(2^b - 1)",
    "n^2 - n": "n*(n-1)",
    "3 - n": "3-n",
    "0 - n": "-n",
    "R*floor((N-w)/s) + R": "R*(floor((N-w)/s) + 1)",
    "sum(p in 0..k-1: taken@9[p])*l": "l*n@9",
    "sum(p in 0..k-1: sum(q in 1..p: taken@9[p,q]))": "n@9",
    "sum(p in 0..k-1: len(x[p])^2 - len(x[p]))": "sum(i in 0..k-1: len(x[i])*(len(x[i]) - 1))",
    "q*T@9 + (e+1)*T@9*(T@9-1)/2": "T@9*q + T@9*(T@9-1)*(e+1)/2",
    "m_d*n + m_q*k": "m_q*k + m_d*n",
    "1/(n+1)": "1/(n+1)",
    "a*b/(2*c*d)": "a*b/(2*c*d)",
    "0": "0",
}


@pytest.mark.parametrize(("size", "expected"), ARRANGED.items())
def test_arranged(size: str, expected: str) -> None:
    assert spelled(formula(size), ("m_q", "m_d")) == expected


def test_what_is_spelled_is_the_same_size() -> None:
    rng = random.Random(1)
    for _ in range(300):
        size = random_size(rng, 3)
        assert formula(spelled(size, ("a",))) == size


def random_size(rng: random.Random, depth: int) -> Size:
    if depth == 0 or rng.random() < 0.2:
        return (
            const(rng.randint(-3, 5)) / rng.choice([1, 1, 2])
            if rng.random() < 0.4
            else sym(rng.choice("abcn"))
        )
    left, right = random_size(rng, depth - 1), random_size(rng, depth - 1)
    return left * right if rng.random() < 0.5 else left + right if rng.random() < 0.6 else left - right


def test_for_people() -> None:
    assert pretty("m_q*b^2*k^10*2^(k+1)*n^3") == "m_q·b²·k^10·2^(k+1)·n³"


def test_latex() -> None:
    assert latex(phrase(formula("n*(n-1)/2"))) == r"\frac{n \, \left(n - 1\right)}{2}"
    assert (
        latex(
            phrase(
                formula("m_q*floor(n/2)"),
            )
        )
        == r"m_{q} \, \left\lfloor \frac{n}{2} \right\rfloor"
    )
