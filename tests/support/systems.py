"""Systems of rules from a few lines of text, and derived bounds compared with brute force on a box of starts.

A line is `place -> way + way if guard pay cost`; a way is `[probability] place(x=value, …)`; guards are
comparisons joined by `and`; `draw u ~ Uniform(0,3)` at the end gives laws. Values are Python expressions over names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import attrs

from aalpl.cost.result import Bracket
from aalpl.cost.rules.nodes import Outcome, Rule, Rules
from aalpl.program.size import ONE, Size, const, sym
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

from .rules_runner import Paid, TooMany, paid

LAWS = {"Bernoulli": Bernoulli, "Binomial": Binomial, "Geometric": Geometric, "Uniform": Uniform}


def system(text: str, parameters: str = "", **options: object) -> Rules:
    """The rules; the start is the place of the first line, variables are the names in updates and guards."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    real = tuple(parameters.split())
    drawn: set[str] = set()
    rules = [_rule(line, drawn) for line in lines]
    sizes = [s for r in rules for s in (*r.guard, r.cost, *(v for j in r.jumps for _, v in j.values))]
    names = {name for s in sizes for name in s.free}
    names |= {name for r in rules for j in r.jumps for name, _ in j.values}
    own = {name for name in names if name[0].isupper()}  # capital letters: decided outside, or drawn
    variables = tuple(sorted(names - own - drawn - set(real)))
    return Rules(rules[0].source, variables, tuple(rules), real, **options)  # type: ignore[arg-type]


def _rule(line: str, drawn: set[str]) -> Rule:
    match = re.fullmatch(r"(\w+) -> (.*?)(?: if (.*?))?(?: pay (.*?))?(?: draw (.*?))?", line)
    assert match, line
    source, ways, guard, cost, draws = match.groups()
    laws = tuple(_law(each.strip(), drawn) for each in draws.split(";")) if draws else ()
    return Rule(
        source,
        tuple(_fact(each) for each in (guard or "").split(" and ") if each),
        _size(cost or "0"),
        tuple(_way(each) for each in re.split(r" \+ (?![^(]*\))", ways)),
        draws=laws,
    )


def _law(text: str, drawn: set[str]) -> tuple[str, Law]:
    name, law, args = re.fullmatch(r"(\w+) ~ (\w+)\((.*)\)", text).groups()  # type: ignore[union-attr]
    drawn.add(name)
    return name, LAWS[law](*map(_size, args.split(",")))


def _way(text: str) -> Outcome:
    match = re.fullmatch(r"(?:(\S+) )?(\w+)(?:\((.*)\))?", text.strip())
    assert match, text
    chance, target, values = match.groups()
    sets = [each.split("=") for each in (values or "").split(",") if each]
    return Outcome(
        target,
        tuple((name.strip(), _size(value)) for name, value in sets),
        _size(chance) if chance else None,
    )


def _size(text: str) -> Size:
    text = re.sub(r"(\d+)/(\d+)", r"Fraction(\1, \2)", text)
    names = {name: sym(name) for name in re.findall(r"[A-Za-z_]\w*", text) if name != "Fraction"}
    found = eval(text, {"Fraction": Fraction, **names})
    return found if isinstance(found, Size) else const(found)


def _fact(text: str) -> Size:
    match = re.fullmatch(r"(.+?)(>=|<=|>|<)(.+)", text)
    assert match, text
    left, sign, right = match.groups()
    a, b = _size(left), _size(right)
    return {">=": a - b, "<=": b - a, ">": a - b - 1, "<": b - a - 1}[sign] * ONE


# -- comparing -----------------------------------------------------------------------------------------------------


@attrs.define
class Compared:
    """What was seen over a box: starts looked at, and how often each bound was exactly the truth."""

    starts: int = 0
    tight: dict[str, int] = attrs.field(factory=dict)
    ratios: dict[str, float] = attrs.field(factory=dict)


def compare(
    of: Rules,
    found: Bracket,
    low: int = -3,
    high: int = 6,
    *,
    limit: int = 1500,
    reach: int = 6,
    **real: object,
) -> Compared:
    """Asserts that all bounds hold at all starts of a box that keeps within the limit of states."""
    seen = Compared()
    for start in _box(of.variables, low, high):
        at: dict[str, object] = {**start, **real}
        if any(fact.value(at) < 0 for fact in of.facts):
            continue
        try:
            truth = paid(of, start, real, limit=limit, reach=reach)
        except TooMany:
            continue
        if truth.worst < truth.best:  # where a run may not stop: there is none
            continue
        seen.starts += 1
        for name, value, side in _sides(found, truth):
            if value != value:  # not settled
                continue
            size = getattr(found, name)
            if size is None:
                continue
            bound = float(size.value(at))
            where = f"{name} = {size} is {bound} at {start}, truth {value}"
            assert bound >= value - 1e-6 if side > 0 else bound <= value + 1e-6, where
            seen.tight[name] = seen.tight.get(name, 0) + (abs(bound - value) < 1e-6)
    return seen


def _sides(found: Bracket, truth: Paid) -> Iterator[tuple[str, float, int]]:
    yield "upper", truth.worst, 1
    yield "lower", truth.best, -1
    yield "reached", truth.worst, -1
    yield "least", truth.best, 1
    yield "expected_upper", truth.expected, 1
    yield "expected_lower", truth.expected_best, -1


def _box(names: tuple[str, ...], low: int, high: int) -> Iterator[dict[str, int]]:
    values = range(low, high + 1) if len(names) < 3 else [*range(low, high + 1, 3), high]
    for numbers in product(values, repeat=len(names)):
        yield dict(zip(names, numbers, strict=True))


__all__ = ["Compared", "compare", "system"]
