"""Measured means over a size, on logarithmic axes: as plain text, and as a picture file with the `plot` extra."""

from __future__ import annotations

import math
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import attrs

from aalpl.shell.failure import Failure
from aalpl.shell.files import writable

HEIGHT = 14
MARKS = "ox+*#@%&"


@attrs.frozen
class Point:
    """A measured mean at a size, its interval, and what is derived there (the ends, where there are any)."""

    x: float
    mean: float
    low: float
    high: float
    ends: tuple[float | None, float | None]


@attrs.frozen
class Series:
    """The points of one combination of the other sizes, which `name` tells."""

    name: str
    points: tuple[Point, ...]


def plain(series: Sequence[Series], across: str, quantity: str, width: int) -> str:
    """The means as marks, what is derived as dots."""
    shown = [p for each in series for p in each.points if p.x > 0 and p.mean > 0]
    if len({p.x for p in shown}) < 2:
        return ""
    others = [end for p in shown for end in p.ends if end is not None and end > 0]
    left, right = _range([p.x for p in shown])
    low, high = _range([p.mean for p in shown] + others)
    columns = max(20, width - 14)
    rows = [[" "] * columns for _ in range(HEIGHT)]

    def put(x: float, y: float, mark: str) -> None:
        column = round((math.log(x) - left) / (right - left) * (columns - 1))
        row = round((math.log(y) - low) / (high - low) * (HEIGHT - 1))
        rows[HEIGHT - 1 - row][column] = mark

    for point in shown:
        for end in point.ends:
            if end is not None and end > 0:
                put(point.x, end, ".")
    for i, each in enumerate(series):
        for point in each.points:
            if point.x > 0 and point.mean > 0:
                put(point.x, point.mean, MARKS[i % len(MARKS)])
    labels = {0: f"{math.exp(high):.3g}", HEIGHT - 1: f"{math.exp(low):.3g}"}
    lines = [f"  {quantity} over {across}, both logarithmic: . derived"]
    if len(series) > 1:
        lines += [f"    {MARKS[i % len(MARKS)]} {each.name}" for i, each in enumerate(series)]
    lines += [f"  {labels.get(i, ''):>9} |{''.join(row).rstrip()}" for i, row in enumerate(rows)]
    first, last = f"{math.exp(left):.4g}", f"{math.exp(right):.4g}"
    lines.append(f"  {'':>9} +{'-' * columns}")
    lines.append(f"  {'':>9}  {first}{last:>{columns - len(first)}}")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = math.log(min(values)), math.log(max(values))
    return (low, high) if high > low else (low - 0.5, high + 0.5)


KINDS = (".png", ".svg", ".pdf")


def drawable(path: Path) -> None:
    """Fails where no picture can be drawn there."""
    if path.suffix.lower() not in KINDS:
        hint = f"name a file that ends in one of {', '.join(f'`{kind}`' for kind in KINDS)}"
        raise Failure(f"`{path}` does not say what kind of picture it is", hint, code="bad-figure")
    if find_spec("matplotlib") is None:
        hint = "install it: `pip install aalpl[plot]`; `--plot` draws with plain text"
        raise Failure("pictures need matplotlib, which is not installed", hint, code="no-plot-library")
    writable(path)


def draw(series: Sequence[Series], across: str, quantity: str, path: Path) -> None:
    """The same as a PNG, SVG or PDF file: means with their intervals, what is derived as lines."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for i, each in enumerate(series):
        points = sorted(each.points, key=lambda p: p.x)
        means, errors = [p.mean for p in points], [p.high - p.mean for p in points]
        label = f"{each.name}, measured" if each.name else "measured"
        axes.errorbar(
            [p.x for p in points], means, yerr=errors, fmt="o", capsize=3, color=f"C{i}", label=label
        )
        for end, style in ((0, "--"), (1, "-")):
            line = [(p.x, value) for p in points if (value := p.ends[end]) is not None]
            told = "derived" if end == 1 and i == 0 and line else None
            axes.plot(
                [x for x, _ in line], [y for _, y in line], style, color=f"C{i}", linewidth=1, label=told
            )
    positive = all(p.x > 0 and p.mean > 0 for each in series for p in each.points)
    scale = "log" if positive else "linear"
    axes.set(xscale=scale, yscale=scale, xlabel=across, ylabel=quantity)
    axes.legend()
    figure.savefig(path)
