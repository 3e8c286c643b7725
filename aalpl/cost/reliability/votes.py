"""Rounds that draw from the same outcomes until their counts decide: a lead, a number of rounds, a first to so many.

With counts n_o of the outcomes (`counts.py`) the end is decided by
    a lead        y = sum of u_o * n_o with steps -1, 0, 1 reaches A or -B: with r = w_-/w_+, the gambler's ruin
                  (Feller, An Introduction to Probability Theory, vol. 1, ch. XIV) gives the probability of A first as
                  (1 + r + … + r^(B-1)) / (1 + r + … + r^(A+B-1)), which is 1/(1 + r^A) where A = B
    N rounds      of two outcomes: n is binomial, and a threshold splits its range
    the first     of two outcomes to be drawn a and b times: sum over j < b of C(a-1+j, j) p^a q^j
What is read off the rules of one location is proved of every rule of every location, so nothing is taken on trust.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.reliability.counts import Counts, counts, linear, name
from aalpl.cost.reliability.states import UNTOLD, Calls, Label
from aalpl.cost.reliability.system import Rule, System
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size, apply, big, power, sym

Outs = dict[Hashable, Size]


@attrs.define
class Race:
    """A system and its counts."""

    system: System
    counts: Counts
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


def decided(system: System) -> Outs | None:
    """The ways out, and the calls on the way, if counts of outcomes decide."""
    counted = counts(system)
    if counted is None:
        return None
    race = Race(system, counted)
    for solver in (lead, so_many, first, one_sided, certain):
        found = solver(race)
        if found is not None:
            outs, rounds = found
            return outs | _calls(race, rounds)
    return None


def _calls(race: Race, rounds: Size | None) -> Outs:
    """The expected calls, where every round makes as many."""
    each: list[dict[str, Size]] = []
    for place in race.system.places:
        here: dict[str, dict[Label, Size]] = {}
        for rule in place.rules:
            if not rule.label and rule.calls:
                return {UNTOLD: ONE}
            for name_, calls in rule.calls:
                before = here.setdefault(name_, {}).setdefault(rule.label, calls)
                if before != calls:
                    return {UNTOLD: ONE}
        each.append({name_: sum(labels.values(), ZERO) for name_, labels in here.items()})
    if rounds is None or any(here != each[0] for here in each):
        return {UNTOLD: ONE} if any(each) else {}
    return {Calls(name_): rounds * calls for name_, calls in each[0].items()}


# -- a lead ----------------------------------------------------------------------------------------------------------


Found = tuple[Outs, Size | None]
"""The ways out, and the expected number of rounds."""


def lead(race: Race) -> Found | None:
    """A lead that is reached above or below."""
    found = list(race.thresholds())
    for u, top in found:
        if not set(u) <= {-1, 0, 1} or {1, -1} - set(u):
            continue
        for other, bottom in found:
            if all(a == -b for a, b in zip(u, other, strict=True)):
                sides = _sides(race, u, other, top, bottom)
                if sides is not None:
                    won = _ruin(race, u, top, bottom)
                    return _shared(sides, won), _duration(race, u, top, bottom, won)
    return None


def _steps(race: Race, u: tuple[Fraction, ...]) -> tuple[Size, Size]:
    """How probably a round goes up, and down."""
    pairs = list(zip(race.counts.weights, u, strict=True))
    up, down = (sum((w for w, step in pairs if step == sign), ZERO) for sign in (1, -1))
    return up, down


def _duration(race: Race, u: tuple[Fraction, ...], top: Size, bottom: Size, won: Size) -> Size | None:
    """The expected number of rounds, by Wald: (w_+ - w_-) E[T] = top*P - bottom*(1 - P); top*bottom/(w_+ + w_-) where
    the lead goes up and down alike."""
    up, down = _steps(race, u)
    drift = up - down
    if not drift:
        return top * bottom / (up + down)
    if not _apart(race, drift):
        return None
    return (top * won - bottom * (1 - won)) / drift


def _apart(race: Race, size: Size) -> bool:
    """Whether a number is certainly not 0: a number, or a multiple of what an assumption keeps away from 0."""
    number = size.constant()
    if number is not None:
        return number != 0
    return any((size / other).constant() is not None for other in race.system.apart)


Sides = tuple[Hashable, Hashable]


def _sides(
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


def _shared(sides: Sides, chance: Size) -> Outs:
    above, below = sides
    return {above: ONE} if above == below else {above: chance, below: 1 - chance}


def _ruin(race: Race, u: tuple[Fraction, ...], top: Size, bottom: Size) -> Size:
    """The probability that the lead is `top` before it is `-bottom`."""
    up, down = _steps(race, u)
    ratio = down / up
    if ratio.constant() == 1:
        return bottom / (top + bottom)
    if top == bottom:
        return ONE / (1 + power(ratio, top))
    if _apart(race, up - down):
        return (1 - power(ratio, bottom)) / (1 - power(ratio, top + bottom))
    j = sym("j#")
    return big("sum", "j#", ZERO, bottom - 1, power(ratio, j)) / big(
        "sum", "j#", ZERO, top + bottom - 1, power(ratio, j)
    )


def one_sided(race: Race) -> Found | None:
    """A lead that must be reached above, however far it falls before: surely where it does not go down more often than up,
    else with probability (w_+/w_-)^top."""
    outs, start, early = race.outs(), race.system.facts, race.early()
    if len(outs) != 1 or early is None:
        return None
    for u, top in race.thresholds():
        if not set(u) <= {-1, 0, 1} or {1, -1} - set(u) or not start.proves(top - (0 if early else 1)):
            continue
        if all(_reaches(race, rule, at, u, top, early) for at, rule in race.rules()):
            up, down = _steps(race, u)
            if start.proves(up - down):
                rounds = top / (up - down) if _apart(race, up - down) else None
                return {outs[0]: ONE}, rounds
            if start.proves(down - up):
                return {outs[0]: power(up / down, top)}, None
    return None


def _reaches(race: Race, rule: Rule, at: int, u: tuple[Fraction, ...], top: Size, early: bool) -> bool:
    """Whether a rule leaves the loop exactly where u·n has reached `top`."""
    counts = race.now(at) if early else race.after(at, rule)
    over = weighed(u, counts) - top
    return race.facts(at, rule).proves(over if rule.to is None else -over - 1)


# -- so many rounds --------------------------------------------------------------------------------------------------


def so_many(race: Race) -> Found | None:
    """So many rounds, after which the counts decide."""
    rounds = _number(race)
    if rounds is None:
        return None
    outs = race.outs()
    if len(outs) == 1:
        return {outs[0]: ONE}, rounds
    if len(race.counts.outcomes) != 2 or len(outs) != 2:
        return None
    for one, other in (outs, outs[::-1]):
        for u, bound in race.thresholds(one):
            least = _least(u, bound, rounds)
            if least is None:
                continue
            above, below = (one, other) if u[0] > u[1] else (other, one)
            if _splits(race, rounds, above, least):
                chance = _tail(race, least, rounds)
                return {above: chance, below: 1 - chance}, rounds
    return None


def _number(race: Race) -> Size | None:
    """The number of rounds, if it is the same whatever is drawn."""
    found: Size | None = None
    for at, rule in race.rules():
        if rule.to is None:
            continue
        for guard in rule.guards:
            left = race.counts.counted(at, guard) + sum(race.now(at), ZERO)
            if not any(n.startswith("n#") for n in left.free):
                found = left + 1
                break
        if found is not None:
            break
    if found is None or not race.system.facts.proves(found):
        return None
    for at, rule in race.rules():
        drawn = sum(race.now(at), ZERO)
        known = race.facts(at, rule)
        if rule.to is not None and not known.proves(found - drawn - 1):
            return None
        if rule.to is None and (
            rule.label or not (known.proves(drawn - found) and known.proves(found - drawn))
        ):
            return None
    return found


def _least(u: tuple[Fraction, ...], bound: Size, rounds: Size) -> Size | None:
    """The least count of outcome 0 with u·n >= bound; or, where outcome 1 has the larger factor, without it."""
    factor = u[0] - u[1]  # u·n = u1*N + (u0 - u1)*n0
    if factor == 0:
        return None
    edge = (bound - u[1] * rounds) / factor
    return apply("ceil", edge) if factor > 0 else apply("floor", edge) + 1


def _splits(race: Race, rounds: Size, above: Hashable, least: Size) -> bool:
    """Whether every way out is taken exactly on its side of the threshold of outcome 0."""
    for at, rule in race.rules():
        if rule.to is not None:
            continue
        values = _summing(race, at, rounds)
        goal = (race.counts.count(at, 0) - least).replace(values)
        known = race.system.facts.adding(
            *(size.replace(values) for size in race.facts(at, rule).known), *values.values()
        )
        if known.contradictory:
            continue
        if not known.proves(goal if rule.out == above else -goal - 1):
            return False
    return True


def _summing(race: Race, at: int, rounds: Size) -> dict[str, Size]:
    """The last open count, from the number of rounds and the others."""
    free = [o for o in range(len(race.counts.outcomes)) if o not in race.counts.fixed[at]]
    if not free:
        return {}
    others = sum((n for o, n in enumerate(race.now(at)) if o != free[-1]), ZERO)
    return {f"n#{free[-1]}": rounds - others}


def _tail(race: Race, least: Size, rounds: Size) -> Size:
    """The probability of drawing outcome 0 so often at least."""
    chance = race.counts.weights[0]
    j = sym("j#")
    term = apply("binomial", rounds, j) * power(chance, j) * power(1 - chance, rounds - j)
    return big("sum", "j#", least, rounds, term)


# -- the first to so many --------------------------------------------------------------------------------------------


def first(race: Race) -> Found | None:
    """Which of two outcomes is drawn so often first."""
    found = list(race.thresholds())
    for u, top in found:
        for v, bottom in found:
            apart = all(a * b == 0 for a, b in zip(u, v, strict=True))
            if set(u) | set(v) <= {0, 1} and apart:
                sides = _sides(race, u, v, top, bottom)
                if sides is not None:
                    return _shared(sides, _first(race, u, v, top, bottom)), None
    return None


def _first(race: Race, u: tuple[Fraction, ...], v: tuple[Fraction, ...], top: Size, bottom: Size) -> Size:
    p, q = (
        sum((w for w, step in zip(race.counts.weights, side, strict=True) if step), ZERO) for side in (u, v)
    )
    if p + q != 1:
        p, q = p / (p + q), q / (p + q)
    j = sym("j#")
    term = apply("binomial", top - 1 + j, j) * power(q, j)
    return power(p, top) * big("sum", "j#", ZERO, bottom - 1, term)


# -- one outcome -----------------------------------------------------------------------------------------------------


def certain(race: Race) -> Found | None:
    """One way out, when the only outcome has been drawn so often."""
    outs = race.outs()
    if len(race.counts.outcomes) != 1 or len(outs) != 1:
        return None
    for u, bound in race.thresholds():
        stays = (
            race.facts(at, rule).proves(bound - u[0] * race.now(at)[0])
            for at, rule in race.rules()
            if rule.to is not None
        )
        if u[0] > 0 and all(stays):
            return {outs[0]: ONE}, None
    return None
