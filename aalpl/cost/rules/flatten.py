"""Flattens an integer form to transition rules: location, guard, cost, and what follows with which probability.

A rule moves from one location to others: `guard` are sizes that are >= 0, over the variables at `source` and over names
that only this rule has (decided outside, within the guard, or drawn); each outcome sets variables at once. Straight-line
steps are one rule; nothing can stop in between, so no cost is lost. Functions that are called become part of the rules,
except those that call themselves: their rules stand beside, and calling is one jump more. Branches run one after the
other where a form has them side by side: the rules are about work. Lists are not followed into the rules: an element is
a number of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import attrs

from aalpl.cost.form.nodes import (
    Branch,
    Cycle,
    Event,
    Form,
    Havoc,
    Invoke,
)
from aalpl.cost.form.steps import every
from aalpl.cost.rules.calls import prefix
from aalpl.cost.rules.flow import Flow
from aalpl.cost.rules.laws import probabilities
from aalpl.cost.rules.live import cut, live
from aalpl.cost.rules.nodes import Charge, Outcome, Rule, Rules
from aalpl.cost.rules.pending import frame
from aalpl.program.size import ONE, Size, sym


def one_call(event: Event) -> Size:
    """The cost of a call when calls are counted."""
    return ONE


def rules(form: Form, charge: Charge = one_call, forms: Mapping[str, Form] | None = None) -> Rules:
    """The transition rules of a form, with those of the functions that it calls as far as `forms` has them."""
    called = {} if forms is None else dict(forms)
    flow = Flow(charge, form.function, frame(form, ""), called, recursive(called))
    start = flow.location()
    flow.opened(start, form.opening)
    while flow.waiting:
        name, place = flow.waiting.pop()
        flow.frame = frame(called[name], prefix(flow, name))
        flow.function(place)
    matters = live(flow.rules)
    kept = _shortened(cut(flow.rules, matters), start)
    needed = {name for names in matters.values() for name in names} - flow.inputs
    reals = real(called.values() if called else (form,))
    own = dict.fromkeys(name for name in (*form.entry, *sorted(needed)) if name in needed)
    variables = tuple(name for name in own if name not in reals)
    found = Rules(
        start,
        variables,
        kept,
        tuple(sorted(needed & reals)),
        flow.reasons[0] if flow.reasons else None,
        flow.loose,
        blocked=True,
        facts=(*form.domain, *form.outset, *form.equalities, *(-size for size in form.equalities)),
    )
    return attrs.evolve(found, conditioned=flow.conditioned and found.random)


def recursive(forms: Mapping[str, Form]) -> frozenset[str]:
    """Functions that may come to call themselves."""
    calls = {
        name: {step.function for step in every((*form.opening, *form.body)) if isinstance(step, Invoke)}
        for name, form in forms.items()
    }
    reached = {name: set(found) for name, found in calls.items()}
    grown = True
    while grown:
        grown = False
        for found in reached.values():
            more = {other for name in found for other in calls.get(name, ())} - found
            found |= more
            grown = grown or bool(more)
    return frozenset(name for name, found in reached.items() if name in found)


def real(forms: Iterable[Form]) -> set[str]:
    """Names that need not be integers: probabilities that are no sizes."""
    chances: set[str] = set()
    whole: set[str] = set()
    for form in forms:
        whole |= {*form.entry, *(name for size in form.outset for name in size.free if size == sym(name) - 1)}
        for step in every((*form.opening, *form.body)):
            if isinstance(step, Branch | Cycle) and step.probability is not None:
                chances |= step.probability.free
            elif isinstance(step, Havoc) and step.law is not None:
                chances |= {name for size in probabilities(step.law) for name in size.free}
    return chances - whole


def _shortened(rules_: tuple[Rule, ...], start: str) -> tuple[Rule, ...]:
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
    return tuple(retargeted(rule, end) for rule in kept)


def retargeted(rule: Rule, end: Callable[[str], str]) -> Rule:
    """The rule with its jumps going elsewhere."""
    outcomes = tuple(
        attrs.evolve(
            of,
            target=end(of.target),
            also=tuple(attrs.evolve(to, target=end(to.target)) for to in of.also),
        )
        for of in rule.outcomes
    )
    return attrs.evolve(rule, outcomes=outcomes)


def _passes(rule: Rule) -> bool:
    first, *more = rule.outcomes
    return not (rule.guard or rule.cost or rule.calls or rule.comments or first.values or first.also or more)


__all__ = ["Charge", "Outcome", "Rule", "Rules", "one_call", "recursive", "retargeted", "rules"]
