"""Means, shares and lines with their 95 % intervals."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist, fmean

import attrs

Z = NormalDist().inv_cdf(0.975)


@attrs.frozen
class Interval:
    """A number that was estimated, and between which two it lies (95 %); None where one observation says nothing."""

    value: float
    low: float | None
    high: float | None


def mean(values: Sequence[float]) -> Interval:
    """The mean (of what is not negative, not below 0), with Student's interval (its quantile by the expansion of Cornish and Fisher)."""
    centre, n = fmean(values), len(values)
    if n < 2:
        return Interval(centre, None, None)
    spread = sqrt(sum((value - centre) ** 2 for value in values) / (n - 1) / n) * _student(n - 1)
    return Interval(
        centre, max(0.0, centre - spread) if min(values) >= 0 else centre - spread, centre + spread
    )


def share(held: int, tested: int) -> Interval:
    """A probability, with Wilson's score interval."""
    value = held / tested
    centre = value + Z * Z / (2 * tested)
    spread = Z * sqrt(value * (1 - value) / tested + Z * Z / (4 * tested * tested))
    scale = 1 + Z * Z / tested
    return Interval(value, max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale))


@attrs.frozen
class Line:
    """`y = overhead + ratio * x` by least squares, from `count` points; `off` is the largest share that a point is off."""

    overhead: Interval
    ratio: Interval
    count: int
    off: float


def line(points: Sequence[tuple[float, float]]) -> Line:
    """The line through points (x, y); where all x are the same the ratio is taken for 1."""
    n = len(points)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    mx, my = fmean(xs), fmean(ys)
    sxx = sum((x - mx) ** 2 for x in xs)
    if not sxx:
        rest = mean([y - x for x, y in points])
        return Line(rest, Interval(1.0, None, None), n, _off(points, rest.value, 1.0))
    ratio = sum((x - mx) * (y - my) for x, y in points) / sxx
    overhead = my - ratio * mx
    if n < 3:
        return Line(
            Interval(overhead, None, None), Interval(ratio, None, None), n, _off(points, overhead, ratio)
        )
    noise = sqrt(sum((y - overhead - ratio * x) ** 2 for x, y in points) / (n - 2))
    t = _student(n - 2)
    slope, base = t * noise / sqrt(sxx), t * noise * sqrt(1 / n + mx * mx / sxx)
    return Line(
        Interval(overhead, overhead - base, overhead + base),
        Interval(ratio, ratio - slope, ratio + slope),
        n,
        _off(points, overhead, ratio),
    )


def _off(points: Sequence[tuple[float, float]], overhead: float, ratio: float) -> float:
    return max((abs(y - overhead - ratio * x) / y for x, y in points if y), default=0.0)


def _student(freedom: int) -> float:
    """The 97.5 % quantile of Student's distribution."""
    exact = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776}
    if freedom in exact:
        return exact[freedom]
    z, v = Z, float(freedom)
    first = (z**3 + z) / (4 * v)
    second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
    return z + first + second
