"""Open numbers as counts: how often each outcome has been drawn since the loop was entered.

Where a number of a location is c + sum of a_o * n_o, n_o the draws with outcome o so far, every rule gives linear
equations for the a_o and c: drawing o adds 1 to n_o and must give what the rule says. An outcome that no path to a
location draws (or that all draw equally often) has a known count there, and nothing is asked of its factor. So a tally,
two counters and a lead that is kept as one number all become the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.reliability.states import Label
from aalpl.cost.reliability.system import System
from aalpl.program.size import ZERO, Size, Sym, const, sym


@attrs.frozen
class Counts:
    """`outcomes` drawn in a round, with their probabilities; for each location the known counts (by outcome number) and
    its open numbers as sizes over `n0`, `n1`, …, the counts."""

    outcomes: tuple[Label, ...]
    weights: tuple[Size, ...]
    fixed: tuple[Mapping[int, int], ...]
    forms: tuple[Mapping[str, Size], ...]

    def count(self, at: int, outcome: int) -> Size:
        """How often an outcome has been drawn when a location is reached."""
        known = self.fixed[at].get(outcome)
        return name(outcome) if known is None else const(known)

    def counted(self, at: int, size: Size) -> Size:
        """A size over the open numbers of a location, over counts."""
        return size.replace(self.forms[at])


def name(outcome: int) -> Size:
    """The count of an outcome."""
    return sym(f"n#{outcome}")


def counts(system: System) -> Counts | None:
    """The counts of a system whose rounds all draw from the same outcomes, or None."""
    weights: dict[Label, Size] = {}
    for place in system.places:
        own = {rule.label: rule.weight for rule in place.rules if rule.label}
        for rule in place.rules:
            if rule.label and rule.weight != own[rule.label]:
                return None
        if weights and own != weights:
            return None
        weights = weights or own
        if any(not rule.label and rule.to is not None for rule in place.rules):
            return None
    outcomes = tuple(sorted(weights))
    if not outcomes:
        return None
    fixed = _fixed(system, outcomes)
    forms = _forms(system, outcomes, fixed)
    if forms is None:
        return None
    return Counts(outcomes, tuple(weights[o] for o in outcomes), tuple(fixed), tuple(forms))


def _fixed(system: System, outcomes: Sequence[Label]) -> list[dict[int, int]]:
    """The counts that are the same whenever a location is reached."""
    found: list[dict[int, int] | None] = [None] * len(system.places)
    found[0] = dict.fromkeys(range(len(outcomes)), 0)
    waiting = [0]
    while waiting:
        at = waiting.pop()
        here = found[at]
        assert here is not None
        for rule in system.places[at].rules:
            if rule.to is None:
                continue
            drawn = outcomes.index(rule.label)
            arriving = {o: n + (o == drawn) for o, n in here.items()}
            old = found[rule.to]
            new = arriving if old is None else {o: n for o, n in old.items() if arriving.get(o) == n}
            if new != old:
                found[rule.to] = new
                waiting.append(rule.to)
    return [each or {} for each in found]


Unknown = tuple[int, int, int]
"""(location, number, outcome), or -1 for the outcome: the constant."""


def _forms(
    system: System, outcomes: Sequence[Label], fixed: Sequence[Mapping[int, int]]
) -> list[dict[str, Size]] | None:
    rows: list[tuple[dict[Unknown, Fraction], Size]] = []
    for i in system.places[0].open:
        row: dict[Unknown, Fraction] = {(0, i, -1): Fraction(1)}
        rows.append((row, system.entered[i]))
    for at, place in enumerate(system.places):
        names = {n: i for i, n in place.open.items()}
        for rule in place.rules:
            if rule.to is None:
                continue
            drawn = outcomes.index(rule.label)
            for i in system.places[rule.to].open:
                parts = linear(rule.numbers[i], names)
                if parts is None:
                    return None
                rows += _equations(at, rule.to, i, drawn, *parts, fixed, len(outcomes))
    solution = _solved(rows)
    if solution is None:
        return None
    forms = []
    for at, place in enumerate(system.places):
        form: dict[str, Size] = {}
        for i, n in place.open.items():
            total = solution.get((at, i, -1), ZERO)
            for o in range(len(outcomes)):
                if o not in fixed[at]:
                    total = total + solution.get((at, i, o), ZERO) * name(o)
            form[n] = total
        forms.append(form)
    return forms


def _equations(
    at: int,
    to: int,
    i: int,
    drawn: int,
    parts: Mapping[int, Fraction],
    rest: Size,
    fixed: Sequence[Mapping[int, int]],
    outcomes: int,
) -> list[tuple[dict[Unknown, Fraction], Size]]:
    """What one rule says of one number of the location it leads to: `sum of parts + rest`."""
    rows: list[tuple[dict[Unknown, Fraction], Size]] = []
    constant: dict[Unknown, Fraction] = {(to, i, -1): Fraction(1)}
    for k, factor in parts.items():
        constant[at, k, -1] = constant.get((at, k, -1), Fraction(0)) - factor
    for o in range(outcomes):
        if o in fixed[to]:
            continue
        here = Fraction(int(o == drawn))
        if o in fixed[at]:
            constant[to, i, o] = here + fixed[at][o]
            continue
        constant[to, i, o] = constant.get((to, i, o), Fraction(0)) + here
        slope: dict[Unknown, Fraction] = {(to, i, o): Fraction(1)}
        for k, factor in parts.items():
            slope[at, k, o] = slope.get((at, k, o), Fraction(0)) - factor
        rows.append((slope, ZERO))
    return [*rows, (constant, rest)]


def linear(size: Size, names: Mapping[str, int]) -> tuple[dict[int, Fraction], Size] | None:
    """A size as numbers times names and a rest without them, or None."""
    parts: dict[int, Fraction] = {}
    rest = size
    for n, i in names.items():
        if n in size.free:
            factor = size.terms.get(((Sym(n), 1),))
            if factor is None:
                return None
            parts[i] = factor
            rest = rest - factor * sym(n)
    return None if rest.free & set(names) else (parts, rest)


def _solved(rows: list[tuple[dict[Unknown, Fraction], Size]]) -> dict[Unknown, Size] | None:
    """A solution of linear equations with sizes on the right, what is left open being 0; None where there is none."""
    pivots: dict[Unknown, tuple[dict[Unknown, Fraction], Size]] = {}
    for left, right in rows:
        row = {u: f for u, f in left.items() if f}
        while row:
            known = next((u for u in row if u in pivots), None)
            if known is None:
                break
            factor = row[known]
            other, value = pivots[known]
            row = _minus(row, other, factor)
            right = right - factor * value
        if not row:
            if right:
                return None
            continue
        head = next(iter(row))
        scale = row[head]
        row, right = {u: f / scale for u, f in row.items()}, right * (1 / scale)
        for u, (other, value) in pivots.items():
            if head in other:
                factor = other[head]
                pivots[u] = (_minus(other, row, factor), value - factor * right)
        pivots[head] = (row, right)
    return {u: value for u, (_, value) in pivots.items()}


def _minus(
    row: Mapping[Unknown, Fraction], other: Mapping[Unknown, Fraction], factor: Fraction
) -> dict[Unknown, Fraction]:
    found = dict(row)
    for u, f in other.items():
        left = found.get(u, Fraction(0)) - factor * f
        if left:
            found[u] = left
        else:
            found.pop(u, None)
    return found
