"""Means with confidence intervals, shares with theirs, and the growth exponent that fits best.

Means: Student's t, its quantile by the Cornish–Fisher expansion (Abramowitz & Stegun 26.7.5). Shares: Wilson's score
interval. Exponents: least squares on logarithms. All are observations; nothing here is a bound.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

Z = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@attrs.frozen
class Mean:
    """A mean of `count` runs; the true one lies within `margin` of it in 95 of 100 cases (None: one run tells nothing)."""

    count: int
    mean: float
    margin: float | None

    @property
    def low(self) -> float:
        """The lower end of the interval."""
        return self.mean - (self.margin or 0.0)

    @property
    def high(self) -> float:
        """The upper end of the interval."""
        return self.mean + (self.margin or 0.0)

    def within(self, precision: float) -> bool:
        """Whether the interval is no wider than the precision, relative to the mean."""
        return self.margin is not None and self.margin <= precision * abs(self.mean)


def mean(values: Sequence[float]) -> Mean:
    """The mean of at least one value."""
    count = len(values)
    average = math.fsum(values) / count
    if count < 2:
        return Mean(count, average, None)
    variance = math.fsum((value - average) ** 2 for value in values) / (count - 1)
    return Mean(count, average, quantile(count - 1) * math.sqrt(variance / count))


def quantile(freedom: int) -> float:
    """Student's t for a two-sided 95 % interval."""
    if freedom == 1:
        return 12.706
    if freedom == 2:
        return 4.303
    if freedom == 3:
        return 3.182
    terms = (
        (Z**3 + Z) / 4,
        (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96,
        (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
    )
    return Z + math.fsum(term / freedom**k for k, term in enumerate(terms, 1))


def share(hits: int, count: int) -> tuple[float, float]:
    """The interval for a probability of which `hits` of `count` were seen."""
    middle = (hits + Z * Z / 2) / (count + Z * Z)
    reach = Z / (count + Z * Z) * math.sqrt(hits * (count - hits) / count + Z * Z / 4)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def exponents(sizes: Sequence[Sequence[float]], values: Sequence[float]) -> list[tuple[float, float]] | None:
    """For each size the exponent e of value ~ c * product(size^e) and its standard error; None where nothing fits.

    `sizes` are the columns, one for each size."""
    points = [i for i, value in enumerate(values) if value > 0 and all(column[i] > 0 for column in sizes)]
    rows = [[1.0, *(math.log(column[i]) for column in sizes)] for i in points]
    wanted = [math.log(values[i]) for i in points]
    width = len(sizes) + 1
    if len(rows) < width or width == 1:
        return None
    normal = [[math.fsum(row[i] * row[j] for row in rows) for j in range(width)] for i in range(width)]
    inverse = _inverse(normal)
    if inverse is None:
        return None
    right = [math.fsum(row[i] * y for row, y in zip(rows, wanted, strict=True)) for i in range(width)]
    found = [math.fsum(a * b for a, b in zip(line, right, strict=True)) for line in inverse]
    rest = math.fsum(
        (y - sum(a * b for a, b in zip(row, found, strict=True))) ** 2
        for row, y in zip(rows, wanted, strict=True)
    )
    spread = rest / (len(rows) - width) if len(rows) > width else 0.0
    return [(found[i], math.sqrt(max(0.0, spread * inverse[i][i]))) for i in range(1, width)]


def _inverse(matrix: list[list[float]]) -> list[list[float]] | None:
    size = len(matrix)
    rows = [[*line, *(float(i == j) for j in range(size))] for i, line in enumerate(matrix)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        if abs(rows[pivot][i]) < 1e-12:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for k in range(size):
            if k != i and rows[k][i]:
                factor = rows[k][i]
                rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    return [line[size:] for line in rows]
