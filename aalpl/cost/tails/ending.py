"""How probably a round of a loop is its last one, at least, whatever happened before: by fresh draws of that round alone.

The condition of a loop is looked at with three truth values: draws that every round makes anew are gone through with their
probabilities, and what else stands in it is not known. So the probability is one of ending whatever the rest is, and
P(more than n rounds) <= (1 - q)^n.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from aalpl.cost.form.nodes import (
    All,
    Any,
    Branch,
    Condition,
    Count,
    Cycle,
    Fork,
    Form,
    Havoc,
    Holds,
    Set,
    Steps,
)
from aalpl.program.size import ONE, ZERO, Size, const
from aalpl.program.types import Bernoulli, Uniform

DRAWS = 6
"""Draws that are gone through in one condition."""

OUTCOMES = 64
"""Outcomes of one draw that are gone through."""

Outcomes = list[tuple[Size, Size]]
"""Values and their probabilities."""


def endings(forms: Mapping[str, Form]) -> dict[str, Size]:
    """For places of loops: the probability that a round is the last one, at least."""
    found: dict[str, Size] = {}
    for form in forms.values():
        for cycle in _cycles(form.body):
            chance = ending(cycle)
            if chance is not None and chance.terms:
                found[cycle.place] = chance
    return found


def _cycles(steps: Steps) -> Iterator[Cycle]:
    for step in steps:
        match step:
            case Cycle():
                yield step
                yield from _cycles(step.before)
                yield from _cycles(step.body)
            case Branch():
                yield from _cycles(step.then)
                yield from _cycles(step.orelse)
            case Count() | Fork():
                yield from _cycles(step.body)
            case _:
                pass


def ending(cycle: Cycle) -> Size | None:
    """The probability that a round of this loop is its last one, at least; None where nothing is known."""
    if cycle.probability is not None:
        return None if cycle.at_most is not None else _declared(cycle)
    names = {name for size in _sizes(cycle.condition) for name in size.free}
    fresh = {name: law for name, law in _drawn(cycle.before).items() if name in names}
    if not fresh or len(fresh) > DRAWS:
        return None
    total = ZERO
    for case in product(*fresh.values()):
        values = {name: value for name, (value, _) in zip(fresh, case, strict=True)}
        if _truth(cycle.condition, values) is False:
            chance = ONE
            for _, share in case:
                chance = chance * share
            total = total + chance
    return total


def _declared(cycle: Cycle) -> Size | None:
    """Of a condition with a declared probability, that of the test being true: such a `while` goes on then."""
    assert cycle.probability is not None
    return 1 - cycle.probability if cycle.kind == "while" else cycle.probability


def _drawn(steps: Steps) -> dict[str, Outcomes]:
    """What is drawn whenever these steps are run, and not touched afterwards."""
    found: dict[str, Outcomes] = {}
    for step in steps:
        match step:
            case Havoc(variable=name):
                found.pop(name, None)
                outcomes = _outcomes(step)
                if outcomes is not None:
                    found[name] = outcomes
            case Set(values):
                for name, _ in values:
                    found.pop(name, None)
            case _:
                for name in _touched(step):
                    found.pop(name, None)
    return found


def _touched(step: object) -> Iterator[str]:
    """What a step with others inside may assign."""
    match step:
        case Branch():
            inner: Steps = (*step.then, *step.orelse)
        case Cycle():
            inner = (*step.before, *step.body)
        case Count() | Fork():
            inner = step.body
        case _:
            yield from (name for name, _ in getattr(step, "results", ()) if isinstance(name, str))
            return
    for each in inner:
        match each:
            case Havoc(variable=name):
                yield name
            case Set(values):
                yield from (name for name, _ in values)
            case _:
                yield from _touched(each)


def _outcomes(step: Havoc) -> Outcomes | None:
    match step.law:
        case Bernoulli(chance):
            return [(ONE, chance), (ZERO, 1 - chance)]
        case Uniform(low, high):
            a, b = low.constant(), high.constant()
            if a is None or b is None or not 0 <= b - a < OUTCOMES:
                return None
            share = ONE / (b - a + 1)
            return [(const(value), share) for value in range(int(a), int(b) + 1)]
        case _:
            return None


def _sizes(condition: Condition) -> Iterator[Size]:
    match condition:
        case Holds(size):
            yield size
        case All(parts) | Any(parts):
            for part in parts:
                yield from _sizes(part)


def _truth(condition: Condition, values: Mapping[str, Size]) -> bool | None:
    """Whether a condition holds whatever is not drawn; None where that matters."""
    match condition:
        case Holds(size):
            number = size.replace(values).constant()
            return None if number is None else number >= 0
        case All(parts):
            truths = [_truth(part, values) for part in parts]
            return False if False in truths else None if None in truths else True
        case Any(parts):
            truths = [_truth(part, values) for part in parts]
            return True if True in truths else None if None in truths else False
