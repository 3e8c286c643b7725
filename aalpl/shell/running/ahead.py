"""Before a run: what it will take at its actual sizes, as the cost pass derives it; and whether it may begin."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil
from typing import Any

import attrs

from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Kind, Quantity
from aalpl.live.binding import Binding
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.run.observed import at_entry
from aalpl.run.prepare import Prepared
from aalpl.shell.numbers import spoken
from aalpl.shell.running.wishes import amount

KINDS: tuple[Kind, ...] = ("calls", "tokens in", "overhead", "tokens out")

Number = Fraction | float


@attrs.frozen
class Guess:
    """A number before it is known: bounds, and the expectation; None is unknown."""

    low: Number | None = None
    likely: Number | None = None
    high: Number | None = None

    def __add__(self, other: Guess) -> Guess:
        ends = zip(attrs.astuple(self), attrs.astuple(other), strict=True)
        return Guess(*(None if a is None or b is None else a + b for a, b in ends))

    def words(self, write: Any) -> str:
        """`40`, `12 to 40`, `at least 12`, with the expectation where there is one."""
        if self.low is None and self.high is None:
            return "unknown"
        if self.low == self.high:
            return str(write(self.high))
        if self.high is None:
            span = f"at least {write(self.low)}"
        else:
            span = f"{write(self.low or 0)} to {write(self.high)}"
        told = self.likely is not None and self.likely not in (self.low, self.high)
        return f"{span} (expected {write(self.likely)})" if told else span


@attrs.frozen
class Ahead:
    """What the models that are not simulated will take. `most` is money at the provider's worst ratio of tokens."""

    calls: Guess
    tokens_in: Guess
    tokens_out: Guess
    cost: Guess
    most: Fraction | None
    unpriced: tuple[str, ...]

    def told(self, currency: str, source: str | None) -> str:
        """One line for a person."""
        parts = (
            f"{self.calls.words(spoken)} {'call' if self.calls.high == self.calls.low == 1 else 'calls'}",
            f"{self.tokens_in.words(spoken)} tokens in",
            f"{self.tokens_out.words(spoken)} out",
        )
        if self.unpriced:
            money = f"cost unknown: no price of {', '.join(f'`{name}`' for name in self.unpriced)}"
        else:
            money = f"{self.cost.words(lambda value: amount(Fraction(value)))} {currency}"
            money += f" (prices: {source})" if source else ""
        return f"predicted  {' · '.join(parts)} · {money}\n"


def ahead(program: Program, prepared: Prepared, bindings: Mapping[str, Binding]) -> Ahead:
    """What the cost pass says of a run that has not begun."""
    analysis = analyse(program, prepared.function.name)
    at = at_entry(prepared.function, prepared.args, prepared.linked.known)
    names = dict.fromkeys(part.model for part in analysis.parts)
    asked = [name for name in names if bindings.get(name, Binding()).backend is not None]
    rows = [_of(analysis, name, bindings[name], at) for name in asked]
    zero = Guess(Fraction(0), Fraction(0), Fraction(0))
    calls, read, written, money = (sum((row[i] for row in rows), zero) for i in range(4))
    unpriced = tuple(name for name in asked if not _priced(bindings[name]))
    most = [_most(row, bindings[name]) for row, name in zip(rows, asked, strict=True)]
    every = None if None in most else sum((each or Fraction(0) for each in most), Fraction(0))
    return Ahead(calls, read, written, money, every, unpriced)


def _of(
    analysis: Analysis, model: str, binding: Binding, at: Mapping[str, Any]
) -> tuple[Guess, Guess, Guess, Guess]:
    """Calls, tokens in (with the overhead), tokens out, and money of one model."""
    calls, read, overhead, written = (_guess(analysis, kind, model, at) for kind in KINDS)
    read += overhead
    ends = zip(*(attrs.astuple(each) for each in (read, written, calls)), strict=True)
    return calls, read, written, Guess(*(_money(binding, *each) for each in ends))


def _guess(analysis: Analysis, kind: Kind, model: str, at: Mapping[str, Any]) -> Guess:
    found = analysis.answer(Quantity(kind), model=model)
    return Guess(*(_value(size, at) for size in (found.lower, found.expected.high, found.upper)))


def _value(size: Size | None, at: Mapping[str, Any]) -> Number | None:
    if size is None or not size.free <= set(at):
        return None
    try:
        value = size.value(at)
    except (KeyError, OverflowError):
        return None
    return value if isinstance(value, float) else Fraction(value)


def _money(
    binding: Binding, read: Number | None, written: Number | None, calls: Number | None
) -> Fraction | None:
    if read is None or written is None or calls is None:
        return None
    try:
        return binding.money(Fraction(read), Fraction(written), Fraction(calls))
    except (OverflowError, ValueError):  # an infinite expectation
        return None


def _priced(binding: Binding) -> bool:
    return binding.price_in is not None and binding.price_out is not None


def _most(row: tuple[Guess, Guess, Guess, Guess], binding: Binding) -> Fraction | None:
    calls, read, written, _ = row
    if calls.high is None or read.high is None or written.high is None:
        return None
    told, said = (Fraction(ceil(binding.ratio * Fraction(each))) for each in (read.high, written.high))
    return binding.money(told, said, Fraction(calls.high))
