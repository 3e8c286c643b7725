"""Sizes for other tools: nothing is lost on the way to JSON, sympy agrees in numbers, documents have all parts."""

from __future__ import annotations

import json
import random

import pytest
from support.schema import problems

from aalpl.cases.formula import formula
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.words import edges, explain
from aalpl.cost.words.summary import Summary, summarise
from aalpl.report import Source
from aalpl.report.ink import Ink

FORMULAS = [
    "0",
    "3*n^2/2 - n/2 + 7",
    "n/(k*l)",
    "1/(n + k)",
    "floor(n/3) + ceil(n/k) - min(n, 2*k)*max(k, l)",
    "2^n*k + 3^(k + 1)",
    "log(n)*n",
    "sum(i in 0..k-1: i*n + m[i])",
    "prod(i in 1..k: i + 1)",
    "(n - k if n >= k else 0)",
    "N*E*S*I",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_json_and_back(text: str) -> None:
    size = formula(text)
    assert edges.size_from(json.loads(json.dumps(edges.terms(size)))) == size


@pytest.mark.parametrize("text", [t for t in FORMULAS if "m[" not in t])
def test_sympy_agrees_in_numbers(text: str) -> None:
    size = formula(text)
    expression = edges.sympy_of(size)
    rng = random.Random(3)
    for _ in range(5):
        at = {name: rng.randint(1, 6) for name in sorted(size.free)}
        there = {symbol: at[symbol.name] for symbol in expression.free_symbols}
        assert float(expression.subs(there).doit()) == pytest.approx(float(size.value(at)))


def summaries() -> list[Summary]:
    text = """
size n, b
assume b <= n
llm look(x: text) -> text[O(1)]? size m
llm mend(x: text) -> text size g

def f(x: list[n] of text[b]) -> list of text:
    for i in 0..n-1 do
        note <- look(x[i])
        if note at most b times then
            x[i] <- mend(x[i]) where len(result) = b
    return x

def agent(x: text[b]):
    h <- x
    repeat
        y <- mend(h) where len(result) = 2
        h <- h ++ y
        stop <- look(h)
    until stop
"""
    program, found = load(Source("test.aalp", text))
    assert program is not None, found
    return [summarise(program, analyse(program, name)) for name in program.functions]


def test_json_follows_the_published_schema() -> None:
    document = json.loads(json.dumps(edges.as_json(summaries())))
    assert problems(document, "cost.v1.json") == []


def test_documents_have_every_part() -> None:
    found = summaries()
    markdown = explain.markdown(found)
    assert markdown.count("## ") == 2
    assert "- b <= n" in markdown
    assert "`T@" in markdown
    latex = explain.latex_document(found)
    assert latex.count(r"\begin{align*}") == latex.count(r"\end{align*}") == 2
    assert latex.count("{") == latex.count("}")
    assert r"\Theta" in latex


def test_a_derivation_names_lines_and_formulas() -> None:
    told = explain.explained(summaries()[0], Ink())
    assert "a call of look reads P and writes O tokens, for i in 0..n-1" in told
    assert "line 11" in told
