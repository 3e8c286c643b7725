"""`aalpl cost --minimise m`: the value of a size or int parameter at which a quantity is least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from aalpl.check.obligations import entry_facts
from aalpl.cost.optima.domain import domain
from aalpl.cost.optima.least import Least, formulas, least
from aalpl.cost.result import Answer, Quantity
from aalpl.cost.words.summary import Summary
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.report.table import Table, text
from aalpl.shell.failure import Failure
from aalpl.shell.numbers import plain, spoken

VERSION = 1

Values = Mapping[str, Fraction]


@attrs.frozen
class Wish:
    """What is to be as small as possible: a case of each quantity, over `name`, at numbers for the other names."""

    name: str
    at: Values
    which: str = "worst"
    span: bool = False


@attrs.frozen
class Row:
    """One quantity: where it is least, or why that is not known; a formula where no numbers were given."""

    label: str
    found: Least | None = None
    formula: Size | None = None
    reason: str = ""


def rows(program: Program, summary: Summary, wish: Wish) -> tuple[Row, ...]:
    """A row for each quantity that depends on the name."""
    return tuple(
        row
        for label, quantity, answer in _answers(summary, wish)
        if (row := _row(program, summary, wish, label, quantity, answer)) is not None
    )


def _answers(summary: Summary, wish: Wish) -> Iterator[tuple[str, Quantity, Answer]]:
    for label, quantity, answer in summary.answers:
        if quantity.critical:
            continue
        if wish.span:
            path = attrs.evolve(quantity, critical=True)
            yield f"span {label}", path, summary.analysis.answer(path)
        else:
            yield label, quantity, answer


def _row(
    program: Program, summary: Summary, wish: Wish, label: str, quantity: Quantity, answer: Answer
) -> Row | None:
    size = _case(answer, wish.which)
    if size is None:
        reason = next((u.reason for u in answer.unknowns), f"no {wish.which} case is derived in one formula")
        return Row(label, reason=reason)
    if wish.name not in size.free:
        return None
    function = program.functions[summary.function]
    allowed = domain(program, [function], wish.name)
    facts = entry_facts(program, frozenset()).assuming(function.requires)
    missing = sorted(size.free - {wish.name} - wish.at.keys())
    if missing:
        formula = next(formulas(size, allowed, facts), None) if not wish.at else None
        names = ", ".join(f"`{name}`" for name in missing)
        return Row(label, formula=formula, reason=f"numbers for {names} are needed (`--at`)")
    return Row(label, least(size, allowed, wish.at, facts))


def _case(answer: Answer, which: str) -> Size | None:
    match which:
        case "best":
            return answer.lower
        case "expected":
            return answer.expected.high
        case _:
            return answer.upper


def as_text(summary: Summary, wish: Wish, found: tuple[Row, ...], ink: Ink) -> str:
    """The report for people."""
    at = ", ".join(f"{name} = {spoken(value)}" for name, value in wish.at.items())
    head = f"{ink.paint(summary.function, 'bold')}  {wish.which} case, least over {wish.name}"
    head += f", at {at}\n" if at else "\n"
    if not found:
        return head + f"  nothing that is paid depends on `{wish.name}`\n"
    shown = [_line(row, wish, summary) for row in found]
    table = Table(("", "", wish.name, "", ""), tuple(line for line in shown))
    return head + text(table, ink)


def _line(row: Row, wish: Wish, summary: Summary) -> tuple[str, str, str, str, str]:
    least_ = row.found
    if least_ is None:
        formula = (
            f"{wish.name} = {summary.names.write(row.formula)} without rounding; " if row.formula else ""
        )
        return row.label, "", "", "", f"{formula}{row.reason}"
    formula = f"= {summary.names.write(least_.formula)}" if least_.formula is not None else ""
    return row.label, spoken(least_.value), f"at {spoken(least_.argument)}", formula, _proof(least_)


def _proof(found: Least) -> str:
    """How sure it is."""
    ties = f"; {spoken(found.ties)} values attain it" if found.ties > 1 else ""
    searched = f"of {found.name} = {found.first:,}..{found.last:,}"
    every = "all that are allowed" if found.every else "larger ones were not tried"
    rounding = ", in floating point" if isinstance(found.value, float) else ""
    return f"least {searched}, {every}{rounding}{ties}"


def as_json(functions: Sequence[tuple[Summary, tuple[Row, ...]]], wish: Wish) -> str:
    """The report for machines (docs/schema/minimise.v1.json)."""
    found = [
        {"function": summary.function, "quantities": [_json(row) for row in rows]}
        for summary, rows in functions
    ]
    sizes = {name: plain(value) for name, value in wish.at.items()}
    return dumps(
        {"version": VERSION, "minimise": wish.name, "case": wish.which, "at": sizes, "functions": found}
    )


def _json(row: Row) -> dict[str, Any]:
    least_ = row.found
    if least_ is None:
        formula = None if row.formula is None else str(row.formula)
        return {"quantity": row.label, "least": None, "formula": formula, "reason": row.reason}
    return {
        "quantity": row.label,
        "least": plain(least_.value),
        "argument": least_.argument,
        "ties": least_.ties,
        "searched": [least_.first, least_.last],
        "exhaustive": least_.every,
        "formula": None if least_.formula is None else str(least_.formula),
    }


def report(program: Program, summaries: Sequence[Summary], wish: Wish, ink: Ink, form: str) -> str:
    """The report in the form that was asked for."""
    if wish.name in wish.at:
        raise Failure(f"`{wish.name}` is looked for and given", "leave it out of `--at` or of `--minimise`")
    if form not in ("text", "json"):
        raise Failure(f"`--minimise` has no `--format {form}`", "leave it out, or write `--format json`")
    found = [(summary, rows(program, summary, wish)) for summary in summaries]
    if form == "json":
        return as_json(found, wish)
    return "\n".join(as_text(summary, wish, each, ink) for summary, each in found)
