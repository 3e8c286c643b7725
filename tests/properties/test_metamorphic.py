"""Programs rewritten without changing their meaning have the same bounds, but for what is listed with its reason.

First the rewriter: a rewritten program costs the same in all its behaviours (ints), or in runs with the dearest and the
cheapest adversary (texts). Then the analysis: numbers from its bounds agree at several sizes.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support.game import Game, Played
from support.machine import Unsupported
from support.rewriter import REWRITES, renamed
from support.rewritten import Case, cases_of, rewritten, texts
from support.shapes import SHAPES
from support.tuples import size_tuples

from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.program.types import Int
from aalpl.run import execute

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = [case for title, text in texts(ROOT / "examples") for case in cases_of(title, text)]
QUANTITIES = [Quantity("calls"), Quantity("tokens in")]


@cache
def shapes() -> list[Case]:
    """The last function of every shape."""
    return [[*cases_of(shape.name, shape.text)][-1] for shape in SHAPES]


def again(at: dict[str, Any]) -> dict[str, Any]:
    """The same values under the new names as well."""
    return {**at, **{renamed(name): value for name, value in at.items()}}


def ints(case: Case) -> list[dict[str, Any]]:
    """Values of int parameters, negative ones and zero among them, and sizes."""
    params = case.checked.functions[case.function].params
    free = {each.name for each in params if isinstance(each.type, Int) and each.type.low is None}
    drawn = size_tuples(case.checked, case.function, 6, seed=1)
    signs = (1, 1, 1, 1, -1, 0)
    return [
        {name: value * sign if name in free else value for name, value in at.items()}
        for at, sign in zip(drawn, signs, strict=False)
    ]


# -- the rewriter --------------------------------------------------------------------------------------------------


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


# -- the analysis --------------------------------------------------------------------------------------------------


@cache
def bounds(title: str, function: str, kind: str) -> Answer:
    """The answer of an example, derived once."""
    case = next(c for c in [*EXAMPLES, *shapes()] if (c.title, c.function) == (title, function))
    return analyse(case.checked, function).answer(Quantity(kind))  # type: ignore[arg-type]


def losses(case: Case, rewrite: str) -> list[str]:
    """What is derived for a program and not, or otherwise, for the rewritten one."""
    made = rewritten(case, rewrite)
    if made is None:
        return []
    program, function, _ = made
    analysis, found = analyse(program, function), []
    for quantity in QUANTITIES:
        before, after = bounds(case.title, case.function, quantity.kind), analysis.answer(quantity)
        assert not crossed(before, after, ints(case)), (case.function, rewrite, before, after)
        for side, old, new in (("upper", before.upper, after.upper), ("lower", before.lower, after.lower)):
            if (told := differs(old, new, ints(case))) is not None:
                found.append(f"{side} {quantity.kind}: {told}")
    return found


def differs(old: Size | None, new: Size | None, tuples: list[dict[str, Any]]) -> str | None:
    """How two bounds differ; None where they have the same value everywhere."""
    old, new = finite(old), finite(new)
    if old is None or new is None:
        return None if new is None and old is None else f"{old} became {new}"
    for at in tuples:
        values = Families({**again(at), **{name: 1 for name in old.free | new.free if name.startswith("o_")}})
        a, b = old.value(values), new.value(values)
        if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9):
            return f"{old} became {new}, at {at} {a} and {b}"
    return None


def crossed(before: Answer, after: Answer, tuples: list[dict[str, Any]]) -> bool:
    """Whether a lower bound of one lies above an upper bound of the other: then one of them is wrong."""
    for low, high in ((before.lower, after.upper), (after.lower, before.upper)):
        low, high = finite(low), finite(high)
        if low is not None and high is not None:
            names = {name: 1 for name in low.free | high.free if name.startswith("o_")}
            values = [Families({**again(at), **names}) for at in tuples]
            if any(low.value(at) > high.value(at) + 1e-9 for at in values):
                return True
    return False


class Families(dict[str, Any]):
    """Values in which lengths of lists that nobody names are all 2."""

    def __missing__(self, name: str) -> Any:
        if name.startswith("len("):
            return Two(2)
        raise KeyError(name)


class Two(int):
    """2, as a number and as a family."""

    def __call__(self, *indices: int) -> int:
        return 2


def finite(size: Size | None) -> Size | None:
    return None if size is None or any("@" in name for name in size.free) else size


LOSSES: dict[str, tuple[str, frozenset[str]]] = {
    "backwards": (
        "the index comes from the other end, which a rounding inside the loop does not see through",
        frozenset({"counting_up"}),
    ),
    "for to while": (
        "a loop that returns in the middle is counted by its index only where it is a range",
        frozenset({"cascade"}),
    ),
    "loop once": (
        "what holds after an inner loop is not carried out of the outer one",
        frozenset({"by_half", "counting_up"}),
    ),
    "loop to recursion": (
        "of a recursion something is said below where the rounds of the loop have no name, and the other way round",
        frozenset(
            {
                "bisect_places",
                "collatz",
                "counting_ones",
                "counting_up",
                "coupon_collector",
                "delayed_steps",
                "drifting_down",
                "each_until",
                "gamblers_ruin",
                "in_rounds",
                "missing_zero",
                "random_strides",
                "saved_up",
                "two_tallies",
                "vote_walk",
                "walk",
                "walk_task",
                "while_told",
            }
        ),
    ),
    "peel": (
        "the first round is taken out of what is counted at once",
        frozenset(
            {"bisect_places", "counting_up", "gcd_dividing", "gcd_subtracting", "merge_sort", "select_wanted"}
        ),
    ),
    "scale counters": (
        "half steps: 2x - 1 >= 0 is kept where x >= 1 is meant",
        frozenset({"saved_up"}),
    ),
    "split loops": (
        "two loops carry what one would have amortised, with a middle that is rounded",
        frozenset({"by_insertion", "counting_ones", "counting_up", "select_wanted"}),
    ),
    "turn branches": (
        "lower bounds depend on which branch is looked at first",
        frozenset({"gcd_subtracting"}),
    ),
    "while to repeat": (
        "the condition is tested at the end, where less is known of the values",
        frozenset({"bisect_places", "counting_up", "gcd_dividing", "gcd_subtracting", "merge_sort"}),
    ),
    "wrap": (
        "a function that is called is bounded apart from its caller",
        frozenset({"cascade", "gcd_subtracting"}),
    ),
}
"""Rewrites after which less (or more) is derived: why, and for which functions."""

PART = 13  # one pair of a function and a rewrite in so many is looked at in one run of the tests


def pairs() -> list[Any]:
    """Functions of the examples with rewrites, evenly spread."""
    found = [(case, rewrite) for case in EXAMPLES for rewrite in REWRITES]
    return [pytest.param(*pair, id=f"{pair[0].title}-{pair[0].function}-{pair[1]}") for pair in found[::PART]]


@pytest.mark.parametrize(("case", "rewrite"), pairs())
def test_a_rewritten_program_has_the_same_bounds(case: Case, rewrite: str) -> None:
    found = losses(case, rewrite)
    _, functions = LOSSES.get(rewrite, ("", frozenset()))
    assert not found or case.function in functions, found


@pytest.mark.parametrize("rewrite", REWRITES)
def test_a_rewrite_keeps_what_all_behaviours_pay(rewrite: str) -> None:
    seen = 0
    for number, case in enumerate(shapes()):
        made = rewritten(case, rewrite) if number % 9 == len(rewrite) % 9 else None
        for at in ints(case)[-3:] if made is not None else ():
            before = played(case.checked, case.function, at)
            after = None if made is None else played(made[0], made[1], again(at))
            if before is not None and after is not None:
                assert same(before, after), (case.title, at, before, after, made)
                seen += 1
    assert seen or rewrite in ("inline", "name arguments")


@pytest.mark.parametrize("adversary", ["worst", "best"])
def test_a_rewrite_keeps_what_runs_pay(adversary: str) -> None:
    counts = Counter[str]()
    for number, (case, rewrite) in enumerate((c, r) for c in EXAMPLES for r in REWRITES):
        if number % 41 or any(
            random in case.title for random in ("random", "maker", "majority", "walk", "evolution")
        ):
            continue  # what is drawn is drawn by place, so that runs differ
        made = rewritten(case, rewrite)
        if made is None:
            continue
        for at in size_tuples(case.checked, case.function, 2):
            before = execute(case.checked, case.function, None, at, adversary=adversary, patience=20_000)
            after = execute(
                made[0], made[1], None, mine(made[0], made[1], at), adversary=adversary, patience=20_000
            )
            if not before.diagnostics and not after.diagnostics:
                assert [before.meter.work(q.kind) for q in QUANTITIES] == [
                    after.meter.work(q.kind) for q in QUANTITIES
                ], made[2]
                counts[rewrite] += 1
    assert sum(counts.values()) >= 12


def mine(program: Program, function: str, at: dict[str, Any]) -> dict[str, Any]:
    """The values by the names that a program knows."""
    known = {*program.sizes, *(each.name for each in program.functions[function].params)}
    return {name: value for name, value in again(at).items() if name in known}


def test_programs_are_rewritten_in_many_ways() -> None:
    ways = Counter(
        case.title for case in EXAMPLES for rewrite in REWRITES.values() if rewrite(case.program) is not None
    )
    assert len(REWRITES) >= 8
    assert [title for title, count in ways.items() if count < 4] == []
