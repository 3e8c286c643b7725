"""The tables of `aalpl cost`: functions at a glance, then one function line by line.

Text with `Θ`, `·` and `²`; the report's ink spells it in ASCII where it must.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aalpl.cost.claims.ratio import Ratio
from aalpl.cost.growth.classes import Growth, growth
from aalpl.cost.result import Answer, Expected, Hypothesis
from aalpl.cost.words.ends import ends
from aalpl.cost.words.numbers import Values, number
from aalpl.cost.words.summary import Grown, Line, Names, Summary, grown
from aalpl.program.size import Size
from aalpl.report.ink import Ink
from aalpl.report.table import Table, text

COLUMN = 60  # a class longer than this takes lines of its own
CELL = 44  # a formula longer than this stands in a line's row as its class


def overview(
    summaries: Sequence[Summary], ratios: Iterable[tuple[str, str, tuple[Ratio, ...]]], ink: Ink
) -> str:
    """A line for each function: its class, and the line that makes it so; below, how functions compare."""
    rows = [(s.function, _headline(s), _where(s), _why(s)) for s in summaries]
    compared = [(f"{a} / {b}", _ratios(found, summaries[0].names)) for a, b, found in ratios if found]
    body = _glance(rows, ink) + "".join(wrapped(f"  {pair}  {ratio}", 4, ink) for pair, ratio in compared)
    return body + conditional(summaries) + missing(summaries)


def _glance(rows: Sequence[tuple[str, str, str, str]], ink: Ink) -> str:
    """The functions' lines; a class too long for its column takes lines of its own."""
    short = [row for row in rows if len(row[1]) <= COLUMN]
    name = max((len(row[0]) for row in rows), default=0)
    lines = max((len(row[2]) for row in rows), default=0)
    column = max((len(row[1]) for row in short), default=0)
    shown = []
    for function, found, line, why in rows:
        told = f"{line:<{lines}}  {why}".rstrip()
        if len(found) <= COLUMN:
            shown.append(f"  {function:<{name}}  {found:<{column}}  {told}".rstrip() + "\n")
        else:
            shown.append(
                wrapped(f"  {function:<{name}}  {found}", name + 6, ink) + f"{' ' * (name + 4)}{told}\n"
            )
    return "".join(shown)


def details(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """One function: totals, each line that calls, and what it all rests on."""
    observed = legend(summary) if at is None else ""
    parts = [_heading(summary, ink) + totals(summary, ink, at), observed, by_line(summary, ink, at)]
    parts += [hypotheses(summary.analysis.hypotheses, ink)]
    return "\n".join(part for part in parts if part)


def _heading(summary: Summary, ink: Ink) -> str:
    model = "" if summary.costmodel == "primitive" else f"  under {summary.costmodel}"
    return f"{ink.paint(summary.function, 'bold')}{model}\n"


# -- totals --------------------------------------------------------------------------------------------------------


def totals(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """The quantities, each with what is derived for it."""
    return "".join(_quantity(label, answer, summary, ink, at) for label, answer in summary.shown)


def _quantity(label: str, answer: Answer, summary: Summary, ink: Ink, at: Values | None) -> str:
    """`calls   k + n@22`, and below it the worst and the best case where they differ."""
    whole = label == summary.answers[0][0] and at is None
    zero = answer.upper is not None and not answer.upper
    head = (
        growth_text(summary.grown, summary.names) if whole and summary.grown is not None and not zero else ""
    )
    shown = list(relations(answer, summary.names, at))
    if not head and len(shown) == 1:
        head = " ".join(part for part in shown.pop() if part)
    width = max(len(name) for name, _, _ in summary.answers) + 2
    lines = [wrapped(f"  {label:<{width}}{head}".rstrip(), width + 4, ink)]
    lines += [wrapped(f"    {kind:<{width}}{value}", width + 6, ink) for kind, value in shown]
    return "".join(lines)


def relations(answer: Answer, names: Names, at: Values | None = None) -> Iterable[tuple[str, str]]:
    """What is known of a quantity: one formula, or the two ends and the exact form with what is observed in it."""
    for kind, sign, size in ends(answer):
        if kind != "observed" or at is None:
            given = kind == "" and answer.conditional
            more = f", given {', '.join(c.name for c in answer.conditional)}" if given else ""
            yield kind, f"{sign} {shown(size, names, at)}{more}"
    if answer.exact is None and answer.upper is None:
        yield (
            "",
            f"unknown: {'; '.join(_located(u.reason, u.span.line if u.span else None) for u in answer.unknowns)}",
        )


def shown(size: Size, names: Names, at: Values | None) -> str:
    """A size as a formula, or as a number where values are given."""
    return names.write(size) if at is None else number(size, at, names)


def wrapped(line: str, indent: int, ink: Ink) -> str:
    """A line broken between the terms of a sum where it is too long; the rest is indented."""
    pieces = line.split(" + ")
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if len(rows[-1]) + len(piece) + 3 > max(ink.width, 60):
            rows.append(f"{' ' * indent}+ {piece}")
        else:
            rows[-1] += f" + {piece}"
    return "".join(f"{row}\n" for row in rows)


def legend(summary: Summary) -> str:
    """What the observed numbers and the constants are that the formulas mention."""
    sizes = [size for _, a in summary.shown for size in (a.exact, a.upper, a.lower) if size is not None]
    used = {name for size in sizes for name in size.free} - {c.name for c in summary.conditions}
    found = {name: limits.words for name, limits in summary.analysis.observables.items() if name in used}
    for line in summary.lines:
        constant = f"o_{line.part.primitive}"
        if constant in used:
            found[constant] = f"the most tokens that {line.part.primitive} writes, a constant"
    return "".join(f"  {name}: {words}\n" for name, words in found.items())


# -- lines ---------------------------------------------------------------------------------------------------------


def by_line(summary: Summary, ink: Ink, at: Values | None = None) -> str:
    """A row for each place that calls; the one that dominates is marked."""
    if not summary.lines:
        return ""
    heading = ("", "line", "primitive", "model", "calls", "tokens in", "tokens out", summary.answers[0][0])
    rows = tuple(_row(line, summary.names, at) for line in summary.lines)
    return text(Table(heading, rows, frozenset({1})), ink)


def _row(line: Line, names: Names, at: Values | None) -> tuple[str, ...]:
    cost = _brief(line.cost, names, at) if at is not None else _fitting(growth_text(line.grown, names))
    cells = (_brief(answer, names, at) for answer in (line.calls, line.tokens_in, line.tokens_out))
    mark = "▸" if line.dominating else ""
    return (mark, str(line.part.line), line.part.primitive, line.part.model, *cells, cost)


def _brief(answer: Answer, names: Names, at: Values | None) -> str:
    """One cell: the value, or its upper bound."""
    if answer.upper is None:
        return "unknown" if answer.exact is None else shown(answer.exact, names, at)
    sign = "" if answer.upper == answer.lower else "<= "
    formula = f"{sign}{shown(answer.upper, names, at)}"
    if len(formula) <= CELL:
        return formula
    found = growth(answer.upper, names.scale).upper
    return "long" if found is None else _fitting(f"O({names.products(found)})")


def _fitting(cell: str) -> str:
    """A cell, or only its beginning: the whole stands in the totals, `--explain` and JSON."""
    return cell if len(cell) <= CELL else f"{cell[: CELL - 1]}…"


# -- words ---------------------------------------------------------------------------------------------------------


def growth_text(found: Grown | None, names: Names) -> str:
    """`Θ(b·k)`; `O(…)` and `Ω(…)` where the worst case is not known from both sides."""
    if found is None:
        return "unknown"
    if found.theta is not None and not found.theta:
        return "0"
    if found.theta is not None:
        return f"Θ({names.products(found.theta)})"
    upper, lower = found.worst.upper, found.worst.lower
    parts = [f"O({names.products(upper)})"] if upper is not None else []
    parts += [f"Ω({names.products(lower)})"] if lower is not None and lower.terms else []
    return ", ".join(parts) or f"no class: {found.worst.reason}"


def _headline(summary: Summary) -> str:
    """The class of the cost; of the number of calls where they cost nothing; in expectation where no worst case is known."""
    free = summary.cost.upper is not None and not summary.cost.upper
    calls = next((answer for label, answer in summary.shown if label == "calls"), summary.cost)
    answer = calls if free else summary.cost
    label = "calls " if free and (answer.upper is None or answer.upper) else ""
    if answer.conditional and answer.expected.high is not None:
        return f"expected {label}{growth_text(_between(answer.expected, summary.names), summary.names)}"
    if not label:
        return growth_text(summary.grown, summary.names)
    found = grown(answer, summary.analysis, summary.free, summary.names.scale)
    return label + growth_text(found, summary.names)


def _between(expected: Expected, names: Names) -> Grown:
    """The class of an expectation."""
    none = Growth(None, None)
    low = none if expected.low is None else growth(expected.low, names.scale)
    high = none if expected.high is None else growth(expected.high, names.scale)
    return Grown(Growth(high.upper, low.lower, high.reason), low)


def hypotheses(found: Sequence[Hypothesis], ink: Ink) -> str:
    """What the answers rest on, each checked while a program runs."""
    if not found:
        return ""
    rows = tuple(("", h.text, f"line {h.span.line}" if h.span else "") for h in dict.fromkeys(found))
    return f"rests on {ink.paint('(checked when run)', 'dim')}\n" + text(Table(("", "", ""), rows), ink)


def conditional(summaries: Iterable[Summary]) -> str:
    """`where T@9 is …` and the hint, once for each loop without a bound."""
    found = {
        c.name: c
        for summary in summaries
        for _, _, answer in summary.answers
        if answer.expected.high is None
        for c in answer.conditional
    }
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
        factor(ratio, names) + (f" for {ratio.model}" if len(found) > 1 else "") for ratio in found
    )


def factor(ratio: Ratio, names: Names) -> str:
    """The factor as a class, for people."""
    written = names.products(ratio.above)
    if ratio.below != 1:
        written = " / ".join(f"({names.products(size)})" for size in (ratio.above, ratio.below))
    return f"Θ({written})" if ratio.tight else f"{written} between the upper bounds"
