"""A lead that is reached above or below: the gambler's ruin.

A lead y = sum of u_o * n_o with steps -1, 0, 1 reaches A or -B: with r = w_-/w_+ (Feller, An Introduction to Probability
Theory, vol. 1, ch. XIV) the probability of A first is (1 + r + … + r^(B-1)) / (1 + r + … + r^(A+B-1)), which is
1/(1 + r^A) where A = B. What is read off the rules of one location is proved of every rule of every location.
"""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.chance.rational import normal
from aalpl.cost.reliability.race import Found, Race, shared, sides, weighed
from aalpl.cost.reliability.system import Rule
from aalpl.program.size import ONE, ZERO, Size, big, power, sym


def lead(race: Race) -> Found | None:
    """A lead that is reached above or below."""
    found = list(race.thresholds())
    for u, top in found:
        if not set(u) <= {-1, 0, 1} or {1, -1} - set(u):
            continue
        for other, bottom in found:
            if all(a == -b for a, b in zip(u, other, strict=True)):
                ends = sides(race, u, other, top, bottom)
                if ends is not None:
                    won = _ruin(race, u, top, bottom)
                    up, down = _steps(race, u)
                    for drift, goal in ((up - down, top), (down - up, bottom)):
                        if race.system.facts.proves(drift) and _apart(race, drift):
                            race.walk = (drift, goal)
                    return shared(ends, won), _duration(race, u, top, bottom, won)
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
    """Whether a number is certainly not 0."""
    return not_zero(size, race.system.apart)


def not_zero(size: Size, apart: tuple[Size, ...], factors: int = 3) -> bool:
    """Whether a size is certainly not 0: a number, or a product of what assumptions keep `apart` from 0."""
    number = size.constant()
    if number is not None:
        return number != 0
    for other in apart:
        if factors and other.free and other.free <= size.free:
            rest = normal(size / other)
            if len(rest.whole) <= len(size.whole) and not_zero(rest, apart, factors - 1):
                return True
    return False


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
