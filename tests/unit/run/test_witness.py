"""The search for small runs that break a condition nobody could prove."""

from __future__ import annotations

import time

from aalpl.run.witness import witnesses
from tests.support.running import checked

MUTATION = """size k, l
oracle solved(block: text) -> bool
measure f(x: text) = count i in 0..k-1 of solved(x[i*l : i*l+l])
llm M(x: text) -> text size m

def local(x: text[k*l]) -> text[k*l]:
    i <- 0
    while f(x) < k do
        y <- M(x[i*l : i*l+l]) where len(result) = l
        if solved(y) then
            x[i*l : i*l+l] <- y
        i <- {next}
    return x
"""


def test_an_index_that_runs_away_is_caught_with_sizes() -> None:
    (first, *_) = witnesses(checked(MUTATION.format(next="i + 1")))
    assert first.code == "slice-out-of-range"
    assert "in a run of `local` at k = " in first.title
    assert first.label.span.line == 9


def test_an_index_in_a_circle_is_proved_and_not_searched() -> None:
    program = checked(MUTATION.format(next="(i + 1) mod k"))
    assert all(o.status == "proved" for o in program.obligations)
    assert witnesses(program) == []


def test_what_is_left_open_is_no_witness() -> None:
    program = checked(
        "llm M(x: text) -> text size m\ndef f(xs: list of text) -> text:\n    return M(xs[0])\n"
    )
    assert [o.status for o in program.obligations] == ["listed"]
    assert witnesses(program) == []


def test_without_time_nothing_is_found() -> None:
    assert witnesses(checked(MUTATION.format(next="i + 1")), seconds=0) == []


def test_runs_that_do_not_end_are_given_up() -> None:
    program = checked(
        "size n\nllm yes(x: text) -> bool size m\n"
        "def f(x: text[n]) -> text:\n    e <- 0\n    while yes(x) do e <- e + 1\n    return f(x) ++ x[0:e]\n\n"
        "def g(x: text[n]):\n    e <- 0\n    while yes(x) do e <- e + 1\n"
        "    for i in 0..10^12 do e <- e + i\n    yes(x[0:e])\n"
    )
    before = time.monotonic()
    assert witnesses(program) == []
    assert time.monotonic() - before < 2


def test_a_broken_promise_is_told_at_the_call() -> None:
    program = checked(
        "size n, k\nllm yes(x: text) -> bool size m\n"
        "def part(z: text, d: int in 0..k) -> text:\n    return z[0 : min(d, len(z))]\n\n"
        "def f(x: text[n]):\n    d <- 0\n    while yes(x) do\n        part(x, d)\n        d <- d + 1\n"
    )
    (found,) = witnesses(program, seconds=1)
    assert (found.code, found.label.span.line) == ("argument-contract", 9)


def test_sizes_obey_the_assumptions() -> None:
    program = checked(
        "size n, k\nassume n = 2*k, k >= 2\n"
        + MUTATION.format(next="i + 1")
        .split("\n", 1)[1]
        .replace("l]", "n]")
        .replace("*l", "*n")
        .replace("= l", "= n")
        .replace("+l", "+n")
    )
    (first, *_) = witnesses(program, seconds=1)
    assert "n = 4, k = 2" in first.title
