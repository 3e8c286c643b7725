"""Claims of an equation or an inequality: proved on the whole declared domain, or refuted by sizes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice, product

from aalpl.cost.claims.regions import Domain
from aalpl.cost.claims.sides import Side
from aalpl.cost.solving.balls import Unsure, Unvalued, ball
from aalpl.program.prove import Facts
from aalpl.program.refute import counterexample
from aalpl.program.size import Size, const, sym

_CHANCES = tuple(Fraction(*pair) for pair in ((1, 2), (2, 3), (1, 3), (9, 10), (1, 10)))
_CHOICES = 25

Ends = list[tuple[Size | None, Size | None]]
"""Pairs of which the first must be at most the second."""


def compared(relation: str, left: Side, right: Side, domain: Domain) -> tuple[str, str]:
    """`true`, `false` with sizes, or `undecided` with the reason."""
    at_most = relation in ("=", "<=")
    at_least = relation in ("=", ">=")
    ends: Ends = [(left.high, right.low)] * at_most + [(right.high, left.low)] * at_least
    if all(s is not None and g is not None and domain.proves(g - s) for s, g in ends):
        return "true", ""
    broken: Ends = [(left.low, right.high)] * at_most + [(right.low, left.high)] * at_least
    for small, large in broken:
        if small is not None and large is not None and (sizes := exceeds(domain.facts, small, large)):
            return "false", sizes
    missing = left.missing or right.missing
    if any(small is None or large is None for small, large in ends):
        return "undecided", missing or "no bound is derived"
    return "undecided", missing or _between(left, right)


def _between(left: Side, right: Side) -> str:
    for side in (left, right):
        if side.low != side.high:
            return f"what is derived lies between {side.low} and {side.high}"
    return "whether the two sides are always equal was not found out"


def exceeds(facts: Facts, small: Size, large: Size) -> str | None:
    """Sizes at which what should be smaller is larger, in words."""
    names = small.free | large.free
    members = {name for name, _ in facts.families}
    for chances in _chances(facts, sorted(names & facts.reals)):
        known = facts
        for name, value in chances.items():
            known = known.equating(sym(name), const(value))
        if known.contradictory:
            continue
        there = {name: const(value) for name, value in chances.items()}
        goal = (large - small).replace(there)
        found = counterexample(known, goal, sorted(names - members - chances.keys()))
        if found is None:
            continue
        at = {**chances, **{name: Fraction(value) for name, value in found.items()}}
        if names <= at.keys() and (words := _above(small, large, at)):
            sizes = ", ".join(f"{name} = {at[name]}" for name in sorted(names))
            return f"at {sizes or 'all sizes'}: {words}"
    return None


def _chances(facts: Facts, names: list[str]) -> Iterator[Mapping[str, Fraction]]:
    """Numbers for the probabilities."""
    yield from (
        dict(zip(names, way, strict=True)) for way in islice(product(_CHANCES, repeat=len(names)), _CHOICES)
    )


def _above(small: Size, large: Size, at: Mapping[str, Fraction]) -> str | None:
    """Both values, where the one that should be smaller is larger for certain."""
    one, other = small.value(at), large.value(at)
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return f"{one} against {other}" if one > other else None
    try:
        sure = ball(small - large, at) > 0
    except (Unsure, Unvalued):
        return None
    return f"{float(one):.6g} against {float(other):.6g}" if sure else None
