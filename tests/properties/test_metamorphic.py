"""Programs rewritten without changing their meaning have the same bounds, but for what is listed with its reason.

First the rewriter: a rewritten program costs the same in all its behaviours (ints), or in runs with the dearest and the
cheapest adversary (texts). Then the analysis: numbers from its bounds agree at several sizes, worst and best cases, spans
and expectations, and claims on probabilities stay decided. A run of the tests judges eight rewrites of each quick program,
chosen by a hash; `python tests/support/whole.py 0 1` judges all.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from typing import Any
from zlib import crc32

import pytest
from support.alike import WORK, again, ints, losses, same_order
from support.game import Game, Played
from support.losses import LOSSES, RANDOM, SLOW
from support.machine import Unsupported
from support.rewriter import REWRITES
from support.rewritten import Case, cases_of, rewritten
from support.shapes import SHAPES
from support.tuples import size_tuples
from support.whole import acceptance

from aalpl.cost.lower.front import lower
from aalpl.program.nodes import Program
from aalpl.run import execute
from aalpl.tree import write

CASES = acceptance()
WAYS = 8
PLAYED = 5  # programs in whose behaviours a rewrite is looked at
RARE = {
    "inline results",
    "nest conditions",
    "return early",
    "while to for",
}  # which few programs have a place for
RUNS = 2  # programs in whose runs a rewrite is looked at


@cache
def ways(case: Case) -> tuple[str, ...]:
    """The rewrites that change the program, in an order of their own."""
    before = write(case.program.file)
    made = {rewrite: change(case.program) for rewrite, change in REWRITES.items()}
    changed = [each for each, after in made.items() if after is not None and write(after.file) != before]
    return tuple(sorted(changed, key=lambda each: (each not in RARE, crc32(f"{case.key} {each}".encode()))))


def judged(case: Case) -> tuple[str, ...]:
    """The rewrites that one run of the tests looks at."""
    return ways(case)[: 1 if case.key in SLOW else WAYS]


def test_every_program_is_rewritten_in_eight_ways() -> None:
    assert {case.key: len(ways(case)) for case in CASES if len(ways(case)) < WAYS} == {}


def test_a_run_judges_every_rewrite_and_nearly_every_program_in_eight_ways() -> None:
    counts = Counter(rewrite for case in CASES for rewrite in judged(case))
    number = f"{sum(counts.values())} of {sum(len(ways(case)) for case in CASES)}"
    print(f"\n{number} pairs of a program and a rewrite judged: {dict(counts)}")  # noqa: T201
    assert REWRITES.keys() - counts.keys() <= {"inline"}
    assert sum(len(judged(case)) >= WAYS for case in CASES) >= 0.85 * len(CASES)


# -- the analysis --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.key)
def test_a_rewritten_program_has_the_same_bounds(case: Case) -> None:
    for rewrite in judged(case):
        found = losses(case, rewrite) or ()
        listed = LOSSES.get(rewrite)
        if found:
            told = [rewrite, *map(str, found)]
            assert listed is not None, told
            assert case.key in listed.same_order | listed.other, told
            if case.key in listed.same_order:
                assert all(same_order(each, ints(case)) for each in found), told
        elif listed is not None:
            assert case.key not in listed.same_order | listed.other, (
                f"{rewrite}: nothing is lost any more, take it off"
            )


def test_what_is_lost_is_listed_of_programs_that_exist() -> None:
    known = {case.key: case for case in CASES}
    for rewrite, lost in LOSSES.items():
        assert lost.reason
        assert not lost.same_order & lost.other
        assert all(rewrite in ways(known[key]) for key in lost.same_order | lost.other), rewrite


# -- the rewriter --------------------------------------------------------------------------------------------------


@cache
def shapes() -> list[Case]:
    """The last function of every shape, and of programs with what they lack."""
    named = [(shape.name, shape.text) for shape in SHAPES]
    return [[*cases_of(name, text)][-1] for name, text in (*named, *LACKING.items())]


STEP = "llm step() -> text[0]  size 1\nllm yes() -> bool  size 1\n"
LACKING = {
    "functions": f"""{STEP}
def twice(x: int):
    step()
    y <- x - 1
    if y > 3 then
        step()

def lower(x: int) -> int:
    step()
    y <- x - 2
    return y

def f(x: int):
    while x > 0 do
        twice(x)
        x <- lower(x)
""",
    "results": f"""{STEP}
def f(x: int) -> int:
    if x < 0 then
        return x + 1
    if x > 2 and x < 5 then
        step()
    if x = 3 or x = 6 then
        step()
    again <- yes()
    while x > 0 and again do
        x <- x - 1
        again <- yes()
    return x - 1
""",
    "elements": f"""{STEP}
def f(x: int, xs: list of int):
    ys <- xs
    for y in ys do
        step()
        if x > 0 then
            x <- x - 1
            step()
""",
}


def played(program: Program, function: str, at: dict[str, Any]) -> Played | None:
    try:
        return Game.of(lower(program), limit=250, sizes=program.sizes).played(function, at)
    except (Unsupported, ZeroDivisionError):
        return None


def same(a: Played, b: Played) -> bool:
    if not (a.complete and b.complete):
        return True
    close = all(
        math.isclose(x, y, rel_tol=1e-6) if x is not None and y is not None else x == y
        for x, y in ((a.expected, b.expected), (a.expected_best, b.expected_best))
    )
    return close and (a.worst, a.best) == (b.worst, b.best)


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_rewrite_keeps_what_all_behaviours_pay(rewrite: str) -> None:
    here = [case for case in shapes() if REWRITES[rewrite](case.program) is not None]
    here.sort(key=lambda case: crc32(f"{rewrite} {case.key}".encode()))
    seen = 0
    for case in here[:PLAYED]:
        made = rewritten(case, rewrite)
        for at in ints(case)[-3:]:
            before = played(case.checked, case.function, at)
            after = None if made is None else played(made[0], made[1], again(at))
            if before is not None and after is not None:
                assert same(before, after), (case.title, at, before, after, made)
                seen += 1
    assert seen or rewrite in RUNS_ONLY


RUNS_ONLY = {"shift parallel", "branch of one"}
"""Rewrites of what is not played: texts, and branches side by side."""


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_rewrite_keeps_what_runs_pay(rewrite: str) -> None:
    here = [case for case in CASES if case.title not in RANDOM and rewrite in ways(case)]
    here.sort(key=lambda case: crc32(f"{rewrite} {case.key}".encode()))
    compared = 0
    for case in here[:RUNS]:
        made = rewritten(case, rewrite)
        assert made is not None
        at = size_tuples(case.checked, case.function, 1)[0]
        for adversary in ("worst", "best"):
            before = execute(case.checked, case.function, None, at, adversary=adversary, patience=20_000)
            after = execute(
                made[0], made[1], None, mine(made[0], made[1], at), adversary=adversary, patience=20_000
            )
            assert [e.code for e in before.diagnostics] == [e.code for e in after.diagnostics], made[2]
            if not before.diagnostics:
                paid = [before.meter.work(each.kind) for each in WORK]
                assert paid == [after.meter.work(each.kind) for each in WORK], made[2]
                compared += 1
    assert compared or rewrite in (
        "inline",
        "inline results",
    )  # no example has what they need, but for random ones


def mine(program: Program, function: str, at: dict[str, Any]) -> dict[str, Any]:
    """The values by the names that a program knows."""
    known = {*program.sizes, *(each.name for each in program.functions[function].params)}
    return {name: value for name, value in again(at).items() if name in known}
