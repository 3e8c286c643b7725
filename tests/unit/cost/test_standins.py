"""Functions that are handed functions have costs by themselves: what they are handed counts as a primitive."""

from __future__ import annotations

import math
from random import Random

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.claims.verdict import verdicts
from aalpl.cost.result import Quantity
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute
from aalpl.run.backend import Question

SORT = """\
size n, a, b

def merge_sort(xs: list[n] of text, before: (text, text) -> bool) -> list[n] of text:
    if n <= 1 then return xs
    left <- merge_sort(xs[0:n/2], before)
    right <- merge_sort(xs[n/2:n], before)
    return merged(left, right, before)

def merged(left: list[a] of text, right: list[b] of text, before: (text, text) -> bool) -> list[a + b] of text:
    out <- []
    i <- 0
    j <- 0
    while i < a and j < b do
        if before(right[j], left[i]) then
            out <- out ++ [right[j]]
            j <- j + 1
        else
            out <- out ++ [left[i]]
            i <- i + 1
    return out ++ left[i:a] ++ right[j:b]
"""


def program_of(text: str) -> Program:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    return program


@pytest.mark.parametrize("n", [1, 2, 3, 7, 8, 13])
def test_by_itself_the_parameter_is_a_primitive(n: int) -> None:
    program = program_of(SORT)
    answer = analyse(program, "merge_sort").answer(Quantity("calls"))
    assert answer.upper is not None
    worst = n * math.ceil(math.log2(n)) - 2 ** math.ceil(math.log2(n)) + 1
    assert answer.upper.value({"n": n}) == worst
    calls = {execute(program, "merge_sort", None, {"n": n}, seed=seed).meter.calls for seed in range(9)}
    assert max(calls) <= worst


def test_a_run_asks_the_backend_for_what_stands_in() -> None:
    class Alphabet:
        def answer(self, question: Question) -> bool:
            assert question.primitive.name == "before"
            one, other = question.args.values()
            return one < other

    words = ["pear", "fig", "apple", "plum", "date", "lime"]
    Random(3).shuffle(words)
    run = execute(program_of(SORT), "merge_sort", {"xs": words}, backend=Alphabet())
    assert run.shown() == "[" + ", ".join(sorted(words)) + "]"


def test_claims_count_what_stands_in() -> None:
    text = SORT + (
        "claim calls(merged) by before <= max(0, a + b - 1)\n"
        "claim calls(merge_sort) by before <= n*ceil(log(n)/log(2))\n"
        "claim calls(merge_sort) by before = Theta(n*log(n))\n"
        "claim calls(merge_sort) by before = Theta(n^2)\n"
        "claim calls(merged) by before = min(a, b)\n"
    )
    assert [each.outcome for each in verdicts(program_of(text))] == ["true", "true", "true", "false", "false"]


def test_what_a_caller_hands_over_takes_its_place() -> None:
    text = SORT + (
        "llm before(x: text, y: text) -> bool size m\n"
        "def both(x: text, y: text) -> bool:\n"
        "    return before(x, y) and before(y, x)\n"
        "def caller(xs: list[n] of text) -> list[n] of text:\n"
        "    return merge_sort(xs, both)\n"
    )
    program = program_of(text)
    by_itself = analyse(program, "merge_sort").answer(Quantity("calls")).upper
    used = analyse(program, "caller").answer(Quantity("calls")).upper
    assert by_itself is not None
    assert used is not None
    assert [used.value({"n": n}) for n in range(1, 20)] == [
        2 * by_itself.value({"n": n}) for n in range(1, 20)
    ]
    assert {"before", "before_of_merge_sort"} <= program.primitives.keys()


def test_equal_parameters_share_one() -> None:
    assert list(program_of(SORT).primitives) == ["before"]


CASCADE = """\
def cascaded(x: text, cheap: (text) -> text, passes: (text, text) -> bool, dear: (text) -> text) -> text:
    answer <- cheap(x)
    if passes(x, answer) then return answer
    return dear(x)
"""


def test_answers_of_any_length_reach_both_ends() -> None:
    claims = "claim calls(cascaded) = 3\nclaim best calls(cascaded) = 2\n"
    assert [each.outcome for each in verdicts(program_of(CASCADE + claims))] == ["true", "true"]


def test_an_oracle_that_is_handed_over_is_no_free_choice() -> None:
    """It says the same of equal values, so asking it twice cannot go both ways."""
    text = """\
llm look(x: text) -> bool size m
oracle fine(x: text) -> bool
def twice(x: text, passes: (text) -> bool):
    if passes(x) then
        if not passes(x) then
            seen <- look(x)
def caller(x: text):
    twice(x, fine)
claim calls(caller) = 1
"""
    assert [each.outcome for each in verdicts(program_of(text))] != ["true"]
