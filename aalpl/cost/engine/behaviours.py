"""Some behaviours that the hypotheses allow, and what they pay: they show that a bound is reached.

What models answer and what the adversary chooses is free within its contract at every call (semantics 9). So a rule that
decides every such choice is a behaviour, and its form has no choice left: the engine often knows exactly what it pays.
Tried are: all choices as low, or as high, as they may be (at the other end, where there is no such end); and of a choice
that a branch inside a loop is made by, the side after which the loop goes on (if both do, always the one, or always the
other).
Where something rests on a hypothesis about choices, or is drawn, nothing is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

import attrs

from aalpl.cost.engine.conditions import indicator
from aalpl.cost.engine.ledger import Charge, Unpayable, work
from aalpl.cost.engine.phases import earlier
from aalpl.cost.engine.steps import Executed
from aalpl.cost.form.nodes import (
    Branch,
    Condition,
    Count,
    Cycle,
    Fork,
    Form,
    Havoc,
    HavocArray,
    Holds,
    Set,
    Step,
    Steps,
)
from aalpl.cost.result import Asked
from aalpl.cost.sizes.known import LOST
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, sym

End = Literal["low", "high"]
Execute = Callable[[Mapping[str, Form]], Executed]


@attrs.frozen
class Rule:
    """How choices are made: at which end of their ranges; in loops, which side of a branch if the loop goes on after it."""

    end: End
    side: Literal["then", "orelse"] | None = None


RULES = (
    Rule("high"),
    Rule("low"),
    Rule("high", "then"),
    Rule("high", "orelse"),
)


class _NotFree(Exception):
    """Something is decided outside that is not free, or that a hypothesis speaks of."""


@attrs.define
class Behaviours:
    """Behaviours of a function; their forms are executed when first asked for."""

    forms: Mapping[str, Form]
    execute: Execute
    free: frozenset[str]
    _done: list[Executed] = attrs.field(factory=list)
    _seen: list[Mapping[str, Form]] = attrs.field(factory=list)
    _rules: list[Rule] = attrs.field(factory=lambda: list(RULES))

    def paid(self, charge: Charge, asked: Asked) -> Iterator[Size]:
        """What each of them pays, where it is known exactly."""
        for done in self._executed():
            try:
                size = tidy(work(done.ledger, charge, asked, done.known), done.known)
            except Unpayable:
                continue
            if not any(name in done.run.observables or name.startswith(LOST) for name in size.free):
                yield size

    def _executed(self) -> Iterator[Executed]:
        yield from tuple(self._done)
        while self._rules:
            rule = self._rules.pop(0)
            try:
                forms = {
                    name: attrs.evolve(form, body=_decided(form.body, rule, None, self.free))
                    for name, form in self.forms.items()
                }
            except _NotFree:
                self._rules.clear()
                return
            if forms not in self._seen and forms != self.forms:
                self._seen.append(forms)
                self._done.append(self.execute(forms))
                yield self._done[-1]


def _decided(steps: Steps, rule: Rule, goes_on: Condition | None, free: frozenset[str]) -> Steps:
    """The steps with every choice made; `goes_on` is the condition of the loop around."""
    made: list[Step] = []
    for position, step in enumerate(steps):
        match step:
            case Havoc():
                made.append(_choice(step, steps[position + 1 :], rule, goes_on, free))
            case HavocArray():
                raise _NotFree
            case Branch(then=then, orelse=orelse):
                if step.at_most is not None or step.probability is not None:
                    raise _NotFree
                one, two = (_decided(side, rule, goes_on, free) for side in (then, orelse))
                made.append(attrs.evolve(step, then=one, orelse=two))
            case Cycle():
                if step.at_most is not None or step.probability is not None:
                    raise _NotFree
                before = _decided(step.before, rule, goes_on if step.kind == "while" else None, free)
                body = _decided(step.body, rule, None if step.before else step.condition, free)
                made.append(attrs.evolve(step, before=before, body=body))
            case Count() | Fork():
                made.append(attrs.evolve(step, body=_decided(step.body, rule, None, free)))
            case _:
                made.append(step)
    return tuple(made)


def _choice(step: Havoc, rest: Steps, rule: Rule, goes_on: Condition | None, free: frozenset[str]) -> Set:
    """The choice made by the rule."""
    if step.law is not None or step.mean is not None or step.place not in free:
        raise _NotFree
    ends = (step.low, step.high) if rule.end == "low" else (step.high, step.low)
    size = next((end for end in ends if end is not None), ZERO)
    if rule.side is not None and goes_on is not None:
        size = _going_on(step, rest, rule, goes_on) or size
    return Set(((step.variable, size),), span=step.span)


def _going_on(step: Havoc, rest: Steps, rule: Rule, goes_on: Condition) -> Size | None:
    """The choice that makes the branch that comes next go to a side after which the loop goes on."""
    branch = rest[0] if rest else None
    if not isinstance(branch, Branch) or step.low != ZERO or step.high != ONE:
        return None
    if branch.condition != Holds(sym(step.variable) - 1):
        return None
    side = branch.then if rule.side == "then" else branch.orelse
    wanted = earlier(goes_on, side + rest[1:])
    if wanted is None:
        return None
    return indicator(wanted) if rule.side == "then" else 1 - indicator(wanted)
