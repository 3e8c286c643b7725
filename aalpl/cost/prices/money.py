"""Money: what the tokens of each model cost. An unknown price is unknown and never zero, and so is any sum with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.result import Analysis, Answer, Quantity
from aalpl.cost.words.numbers import Values, substituted

MILLION = 10**6


@attrs.frozen
class Price:
    """Prices per million tokens, and per call; None is unknown."""

    read: Fraction | None = None
    written: Fraction | None = None
    call: Fraction = Fraction(0)

    def money(self, read: Fraction, written: Fraction, calls: Fraction) -> Fraction | None:
        """What so many tokens and calls cost; unknown where a price that is needed is."""
        if (read and self.read is None) or (written and self.written is None):
            return None
        tokens = read * (self.read or 0) + written * (self.written or 0)
        return tokens / MILLION + calls * self.call


Money = Callable[[Fraction, Fraction, Fraction], Fraction | None]
"""(tokens read, tokens written, calls) -> money, or None where that is unknown."""


@attrs.frozen
class Item:
    """One model's part: the least and the most; None with a reason where unknown."""

    model: str
    low: Fraction | None
    high: Fraction | None
    reason: str = ""


@attrs.frozen
class Bill:
    """All models' parts. The currency, date and source of the prices are for whoever prints."""

    items: tuple[Item, ...]

    @property
    def low(self) -> Fraction | None:
        """The least it can cost; unknown if any part is."""
        return _sum([item.low for item in self.items])

    @property
    def high(self) -> Fraction | None:
        """The most it can cost; unknown if any part is."""
        return _sum([item.high for item in self.items])


def bill(analysis: Analysis, at: Values, prices: Mapping[str, Money]) -> Bill:
    """What the models of a function cost at these sizes; overhead tokens are billed as read."""
    models = dict.fromkeys(part.model for part in analysis.parts)
    return Bill(tuple(_item(analysis, model, at, prices.get(model)) for model in models))


def _item(analysis: Analysis, model: str, at: Values, money: Money | None) -> Item:
    if money is None:
        return Item(model, None, None, "no price")
    kinds = (Quantity("tokens in"), Quantity("overhead"), Quantity("tokens out"), Quantity("calls"))
    answers = [analysis.answer(kind, model=model) for kind in kinds]
    low, high = _end(answers, "lower", at, money), _end(answers, "upper", at, money)
    return Item(model, low, high, "" if high is not None else "no bound, no size or no price")


def _end(answers: list[Answer], end: str, at: Values, money: Money) -> Fraction | None:
    numbers: list[Fraction] = []
    for answer in answers:
        size = getattr(answer, end)
        value = None if size is None else substituted(size, at).constant()
        if value is None:
            return None
        numbers.append(value)
    read, overhead, written, calls = numbers
    return money(read + overhead, written, calls)


def _sum(parts: list[Fraction | None]) -> Fraction | None:
    total = Fraction(0)
    for part in parts:
        if part is None:
            return None
        total += part
    return total
