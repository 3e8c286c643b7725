"""What is derived for a transition system, for people and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.growth.classes import growth
from aalpl.cost.growth.scale import Scale
from aalpl.cost.koat.reader import Asked
from aalpl.cost.result import Answer, Expected, Unknown
from aalpl.cost.rules.bounded import bounded_system
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.words import edges, table
from aalpl.cost.words.summary import Names
from aalpl.program.size import Size
from aalpl.report.ink import Ink

Values = Mapping[str, Fraction]


@attrs.frozen
class Found:
    """The answer for a system; `rules` are as they were read."""

    rules: Rules
    answer: Answer
    names: Names


def answered(asked: Asked) -> Found:
    """What is derived for a system: the worst and the best case, or the expectation too where chance is in it."""
    rules = asked.rules
    found = bounded_system(rules)
    expected = Expected(found.expected_lower, found.expected_upper)
    missing = found.reason or Unknown("no bound was found")
    asks_more = expected.high is None if asked.expected else found.upper is None
    answer = Answer(
        None,
        found.lower,
        found.upper,
        expected if rules.random else Expected(found.lower, found.upper),
        (),
        (missing,) if asks_more else (),
        found.reached,
        found.least,
    )
    scale = Scale(frozenset(rules.parameters), frozenset(), frozenset(rules.parameters))
    return Found(rules, answer, Names((), scale))


def as_text(found: Found, asked: Asked, at: Values | None, which: str | None, ink: Ink) -> str:
    """The table a person reads."""
    args = ", ".join(found.rules.variables)
    lines = [f"{ink.paint(found.rules.start, 'bold')}({args})\n"]
    shown = [
        pair for pair in table.relations(found.answer, found.names, at) if not pair[1].startswith("unknown")
    ]
    told = [(kind, text) for kind, text in shown if which is None or kind in ("", which)]
    if asked.expected and not any(kind in ("", "expected") for kind, _ in told):
        ends = (("<=", found.answer.expected.high), (">=", found.answer.expected.low))
        told += [
            ("expected", f"{sign} {table.shown(size, found.names, at)}")
            for sign, size in ends
            if size is not None
        ]
    told.sort(key=lambda pair: asked.expected and pair[0] != "expected")
    head = _class(found, asked)
    label = "expected cost" if asked.expected else "cost"
    lines.append(f"  {label}  {head}".rstrip() + "\n")
    lines += [table.wrapped(f"    {kind:<10}{text}".rstrip(), 14, ink) for kind, text in told]
    if found.answer.unknowns:
        lines.append(f"    unknown: {found.answer.unknowns[0].reason}\n")
    return ink.spell("".join(lines))


def _class(found: Found, asked: Asked) -> str:
    upper = found.answer.expected.high if asked.expected else found.answer.upper
    low = found.answer.expected.low if asked.expected else found.answer.reached or found.answer.lower
    if upper is None:
        return ""
    above = growth(upper, found.names.scale)
    below = None if low is None else growth(low, found.names.scale)
    if above.upper is None:
        return ""
    theta = low == upper or (below is not None and below.lower is not None and below.lower == above.upper)
    return f"{'Θ' if theta else 'O'}({found.names.products(above.upper)})"


def as_json(found: Found, asked: Asked, at: Values | None) -> dict[str, Any]:
    """What machines read (docs/schema/cost.v1.json): a system is like a function with one quantity."""
    answer = found.answer
    quantity = {
        "kind": "cost",
        "costmodel": "rules",
        "span": False,
        **{
            end: _size(getattr(answer, end), found) for end in ("exact", "lower", "upper", "reached", "least")
        },
        "expected": {"low": _size(answer.expected.low, found), "high": _size(answer.expected.high, found)},
        "conditional": [],
        "unknown": [{"reason": u.reason, "line": None} for u in answer.unknowns],
    }
    function: dict[str, Any] = {
        "function": found.rules.start,
        "costmodel": "rules",
        "quantities": [quantity],
        "growth": None,
        "lines": [],
        "observables": {},
        "conditions": [],
        "hypotheses": [],
        "derivation": [{"line": s.line, "text": s.text, "formula": s.formula} for s in answer.derivation],
        "weights": [],
    }
    document: dict[str, Any] = {"version": edges.VERSION, "functions": [function]}
    if at is not None:
        low, high = (_number(end, at) for end in ends(found, asked))
        document["at"] = {name: _plain(value) for name, value in at.items()}
        document["numbers"] = {found.rules.start: {"cost": {"low": low, "high": high}}}
    return document


def ends(found: Found, asked: Asked) -> tuple[Size | None, Size | None]:
    """The lower and the upper end of what is asked."""
    if asked.expected:
        return found.answer.expected.low, found.answer.expected.high
    return found.answer.lower, found.answer.upper


def _size(size: Size | None, found: Found) -> dict[str, Any] | None:
    return None if size is None else {"text": found.names.plain(size), "terms": edges.terms(size)}


def _number(size: Size | None, at: Values) -> int | float | str | None:
    if size is None or not size.free <= at.keys():
        return None
    value = size.value(at)
    return value if isinstance(value, float) else _plain(value)


def _plain(value: Fraction) -> int | str:
    return int(value) if value.denominator == 1 else str(value)
