"""Which values a size or int parameter may have, by the hypotheses: symbolic ends, and a range at given numbers."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.program.nodes import Function, Program, Relation
from aalpl.program.size import ONE, Size, Sym, sym
from aalpl.program.types import Int

Values = Mapping[str, Fraction]


@attrs.frozen
class Domain:
    """What is known of one name: lower and upper ends, and the other hypotheses in which it stands."""

    name: str
    low: tuple[Size, ...]
    high: tuple[Size, ...]
    relations: tuple[Relation, ...]

    def span(self, at: Values, limit: int) -> tuple[int, int, bool]:
        """The whole numbers from the first to the last that are looked at, and whether these are all there are."""
        lows = [_number(size, at) for size in self.low]
        highs = [_number(size, at) for size in self.high]
        first = max((math.ceil(v) for v in lows if v is not None), default=1)
        last = min((math.floor(v) for v in highs if v is not None), default=None)
        if last is None or last - first >= limit:
            return first, first + limit - 1, False
        return first, last, True

    def allows(self, value: int, at: Values) -> bool:
        """Whether the hypotheses hold with this value, as far as all that they speak of is given."""
        here = {**at, self.name: Fraction(value)}
        return all(_HOLDS[r.operator](r.left.value(here), r.right.value(here)) for r in self._told(here))

    def _told(self, at: Values) -> Iterator[Relation]:
        return (r for r in self.relations if (r.left.free | r.right.free) <= at.keys())


def domain(program: Program, functions: Iterable[Function], name: str) -> Domain:
    """What the hypotheses of a program and of functions say of a name."""
    low: list[Size] = [ONE] if name in program.sizes else []
    high: list[Size] = []
    relations = [*program.assumptions, *(r for function in functions for r in function.requires)]
    for function in functions:
        for param in function.params:
            if param.name == name and isinstance(param.type, Int):
                low += [param.type.low] if param.type.low is not None else []
                high += [param.type.high] if param.type.high is not None else []
    others: list[Relation] = []
    for relation in (r for r in relations if name in r.left.free | r.right.free):
        ends = list(_ends(relation, name))
        low += [size for end, size in ends if end == "low"]
        high += [size for end, size in ends if end == "high"]
        others += [] if ends else [relation]
    return Domain(name, tuple(dict.fromkeys(low)), tuple(dict.fromkeys(high)), tuple(others))


def _ends(relation: Relation, name: str) -> Iterator[tuple[str, Size]]:
    """`a*x <= E` gives x <= E/a, `x > E` gives x >= E + 1."""
    difference = relation.right - relation.left
    parts = difference.coefficients(Sym(name))
    slope = parts[1].constant() if set(parts) <= {0, 1} and 1 in parts else None
    rest = difference - slope * sym(name) if slope is not None else difference
    if slope is None or name in rest.free:
        return
    edge = rest / -slope
    above = (relation.operator in ("<=", "<") and slope > 0) or (
        relation.operator in (">=", ">") and slope < 0
    )
    step = 1 if relation.operator in ("<", ">") else 0
    if relation.operator == "=":
        yield "low", edge
        yield "high", edge
    elif relation.operator != "!=":
        yield ("low", edge + step) if above else ("high", edge - step)


def _number(size: Size, at: Values) -> Fraction | float | None:
    return size.value(at) if size.free <= at.keys() else None


_HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}
