"""Random transition systems: what is made small pays the same, and no bound is on the wrong side of any run."""

from __future__ import annotations

import math
from itertools import product

import pytest
from support.rules_runner import Paid, TooMany, paid
from support.system_generator import system, text

from aalpl.cost.koat.reader import read
from aalpl.cost.koat.writer import written
from aalpl.cost.result import Bracket
from aalpl.cost.rules.bounded import bounded_system
from aalpl.cost.rules.simplify import simplify
from aalpl.report import Source

SEEDS = range(40)
BOX = range(-2, 4)


def wrong(seed: int) -> list[str]:
    """What is not as it should be with a system."""
    first = system(seed)
    small, again = simplify(first), read(Source("again.koat", written(first))).rules
    bounds = bounded_system(first)
    found: list[str] = []
    for x, y in product(BOX, repeat=2):
        start = {"x": x, "y": y}
        try:
            one = paid(first, start, reach=4, limit=120)
            two, three = (paid(each, start, reach=4, limit=300) for each in (small, again))
        except TooMany:
            continue
        for name, other in (("small", two), ("again", three)):
            found += [f"{name} {start}: {one} {other}"] if not alike(one, other) else []
        found += [f"{start}: {told}" for told in outside(bounds, start, one)]
    return found


def alike(one: Paid, other: Paid) -> bool:
    pairs = zip(
        (one.worst, one.best, one.expected, one.expected_best),
        (other.worst, other.best, other.expected, other.expected_best),
        strict=True,
    )
    return all(a == b or math.isnan(a + b) or abs(a - b) <= 1e-5 * max(1, abs(a)) for a, b in pairs)


def outside(bounds: Bracket, start: dict[str, int], found: Paid) -> list[str]:
    """The bounds that some run, or the expectation, is beyond."""
    ends = (
        ("upper", found.worst, 1),
        ("lower", found.best, -1),
        ("reached", found.worst, -1),
        ("least", found.best, 1),
        ("expected_upper", found.expected, 1),
        ("expected_lower", found.expected_best, -1),
    )
    told = []
    for name, value, side in ends:
        size = getattr(bounds, name)
        if size is not None and not math.isnan(value) and (side > 0 or math.isfinite(value)):
            number = float(size.value(start))
            if side * number < side * value - 1e-5 * max(1, abs(value)):
                told.append(f"{name} {number} of {size}, but {value}")
    return told


@pytest.mark.parametrize("seed", SEEDS)
def test_no_run_is_beyond_a_bound(seed: int, first_seed: int) -> None:
    assert wrong(first_seed + seed) == [], text(first_seed + seed)
