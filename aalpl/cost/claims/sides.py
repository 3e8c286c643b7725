"""The two sides of a claim as values: what is known of each from below and from above, exactly and as a class."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import attrs

from aalpl.cost.bounds.witness import free_places, witnesses
from aalpl.cost.claims.endless import endless
from aalpl.cost.growth.classes import growth, of_sum
from aalpl.cost.growth.scale import Scale
from aalpl.cost.result import Analysis, Answer, Expected, Kind, Quantity
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.cost.words.summary import grown
from aalpl.program import nodes as p
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, Size, apply


@attrs.frozen
class Order:
    """The class of a quotient of two sums of products."""

    above: Size
    below: Size = ONE

    def times(self, other: Order) -> Order:
        """The class of a product."""
        return Order(self.above * other.above, self.below * other.below)

    def over(self, other: Order) -> Order:
        """The class of a quotient."""
        return Order(self.above * other.below, self.below * other.above)

    def plus(self, other: Order) -> Order:
        """The class of a sum."""
        return Order(self.above * other.below + other.above * self.below, self.below * other.below)


@attrs.frozen
class Side:
    """What a side of a claim is: at least `low` and at most `high`; Omega of `lower` and O of `upper`.

    What is None is not known, and `missing` says why; `endless` why it is infinite for certain, and `instead` is the
    quantity that may have been meant."""

    low: Size | None = None
    high: Size | None = None
    lower: Order | None = None
    upper: Order | None = None
    missing: str = ""
    endless: str = ""
    instead: str = ""


def plain(size: Size, known: Scale) -> Side:
    """A side that is an expression over sizes."""
    lower, upper = of_sum(size, known, "lower"), of_sum(size, known, "upper")
    return Side(size, size, _order(lower), _order(upper))


def _order(size: Size | None) -> Order | None:
    return None if size is None or not size.terms else Order(size)


@attrs.frozen
class Reader:
    """Reads sides of the claims of a program; a function is analysed once for each cost model."""

    program: p.Program
    known: Scale
    facts: Facts
    analysed: Callable[[str, str], Analysis]

    def side(self, term: p.ClaimTerm) -> Side:
        """What is known of a side."""
        match term:
            case p.Plain(size):
                return plain(tidy(size, Known(self.facts.known)), self.known)
            case p.Quantity():
                return self._quantity(term)
            case p.EventProbability(event, function):
                return self._event(event, function)
            case p.Class(_, body):
                return self.side(body)
            case p.Combined(operator, args):
                return self._combined(operator, [self.side(arg) for arg in args])

    def _event(self, event: str, function: str) -> Side:
        from aalpl.cost.reliability.success import success

        found = success(self.program, function, event=event)
        missing = found.reason.reason if found.reason else ""
        if found.exact is not None:
            return attrs.evolve(plain(found.exact, self.known), missing=missing)
        return Side(found.low, found.high, missing=missing)

    def _quantity(self, term: p.Quantity) -> Side:
        model = term.under or "primitive"
        analysis = self.analysed(term.function, model)
        asked = Quantity(_KINDS[term.kind], model if term.kind == "cost" else None, term.critical)
        answer = analysis.answer(asked, primitive=term.by, model=term.of)
        if answer.conditional and term.mode != "expected":
            return self._conditional(term, answer, analysis)
        match term.mode:
            case "expected":
                missing = f"it depends on {answer.conditional[0].words}" if answer.conditional else ""
                return self._expected(answer.expected, missing)
            case "best":
                high = answer.upper if answer.least is None else answer.least
                return self._best(answer.lower, high, _why(answer))
            case _:
                classes = grown(answer, analysis, free_places(self.program), self.known)
                if classes is None:
                    return Side(answer.lower, answer.upper, missing=_why(answer))
                ends = _order(classes.worst.lower), _order(classes.worst.upper)
                return Side(self._reached(answer, analysis), answer.upper, *ends, _why(answer))

    def _best(self, low: Size | None, high: Size | None, missing: str) -> Side:
        """The best case between two sizes."""
        lower = None if low is None else growth(low, self.known).lower
        upper = None if high is None else growth(high, self.known).upper
        return Side(low, high, _order(lower), _order(upper), missing)

    def _conditional(self, term: p.Quantity, answer: Answer, analysis: Analysis) -> Side:
        """A side that depends on a number of rounds: without a worst case, if these may be any number."""
        missing = f"it depends on {answer.conditional[0].words}"
        if term.mode == "best":
            return self._best(answer.surely, answer.least, missing)
        if answer.expected.high is None:
            return Side(missing=missing)
        instead = f"expected {'span ' if term.critical else ''}{term.kind}({term.function})"
        why = endless(self.program.functions[term.function], answer, analysis.observables, self._positive)
        return Side(missing=missing, endless=why or "", instead=instead)

    def _positive(self, size: Size) -> bool:
        return (
            self.known.positive(size) if size.free <= self.known.fixed else self.facts.proves_positive(size)
        )

    def _reached(self, answer: Answer, analysis: Analysis) -> Size | None:
        """What the worst case is at least: the upper bound where some allowed behaviour reaches it."""
        known = answer.lower if answer.reached is None else answer.reached
        if answer.exact is None or analysis.known is None or answer.upper is None:
            return known
        free = free_places(self.program)
        choices = witnesses(answer.exact, analysis.observables, analysis.known, free, frozenset())
        return answer.upper if any(choice == answer.upper for choice in choices) else known

    def _expected(self, expected: Expected, missing: str) -> Side:
        low, high = expected.reached or expected.low, expected.high
        lower = None if low is None else growth(low, self.known).lower
        upper = None if high is None else growth(high, self.known).upper
        known = low is not None and high is not None
        reason = expected.reason.reason if expected.reason else missing or "the expectation is not derived"
        return Side(low, high, _order(lower), _order(upper), "" if known else reason)

    def _combined(self, operator: str, sides: list[Side]) -> Side:
        missing = next((side.missing for side in sides if side.missing), "")
        infinite = next((side for side in sides if side.endless), None)
        if infinite is not None and operator in ("+", "*"):
            return infinite
        if len(sides) == 2 and operator in _ORDERS:
            low, high, lower, upper = _ORDERS[operator](*sides)
            return (
                Side(low, high, lower, upper, missing)
                if self._apart(operator, *sides)
                else Side(None, None, lower, upper, missing)
            )
        values = [side.low for side in sides if side.low is not None and side.low == side.high]
        size = _computed(operator, values) if len(values) == len(sides) else None
        if size is None:
            return Side(missing=missing or f"`{operator}` of quantities is not compared")
        return attrs.evolve(plain(size, self.known), missing=missing)

    def _apart(self, operator: str, one: Side, two: Side) -> bool:
        """Whether the ends may be combined end by end: factors that are not negative, a divisor above 0."""
        exact = all(side.low is not None and side.low == side.high for side in (one, two))
        if operator == "/" and (two.low is None or not self.facts.proves_positive(two.low)):
            return exact and two.low is not None and self._assumed_apart(two.low)
        return (
            operator == "+"
            or exact
            or all(s.low is not None and self.facts.proves(s.low) for s in (one, two))
        )

    def _assumed_apart(self, size: Size) -> bool:
        """Whether assumptions keep a number away from 0: `assume p > 1/2` does so with 2*p - 1."""
        from aalpl.cost.reliability.leads import not_zero

        strict = (r.left - r.right for r in self.program.assumptions if r.operator in ("<", ">", "!="))
        return not_zero(size, tuple(strict))


_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}


def _why(answer: Answer) -> str:
    return answer.unknowns[0].reason if answer.unknowns else ""


def _computed(operator: str, values: list[Size]) -> Size | None:
    match operator, values:
        case "-", [a, b]:
            return a - b
        case "^", [a, b]:
            return apply("pow", a, b)
        case (("log" | "min" | "max" | "floor" | "ceil" | "abs"), _):
            return apply(operator, *values)
        case _:
            return None


_Ends = tuple[Size | None, Size | None, Order | None, Order | None]


def _sum(one: Side, two: Side) -> _Ends:
    return (
        None if one.low is None or two.low is None else one.low + two.low,
        None if one.high is None or two.high is None else one.high + two.high,
        None if one.lower is None or two.lower is None else one.lower.plus(two.lower),
        None if one.upper is None or two.upper is None else one.upper.plus(two.upper),
    )


def _product(one: Side, two: Side) -> _Ends:
    return (
        None if one.low is None or two.low is None else one.low * two.low,
        None if one.high is None or two.high is None else one.high * two.high,
        None if one.lower is None or two.lower is None else one.lower.times(two.lower),
        None if one.upper is None or two.upper is None else one.upper.times(two.upper),
    )


def _quotient(one: Side, two: Side) -> _Ends:
    return (
        None if one.low is None or not two.high else one.low / two.high,
        None if one.high is None or not two.low else one.high / two.low,
        None if one.lower is None or two.upper is None else one.lower.over(two.upper),
        None if one.upper is None or two.lower is None else one.upper.over(two.lower),
    )


_ORDERS = {"+": _sum, "*": _product, "/": _quotient}
