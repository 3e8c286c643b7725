"""Transition rules as data."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.form.nodes import (
    Event,
)
from aalpl.program.size import Size
from aalpl.program.types import Law

Charge = Callable[[Event], Size]


@attrs.frozen
class Outcome:
    """With this probability: go to `target`, having set `values`."""

    target: str
    values: tuple[tuple[str, Size], ...] = ()
    probability: Size | None = None


@attrs.frozen
class Rule:
    """From `source`, if all of `guard` is >= 0: pay `cost`, then one of the outcomes. `calls` are functions called.

    Names in it that are no variables of the system are the rule's own: those in `draws` are drawn afresh from their law
    each time the rule is used, independently of all else; the others are decided outside, within the guard."""

    source: str
    guard: tuple[Size, ...]
    cost: Size
    outcomes: tuple[Outcome, ...]
    calls: tuple[tuple[str, tuple[tuple[str, Size], ...]], ...] = ()
    comments: tuple[str, ...] = ()
    draws: tuple[tuple[str, Law], ...] = ()
    line: int = 0


@attrs.frozen
class Rules:
    """All rules of a form; `variables` are those that locations carry, sizes of the program among them."""

    start: str
    variables: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def random(self) -> bool:
        """Whether some rule has outcomes with probabilities."""
        return any(len(rule.outcomes) > 1 for rule in self.rules)
