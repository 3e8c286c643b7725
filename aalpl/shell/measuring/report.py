"""The report of `aalpl measure`: measured beside derived for each cell, the fit, success, pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell.measuring import picture
from aalpl.shell.measuring.derived import Derived, Likely
from aalpl.shell.measuring.records import Records
from aalpl.shell.measuring.sampling import Plan, measured, seeds
from aalpl.shell.measuring.statistics import Mean, exponents, share
from aalpl.shell.numbers import plain, spoken

VERSION = 1


@attrs.frozen
class Line:
    """One cell: sizes, the mean, the ends that were derived; how many results were right, and how likely that is."""

    sizes: Mapping[str, Fraction]
    mean: Mean
    ends: tuple[float | None, float | None]
    right: tuple[int, int] | None
    likely: tuple[float | None, float | None]


@attrs.frozen
class Report:
    """All there is to tell."""

    plan: Plan
    lines: Sequence[Line]
    derived: Derived
    success: Likely | None
    varying: Sequence[str]


def report(
    plan: Plan, records: Records, derived: Derived, success: Likely | None, varying: Sequence[str]
) -> Report:
    """What the table of runs says about the grid."""
    lines = []
    for cell in plan.cells:
        mean = measured(records, cell, plan.quantity)
        if mean is None:
            continue
        found = [row["right"] for row in records.of(cell).values() if row["right"] is not None]
        likely = (None, None) if success is None else success.at(cell)
        right = (sum(found), len(found)) if found else None
        lines.append(Line(cell, mean, derived.at(cell), right, likely))
    return Report(plan, lines, derived, success, varying)


def as_text(of: Report, ink: Ink, *, plot: bool) -> str:
    """The report for people."""
    head = f"{ink.paint(of.plan.function, 'bold')}  {of.plan.quantity}, mean of simulated runs\n"
    parts = [head, text(_table(of), ink)]
    if any(line.right for line in of.lines):
        parts += ["", text(_rates(of), ink)]
    parts += [f"\n  {remark}\n" for remark in _remarks(of)]
    if plot and of.varying:
        parts += ["", picture.plain(series(of), of.varying[0], of.plan.quantity, ink.width)]
    return "".join(part if part else "\n" for part in parts)


def _table(of: Report) -> Table:
    names = list(of.lines[0].sizes) if of.lines else []
    heading = (*names, "runs", "measured", "95 %", *_headings(of.derived), "")
    rows = [
        (
            *(spoken(line.sizes[name]) for name in names),
            spoken(line.mean.count),
            spoken(line.mean.mean),
            "" if line.mean.margin is None else f"± {spoken(line.mean.margin)}",
            *_cells(of.derived, line.ends),
            judged(line.mean, line.ends),
        )
        for line in of.lines
    ]
    return Table(heading, tuple(rows), frozenset(range(len(heading) - 1)))


def _rates(of: Report) -> Table:
    names = list(of.lines[0].sizes)
    derived = any(line.likely[0] is not None for line in of.lines)
    heading = (*names, "runs", "right", "95 %", *(["derived"] if derived else []), "")
    rows = []
    for line in of.lines:
        if line.right is None:
            continue
        hits, count = line.right
        low, high = share(hits, count)
        sizes = (spoken(line.sizes[name]) for name in names)
        likely = "" if line.likely[0] is None else f"{line.likely[0]:.6g}"
        shown = (*([likely] if derived else []), _inside(low, high, line.likely))
        rows.append((*sizes, spoken(count), f"{hits / count:.5g}", f"{low:.4f}..{high:.4f}", *shown))
    return Table(heading, tuple(rows), frozenset(range(len(heading) - 1)))


def _headings(derived: Derived) -> tuple[str, ...]:
    match derived.kind:
        case "expected" if derived.exact:
            return ("expected",)
        case "expected":
            return "expected >=", "expected <="
        case "bounds":
            return "lower bound", "upper bound"
        case _:
            return ()


def _cells(derived: Derived, ends: tuple[float | None, float | None]) -> tuple[str, ...]:
    shown = tuple("" if end is None else spoken(end) for end in ends)
    return shown[: len(_headings(derived))]


def judged(mean: Mean, ends: tuple[float | None, float | None]) -> str:
    """Whether the interval of the mean meets what was derived."""
    return _inside(mean.low, mean.high, ends)


def _inside(low: float, high: float, ends: tuple[float | None, float | None]) -> str:
    below, above = ends
    if below is None and above is None:
        return ""
    slack = 1e-9 * max(1.0, abs(high))
    apart = (below is not None and high < below - slack) or (above is not None and low > above + slack)
    return "outside" if apart else "agrees"


def _remarks(of: Report) -> list[str]:
    found = []
    if of.derived.kind == "nothing":
        why = f": {of.derived.reason}" if of.derived.reason else ""
        found.append(f"no bound was derived{why}")
    fit = fitted(of)
    if fit:
        shown = ", ".join(f"{name}^{e:.3g} (± {error:.2g})" for name, (e, error) in fit.items())
        found.append(f"fit: grows like {shown}: an observation on this grid, not a bound")
    outside = sum(judged(line.mean, line.ends) == "outside" for line in of.lines)
    if outside:
        found.append(
            f"{outside} of {len(of.lines)} intervals miss what was derived; 1 in 20 does so by chance"
        )
    return found


def fitted(of: Report) -> dict[str, tuple[float, float]]:
    """Exponent and standard error of each size that varies."""
    if not of.varying:
        return {}
    columns = [[float(line.sizes[name]) for line in of.lines] for name in of.varying]
    found = exponents(columns, [line.mean.mean for line in of.lines])
    return {} if found is None else dict(zip(of.varying, found, strict=True))


def series(of: Report) -> list[picture.Series]:
    """A series over the first size that varies, for each combination of the others."""
    if not of.varying:
        return []
    first, *others = of.varying
    groups: dict[str, list[picture.Point]] = {}
    for line in of.lines:
        name = ", ".join(f"{other} = {spoken(line.sizes[other])}" for other in others)
        mean = line.mean
        point = picture.Point(float(line.sizes[first]), mean.mean, mean.low, mean.high, line.ends)
        groups.setdefault(name, []).append(point)
    return [picture.Series(name, tuple(points)) for name, points in groups.items()]


def as_json(of: Report) -> str:
    """The report for machines (docs/schema/measure.v1.json)."""
    return dumps(
        {
            "version": VERSION,
            "function": of.plan.function,
            "quantity": of.plan.quantity,
            "adversary": of.plan.adversary,
            "derived": {
                "kind": of.derived.kind,
                "low": None if of.derived.low is None else str(of.derived.low),
                "high": None if of.derived.high is None else str(of.derived.high),
                "reason": of.derived.reason,
            },
            "cells": [_cell(line, of.plan) for line in of.lines],
            "fit": {name: {"exponent": e, "error": error} for name, (e, error) in fitted(of).items()},
        }
    )


def _cell(line: Line, plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sizes": {name: plain(value) for name, value in line.sizes.items()},
        "runs": line.mean.count,
        "mean": line.mean.mean,
        "margin": line.mean.margin,
        "low": line.ends[0],
        "high": line.ends[1],
        "first_seed": seeds(plan, line.sizes)[0],
    }
    if line.right is not None:
        found["right"] = line.right[0] / line.right[1]
        found["right_interval"] = list(share(*line.right))
        found["right_low"], found["right_high"] = line.likely
    return found
