"""What the analysis derived for a quantity, as numbers at the sizes of a cell."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from aalpl.cost.reliability.success import Success, success
from aalpl.cost.result import Analysis, Kind, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size

Values = Mapping[str, Fraction]

KINDS: Mapping[str, Kind] = {
    "calls": "calls",
    "tokens in": "tokens in",
    "tokens out": "tokens out",
    "tokens": "tokens",
    "cost": "cost",
}


@attrs.frozen
class Derived:
    """What is derived of a quantity: `kind` says what the two ends are (`expected`, `bounds`), or that there is nothing."""

    kind: str
    low: Size | None = None
    high: Size | None = None
    reason: str = ""

    @property
    def exact(self) -> bool:
        """Whether the two ends are one."""
        return self.low is not None and self.low == self.high

    def at(self, values: Values) -> tuple[float | None, float | None]:
        """The ends as numbers; None where there is none, or a size has no value."""
        return number(self.low, values), number(self.high, values)


def derived(analysis: Analysis, quantity: str) -> Derived:
    """The expectation of a quantity (`calls`, `span tokens in`), or else its bounds."""
    kind = KINDS[quantity.removeprefix("span ")]
    asked = Quantity(kind, "primitive" if kind == "cost" else None, quantity.startswith("span "))
    answer = analysis.answer(asked)
    low, high = answer.expected.low, answer.expected.high
    if low is not None and high is not None:
        return Derived("expected", low, high)
    if answer.conditional:
        return Derived("nothing", reason=answer.conditional[0].words)
    if answer.lower is not None or answer.upper is not None:
        return Derived("bounds", answer.lower, answer.upper)
    missing = answer.expected.reason or next(iter(answer.unknowns), None)
    return Derived("nothing", reason=missing.reason if missing else "")


@attrs.define
class Likely:
    """How probably the result is right: a formula, or followed at the numbers of each cell."""

    program: Program
    function: str
    _formula: Success | None = None

    def at(self, values: Values) -> tuple[float | None, float | None]:
        """The probability, twice; None where it is not derived."""
        if self._formula is None:
            self._formula = success(self.program, self.function, many=False)
        size = self._formula.exact
        if size is None:
            size = success(self.program, self.function, values).exact
        found = number(size, values)
        return found, found


def number(size: Size | None, values: Values) -> float | None:
    """The value of a size; `o_P` of the simulator is 1."""
    if size is None:
        return None
    known = {name: Fraction(1) for name in size.free if name.startswith("o_")} | dict(values)
    try:
        return float(size.value(known))
    except (KeyError, ZeroDivisionError, OverflowError, ValueError):
        return None
