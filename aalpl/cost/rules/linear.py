"""Conjunctions of `size >= 0` over integers: normal forms, and whether they can hold at all.

A conjunction cannot hold if a non-negative combination of its parts is a negative number (Farkas); monomials count as
unknowns of their own, so this is sound for polynomials too. Pairs are tried before the linear program is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import gcd

from aalpl.program.simplex import least_combination
from aalpl.program.size import Monomial, Size, is_whole

FEW = 24
REMEMBERED = 5000


@lru_cache(maxsize=REMEMBERED)
def tight(size: Size) -> Size:
    """A size that is >= 0 exactly where this one is, for integers: lowest terms, the number rounded down."""
    content = size if size.under == 1 else Size(size.whole)
    common = gcd(*(value for monomial, value in content.whole.items() if monomial))
    if common <= 1 or not is_whole(content):
        return content
    rest = {monomial: value // common for monomial, value in content.whole.items() if monomial}
    number = content.whole.get((), 0) // common
    return Size({**rest, (): number} if number else rest)


def conjunction(sizes: Iterable[Size]) -> tuple[Size, ...] | None:
    """The same conjunction, of parallel parts only the narrowest; None where two of them exclude each other."""
    found: dict[frozenset[tuple[Monomial, int]], Size] = {}
    for size in map(tight, sizes):
        number = size.constant()
        if number is not None:
            if number < 0:
                return None
            continue
        direction = frozenset((m, v) for m, v in size.whole.items() if m)
        before = found.get(direction)
        if before is None or size.whole.get((), 0) < before.whole.get((), 0):
            found[direction] = size
    for direction, size in found.items():
        opposite = found.get(frozenset((m, -v) for m, v in direction))
        if opposite is not None and size.whole.get((), 0) + opposite.whole.get((), 0) < 0:
            return None
    return tuple(found.values())


def impossible(sizes: Sequence[Size]) -> bool:
    """Whether the conjunction is shown to hold nowhere."""
    parts = conjunction(sizes)
    if parts is None:
        return True
    if len(parts) < 3 or len(parts) > FEW:
        return False
    rows: list[dict[object, int]] = [{"one": 1} for _ in parts]
    for row, part in zip(rows, parts, strict=True):
        row.update((m, v) for m, v in part.whole.items() if m)
    weights = [part.whole.get((), 0) for part in parts]
    found = least_combination(rows, weights, {"one": 1}, -1)
    return found is not None and found < 0


def implies(sizes: Sequence[Size], goal: Size) -> bool:
    """Whether a conjunction is shown to imply `goal >= 0`, for integers."""
    return impossible([*sizes, -Size(goal.whole) - 1])
