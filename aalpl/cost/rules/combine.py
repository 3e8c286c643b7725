"""Brackets put together: of two methods the better ends, of several parts the sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from fractions import Fraction

import attrs

from aalpl.cost.result import Bracket, Step
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, minimum

LONG = 6
SMALL, LARGE, POINTS = (-2, 0, 1, 2, 5), (1000, 31000, 10**6), 125


def best(one: Bracket, other: Bracket, known: Known) -> Bracket:
    """The better of both at every end."""

    def smaller(a: Size | None, b: Size | None) -> Size | None:
        if a is None or b is None:
            return b if a is None else a
        if a == b or known.proves(b - a):
            return a
        return b if known.proves(a - b) else _shorter(a, b, known)

    def larger(a: Size | None, b: Size | None) -> Size | None:
        if a is None or b is None:
            return b if a is None else a
        return b if known.proves(b - a) else a

    upper = smaller(one.upper, other.upper)
    kept = one.derivation
    used: tuple[Step, ...] = ()
    if upper is not None and upper != one.upper:
        used = other.derivation
        kept = tuple(step for step in kept if step.case != "worst" or upper != other.upper)
    return Bracket(
        upper,
        larger(one.lower, other.lower),
        larger(one.reached, other.reached),
        smaller(one.least, other.least),
        smaller(one.expected_upper, other.expected_upper),
        larger(one.expected_lower, other.expected_lower),
        one.reason or other.reason,
        (*kept, *used),
    )


def _shorter(a: Size, b: Size, known: Known) -> Size:
    """Of two upper bounds the one that is smaller at sample points, then at large ones; else their minimum."""
    names = sorted(a.free | b.free)
    small, large = _points(names, SMALL, known), _points(names, LARGE, known)
    for points in ([*small, *large], large):
        seen = [pair for at in points if (pair := _values(a, b, at)) is not None]
        if seen and all(left <= right for left, right in seen):
            return a
        if seen and all(right <= left for left, right in seen):
            return b
    return minimum(a, b) if max(len(a.whole), len(b.whole)) <= LONG else a


def _values(a: Size, b: Size, at: Mapping[str, Fraction]) -> tuple[Fraction | float, Fraction | float] | None:
    """Both values, unless one has none."""
    try:
        return a.value(at), b.value(at)
    except ZeroDivisionError:
        return None


def _points(names: Sequence[str], values: Sequence[int], known: Known) -> list[dict[str, Fraction]]:
    """Values of the names, in many orders, at which the facts hold as far as they say something of these alone."""
    about = [fact for fact in known.facts if fact.free <= set(names)]
    found: list[dict[str, Fraction]] = []
    for turn in range(len(values) ** min(len(names), 3)):
        at = {}
        for i, name in enumerate(names):
            at[name] = Fraction(values[(turn // len(values) ** (i % 3) + i // 3) % len(values)])
        with suppress(ZeroDivisionError):
            if all(fact.value(at) >= 0 for fact in about):
                found.append(at)
    return found[:POINTS]


def ordered(of: Bracket) -> Bracket:
    """An expectation lies between the best and the worst case, where no more is known of it."""
    high, low = of.expected_upper, of.expected_lower
    return attrs.evolve(
        of,
        expected_upper=of.upper if high is None else high,
        expected_lower=of.lower if low is None else low,
    )


def scaled(of: Bracket, factor: Size) -> Bracket:
    """All ends times a factor >= 0."""
    if factor == ONE:
        return of

    def end(size: Size | None) -> Size | None:
        return None if size is None else size * factor

    return attrs.evolve(
        of,
        upper=end(of.upper),
        lower=end(of.lower),
        reached=end(of.reached),
        least=end(of.least),
        expected_upper=end(of.expected_upper),
        expected_lower=end(of.expected_lower),
        derivation=tuple(
            attrs.evolve(step, text=f"{step.text}; the factor {factor} is put aside")
            for step in of.derivation
        ),
    )


def together(brackets: Sequence[Bracket]) -> Bracket:
    """The bracket of a sum; what one run reaches in one part it need not reach in another, if that is not always the same."""
    if len(brackets) == 1:
        return brackets[0]

    def added(sizes: list[Size | None]) -> Size | None:
        total = ZERO
        for size in sizes:
            if size is None:
                return None
            total = total + size
        return total

    plain = [each.upper is not None and each.upper == each.lower for each in brackets]
    single = plain.count(False) <= 1
    return Bracket(
        reached=added([e.upper if p else e.reached for e, p in zip(brackets, plain, strict=True)])
        if single
        else None,
        least=added([e.lower if p else e.least for e, p in zip(brackets, plain, strict=True)])
        if single
        else None,
        upper=added([each.upper for each in brackets]),
        lower=added([each.lower for each in brackets]),
        expected_upper=added([each.expected_upper for each in brackets]),
        expected_lower=added([each.expected_lower for each in brackets]),
        reason=next((each.reason for each in brackets if each.reason), None),
        derivation=tuple(step for each in brackets for step in each.derivation),
    )
