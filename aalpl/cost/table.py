"""The tables of `aalpl cost`: functions at a glance, then one function line by line.

Text with `Θ`, `·` and `²`; the report's ink spells it in ASCII where it must.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aalpl.cost.numbers import Values, number
from aalpl.cost.ratio import Ratio
from aalpl.cost.result import Answer, Condition, Hypothesis
from aalpl.cost.summary import Grown, Line, Names, Summary
from aalpl.program.size import Size
from aalpl.report.ink import Ink
from aalpl.report.table import Table, text


def overview(
    summaries: Sequence[Summary], ratios: Iterable[tuple[str, str, tuple[Ratio, ...]]], ink: Ink
) -> str:
    """A line for each function: its class, and the line that makes it so; below, how functions compare."""
    rows = tuple((s.function, growth_text(s.grown, s.names), _where(s), _why(s)) for s in summaries)
    compared = [(f"{a} / {b}", _ratios(found, summaries[0].names)) for a, b, found in ratios if found]
    body = text(Table(("", "", "", ""), rows), ink)
    if compared:
        body += text(Table(("", ""), tuple(compared)), ink)
    return body + conditional(summaries) + missing(summaries)


def details(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """One function: totals, each line that calls, and what it all rests on."""
    parts = [_heading(summary, ink), totals(summary, ink, at), by_line(summary, ink, at)]
    parts += [hypotheses(summary.analysis.hypotheses, ink)]
    return "\n".join(part for part in parts if part)


def _heading(summary: Summary, ink: Ink) -> str:
    model = "" if summary.costmodel == "primitive" else f"  under {summary.costmodel}"
    return f"{ink.paint(summary.function, 'bold')}{model}\n"


# -- totals --------------------------------------------------------------------------------------------------------


def totals(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """The quantities, each with what is derived for it."""
    rows: list[tuple[str, ...]] = []
    for label, quantity, answer in summary.answers:
        if quantity.critical and answer == _work(summary, label):
            continue
        shown = list(relations(answer, summary.names, at))
        if label == summary.answers[0][0] and summary.grown is not None and at is None:
            shown = [(growth_text(summary.grown, summary.names), ""), *shown]
        rows += [(label if i == 0 else "", value, note) for i, (value, note) in enumerate(shown)]
    return text(Table(("", "", ""), tuple(rows)), ink)


def relations(answer: Answer, names: Names, at: Values | None = None) -> Iterable[tuple[str, str]]:
    """What is known of a quantity: `= exact`, or bounds and the exact form with what is observed in it."""
    if answer.upper is not None and answer.upper == answer.lower:
        yield f"= {shown(answer.upper, names, at)}", _given(answer.conditional)
        return
    if answer.upper is not None:
        yield f"<= {shown(answer.upper, names, at)}", "worst case"
    if answer.lower is not None:
        yield f">= {shown(answer.lower, names, at)}", "best case"
    if answer.exact is not None and at is None:
        yield f"= {names.write(answer.exact)}", "exactly, with what a run observes"
    if answer.exact is None and answer.upper is None:
        yield (
            "unknown",
            "; ".join(_located(u.reason, u.span.line if u.span else None) for u in answer.unknowns),
        )


def shown(size: Size, names: Names, at: Values | None) -> str:
    """A size as a formula, or as a number where values are given."""
    return names.write(size) if at is None else number(size, at, names)


def _given(conditions: tuple[Condition, ...]) -> str:
    return f"given {', '.join(c.name for c in conditions)}" if conditions else ""


def _work(summary: Summary, label: str) -> Answer | None:
    return next((answer for name, _, answer in summary.answers if f"span {name}" == label), None)


# -- lines ---------------------------------------------------------------------------------------------------------


def by_line(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """A row for each place that calls; the one that dominates is marked."""
    if not summary.lines:
        return ""
    heading = ("", "line", "primitive", "model", "calls", "tokens in", "tokens out", summary.answers[0][0])
    rows = tuple(_row(line, summary.names, at) for line in summary.lines)
    return text(Table(heading, rows, frozenset({1})), ink)


def _row(line: Line, names: Names, at: Values | None) -> tuple[str, ...]:
    cost = _brief(line.cost, names, at) if at is not None else growth_text(line.grown, names)
    cells = (_brief(answer, names, at) for answer in (line.calls, line.tokens_in, line.tokens_out))
    mark = "▸" if line.dominating else ""
    return (mark, str(line.part.line), line.part.primitive, line.part.model, *cells, cost)


def _brief(answer: Answer, names: Names, at: Values | None) -> str:
    """One cell: the value, or its upper bound."""
    if answer.upper is None:
        return "unknown" if answer.exact is None else shown(answer.exact, names, at)
    sign = "" if answer.upper == answer.lower else "<= "
    return f"{sign}{shown(answer.upper, names, at)}"


# -- words ---------------------------------------------------------------------------------------------------------


def growth_text(found: Grown | None, names: Names) -> str:
    """`Θ(b·k)`; `O(…)`, with `Ω(…)` of the best case where that is another class."""
    if found is None:
        return "unknown"
    if found.theta is not None:
        return f"Θ({names.write(found.theta)})"
    upper, lower = found.worst.upper, found.best.lower
    parts = [f"O({names.write(upper)})"] if upper is not None else []
    parts += [f"Ω({names.write(lower)})"] if lower is not None and lower.terms else []
    return ", ".join(parts) or f"no class: {found.worst.reason}"


def hypotheses(found: Sequence[Hypothesis], ink: Ink) -> str:
    """What the answers rest on, each checked while a program runs."""
    if not found:
        return ""
    rows = tuple(("", h.text, f"line {h.span.line}" if h.span else "") for h in dict.fromkeys(found))
    return f"rests on {ink.paint('(checked when run)', 'dim')}\n" + text(Table(("", "", ""), rows), ink)


def conditional(summaries: Iterable[Summary]) -> str:
    """`where T@9 is …` and the hint, once for each loop without a bound."""
    found = {c.name: c for summary in summaries for c in summary.conditions}
    lines = []
    for condition in found.values():
        lines += [f"  where {condition.name} is {condition.words}\n", f"  hint: {condition.hint}\n"]
    return "".join(lines)


def missing(summaries: Iterable[Summary]) -> str:
    """Why an answer is unknown."""
    found = {(s.function, u.reason): u for s in summaries for u in s.unknowns}
    return "".join(
        f"  {function}: unknown: {_located(reason, u.span.line if u.span else None)}\n"
        for (function, reason), u in found.items()
    )


def _located(reason: str, line: int | None) -> str:
    return f"{reason} (line {line})" if line else reason


def _where(summary: Summary) -> str:
    line = summary.top or (summary.lines[0] if len(summary.lines) == 1 else None)
    return f"line {line.part.line}" if line else ""


def _why(summary: Summary) -> str:
    line = summary.top or (summary.lines[0] if len(summary.lines) == 1 else None)
    return line.why if line else ""


def _ratios(found: tuple[Ratio, ...], names: Names) -> str:
    return ", ".join(
        _factor(ratio, names) + (f" for {ratio.model}" if len(found) > 1 else "") for ratio in found
    )


def _factor(ratio: Ratio, names: Names) -> str:
    factor = names.write(ratio.factor)
    return f"Θ({factor})" if ratio.tight else f"{factor} between the upper bounds"
