"""What a quantity of a function can be: bounds, expectation, classes, as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import attrs

from aalpl.cost.bounds.witness import free_places
from aalpl.cost.growth.classes import Growth
from aalpl.cost.result import Analysis, Answer, Condition, Hypothesis, Kind, Quantity, Unknown
from aalpl.cost.words.ends import ends
from aalpl.cost.words.summary import Names, grown, names_for
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.python.failed import Failed
from aalpl.python.formula import Context, Formula, Number
from aalpl.report.diagnostic import Diagnostic, Label

SPAN = "span "


@attrs.frozen
class Classes:
    """How worst and best case grow: sums of products, or None where nothing is derived.

    `theta` is the class of the worst case where it is known from both sides."""

    theta: str | None
    upper: str | None
    lower: str | None
    best: str | None

    def __str__(self) -> str:
        if self.theta is not None:
            return f"Θ({self.theta})"
        sides = [f"{sign}({c})" for sign, c in (("O", self.upper), ("Ω", self.lower)) if c is not None]
        return ", ".join(sides) or "unknown"


@attrs.frozen(eq=False)
class Cost:
    """A quantity of a function. What is None is not derived, and `unknowns` say why.

    Every behaviour pays at least `lower` and at most `upper`; they are equal where the cost is certain. Some behaviour
    pays at least `reached`, some at most `least`. The expectation lies between `expected_low` and `expected_high`.
    Where `conditions` name numbers of rounds, the bounds are given in them."""

    function: str
    quantity: str
    answer: Answer = attrs.field(repr=False)
    hypotheses: tuple[Hypothesis, ...] = attrs.field(repr=False)
    _context: Context = attrs.field(repr=False)
    _grown: Callable[[], Classes] = attrs.field(repr=False)

    def __str__(self) -> str:
        """The lines that `aalpl cost` has for it."""
        names = self._context.names
        rows = [
            f"{case + ' ' if case else ''}{sign} {names.plain(size)}"
            for case, sign, size in ends(self.answer)
        ]
        return "\n".join(rows or ["unknown: " + "; ".join(u.reason for u in self.unknowns)])

    @property
    def upper(self) -> Formula | None:
        """No behaviour pays more."""
        return self._formula(self.answer.upper)

    @property
    def lower(self) -> Formula | None:
        """No behaviour pays less."""
        return self._formula(self.answer.lower)

    @property
    def reached(self) -> Formula | None:
        """Some behaviour pays at least this: the worst case lies between it and `upper`."""
        return self._formula(self.answer.reached)

    @property
    def least(self) -> Formula | None:
        """Some behaviour pays at most this: the best case lies between `lower` and it."""
        return self._formula(self.answer.least)

    @property
    def observed(self) -> Formula | None:
        """The exact form, in sizes and in what only a run can tell (branches taken, lengths of answers)."""
        return self._formula(self.answer.exact)

    @property
    def expected_low(self) -> Formula | None:
        """The expectation is at least this."""
        return self._formula(self.answer.expected.low)

    @property
    def expected_high(self) -> Formula | None:
        """The expectation is at most this."""
        return self._formula(self.answer.expected.high)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Numbers of rounds that the bounds are given in, because the program does not bound them."""
        return self.answer.conditional

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Why something is not derived, and where."""
        return self.answer.unknowns

    @property
    def classes(self) -> Classes:
        """The growth classes."""
        return self._grown()

    def at(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Number:
        """The value of `upper`, exactly; raises `Failed` with the reasons where there is no upper bound."""
        return self._worst().at(values, **more)

    def compile(self, *order: str) -> Callable[..., float]:
        """`upper` as a function on floats; raises `Failed` as `at` does."""
        return self._worst().compile(*order)

    def sympy(self) -> Any:
        """`upper` as a sympy expression; raises `Failed` as `at` does."""
        return self._worst().sympy()

    def _worst(self) -> Formula:
        upper = self.upper
        if upper is None:
            raise Failed([self._underived(unknown) for unknown in self.unknowns])
        return upper

    def _underived(self, unknown: Unknown) -> Diagnostic:
        span = unknown.span or self._context.program.functions[self.function].span
        return Diagnostic(
            "not-derived", f"the {self.quantity} of `{self.function}`: {unknown.reason}", Label(span)
        )

    def _formula(self, size: Size | None) -> Formula | None:
        return None if size is None else Formula(size, self._context)


def costs(program: Program, analysis: Analysis, quantity: str, under: str, of: str | None) -> Cost:
    """A quantity as a value; raises KeyError where there is none of that name."""
    critical, kind = quantity.startswith(SPAN), quantity.removeprefix(SPAN)
    if kind not in get_args(Kind):
        raise KeyError(
            f"there is no quantity `{quantity}`: choose {', '.join(get_args(Kind))}, or `span` and one of these"
        )
    model = analysis.costmodels[0] if kind == "cost" else None
    asked = Quantity(kind, model, critical)  # type: ignore[arg-type]
    limits = _of(program, of)
    answer = analysis.answer(asked, **limits)
    names = names_for(program, analysis, under)
    context = Context(program, analysis.function, names)

    def classes() -> Classes:
        return _classes(program, analysis, asked, limits, answer, names)

    return Cost(analysis.function, quantity, answer, analysis.hypotheses, context, classes)


def _of(program: Program, of: str | None) -> dict[str, str]:
    if of is None:
        return {}
    if of in program.primitives:
        return {"primitive": of}
    if of.partition("[")[0] in program.models:
        return {"model": of}
    raise KeyError(f"the program has no primitive or model `{of}`")


def _classes(
    program: Program,
    analysis: Analysis,
    asked: Quantity,
    limits: dict[str, str],
    answer: Answer,
    names: Names,
) -> Classes:
    free = free_places(program)
    parts = [] if asked.critical or limits else analysis.parts
    each = [analysis.answer(asked, place=part.place, primitive=part.primitive) for part in parts]
    found = [grown(one, analysis, free, names.scale) for one in each]
    whole = grown(answer, analysis, free, names.scale, [one.theta for one in found if one])
    if whole is None:
        return Classes(None, None, None, None)

    def told(size: Size | None) -> str | None:
        return None if size is None else names.products(size).replace("·", "*")

    worst: Growth = whole.worst
    return Classes(told(whole.theta), told(worst.upper), told(worst.lower), told(whole.best.theta))
