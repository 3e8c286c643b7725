"""The reports of `aalpl cost`: a table for people, and the forms for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.claims import ratio
from aalpl.cost.prices import money as prices
from aalpl.cost.result import Answer
from aalpl.cost.words import predict, table
from aalpl.cost.words.summary import Summary
from aalpl.program.nodes import Program
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell import likely
from aalpl.shell.models import Models
from aalpl.shell.numbers import plain

Values = Mapping[str, Fraction]


@attrs.frozen
class Asked:
    """What the options ask for."""

    at: Values | None = None
    which: str | None = None
    span: bool = False
    explain: bool = False
    models: Models | None = None
    details: bool = False
    file: str = ""


def as_text(program: Program, summaries: Sequence[Summary], asked: Asked, ink: Ink) -> str:
    """The table a person reads."""
    return ink.spell("\n".join(part for part in _parts(program, summaries, asked, ink) if part))


def _parts(program: Program, summaries: Sequence[Summary], asked: Asked, ink: Ink) -> Iterator[str]:
    whole = not asked.details and asked.at is None and not asked.explain and asked.which is None
    if asked.span:
        for summary in summaries:
            yield critical(summary, asked, ink)
    elif whole and len(summaries) > 1:
        yield table.overview(summaries, _ratios(program, summaries), ink)
        if not asked.models:
            yield f"  line by line: aalpl cost {asked.file} {summaries[0].function}\n"
    else:
        for summary in summaries:
            yield one_case(summary, asked, ink) if asked.which else table.details(summary, ink, asked.at)
            if not asked.which:
                yield likely.told(program, summary, asked.at)
            yield table.conditional([summary])
            if asked.explain:
                from aalpl.cost.words import explain

                steps = explain.explained(summary, ink)
                yield steps + likely.explained(program, summary, asked.at, ink)
    if asked.models is not None:
        for summary in summaries:
            yield money(summary, asked.models, asked.at or {}, ink)


def critical(summary: Summary, asked: Asked, ink: Ink) -> str:
    """Work, the sum over all calls, beside span, the critical path of what runs side by side."""
    rows = []
    for label, quantity, answer in summary.answers:
        if not quantity.critical:
            path = summary.analysis.answer(attrs.evolve(quantity, critical=True))
            rows.append((label, end(answer, summary, asked), end(path, summary, asked)))
    head = f"{ink.paint(summary.function, 'bold')}  {asked.which or 'worst'} case\n"
    return head + text(Table(("", "work", "span"), tuple(rows)), ink)


def one_case(summary: Summary, asked: Asked, ink: Ink) -> str:
    """Only the worst case, the best case or the expectation of each quantity."""
    rows = [(label, end(answer, summary, asked)) for label, q, answer in summary.answers if not q.critical]
    return f"{ink.paint(summary.function, 'bold')}  {asked.which} case\n" + text(
        Table(("", ""), tuple(rows)), ink
    )


def end(answer: Answer, summary: Summary, asked: Asked) -> str:
    """One end of an answer, as a formula or as a number."""
    match asked.which:
        case "best":
            low = high = answer.lower
        case "expected":
            low, high = answer.expected.low, answer.expected.high
        case _:
            low = high = answer.upper
    if low is None or high is None:
        reason = answer.expected.reason if asked.which == "expected" else next(iter(answer.unknowns), None)
        return f"unknown{f': {reason.reason}' if reason else ''}"
    shown = [table.shown(size, summary.names, asked.at) for size in ((low,) if low == high else (low, high))]
    if len(shown) == 2:
        return f"between {shown[0]} and {shown[1]}"
    if asked.which == "expected" or answer.lower == answer.upper:
        return f"= {shown[0]}"
    sign = ">=" if asked.which == "best" else "<="
    return f"{sign} {shown[0]}"


def money(summary: Summary, models: Models, at: Values, ink: Ink) -> str:
    """What each model costs at the sizes given; the source of the prices is told."""
    bill = prices.bill(summary.analysis, at, {name: b.money for name, b in models.bindings.items()})
    rows = [(item.model, *_between(item.low, item.high), item.reason) for item in bill.items]
    rows.append(("total", *_between(bill.low, bill.high), ""))
    head = f"{ink.paint(summary.function, 'bold')}  in {models.currency}"
    head += f", prices: {models.source}" if models.source else ""
    return f"{head}\n" + text(
        Table(("model", "at least", "at most", ""), tuple(rows), frozenset({1, 2})), ink
    )


def _between(low: Fraction | None, high: Fraction | None) -> tuple[str, str]:
    return _money(low), _money(high)


def _money(value: Fraction | None) -> str:
    """Four digits behind the point; of less than that, the first two that are not 0."""
    if value is None:
        return "unknown"
    return f"{float(value):,.4f}" if not 0 < value < Fraction(1, 1000) else f"{float(value):.2g}"


def _ratios(program: Program, summaries: Sequence[Summary]) -> list[tuple[str, str, tuple[ratio.Ratio, ...]]]:
    by_name = {summary.function: summary for summary in summaries}
    pairs = ratio.pairs(program, list(by_name))
    return [(a, b, ratio.compared(by_name[a], by_name[b])) for a, b in pairs]


def as_json(program: Program, summaries: Sequence[Summary], asked: Asked, ink: Ink) -> str:
    """Everything, for machines (docs/schema/cost.v1.json)."""
    from aalpl.cost.words import edges

    document = edges.as_json(list(summaries))
    if asked.at is not None:
        document["at"] = {name: plain(value) for name, value in asked.at.items()}
        document["numbers"] = {summary.function: _numbers(summary, asked.at) for summary in summaries}
    right = {s.function: likely.as_json(program, s, asked.at) for s in summaries if likely.tells(program, s)}
    if right:
        document["right"] = right
    return dumps(document)


def _numbers(summary: Summary, at: Values) -> dict[str, dict[str, int | float | str | None]]:
    labels = {quantity: label for label, quantity, _ in summary.answers}
    found = predict.bounds(summary.analysis, at, labels)
    return {labels[q]: {"low": plain(bounds.low), "high": plain(bounds.high)} for q, bounds in found.items()}


def as_latex(program: Program, summaries: Sequence[Summary], asked: Asked, ink: Ink) -> str:
    """The formulas, for a paper."""
    from aalpl.cost.words import explain

    return explain.latex_document(summaries)


def as_markdown(program: Program, summaries: Sequence[Summary], asked: Asked, ink: Ink) -> str:
    """A section for each function."""
    from aalpl.cost.words import explain

    return explain.markdown(summaries)


Report = Callable[[Program, Sequence[Summary], Asked, Ink], str]

REPORTS: dict[str, Report] = {"text": as_text, "json": as_json, "latex": as_latex, "markdown": as_markdown}
