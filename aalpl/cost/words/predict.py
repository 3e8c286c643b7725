"""Numbers for one run: what the exact form says once it is known what was observed, and bounds before anything runs.

A prediction is no bound: it puts in what a run recorded (how often a branch was taken, how long an answer was) and must
equal the meter to the token (semantics 17).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.result import Analysis, Quantity
from aalpl.program.size import Size

Observed = Mapping[tuple[str, tuple[int, ...]], int]
"""What a run recorded: (name, indices of the enclosing loops) -> number."""

Sizes = Mapping[str, object]
"""Sizes and int parameters by name; families (`len(x)`, `m`) as callables of their indices."""


@attrs.frozen
class Bounds:
    """The least and the most that a quantity can be; None where no bound is derived or a number is missing."""

    low: Fraction | float | None
    high: Fraction | float | None


def predicted(
    analysis: Analysis, observed: Observed, at: Sizes, quantities: Iterable[Quantity]
) -> dict[Quantity, Fraction | float | None]:
    """What each quantity must be, given what was observed; None where it has no exact form.

    Raises KeyError with the name of a size that `at` lacks."""
    values = {**at, **observations(analysis, observed)}
    forms = {quantity: analysis.answer(quantity).exact for quantity in quantities}
    return {q: None if form is None else form.value(values) for q, form in forms.items()}


def bounds(analysis: Analysis, at: Sizes, quantities: Iterable[Quantity]) -> dict[Quantity, Bounds]:
    """Bounds before the run at its actual sizes and lengths of inputs."""
    answers = {quantity: analysis.answer(quantity) for quantity in quantities}
    return {q: Bounds(_value(answer.lower, at), _value(answer.upper, at)) for q, answer in answers.items()}


def observations(analysis: Analysis, observed: Observed) -> dict[str, object]:
    """The observables of an analysis as values that forms can be evaluated with; what never happened counts 0."""
    families: dict[str, dict[tuple[int, ...], int]] = {name: {} for name in analysis.observables}
    for (name, indices), value in observed.items():
        families.setdefault(name, {})[indices] = value
    return {name: _Family(members) for name, members in families.items()}


class _Family(int):
    """A number that is also a family: observed outside loops it is the number, inside them a function of indices."""

    members: Mapping[tuple[int, ...], int]

    def __new__(cls, members: Mapping[tuple[int, ...], int]) -> _Family:
        made = super().__new__(cls, members.get((), 0))
        made.members = members
        return made

    def __call__(self, *indices: int) -> int:
        return self.members.get(tuple(map(int, indices)), 0)


def _value(size: Size | None, at: Sizes) -> Fraction | float | None:
    if size is None or not size.free <= set(at):
        return None
    return size.value(at)
