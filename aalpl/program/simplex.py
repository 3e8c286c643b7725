"""A small exact linear program: is a target a nonnegative combination of given rows, up to a constant?

Rows stay integer: a row is an equation, so it may be scaled by any positive number instead of divided. The tableau is
sparse (dictionaries), because the programs that sizes lead to are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd

Row = dict[int, int]
RIGHT = -1  # the column of right-hand sides
_PIVOTS = 120
_PATIENCE = 30  # pivots by largest coefficient before Bland's rule, which cannot cycle


def least_combination(
    rows: Sequence[Mapping[object, int]],
    weights: Sequence[int],
    target: Mapping[object, int],
    enough: int,
) -> Fraction | None:
    """The least `sum(f * weight)` over factors f >= 0 with `sum(f * row) = target`; None where there is no such.

    Stops as soon as the sum is at most `enough`; gives up (None) after a fixed number of pivots."""
    keys = list(dict.fromkeys(key for row in rows for key in row))
    if not set(target) <= set(keys):
        return None
    tableau, basis = _tableau(rows, target, keys)
    width = len(rows)
    budget = [_PIVOTS]
    first = _priced({width + i: 1 for i in range(len(tableau))}, tableau, basis)
    if not _optimise(tableau, basis, first, width, None, budget) or first[RIGHT] != 0:
        return None
    _drop_artificial(tableau, basis, width)
    second = _priced({j: w for j, w in enumerate(weights) if w}, tableau, basis)
    if not _optimise(tableau, basis, second, width, -enough, budget):
        return None
    return Fraction(-second[RIGHT], second[_SCALE])


_SCALE = -2  # the objective row's own factor: it stands for `factor * objective`


def _tableau(
    rows: Sequence[Mapping[object, int]], target: Mapping[object, int], keys: Sequence[object]
) -> tuple[list[Row], list[int]]:
    """One equation per key, its right-hand side at least 0, an artificial column as its basis."""
    equations: dict[object, Row] = {key: {} for key in keys}
    for j, row in enumerate(rows):
        for key, cell in row.items():
            equations[key][j] = cell
    for i, (key, equation) in enumerate(equations.items()):
        right = target.get(key, 0)
        if right < 0:
            for j in equation:
                equation[j] = -equation[j]
        equation[RIGHT] = abs(right)
        equation[len(rows) + i] = 1
    return list(equations.values()), [len(rows) + i for i in range(len(keys))]


def _priced(costs: Mapping[int, int], tableau: list[Row], basis: list[int]) -> Row:
    """The objective row: reduced costs; at `RIGHT` minus the value, all times the factor at `_SCALE`."""
    objective: Row = {RIGHT: 0, _SCALE: 1}
    for column, cost in costs.items():
        objective[column] = cost
    for row, column in zip(tableau, basis, strict=True):
        _eliminate(objective, row, column)
    return objective


def _optimise(
    tableau: list[Row], basis: list[int], objective: Row, width: int, stop: int | None, budget: list[int]
) -> bool:
    """Minimise; True when the minimum (or `stop`) is reached, False where pivots run out."""
    while True:
        if stop is not None and objective[RIGHT] >= stop * objective[_SCALE]:
            return True
        candidates = [j for j, cost in objective.items() if cost < 0 and 0 <= j < width]
        if not candidates:
            return True
        if budget[0] <= 0:
            return False
        budget[0] -= 1
        patient = budget[0] > _PIVOTS - _PATIENCE
        column = min(candidates, key=objective.__getitem__) if patient else min(candidates)
        leaving = _leaving(tableau, basis, column)
        if leaving is None:  # unbounded below: every bound is reached
            objective[RIGHT] = 10**30 * objective[_SCALE]
            return True
        _pivot(tableau, basis, objective, leaving, column)


def _leaving(tableau: list[Row], basis: list[int], column: int) -> int | None:
    """The row that first limits how far `column` can grow."""
    best: int | None = None
    for i, row in enumerate(tableau):
        cell = row.get(column, 0)
        if cell <= 0:
            continue
        if best is None:
            best = i
            continue
        mine, other = row[RIGHT] * tableau[best][column], tableau[best][RIGHT] * cell
        if mine < other or (mine == other and basis[i] < basis[best]):
            best = i
    return best


def _pivot(tableau: list[Row], basis: list[int], objective: Row, leaving: int, column: int) -> None:
    pivot_row = tableau[leaving]
    for i, row in enumerate(tableau):
        if i != leaving:
            _eliminate(row, pivot_row, column)
    _eliminate(objective, pivot_row, column)
    basis[leaving] = column


def _eliminate(row: Row, pivot_row: Row, column: int) -> None:
    """Subtract a multiple of `pivot_row` (positive at `column`) from a positive multiple of `row`."""
    cell = row.get(column, 0)
    if not cell:
        return
    factor = pivot_row[column]
    common = gcd(cell, factor)
    cell, factor = cell // common, factor // common
    if factor != 1:
        for j in row:
            row[j] *= factor
    for j, value in pivot_row.items():
        changed = row.get(j, 0) - cell * value
        if changed or j == RIGHT:
            row[j] = changed
        else:
            row.pop(j, None)
    common = gcd(*row.values())
    if common > 1:
        for j in row:
            row[j] //= common


def _drop_artificial(tableau: list[Row], basis: list[int], width: int) -> None:
    """After the first phase: no artificial column stays in the basis; equations that say nothing go."""
    for i in range(len(tableau) - 1, -1, -1):
        if basis[i] < width:
            continue
        column = next((j for j in tableau[i] if 0 <= j < width), None)
        if column is None:
            del tableau[i], basis[i]
            continue
        if tableau[i][column] < 0:  # the right-hand side is 0: either sign will do
            tableau[i] = {j: -value for j, value in tableau[i].items()}
        _pivot(tableau, basis, {RIGHT: 0, _SCALE: 1}, i, column)
    for row in tableau:
        for j in [j for j in row if j >= width]:
            del row[j]
