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
