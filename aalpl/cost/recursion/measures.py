"""Recursion on several numbers, by a measure of them: from above as often as it can fall, from below as long as it must last.

From above: let mu(v) be a sum of entry variables (or what a condition says is >= 0) such that wherever calls are made
mu >= t, and mu(args) <= mu(v) - d with d >= 1 for each of at most k calls, beside which at most g is paid, at most b where
none are made. Then T(v) <= U(mu(v)) for the U with U(s) = k U(s - d) + max(g, b) for s >= t and b below, since U grows.

From below: let calls be made wherever all of some numbers f_i(v) are >= 0, at least k of them, each of which lowers f_i by
at most c_i; beside them at least g is paid. Then there are min_i floor(f_i/c_i) + 1 levels, which pay g (1 + k + k^2 + …).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import attrs

from aalpl.cost.closed.sums import total
from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.alternatives import alternatives
from aalpl.cost.recursion.proofs import holds, plainly
from aalpl.cost.recursion.recurrence import Case, Recurrence, cases, linear
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.result import Step
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Apply, Size, const, floor, power, sym

MOST = 24
"""How many cases are looked at."""


@attrs.frozen
class Way:
    """One case: what is known there, the calls with how often each is made, what is paid beside."""

    known: Known
    facts: tuple[Size, ...]
    calls: tuple[tuple[Apply, int], ...]
    paid: Size

    @property
    def number(self) -> int:
        """How many calls are made."""
        return sum(times for _, times in self.calls)


def measures(of: Recurrence) -> Solution | None:
    """A bound on the side of the recurrence."""
    ways = _ways(of) if of.side else None
    if ways is None:
        return None
    return _above(of, ways) if of.side > 0 else _below(of, ways)


def _ways(of: Recurrence) -> list[Way] | None:
    """All cases of all alternatives; None where there are too many, or where calls are no plain numbers of terms."""
    found: list[Way] = []
    for option in alternatives(of) or []:
        for case in cases(option.body, of.known) or [Case((), option.body)]:
            way = _way(option, case)
            if way is None or len(found) >= MOST:
                return None
            found.append(way)
    return found or None


def _way(of: Recurrence, case: Case) -> Way | None:
    body = linear(of, case.body)
    if body is None:
        return None
    calls: list[tuple[Apply, int]] = []
    for call, factor in body.factors.items():
        number = factor.constant()
        if number is None or number < 0 or number.denominator != 1:
            return None
        calls.append((call, int(number)))
    known = of.known.plus(*case.facts, *(of.chosen if calls else ()))
    return Way(known, case.facts, tuple(calls), plainly(body.rest, known))


# -- from above ----------------------------------------------------------------------------------------------------


def _above(of: Recurrence, ways: list[Way]) -> Solution | None:
    calling, last = [way for way in ways if way.calls], [way for way in ways if not way.calls]
    if any(set(of.params) & way.paid.free for way in ways):
        return None
    paid, base = (
        _largest([way.paid for way in calling], of.known),
        _largest([way.paid for way in last], of.known),
    )
    number = max(way.number for way in calling) if calling else 0
    for measure in dict.fromkeys(_measures(of, calling)):
        fall = _least_fall(of, calling, measure)
        least = _threshold(calling, measure)
        if fall is None or least is None:
            continue
        at = measure.replace(of.start)
        levels = larger(ZERO, floor((at - least) / fall) + 1, of.known)
        bound = _levels(number, levels, larger(paid, base, of.known), base, of.known)
        line = f"`{plain(measure)}` falls by at least {fall} with each call and is >= {least} where calls are made"
        step = Step(of.span.line, line, f"at most {number} calls each, on {plain(levels)} levels")
        return Solution(upper=tidy(bound, of.known), rough=True, derivation=(step,))
    return None


def _largest(sizes: list[Size], known: Known) -> Size:
    """At least each of the sizes, and 0."""
    if not sizes:
        return ZERO
    best = sizes[0]
    for size in sizes[1:]:
        best = larger(best, size, known)
    return larger(best, ZERO, known)


def _measures(of: Recurrence, calling: list[Way]) -> Iterator[Size]:
    """What might fall."""
    yield from (sym(name) for name in of.params)
    for way in calling:
        yield from way.facts
    for one, other in combinations(of.params, 2):
        yield sym(one) + sym(other)
        yield sym(one) - sym(other)
        yield sym(other) - sym(one)
    if len(of.params) > 2:
        yield sum(map(sym, of.params), ZERO)


def _least_fall(of: Recurrence, calling: list[Way], measure: Size) -> int | None:
    """By how much the measure falls with every call."""
    for fall in (2, 1):
        if all(
            holds(way.known, measure - measure.replace(of.at(call)) - fall)
            for way in calling
            for call, _ in way.calls
        ):
            return fall
    return None


def _threshold(calling: list[Way], measure: Size) -> int | None:
    """A number that the measure is not below where calls are made."""
    for least in (2, 1, 0):
        if all(holds(way.known, measure - least) for way in calling):
            return least
    return None


def _levels(number: int, levels: Size, paid: Size, base: Size, known: Known) -> Size:
    """paid (1 + k + ... + k^(levels-1)) + base k^levels."""
    index = "level°"
    above = known.plus(levels)
    return total(index, ZERO, levels - 1, paid * power(const(number), sym(index)), above) + base * power(
        const(number), levels
    )


# -- from below ----------------------------------------------------------------------------------------------------


def _below(of: Recurrence, ways: list[Way]) -> Solution | None:
    calling = [way for way in ways if way.calls]
    paid = _smallest([way.paid for way in calling], of) if calling else None
    base = _smallest([way.paid for way in ways if not way.calls], of)
    if paid is None or base is None:
        return None
    number = min(way.number for way in calling)
    found: Size | None = None
    for fact in dict.fromkeys(fact for way in calling for fact in way.facts):
        if _stops(fact, ways):
            steepest = _steepest(of, calling, fact)
            if steepest is None:
                return None
            rounds = floor(fact.replace(of.start) / steepest) + 1
            found = rounds if found is None else smaller(found, rounds, of.known)
    if found is None or not _covered(of, ways, calling):
        return None
    levels = larger(found, ZERO, of.known)
    bound = _levels(number, levels, paid, ZERO, of.known)
    step = Step(of.span.line, f"at least {number} calls each on so many levels", plain(levels))
    return Solution(lower=tidy(bound, of.known), rough=True, derivation=(step,))


def _smallest(sizes: list[Size], of: Recurrence) -> Size | None:
    """At most each of the sizes, free of entry variables."""
    best: Size | None = None
    for size in sizes:
        if set(of.params) & size.free:
            size = ZERO
        best = size if best is None else smaller(best, size, of.known)
    return ZERO if best is None else best


def _stops(fact: Size, ways: list[Way]) -> bool:
    """Whether some way without calls has this condition turned round."""
    return any(-fact - 1 in way.facts for way in ways if not way.calls)


def _covered(of: Recurrence, ways: list[Way], calling: list[Way]) -> bool:
    """Whether every way without calls breaks one of the conditions that were looked at."""
    looked = {fact for way in calling for fact in way.facts}
    return all(any(-fact - 1 in looked for fact in way.facts) for way in ways if not way.calls)


def _steepest(of: Recurrence, calling: list[Way], fact: Size) -> int | None:
    """By how much the number falls at most with a call."""
    for fall in (1, 2, 3):
        if all(
            holds(way.known, fall - fact + fact.replace(of.at(call)))
            for way in calling
            for call, _ in way.calls
        ):
            return fall
    return None
