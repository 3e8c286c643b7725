"""Rounds that draw from the same outcomes until their counts decide: a lead, a number of rounds, a first to so many.

With counts n_o of the outcomes (`counts.py`) the end is decided by
    a lead        that is reached above or below: the gambler's ruin (`leads.py`)
    N rounds      of two outcomes: n is binomial, and a threshold splits its range
    the first     of two outcomes to be drawn a and b times: sum over j < b of C(a-1+j, j) p^a q^j
What is read off the rules of one location is proved of every rule of every location, so nothing is taken on trust.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.chance.rational import normal
from aalpl.cost.reliability.counts import counts
from aalpl.cost.reliability.leads import lead, one_sided
from aalpl.cost.reliability.race import Found, Outs, Race, shared, sides
from aalpl.cost.reliability.states import UNTOLD, Calls, Label
from aalpl.cost.reliability.system import System
from aalpl.program.size import ONE, ZERO, Size, apply, big, power, sym


@attrs.frozen
class Walk:
    """A lead that gains `drift` a round on average, in steps of at most 1, and ends its loop at `goal` at the latest; every
    round makes so many calls."""

    drift: Size
    goal: Size
    calls: int


def decided(system: System, walks: list[Walk]) -> Outs | None:
    """The ways out, and the calls on the way, if counts of outcomes decide; leads are added to `walks`."""
    counted = counts(system)
    if counted is None:
        return None
    race = Race(system, counted)
    for solver in (lead, so_many, first, one_sided, certain):
        found = solver(race)
        if found is not None:
            outs, rounds = found
            each = _each(race)
            sure = _sure(race)
            if race.walk is not None and sure is not None:
                walks.append(Walk(*race.walk, sure))
            if each is None or (rounds is None and each):
                return outs | {UNTOLD: ONE}
            return outs | {Calls(name): rounds * calls for name, calls in each.items() if rounds is not None}
    return None


def _each(race: Race) -> Mapping[str, Size] | None:
    """The calls of a round by primitive, where every round makes as many."""
    each: list[dict[str, Size]] = []
    for place in race.system.places:
        here: dict[str, dict[Label, Size]] = {}
        for rule in place.rules:
            if not rule.label and rule.calls:
                return None
            for name_, calls in rule.calls:
                before = here.setdefault(name_, {}).setdefault(rule.label, calls)
                if before != calls:
                    return None
        each.append({name_: sum(labels.values(), ZERO) for name_, labels in here.items()})
    return each[0] if all(here == each[0] for here in each) else None


def _sure(race: Race) -> int | None:
    """The calls that every round makes for certain, whatever is drawn; None where that varies."""
    found: set[Fraction | None] = set()
    for _, rule in race.rules():
        if not rule.label:
            found |= {None} if rule.calls else set()
            continue
        paid = sum((calls for _, calls in rule.calls), ZERO)
        found.add(normal(paid / rule.weight).constant())
    (each,) = found if len(found) == 1 else (None,)
    return None if each is None else int(each)


# -- so many rounds ------------------------------------------------------------------------------------------------


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


# -- the first to so many ------------------------------------------------------------------------------------------


def first(race: Race) -> Found | None:
    """Which of two outcomes is drawn so often first."""
    found = list(race.thresholds())
    for u, top in found:
        for v, bottom in found:
            apart = all(a * b == 0 for a, b in zip(u, v, strict=True))
            if set(u) | set(v) <= {0, 1} and apart:
                ends = sides(race, u, v, top, bottom)
                if ends is not None:
                    return shared(ends, _first(race, u, v, top, bottom)), None
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


# -- one outcome ---------------------------------------------------------------------------------------------------


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
