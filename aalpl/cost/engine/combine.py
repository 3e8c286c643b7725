"""Answers of two engines put together: execution by structure, and bounds of transition rules.

Both are sound, so the smaller of two upper bounds holds and the larger of two lower ones. Exact forms come from
structure only. An answer that was conditional in a number of rounds is so no longer where rules bound it outright.
"""

from __future__ import annotations

import attrs

from aalpl.cost.engine.spare import spared
from aalpl.cost.result import Answer, Bracket, Expected, Step
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Size, apply

TRIED = (
    "the rounds in closed form, polynomial potentials of degree 1 to 3, and ranking functions "
    "(linear, one after the other, shrinking by a factor, growing up to a limit)"
)


def combined(answer: Answer, bracket: Bracket, known: Known, least: Size | None = None) -> Answer:
    """The answer by structure, with what the rules say; nothing is below `least`."""
    settled, bracket = not answer.conditional, _tidied(bracket, known)
    answer = attrs.evolve(answer, derivation=_told(answer, bracket))
    upper = _smallest(answer.upper if settled else None, bracket.upper, known)
    if upper is None:
        return attrs.evolve(answer, expected=_expected(answer, bracket, known, settled))
    lower = _largest(answer.lower if settled else None, bracket.lower, known)
    lower = least if lower is None else lower
    found = attrs.evolve(
        answer,
        upper=upper,
        lower=lower,
        reached=_met(_largest(answer.reached if settled else None, bracket.reached, known), upper, "max"),
        least=_met(_smallest(answer.least if settled else None, bracket.least, known), lower, "min"),
        expected=_expected(answer, bracket, known, settled),
        conditional=(),
        unknowns=() if lower is not None else answer.unknowns,
    )
    return attrs.evolve(found, derivation=_used(answer, found))


def _tidied(bracket: Bracket, known: Known) -> Bracket:
    """What the rules say, without the brackets that are decided at the entry."""

    def plain(size: Size | None) -> Size | None:
        return None if size is None else tidy(size, known)

    return attrs.evolve(
        bracket,
        lower=plain(bracket.lower),
        upper=plain(bracket.upper),
        reached=plain(bracket.reached),
        least=plain(bracket.least),
        expected_lower=plain(bracket.expected_lower),
        expected_upper=plain(bracket.expected_upper),
    )


def _told(answer: Answer, bracket: Bracket) -> tuple[Step, ...]:
    """What the rules tell; where they bound nothing, what was tried."""
    if bracket.upper is not None or (answer.upper is not None and not answer.conditional):
        return bracket.derivation
    line = next(
        (c.span.line for c in answer.conditional), next((u.span.line for u in answer.unknowns if u.span), 0)
    )
    why = f" ({bracket.reason.reason})" if bracket.reason is not None else ""
    tried = Step(line, f"no upper bound was found{why}; tried: {TRIED}", "", "worst")
    return (*(step for step in bracket.derivation if step.case != "worst"), tried)


def _used(answer: Answer, found: Answer) -> tuple[Step, ...]:
    """Without the steps of ends that structure knew as well."""
    known = {
        case
        for case, one, two in (("worst", answer.upper, found.upper), ("best", answer.lower, found.lower))
        if not answer.conditional and one is not None and one == two
    }
    return tuple(step for step in found.derivation if step.case not in known)


def _expected(answer: Answer, bracket: Bracket, known: Known, settled: bool) -> Expected:
    found = answer.expected
    if settled and found.low is not None and found.low == found.high:
        return found
    low = _largest(answer.expected.low if settled else None, bracket.expected_lower, known)
    high = _smallest(answer.expected.high if settled else None, bracket.expected_upper, known)
    reason = None if high is not None else answer.expected.reason or bracket.reason
    return Expected(low, high, reason)


def _met(attained: Size | None, bound: Size | None, function: str) -> Size | None:
    """The bound itself where it is one of the values attained: nothing lies beyond it."""
    if attained is None or bound is None:
        return attained
    for atom in attained.atoms():
        match atom:
            case Apply(name, args) if name == function and bound in args and attained == apply(name, *args):
                return bound
            case _:
                pass
    return attained


def _smallest(one: Size | None, two: Size | None, known: Known) -> Size | None:
    if one is None or two is None:
        found = one if two is None else two
    else:
        found = smaller(one, two, known)
    return None if found is None else spared(found, "min", known.facts)


def _largest(one: Size | None, two: Size | None, known: Known) -> Size | None:
    if one is None or two is None:
        found = one if two is None else two
    else:
        found = larger(one, two, known)
    return None if found is None else spared(found, "max", known.facts)
