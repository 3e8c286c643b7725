"""The report of `aalpl compare`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.claims.ratio import Ratio
from aalpl.cost.optima.crossing import Crossing, Turning, crossing, turning
from aalpl.cost.optima.domain import domain
from aalpl.cost.optima.pair import Case, Pair, Side, cheaper, grows, ratios
from aalpl.cost.result import Quantity
from aalpl.cost.words.table import factor, growth_text, shown, wrapped
from aalpl.program.size import Size
from aalpl.report.ink import Ink
from aalpl.report.machine import dumps
from aalpl.shell.numbers import plain, spoken

VERSION = 1
ROW = 100  # a side of more characters takes two lines

Values = Mapping[str, Fraction]


@attrs.frozen
class Report:
    """What is known of two functions beside each other."""

    pair: Pair
    quantity: Quantity
    case: Case
    at: Values
    ratios: tuple[Ratio, ...]
    cheaper: int | None
    turning: Turning | None
    crossing: Crossing | None
    free: str | None


def found(pair: Pair, quantity: Quantity, case: Case, at: Values, free: str | None) -> Report:
    """Everything that is told."""
    who = cheaper(pair)
    difference = _difference(pair)
    left = sorted((difference.free if difference is not None else set()) - at.keys())
    name = free or (left[0] if len(left) == 1 else None)
    turn = cross = None
    if who is None and difference is not None and name in difference.free and name is not None:
        turn = turning(difference, name, pair.domain)
        cross = crossing(difference, domain(pair.one.program, [pair.one.function], name), at)
    growths = ratios(pair, quantity, case)
    return Report(pair, quantity, case, at, growths, who, turn, cross, name)


def _difference(pair: Pair) -> Size | None:
    """The first less the second, where each is one formula or both are bounded above."""
    one, two = pair.one, pair.two
    if one.exact and two.exact and one.high is not None and two.high is not None:
        return one.high - two.high
    return None if one.high is None or two.high is None else one.high - two.high


# -- text ------------------------------------------------------------------------------------------------------------


def as_text(report: Report, ink: Ink) -> str:
    """The report for people."""
    sides = zip(_names(report), (report.pair.one, report.pair.two), strict=True)
    remarks = [*_ratios(report), *_who(report)]
    width = max(map(len, [*_names(report), *(left for left, _ in remarks)]))
    lines = [_side(f"  {name:<{width}}  ", each, report, ink) for name, each in sides]
    lines += [wrapped(f"  {left:<{width}}  {right}", width + 4, ink) for left, right in remarks]
    return f"{ink.paint(_label(report), 'bold')}\n{''.join(lines)}"


def _names(report: Report) -> tuple[str, str]:
    """Functions by name, those of the same name by their files."""
    one, two = report.pair.one, report.pair.two
    if one.summary.function != two.summary.function:
        return one.summary.function, two.summary.function
    return f"{one.program.name}:{one.summary.function}", f"{two.program.name}:{two.summary.function}"


def _label(report: Report) -> str:
    kind, model = report.quantity.kind, report.quantity.model
    under = f" under {model}" if model not in (None, "primitive") else ""
    return f"{'span ' if report.quantity.critical else ''}{kind}{under}, {report.case} case"


def _side(name: str, each: Side, report: Report, ink: Ink) -> str:
    """`naive  Θ(n²)  = n^2 + n`, a long formula on a line of its own."""
    known, summary = report.pair.domain.known, each.summary
    classes = ""
    if each.low is not None or each.high is not None:
        classes = growth_text(grows(summary, each.answer, report.case, known), summary.names)
    formulas = _formulas(each, report)
    short = "  ".join(part for part in (classes, ", ".join(formulas)) if part)
    if len(name) + len(short) < ROW:
        return wrapped(name + short, len(name), ink)
    cells = [*([classes] if classes else []), *formulas]
    starts = [name, *[" " * len(name)] * len(cells)]
    return "".join(wrapped(a + b, len(name) + 3, ink) for a, b in zip(starts, cells, strict=False))


def _formulas(each: Side, report: Report) -> list[str]:
    names = each.summary.names
    if each.low is None and each.high is None:
        reasons = [u.reason for u in each.answer.unknowns]
        return [f"unknown: {'; '.join(reasons)}" if reasons else "unknown"]
    at = report.at if all(_given(size, report.at) for size in (each.low, each.high)) else None
    if each.exact and each.high is not None:
        return [f"= {shown(each.high, names, at)}"]
    parts = [f">= {shown(each.low, names, at)}"] if each.low is not None else []
    parts += [f"<= {shown(each.high, names, at)}"] if each.high is not None else []
    return parts


def _given(size: Size | None, at: Values) -> bool:
    return size is None or (bool(at) and size.free <= at.keys())


def _ratios(report: Report) -> Iterator[tuple[str, str]]:
    one, two = _names(report)
    for ratio in report.ratios:
        of = f" for {ratio.model}" if ratio.model else " in all" if len(report.ratios) > 1 else ""
        yield f"{one} / {two}", factor(ratio, report.pair.one.summary.names) + of


def _who(report: Report) -> Iterator[tuple[str, str]]:
    one, two = _names(report)
    sure = report.pair.one.exact and report.pair.two.exact
    cheaper = "cheaper" if sure else "smaller bound"
    match report.cheaper:
        case 0:
            yield "cheaper", "neither, whatever the sizes"
            return
        case -1 | 1 as sign:
            yield "cheaper", f"{one if sign < 0 else two}, whatever the sizes"
            return
        case _:
            pass
    if report.turning is not None:
        yield cheaper, _turned(report.turning, one, two, report)
    if report.crossing is not None:
        yield cheaper, _crossed(report.crossing, one, two) + _where(report)
    if report.turning is None and report.crossing is None:
        yield cheaper, _not_known(report)
    if not sure and _difference(report.pair) is not None:
        yield "", "upper bounds are compared, which does not tell who pays less"


def _turned(turn: Turning, one: str, two: str, report: Report) -> str:
    above, below = (two, one) if turn.beyond > 0 else (one, two)
    place = report.pair.one.summary.names.write(turn.place)
    return f"{above} where {turn.name} > {place}, {below} where {turn.name} < {place}"


def _crossed(cross: Crossing, one: str, two: str) -> str:
    parts = []
    for stretch in cross.stretches[:6]:
        who = {1: two, -1: one, 0: "neither"}[stretch.sign]
        parts.append(f"{who} from {cross.name} = {spoken(stretch.first)} on")
    if len(cross.stretches) > 6:
        parts.append("and so on")
    return ", ".join(parts) + ("" if cross.settled else f" (looked at up to {spoken(cross.last)})")


def _where(report: Report) -> str:
    at = ", ".join(f"{name} = {spoken(value)}" for name, value in report.at.items())
    return f", at {at}" if at else ""


def _not_known(report: Report) -> str:
    difference = _difference(report.pair)
    if difference is None:
        return "not known: not both are bounded above"
    names = sorted(difference.free - report.at.keys())
    if not names:
        return _numbers(report, difference)
    every = _listed(names)
    if report.free not in names:
        return f"it depends on {every}: give all but one with `--at`, or say which is `--free`"
    others = [name for name in names if name != report.free]
    if not others:
        return f"no value of `{report.free}` is known at which it changes"
    return f"it depends on {every}: give numbers for {_listed(others)} with `--at`"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _numbers(report: Report, difference: Size) -> str:
    one, two = _names(report)
    value = difference.value(report.at)
    who = "neither" if value == 0 else two if value > 0 else one
    return who + _where(report)


# -- JSON ------------------------------------------------------------------------------------------------------------


def as_json(report: Report) -> str:
    """The report for machines (docs/schema/compare.v1.json)."""
    one, two = _names(report)
    cross, turn = report.crossing, report.turning
    return dumps(
        {
            "version": VERSION,
            "quantity": report.quantity.kind,
            "costmodel": report.quantity.model,
            "span": report.quantity.critical,
            "case": report.case,
            "at": {name: plain(value) for name, value in report.at.items()},
            "functions": [
                _json(name, each)
                for name, each in zip((one, two), (report.pair.one, report.pair.two), strict=True)
            ],
            "ratios": [
                {"model": r.model, "above": str(r.above), "below": str(r.below), "theta": r.tight}
                for r in report.ratios
            ],
            "exact": report.pair.one.exact and report.pair.two.exact,
            "cheaper": {None: None, 0: "neither", -1: one, 1: two}[report.cheaper],
            "turning": None if turn is None else {"name": turn.name, "place": str(turn.place)},
            "crossing": None if cross is None else _crossing(cross, one, two),
        }
    )


def _json(name: str, each: Side) -> dict[str, Any]:
    return {
        "function": name,
        "low": None if each.low is None else str(each.low),
        "high": None if each.high is None else str(each.high),
    }


def _crossing(cross: Crossing, one: str, two: str) -> dict[str, Any]:
    return {
        "name": cross.name,
        "stretches": [
            {"from": s.first, "cheaper": {1: two, -1: one, 0: "neither"}[s.sign]} for s in cross.stretches
        ],
        "to": cross.last,
        "settled": cross.settled,
    }
