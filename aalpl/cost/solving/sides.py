"""The two sides of a condition as numbers, at given values of every size: from formulas, or by following the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, get_args

import attrs

from aalpl.cost import analyse
from aalpl.cost.reliability.success import concerned, expected_calls, success
from aalpl.cost.result import Analysis, Kind, Quantity
from aalpl.cost.solving.balls import ball, exact
from aalpl.program import nodes as p
from aalpl.program.size import Size, apply

Values = Mapping[str, Fraction]

KINDS: Mapping[str, Kind] = {kind: kind for kind in get_args(Kind)}


class Underivable(Exception):
    """A quantity of the condition is not derived; the text says why."""


@attrs.define
class Sides:
    """Reads terms of conditions over one program; what is derived is kept."""

    program: p.Program
    bounded: Mapping[p.ClaimTerm, bool] = attrs.field(
        factory=dict
    )  # where a bound will do: whether the lower one
    _analyses: dict[tuple[str, str], Analysis] = attrs.field(factory=dict)
    _formulas: dict[p.ClaimTerm, Size | None] = attrs.field(factory=dict)
    _followed: dict[tuple[p.ClaimTerm, tuple[tuple[str, Fraction], ...]], Size] = attrs.field(factory=dict)

    def formula(self, term: p.ClaimTerm) -> Size | None:
        """The term as one formula, if there is one."""
        if term not in self._formulas:
            self._formulas[term] = self._formula(term)
        return self._formulas[term]

    def _formula(self, term: p.ClaimTerm) -> Size | None:
        match term:
            case p.Plain(size):
                return size
            case p.EventProbability(event, function):
                return success(self.program, function, event=event, many=False).exact
            case p.Quantity():
                return self._quantity(term) if not self._votes(term) else self._calls(term)
            case p.Combined(operator, args):
                return _combined(operator, [self.formula(arg) for arg in args])
            case p.Class():
                return None

    def _quantity(self, term: p.Quantity) -> Size:
        model = term.under or "primitive"
        key = (term.function, model)
        if key not in self._analyses:
            self._analyses[key] = analyse(self.program, term.function, (model,))
        kind = KINDS[term.kind]
        asked = Quantity(kind, model if kind == "cost" else None, term.critical)
        answer = self._analyses[key].answer(asked, primitive=term.by, model=term.of)
        if answer.conditional and term.mode != "expected":
            raise Underivable(f"{_said(term)} depends on {answer.conditional[0].words}")
        match term.mode:
            case "expected":
                found = answer.expected.low if answer.expected.low == answer.expected.high else None
                why = answer.expected.reason
            case "best":
                found, why = answer.lower, next(iter(answer.unknowns), None)
            case _:
                found, why = answer.upper, next(iter(answer.unknowns), None)
        if found is None:
            raise Underivable(f"{_said(term)} is not derived{': ' + why.reason if why else ''}")
        return found

    def _votes(self, term: p.Quantity) -> bool:
        """Whether it is expected calls of what answers decide that may be wrong: they are derived with P(right)."""
        plain = term.mode == "expected" and term.kind == "calls" and not term.critical and term.of is None
        return plain and concerned(self.program, term.function)

    def _calls(self, term: p.Quantity) -> Size | None:
        found = expected_calls(self.program, term.function, None, term.by)
        if found is None:
            try:
                return self._quantity(term)
            except Underivable:
                return None
        return found

    def ball(self, term: p.ClaimTerm, at: Values) -> Any:
        """The term at these values, at flint's current precision."""
        return ball(self.size(term, at), at)

    def exact(self, term: p.ClaimTerm, at: Values) -> Fraction | None:
        """The exact number, where it is in reach."""
        return exact(self.size(term, at), at)

    def size(self, term: p.ClaimTerm, at: Values) -> Size:
        """The formula, or what following the program at these numbers gives."""
        found = self.formula(term)
        if found is not None:
            return found
        key = (term, tuple(sorted(at.items())))
        if key not in self._followed:
            self._followed[key] = self._follow(term, at)
        return self._followed[key]

    def _follow(self, term: p.ClaimTerm, at: Values) -> Size:
        match term:
            case p.EventProbability(event, function):
                found = success(self.program, function, at, event)
                end = found.low if self.bounded.get(term) else found.high
                if found.exact is None and term in self.bounded and end is not None:
                    return end
                if found.exact is None:
                    raise Underivable(
                        f"{_said(term)} is not derived" + (f": {found.reason.reason}" if found.reason else "")
                    )
                return found.exact
            case p.Quantity(function=function, by=primitive):
                calls = expected_calls(self.program, function, at, primitive)
                if calls is None:
                    raise Underivable(f"{_said(term)} is not derived")
                return calls
            case p.Combined(operator, args):
                size = _combined(operator, [self.size(arg, at) for arg in args])
                if size is None:
                    raise Underivable(f"`{operator}` of quantities has no number here")
                return size
            case _:
                raise Underivable("a class is no number")


def _combined(operator: str, sizes: list[Size | None]) -> Size | None:
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return None
    match operator, known:
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return a * b
        case "/", [a, b]:
            return a / b
        case "^", [a, b]:
            return apply("pow", a, b)
        case (("log" | "min" | "max" | "floor" | "ceil" | "abs"), _):
            return apply(operator, *known)
        case _:
            return None


def _said(term: p.ClaimTerm) -> str:
    match term:
        case p.EventProbability(event, function):
            return f"P({event}({function}))"
        case p.Quantity(kind, function, mode):
            return f"{mode} {kind}({function})"
        case _:
            return "this"


def mentioned(claim: p.Claim) -> Iterator[str]:
    """The functions that a claim speaks of."""
    waiting: list[p.ClaimTerm] = [claim.left, claim.right]
    while waiting:
        match waiting.pop(0):
            case p.Quantity(function=name) | p.EventProbability(function=name):
                yield name
            case p.Class(_, body):
                waiting.append(body)
            case p.Combined(_, args):
                waiting.extend(args)
            case p.Plain():
                pass
