"""Bounds that hold but for a small probability, as `aalpl cost --tail` tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost import analyse
from aalpl.cost.prices.models import Model
from aalpl.cost.solving.balls import shown
from aalpl.cost.tails.front import Tail, Tails
from aalpl.cost.words.edges import sized
from aalpl.cost.words.summary import Summary, summarise
from aalpl.program.nodes import Program
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell import given
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.numbers import plain
from aalpl.shell.terminal import Terminal

Values = Mapping[str, Fraction]

BY = {
    "rounds": "rounds that are each the last with a known probability",
    "drift": "a lead that grows on average (Hoeffding)",
    "hoeffding": "independent draws (Hoeffding)",
    "markov": "the expectation (Markov)",
    "worst": "the worst case",
}


def delta(asked: str) -> Fraction:
    """The probability that is asked for."""
    found = given.number(asked)
    if not 0 < found < 1:
        raise Failure(
            f"`--tail {asked}` is not between 0 and 1", "for example `--tail 0.05`", code="bad-size"
        )
    return found


@attrs.frozen
class Wish:
    """What the options ask for."""

    tail: str
    at: Values | None
    form: str


def report(program: Program, names: Sequence[str], model: Model, wish: Wish, paper: Terminal) -> int:
    """Writes the bounds of these functions."""
    if wish.form not in ("text", "json"):
        raise Failure(f"`--tail` is not reported as {wish.form}", "as text, or with `--format json`")
    small = delta(wish.tail)
    analyses = [analyse(program, name, costmodels=(model,)) for name in names]
    summaries = [summarise(program, analysis, model.name) for analysis in analyses]
    if wish.form == "json":
        found = {summary.function: _document(program, summary, small) for summary in summaries}
        paper.document(dumps({"version": 1, "probability": plain(small), "functions": found}))
    else:
        told = (_told(program, summary, wish.at, wish.tail, paper.ink) for summary in summaries)
        paper.out.write(paper.ink.spell("\n".join(told)))
    return Exit.FINE


def _told(program: Program, summary: Summary, at: Values | None, asked: str, ink: Ink) -> str:
    tails = Tails(program, summary.analysis, delta(asked))
    head = f"{ink.paint(summary.function, 'bold')}  but for a probability of {asked}\n"
    rows, reasons = [], []
    for label, quantity, answer in summary.answers:
        if quantity.critical:
            continue
        found = tails.tail(quantity)
        if found is None and not answer.conditional and answer.upper is not None:
            found = Tail(answer.upper, ())
        rows.append((label, "unknown" if found is None else f"<= {_shown(found, summary, at)}"))
        reasons += [] if found is None else [BY[each] for each in found.by or ("worst",)]
    by = f"  by {', '.join(dict.fromkeys(reasons))}\n" if reasons else ""
    return head + text(Table(("", ""), tuple(rows)), ink) + by + _endless(summary)


def _endless(summary: Summary) -> str:
    """That there is no worst case, said once."""
    endless = [label for label, q, answer in summary.answers if not q.critical and answer.conditional]
    if not endless:
        return ""
    rounds = summary.answers[0][2].conditional or next(
        a.conditional for _, _, a in summary.answers if a.conditional
    )
    return f"  the worst case is not bounded: it depends on {rounds[0].words}\n"


def _shown(found: Tail, summary: Summary, at: Values | None) -> str:
    number = None if at is None else shown(found.bound, at)
    return summary.names.write(found.bound) if number is None else number


def _document(program: Program, summary: Summary, small: Fraction) -> dict[str, Any]:
    tails = Tails(program, summary.analysis, small)
    found = {label: tails.tail(q) for label, q, _ in summary.answers if not q.critical}
    return {
        label: {
            "bound": sized(None if tail is None else tail.bound, summary),
            "by": [] if tail is None else list(tail.by),
        }
        for label, tail in found.items()
    }
