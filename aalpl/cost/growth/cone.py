"""Whether a vector is a non-negative combination of others: a small linear program in exact rational arithmetic.

Growth in several variables is compared in logarithms, where `n^2 <= C*m` is a linear inequality; that one follows from
others is Farkas' lemma, and so a question about a cone. The programs have a handful of rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

Vector = Mapping[Any, Fraction]


def combines(target: Vector, generators: Sequence[Vector], positive: Iterable[int] = ()) -> bool:
    """Whether `target` is a sum of `generators` with coefficients >= 0.

    With `positive`, the coefficients of those generators (by number) must not all be zero."""
    chosen = frozenset(positive)
    columns = {key: None for vector in (target, *generators) for key, value in vector.items() if value}
    rows = [_row(key, target, generators) for key in columns]
    tableau = _Tableau(rows, len(generators))
    if not tableau.feasible():
        return False
    return not chosen or tableau.exceeds_zero(chosen)


def _row(key: object, target: Vector, generators: Sequence[Vector]) -> list[Fraction]:
    """`coefficients | right side`, the right side not negative."""
    zero = Fraction(0)
    row = [*(vector.get(key, zero) for vector in generators), target.get(key, zero)]
    return [-value for value in row] if row[-1] < 0 else row


class _Tableau:
    """The simplex method in two phases with Bland's rule, which cannot cycle.

    Phase one has an artificial variable for each row; phase two goes on from where it ended."""

    def __init__(self, rows: list[list[Fraction]], width: int) -> None:
        self.width = width
        count = len(rows)
        unit = [[Fraction(int(i == j)) for j in range(count)] for i in range(count)]
        self.rows = [[*row[:-1], *unit[i], row[-1]] for i, row in enumerate(rows)]
        self.basis = [width + i for i in range(count)]

    def feasible(self) -> bool:
        """Phase one: whether the artificial variables can all be zero."""
        total = self.width + len(self.rows)
        self._maximise([Fraction(-int(j >= self.width)) for j in range(total)], total)
        return all(row[-1] == 0 for row, b in zip(self.rows, self.basis, strict=True) if b >= self.width)

    def exceeds_zero(self, chosen: frozenset[int]) -> bool:
        """Phase two: whether the sum of the chosen variables can be above zero."""
        self._expel()
        if any(row[-1] > 0 for row, b in zip(self.rows, self.basis, strict=True) if b in chosen):
            return True
        objective = [Fraction(int(j in chosen)) for j in range(self.width + len(self.rows))]
        return self._maximise(objective, self.width) or any(
            row[-1] > 0 for row, b in zip(self.rows, self.basis, strict=True) if b in chosen
        )

    def _expel(self) -> None:
        """Artificial variables that are basic at zero leave the basis where they can; otherwise their row is void."""
        for i, b in enumerate(self.basis):
            if b >= self.width:
                column = next((j for j in range(self.width) if self.rows[i][j]), None)
                if column is not None:
                    self._pivot(i, column)

    def _maximise(self, objective: list[Fraction], usable: int) -> bool:
        """Go to an optimum over the first `usable` variables; whether the objective is unbounded."""
        while True:
            column = self._entering(objective, usable)
            if column is None:
                return False
            ratios = [
                (row[-1] / row[column], self.basis[i], i)
                for i, row in enumerate(self.rows)
                if row[column] > 0
            ]
            if not ratios:
                return True
            self._pivot(min(ratios)[2], column)

    def _entering(self, objective: list[Fraction], usable: int) -> int | None:
        prices = [(objective[b], row) for b, row in zip(self.basis, self.rows, strict=True) if objective[b]]
        for j in range(usable):
            if j not in self.basis and objective[j] > sum(
                (price * row[j] for price, row in prices), Fraction(0)
            ):
                return j
        return None

    def _pivot(self, i: int, column: int) -> None:
        pivot = self.rows[i][column]
        self.rows[i] = [value / pivot for value in self.rows[i]]
        for j, row in enumerate(self.rows):
            factor = row[column]
            if j != i and factor:
                self.rows[j] = [a - factor * b for a, b in zip(row, self.rows[i], strict=True)]
        self.basis[i] = column
