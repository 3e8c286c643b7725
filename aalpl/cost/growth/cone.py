"""Whether a vector is a non-negative combination of others: a small linear program in exact arithmetic.

Growth in several variables is compared in logarithms, where `n^2 <= C*m` is a linear inequality; that one follows from
others is Farkas' lemma, and so a question about a cone. The programs have a handful of rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Any

from aalpl.program.simplex import least_combination

Vector = Mapping[Any, Fraction]


def combines(target: Vector, generators: Sequence[Vector], positive: Iterable[int] = ()) -> bool:
    """Whether `target` is a sum of `generators` with coefficients >= 0.

    With `positive`, the coefficients of those generators (by number) must not all be zero."""
    chosen = frozenset(positive)
    goal = _whole(target)
    rows = [_whole(vector) for vector in generators]
    if not goal and not chosen:
        return True
    weights = [-int(i in chosen) for i in range(len(rows))]
    least = least_combination(rows, weights, goal, -1 if chosen else 0)
    return least is not None and (not chosen or least < 0)


def _whole(vector: Vector) -> dict[Any, int]:
    under = lcm(*(value.denominator for value in vector.values()))
    return {key: value.numerator * (under // value.denominator) for key, value in vector.items() if value}
