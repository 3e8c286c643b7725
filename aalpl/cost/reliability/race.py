"""Loops whose numbers are counts of outcomes: rules, facts and thresholds over counts, and where a race of two ends."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.reliability.counts import Counts, linear, name
from aalpl.cost.reliability.system import Rule, System
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size

Outs = dict[Hashable, Size]

Found = tuple[Outs, Size | None]
"""The ways out, and the expected number of rounds."""


@attrs.define
class Race:
    """A system and its counts."""

    system: System
    counts: Counts
    walk: tuple[Size, Size] | None = (
        None  # what a lead gains in a round on average, and where it ends at the latest
    )
    _rules: list[tuple[int, Rule]] | None = None
    _facts: dict[tuple[int, int], Facts] = attrs.field(factory=dict)

    def facts(self, at: int, rule: Rule | None = None) -> Facts:
        """What is known at a location, over counts; where a rule applies, its conditions too."""
        key = (at, id(rule))
        if key not in self._facts:
            self._facts[key] = self._known(at, rule)
        return self._facts[key]

    def _known(self, at: int, rule: Rule | None) -> Facts:
        place = self.system.places[at]
        known = [self.counts.counted(at, size) for size in place.facts()]
        if rule is not None:
            known += [self.counts.counted(at, guard) for guard in rule.guards]
        counted = [name(o) for o in range(len(self.counts.outcomes))]
        return self.system.facts.adding(*counted, *known)

    def early(self) -> bool | None:
        """Whether it is before a round draws that it may end, and not after; None where it is both."""
        found = {not rule.label for _, rule in self.rules() if rule.to is None}
        return found.pop() if len(found) == 1 else None

    def now(self, at: int) -> list[Size]:
        """The counts at a location."""
        return [self.counts.count(at, o) for o in range(len(self.counts.outcomes))]

    def after(self, at: int, rule: Rule) -> list[Size]:
        """The counts after a rule's draw."""
        drawn = self.counts.outcomes.index(rule.label) if rule.label else -1
        return [self.counts.count(at, o) + int(o == drawn) for o in range(len(self.counts.outcomes))]

    def rules(self) -> list[tuple[int, Rule]]:
        """All rules with their locations."""
        if self._rules is None:
            every = [(at, rule) for at, place in enumerate(self.system.places) for rule in place.rules]
            self._rules = [(at, rule) for at, rule in every if not self.facts(at, rule).contradictory]
        return self._rules

    def outs(self) -> list[Hashable]:
        """The ways out."""
        return list(dict.fromkeys(rule.out for _, rule in self.rules() if rule.to is None))

    def thresholds(self, out: Hashable = None) -> Iterator[tuple[tuple[Fraction, ...], Size]]:
        """Conditions on counts under which `out` (or any way out) is taken: factors u and a bound t with u·n' >= t,
        n' the counts after the draw; from locations where all counts are open."""
        outcomes = len(self.counts.outcomes)
        names = {f"n#{o}": o for o in range(outcomes)}
        seen = set()
        for at, rule in self.rules():
            if out not in (None, rule.out) or rule.to is not None or self.counts.fixed[at]:
                continue
            drawn = self.counts.outcomes.index(rule.label) if rule.label else -1
            for guard in rule.guards:
                parts = linear(self.counts.counted(at, guard), names)
                if parts is None or not parts[0]:
                    continue
                scale = max(abs(f) for f in parts[0].values())
                u = tuple(parts[0].get(o, Fraction(0)) / scale for o in range(outcomes))
                bound = -parts[1] * (1 / scale) + (u[drawn] if drawn >= 0 else 0)
                if (u, bound) not in seen:
                    seen.add((u, bound))
                    yield u, bound


def weighed(u: Sequence[Fraction], values: Sequence[Size]) -> Size:
    """The sum of products."""
    total = ZERO
    for factor, value in zip(u, values, strict=True):
        total = total + factor * value
    return total


Sides = tuple[Hashable, Hashable]


def sides(
    race: Race, u: tuple[Fraction, ...], v: tuple[Fraction, ...], top: Size, bottom: Size
) -> Sides | None:
    """The ways out where u·n reaches `top` and where v·n reaches `bottom`, if every rule keeps to that."""
    start, early = race.system.facts, race.early()
    least = 0 if early else 1
    if early is None or not (start.proves(top - least) and start.proves(bottom - least)):
        return None
    if early and not start.proves(top + bottom - 1):  # it may be decided both ways at once
        return None
    above: list[Hashable] = []
    below: list[Hashable] = []
    for at, rule in race.rules():
        counts, known = race.now(at) if early else race.after(at, rule), race.facts(at, rule)
        high, low = weighed(u, counts) - top, weighed(v, counts) - bottom
        if rule.to is not None:
            if not (known.proves(-high - 1) and known.proves(-low - 1)):
                return None
        elif known.proves(high):
            above.append(rule.out)
        elif known.proves(low):
            below.append(rule.out)
        else:
            return None
    return (above[0], below[0]) if len(set(above)) == len(set(below)) == 1 else None


def shared(sides: Sides, chance: Size) -> Outs:
    above, below = sides
    return {above: ONE} if above == below else {above: chance, below: 1 - chance}
