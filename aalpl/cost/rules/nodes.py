"""Transition rules as data."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import attrs

from aalpl.cost.form.nodes import (
    Event,
)
from aalpl.program.size import Size
from aalpl.program.types import Law

Charge = Callable[[Event], Size]

END = "end"
"""The location where nothing follows. A location without rules is an end too, whatever its name."""


@attrs.frozen
class Jump:
    """Go to `target`, having set `values` (all at once, over the variables before; the others stay)."""

    target: str
    values: tuple[tuple[str, Size], ...] = ()


@attrs.frozen(cache_hash=True)
class Outcome:
    """With this probability: go to `target`, having set `values`; `also` are further jumps that all are made.

    Of several jumps (two calls of a recursion) each goes its own way from the state that it is given, and what they pay
    adds up: the cost of an outcome is the cost from `target` plus the cost from the target of each of `also`."""

    target: str
    values: tuple[tuple[str, Size], ...] = ()
    probability: Size | None = None
    also: tuple[Jump, ...] = ()

    @cached_property
    def jumps(self) -> tuple[Jump, ...]:
        """All jumps of this outcome."""
        return Jump(self.target, self.values), *self.also


@attrs.frozen(cache_hash=True)
class Rule:
    """From `source`, if all of `guard` is >= 0: pay `cost`, then one of the outcomes. `calls` are functions called.

    Names in it that are no variables of the system are the rule's own: those in `draws` are drawn afresh from their law
    each time the rule is used, independently of all else; the others are decided outside, within the guard.
    A system may go by any of its rules whose guard holds; where none does, it stops there."""

    source: str
    guard: tuple[Size, ...]
    cost: Size
    outcomes: tuple[Outcome, ...]
    calls: tuple[tuple[str, tuple[tuple[str, Size], ...]], ...] = ()
    comments: tuple[str, ...] = ()
    draws: tuple[tuple[str, Law], ...] = ()
    line: int = 0

    @cached_property
    def jumps(self) -> tuple[Jump, ...]:
        """The jumps of all outcomes."""
        return tuple(jump for outcome in self.outcomes for jump in outcome.jumps)


@attrs.frozen(cache_hash=True)
class Rules:
    """All rules of a form; `variables` are those that locations carry, integers, sizes of the program among them.

    `parameters` are names in costs and probabilities that never change and need not be integers (prices,
    probabilities). `reason` says why the rules are not faithful to what they were made from: then nothing follows from
    them. `loose` where they allow more than what they were made from (a hypothesis or a relation was left out): bounds
    of everything that happens still hold, but nothing follows for what is `reached` or `least`. `blocked` where a run
    that finds no rule at a location that has rules is no behaviour at all (it broke a hypothesis) and may be forgotten,
    with what it paid; otherwise it stops there, having paid. `conditioned` where hypotheses speak of random outcomes:
    no expectation follows. `facts` are >= 0 at the start."""

    start: str
    variables: tuple[str, ...]
    rules: tuple[Rule, ...]
    parameters: tuple[str, ...] = ()
    reason: str | None = None
    loose: bool = False
    blocked: bool = False
    conditioned: bool = False
    facts: tuple[Size, ...] = ()

    @property
    def random(self) -> bool:
        """Whether some rule has outcomes with probabilities."""
        return any(len(rule.outcomes) > 1 or rule.draws for rule in self.rules)

    @cached_property
    def constants(self) -> frozenset[str]:
        """Variables that no rule changes."""
        changed = {name for rule in self.rules for jump in rule.jumps for name, _ in jump.values}
        return frozenset(self.variables) - changed

    def own(self, rule: Rule) -> tuple[str, ...]:
        """The names of a rule that are decided outside, within its guard."""
        drawn = {name for name, _ in rule.draws}
        sizes = [*rule.guard, rule.cost, *(value for jump in rule.jumps for _, value in jump.values)]
        sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
        sizes += [value for _, args in rule.calls for _, value in args]
        names = {name for size in sizes for name in size.free}
        return tuple(sorted(names - drawn - set(self.variables) - set(self.parameters)))
