"""Flattens an integer form to transition rules: location, guard, cost, and what follows with which probability.

A rule moves from one location to others: `guard` are sizes that are >= 0, over the variables at `source` and over names
that only this rule has (decided outside, within the guard); each outcome sets variables at once. Straight-line steps
are one rule; nothing can stop in between, so no cost is lost. Branches run one after the other where a form has them
side by side: the rules are about work. Lists are not followed into the rules: an element is a number of its own.
"""

from __future__ import annotations

from collections import Counter

import attrs

from aalpl.cost.form.nodes import (
    Event,
    Form,
)
from aalpl.cost.rules.flow import Flow
from aalpl.cost.rules.nodes import Charge, Outcome, Rule, Rules
from aalpl.program.size import ONE, Size


def one_call(event: Event) -> Size:
    """The cost of a call when calls are counted."""
    return ONE


def rules(form: Form, charge: Charge = one_call) -> Rules:
    """The transition rules of a form."""
    flow = Flow(charge)
    start = flow.location()
    last = flow.steps((*form.opening, *form.body), start)
    flow.finish(last, "end")
    needed = _needed(flow.rules)
    kept = _shortened([_sliced(rule, needed) for rule in flow.rules], start)
    own = dict.fromkeys(name for name in (*form.entry, *sorted(needed - flow.inputs)) if name in needed)
    return Rules(start, tuple(own), kept)


def _needed(rules_: list[Rule]) -> set[str]:
    """Names that decide where to go and what is paid, and those their values come from."""
    needed: set[str] = set()
    for rule in rules_:
        sizes = [*rule.guard, rule.cost, *(value for _, args in rule.calls for _, value in args)]
        sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
        needed |= {name for size in sizes for name in size.free}
    sets = [pair for rule in rules_ for outcome in rule.outcomes for pair in outcome.values]
    while more := {free for name, value in sets if name in needed for free in value.free} - needed:
        needed |= more
    return needed


def _sliced(rule: Rule, needed: set[str]) -> Rule:
    outcomes = tuple(
        attrs.evolve(outcome, values=tuple(pair for pair in outcome.values if pair[0] in needed))
        for outcome in rule.outcomes
    )
    return attrs.evolve(rule, outcomes=outcomes)


def _shortened(rules_: list[Rule], start: str) -> tuple[Rule, ...]:
    """Without rules that only pass on: whoever goes to such a location goes to the next one."""
    sources = Counter(rule.source for rule in rules_)
    passing = {
        rule.source: rule.outcomes[0].target for rule in rules_ if _passes(rule) and sources[rule.source] == 1
    }
    passing.pop(start, None)

    def end(location: str, seen: frozenset[str] = frozenset()) -> str:
        if location not in passing or location in seen:
            return location
        return end(passing[location], seen | {location})

    kept = [rule for rule in rules_ if rule.source not in passing or end(rule.source) == rule.source]
    return tuple(
        attrs.evolve(rule, outcomes=tuple(attrs.evolve(o, target=end(o.target)) for o in rule.outcomes))
        for rule in kept
    )


def _passes(rule: Rule) -> bool:
    return (
        not (rule.guard or rule.cost or rule.calls or rule.comments or rule.outcomes[0].values)
        and len(rule.outcomes) == 1
    )


__all__ = ["Charge", "Outcome", "Rule", "Rules", "one_call", "rules"]
