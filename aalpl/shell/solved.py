"""The report of `aalpl solve`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.solving.asymptotics import grows
from aalpl.cost.solving.balls import written
from aalpl.cost.solving.search import Solution
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell.numbers import plain, spoken

VERSION = 1


@attrs.frozen
class Line:
    """The answer at some values, and what else was to be told there."""

    sizes: Mapping[str, Fraction]
    solution: Solution
    others: tuple[Any, ...]


@attrs.frozen
class Report:
    """All answers."""

    condition: str
    name: str
    lines: tuple[Line, ...]
    shown: tuple[str, ...]
    varying: tuple[str, ...]


def as_text(of: Report, ink: Ink) -> str:
    """The report for people: a table, the formula, how sure it is."""
    first = of.lines[0]
    fixed = {n: v for n, v in first.sizes.items() if n not in of.varying}
    at = ", ".join(f"{name} = {spoken(value)}" for name, value in fixed.items())
    kind = "smallest" if first.solution.smallest else "largest"
    head = f"{kind} {ink.paint(of.name, 'bold')} with {of.condition}{' at ' + at if at else ''}\n"
    return "\n".join([head, text(_table(of), ink), *(f"  {remark}\n" for remark in _remarks(of))])


def _table(of: Report) -> Table:
    left = of.condition.partition(">=")[0].partition("<=")[0].strip()
    step = "-" if of.lines[0].solution.smallest else "+"
    heading = (*of.varying, of.name, left, f"at {of.name} {step} 1", *of.shown)
    rows = [
        (
            *(spoken(line.sizes[name]) for name in of.varying),
            spoken(line.solution.value),
            written(line.solution.here),
            "" if line.solution.beside is None else written(line.solution.beside),
            *map(written, line.others),
        )
        for line in of.lines
    ]
    return Table(heading, tuple(rows), frozenset(range(len(heading))))


def _remarks(of: Report) -> list[str]:
    formulas = list(dict.fromkeys(str(line.solution.formula) for line in of.lines if line.solution.formula))
    found = [f"{of.name} = {formula}" for formula in formulas]
    found += list(dict.fromkeys(grown for line in of.lines for grown in _grown(of.name, line)))
    searched = [line.solution for line in of.lines if line.solution.formula is None]
    if searched:
        tried = min(solution.tried for solution in searched)
        side = "below" if searched[0].smallest else "above"
        more = f"; none of {tried:,} numbers {side} that were tried does" if tried else ""
        found.append(f"found by search: it holds there and not at the neighbour{more}")
    return found


def _grown(name: str, line: Line) -> Iterator[str]:
    """How the number grows with each whole number that it depends on."""
    formula = line.solution.formula
    if formula is None:
        return
    for size, value in line.sizes.items():
        growth = grows(formula, size) if value.denominator == 1 and size in formula.free else None
        if growth is not None:
            yield f"{name} = Θ({growth}) as {size} grows"


def as_json(of: Report) -> str:
    """The report for machines (docs/schema/solve.v1.json)."""
    return dumps(
        {
            "version": VERSION,
            "condition": of.condition,
            "name": of.name,
            "answers": [_answer(line, of.shown) for line in of.lines],
        }
    )


def _answer(line: Line, shown: tuple[str, ...]) -> dict[str, Any]:
    solution = line.solution
    return {
        "sizes": {name: plain(value) for name, value in line.sizes.items()},
        "value": solution.value,
        "kind": "smallest" if solution.smallest else "largest",
        "here": float(solution.here.mid()),
        "beside": None if solution.beside is None else float(solution.beside.mid()),
        "formula": None if solution.formula is None else str(solution.formula),
        "tried": solution.tried,
        "shown": dict(zip(shown, (float(each.mid()) for each in line.others), strict=True)),
    }
