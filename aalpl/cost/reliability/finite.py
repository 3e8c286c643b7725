"""Loops at given numbers: the exact distribution over finitely many states.

A location's open numbers matter only as far as conditions, probabilities and later numbers speak of them: states are
told apart by the linear forms in which they do. So votes for two answers that only their difference decides are a walk
over that difference, and finite.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.reliability.absorbing import absorbed
from aalpl.cost.reliability.counts import linear
from aalpl.cost.reliability.holes import filled, numbers
from aalpl.cost.reliability.states import Calls, Ended, State
from aalpl.cost.reliability.system import Rule, System
from aalpl.cost.reliability.values import Refused, resized
from aalpl.program.size import ZERO, Size, const

STATES = 4000
FORMS = 16

Outs = dict[Hashable, Size]
Form = tuple[tuple[int, Fraction], ...]
"""A linear form: factors by the number of an open number."""


def followed(system: System) -> Outs:
    """The ways out. Refuses where a condition does not have a truth value, or where states do not end."""
    forms = _forms(system)
    first = tuple(_number(value) for value in system.entered)
    keys: dict[tuple[int, tuple[Fraction, ...]], int] = {}
    states: list[tuple[int, tuple[Fraction, ...]]] = []

    def number(at: int, values: tuple[Fraction, ...]) -> int:
        key = (at, tuple(sum((f * values[i] for i, f in form), Fraction(0)) for form in forms[at]))
        if key not in keys:
            if len(states) >= STATES:
                raise Refused("there are too many states to be followed")
            keys[key] = len(states)
            states.append((at, values))
        return keys[key]

    number(0, first)
    inner: list[list[tuple[Size, int]]] = []
    outer: list[list[tuple[Size, Hashable]]] = []
    done = 0
    while done < len(states):
        at, values = states[done]
        place = system.places[at]
        given = {name: const(values[i]) for i, name in place.open.items()}
        steps: list[tuple[Size, int]] = []
        ways: list[tuple[Size, Hashable]] = []
        for rule in place.rules:
            if not all(_holds(guard.replace(given)) for guard in rule.guards):
                continue
            weight = rule.weight.replace(given)
            ways += [(calls.replace(given), Calls(name)) for name, calls in rule.calls]
            if rule.to is None:
                ways.append((weight, _out(rule, given)))
            else:
                moved = tuple(_number(value.replace(given)) for value in rule.numbers)
                steps.append((weight, number(rule.to, moved)))
        inner.append(steps)
        outer.append(ways)
        done += 1
    return absorbed(inner, outer)


def _number(size: Size) -> Fraction:
    found = size.constant()
    if found is None:
        raise Refused("no formula is known, and the states cannot be followed without numbers for the sizes")
    return found


def _holds(guard: Size) -> bool:
    return _number(guard) >= 0


def _out(rule: Rule, given: Mapping[str, Size]) -> State | Ended | None:
    match rule.out:
        case State():
            return filled(rule.out, [value.replace(given) for value in numbers(rule.out)])
        case Ended(value):
            return attrs.evolve(rule.out, value=resized(value, lambda size: size.replace(given)))
        case None:
            return None


def carried(rule: Rule) -> list[Size]:
    """The numbers that a rule carries out of the loop."""
    match rule.out:
        case State():
            return numbers(rule.out)
        case Ended(value):
            found: list[Size] = []

            def take(size: Size) -> Size:
                found.append(size)
                return size

            resized(value, take)
            return found
        case None:
            return []


def _forms(system: System) -> list[list[Form]]:
    """For each location the linear forms that its future depends on."""
    found: list[list[Form]] = [[] for _ in system.places]
    names = [{name: i for i, name in place.open.items()} for place in system.places]
    waiting = list(range(len(system.places)))

    def add(at: int, form: Form | None) -> bool:
        if not form:
            return False
        head = form[0][1]
        form = tuple((i, f / head) for i, f in form)
        if form in found[at]:
            return False
        if len(found[at]) >= FORMS:
            raise Refused("there are too many numbers to be followed")
        found[at].append(form)
        return True

    for at, place in enumerate(system.places):
        for rule in place.rules:
            for size in _decisive(rule):
                for form in _linear(size, names[at]):
                    add(at, form)
    while waiting:
        at = waiting.pop()
        for source, place in enumerate(system.places):
            for rule in place.rules:
                if rule.to == at:
                    new = [add(source, form) for form in _pulled(found[at], rule, names[source])]
                    if any(new) and source not in waiting:
                        waiting.append(source)
    return found


def _decisive(rule: Rule) -> list[Size]:
    return [*rule.guards, rule.weight, *carried(rule), *(calls for _, calls in rule.calls)]


def _linear(size: Size, names: Mapping[str, int]) -> list[Form]:
    """The form of a size; the open numbers one by one where it is not linear."""
    parts = linear(size, names)
    if parts is None:
        return [((i, Fraction(1)),) for name, i in names.items() if name in size.free]
    return [tuple(sorted(parts[0].items()))]


def _pulled(forms: Sequence[Form], rule: Rule, names: Mapping[str, int]) -> list[Form]:
    found = []
    for form in forms:
        total = ZERO
        for i, factor in form:
            total = total + factor * rule.numbers[i]
        found += _linear(total, names)
    return found
