"""The `cost` view: lines `quantity = formula` that golden cases compare as mathematics."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.result import Analysis, Answer, Kind, Quantity
from aalpl.cost.words.spell import spelled
from aalpl.program.size import Size


@attrs.frozen
class CostLine:
    """`calls by fix <= b`: quantity, relation, formula; None where it is unknown."""

    quantity: str
    relation: str
    size: Size | None

    @property
    def text(self) -> str:
        """The line as written."""
        return f"{self.quantity} {self.relation} {'unknown' if self.size is None else spelled(self.size)}"


KINDS: tuple[Kind, ...] = ("calls", "tokens in", "tokens out")


def cost_lines(analysis: Analysis) -> list[CostLine]:
    """Calls, tokens and cost of a function, and its cost by primitive where it has several."""
    found = [line for kind in KINDS for line in _lines(kind, analysis.answer(Quantity(kind)))]
    for model in analysis.costmodels:
        name = "cost" if model == "primitive" else f"cost under {model}"
        quantity = Quantity("cost", model)
        found += _lines(name, analysis.answer(quantity))
        primitives = dict.fromkeys(part.primitive for part in analysis.parts)
        if len(primitives) > 1:
            for primitive in primitives:
                found += _lines(f"{name} by {primitive}", analysis.answer(quantity, primitive=primitive))
    return found


def _lines(name: str, answer: Answer) -> Iterator[CostLine]:
    if answer.upper is not None and answer.upper == answer.lower:
        yield CostLine(name, "=", answer.upper)
        yield from _expected(name, answer) if answer.conditional else ()
        return
    if answer.exact is not None:
        yield CostLine(name, "=", answer.exact)
    yield from _case(name, f"worst {name}", "<=", answer.upper, answer.reached)
    yield from _case(name, f"best {name}", ">=", answer.lower, answer.least)
    yield from _expected(name, answer)
    if answer.exact is None and answer.upper is None and answer.lower is None:
        yield CostLine(name, "=", None)


def _case(
    name: str, full: str, relation: str, bound: Size | None, attained: Size | None
) -> Iterator[CostLine]:
    """A bound of all behaviours, or what the worst or the best of them pays."""
    if bound is not None and bound == attained:
        yield CostLine(full, "=", bound)
        return
    if bound is not None:
        yield CostLine(name, relation, bound)
    if attained is not None:
        yield CostLine(full, "<=" if relation == ">=" else ">=", attained)


def _expected(name: str, answer: Answer) -> Iterator[CostLine]:
    """The expectation, where more is known of it than that it lies between best and worst."""
    low, high = answer.expected.low, answer.expected.high
    if low is not None and low == high:
        yield CostLine(f"expected {name}", "=", low)
        return
    if high is not None and high != answer.upper:
        yield CostLine(f"expected {name}", "<=", high)
    if low is not None and low != answer.lower:
        yield CostLine(f"expected {name}", ">=", low)
