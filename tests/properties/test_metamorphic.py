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
    params = [p.name for p in case.checked.functions[case.function].params if isinstance(p.type, Int)]
    drawn = size_tuples(case.checked, case.function, 6, seed=1)
    return [
        {**at, **{name: value * (1 if i < 4 else 1 - i % 2) for name, value in at.items() if name in params}}
        for i, at in enumerate(drawn)
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
