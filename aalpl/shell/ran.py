"""A run as a report: the result, the calls line by line, predicted beside measured, the hypotheses."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aalpl.cases import beside
from aalpl.cases.beside import Number
from aalpl.program.nodes import Program
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps, record
from aalpl.report.table import Table, text
from aalpl.run import Run
from aalpl.run.result import Evidence
from aalpl.shell.numbers import plain, spoken

VERSION = 1
SHOWN = 240  # characters of a result that the report shows

Predicted = Mapping[str, Number | None]


def predicted(program: Program, run: Run) -> Predicted:
    """What the exact forms say at what the run observed."""
    from aalpl.cost import analyse

    return beside.predicted(analyse(program, run.function), run)


def as_text(run: Run, expected: Predicted, seed: int, ink: Ink, billed: str = "") -> str:
    """The report for people; `billed` is what there is to say of a bill."""
    sizes = ", ".join(f"{name} = {spoken(value)}" for name, value in _sizes(run).items())
    parts = [f"{ink.paint(run.function, 'bold')}{' at ' + sizes if sizes else ''}  (seed {seed})\n"]
    if not run.diagnostics:
        parts.append(f"  result  {_shortened(run.shown())}\n")
    if run.meter.rows:
        parts.append(text(_calls(run), ink))
    if not run.diagnostics:
        parts.append(text(_comparison(run, expected), ink))
    if billed:
        parts.append(billed)
    if run.hypotheses:
        parts.append(text(_hypotheses(run.hypotheses), ink))
    parts.append(f"  {_closing(run, expected)}\n")
    return "\n".join(parts)


def as_json(run: Run, expected: Predicted, seed: int, live: Mapping[str, Any] | None = None) -> str:
    """The report for machines (docs/schema/run.v1.json)."""
    return dumps(
        {
            "version": VERSION,
            "function": run.function,
            "sizes": {name: plain(value) for name, value in _sizes(run).items()},
            "seed": seed,
            "digest": run.digest,
            "result": None if run.diagnostics else run.shown(),
            "measured": {name: plain(value) for name, value in beside.measured(run).items()},
            "predicted": {name: plain(value) for name, value in expected.items()},
            "calls": [
                {
                    "place": row.place,
                    "primitive": row.primitive,
                    "model": row.model,
                    "calls": row.calls,
                    "tokens_in": row.tokens_in,
                    "tokens_out": row.tokens_out,
                    "overhead": plain(row.overhead),
                    "cost": plain(row.cost),
                }
                for row in run.meter.rows
            ],
            "hypotheses": [{"text": e.text, "found": e.found, "held": e.held} for e in run.hypotheses],
            "diagnostics": [record(d) for d in run.diagnostics],
            **({} if live is None else {"live": live}),
        }
    )


def _sizes(run: Run) -> dict[str, Any]:
    return {
        name: value
        for name, value in run.entry.items()
        if isinstance(value, int | Fraction) and "(" not in name
    }


def _calls(run: Run) -> Table:
    rows = [
        (
            row.place,
            row.primitive,
            row.model,
            *map(spoken, (row.calls, row.tokens_in, row.tokens_out, row.cost)),
        )
        for row in run.meter.rows
    ]
    heading = ("line", "primitive", "model", "calls", "tokens in", "tokens out", "cost")
    return Table(heading, tuple(rows), frozenset({0, 3, 4, 5, 6}))


def _comparison(run: Run, expected: Predicted) -> Table:
    """Predicted beside measured; spans only where they differ from the work."""
    found = beside.measured(run)
    shown = [n for n in found if not n.startswith("span ") or found[n] != found[n.removeprefix("span ")]]
    rows = [
        (name, spoken(expected.get(name)), spoken(found[name]), _agreement(expected.get(name), found[name]))
        for name in shown
    ]
    return Table(("", "predicted", "measured", ""), tuple(rows), frozenset({1, 2}))


def _agreement(one: Any, other: Any) -> str:
    if one is None or other is None:
        return ""
    return "=" if one == other else "differs"


def _hypotheses(evidence: tuple[Evidence, ...]) -> Table:
    verdict = {True: "held", False: "broken", None: "not tested"}
    return Table(("hypothesis", "", ""), tuple((e.text, verdict[e.held], e.found) for e in evidence))


def _closing(run: Run, expected: Predicted) -> str:
    meter = run.meter
    counts = (
        f"{spoken(meter.calls)} calls · {spoken(meter.tokens_in)} tokens in · {spoken(meter.tokens_out)} out"
    )
    if run.diagnostics:
        return f"{counts} · stopped: {run.diagnostics[0].title}"
    guess = f"predicted {spoken(expected.get('tokens in'))} / {spoken(expected.get('tokens out'))}"
    broken = [e for e in run.hypotheses if e.held is False]
    return f"{counts} · {guess} · {_held(len(broken))}"


def _held(broken: int) -> str:
    if not broken:
        return "every hypothesis held"
    return f"{broken} {'hypothesis' if broken == 1 else 'hypotheses'} did not hold"


def _shortened(shown: str) -> str:
    line = " ".join(shown.split())
    return (
        line
        if len(line) <= SHOWN
        else f"{line[:SHOWN]}… ({len(shown):,} characters; `--format json` has all)"
    )
