"""Two functions, of one program or of two, brought together: what is known of the sizes of both, and who is cheaper."""

from __future__ import annotations

from typing import Literal

import attrs

from aalpl.check.obligations import entry_facts
from aalpl.cost.claims.ratio import Ratio, quotient
from aalpl.cost.claims.regions import Domain
from aalpl.cost.growth.assumed import joined
from aalpl.cost.growth.classes import Growth, growth
from aalpl.cost.growth.scale import Scale
from aalpl.cost.result import Answer, Quantity
from aalpl.cost.words.summary import Grown, Summary, grown
from aalpl.program.nodes import Function, Program
from aalpl.program.prove import Facts
from aalpl.program.size import Size, sym
from aalpl.program.types import Int

Case = Literal["worst", "best", "expected"]


@attrs.frozen
class Side:
    """A function of a program with its summary, and the two ends of the case that is compared."""

    program: Program
    function: Function
    summary: Summary
    answer: Answer
    low: Size | None
    high: Size | None

    @property
    def exact(self) -> bool:
        """Whether the case is one formula."""
        return self.high is not None and self.low == self.high


@attrs.frozen
class Pair:
    """Two sides over the same sizes: names that both programs have mean the same."""

    one: Side
    two: Side
    domain: Domain


def side(program: Program, summary: Summary, quantity: Quantity, case: Case) -> Side:
    """One side."""
    answer = summary.analysis.answer(quantity)
    low, high = ends(answer, case)
    return Side(program, program.functions[summary.function], summary, answer, low, high)


def ends(answer: Answer, case: Case) -> tuple[Size | None, Size | None]:
    """Between what a case lies."""
    match case:
        case "best":
            return answer.lower, answer.least if answer.least is not None else answer.upper
        case "expected":
            return answer.expected.low, answer.expected.high
        case "worst":
            return answer.reached if answer.reached is not None else answer.lower, answer.upper


def pair(one: Side, two: Side) -> Pair:
    """Both sides, with the hypotheses of both."""
    facts = entry_facts(one.program, frozenset())
    known = joined(one.program, [one.function])
    if two.program is not one.program:
        other = entry_facts(two.program, frozenset())
        facts = facts.adding(*other.known).with_reals(*other.reals).assuming(two.program.assumptions)
    for each in (one, two):
        facts = _of(facts, each.function)
        known = _merged(known, joined(each.program, [each.function]))
    return Pair(one, two, Domain(facts, known))


def _of(facts: Facts, function: Function) -> Facts:
    for param in function.params:
        if isinstance(param.type, Int):
            low, high = param.type.low, param.type.high
            facts = facts.adding(*([] if low is None else [sym(param.name) - low]))
            facts = facts.adding(*([] if high is None else [high - sym(param.name)]))
    return facts.assuming(function.requires)


def _merged(one: Scale, two: Scale) -> Scale:
    return attrs.evolve(
        one,
        fixed=one.fixed | two.fixed,
        probabilities=one.probabilities | two.probabilities,
        rows=tuple(dict.fromkeys((*one.rows, *two.rows))),
        less=tuple(dict.fromkeys((*one.less, *two.less))),
        flat=tuple(dict.fromkeys((*one.flat, *two.flat))),
        spans=tuple(dict.fromkeys((*one.spans, *two.spans))),
    )


def cheaper(of: Pair) -> int | None:
    """-1 where the first never costs more than the second, 1 the other way round, 0 where they always cost the same."""
    one, two = of.one, of.two
    least = _at_most(of.domain, one.high, two.low)
    most = _at_most(of.domain, two.high, one.low)
    if least and most:
        return 0
    return -1 if least else 1 if most else None


def _at_most(domain: Domain, small: Size | None, large: Size | None) -> bool:
    return small is not None and large is not None and domain.proves(large - small)


def ratios(of: Pair, quantity: Quantity, case: Case = "worst") -> tuple[Ratio, ...]:
    """How the first grows against the second in a case: model by model for costs, and in all."""
    models: list[str | None] = [None]
    if quantity.kind == "cost":
        first, second = ({part.model: None for part in s.summary.analysis.parts} for s in (of.one, of.two))
        shared = [model for model in first if model in second]
        models = [*shared, None] if len({**first, **second}) > 1 else [None]
    return tuple(r for model in models if (r := _ratio(of, quantity, model, case)) is not None)


def _ratio(of: Pair, quantity: Quantity, model: str | None, case: Case) -> Ratio | None:
    known = attrs.evolve(of.domain.known, weights=of.one.summary.names.scale.weights)
    found = []
    for each in (of.one, of.two):
        answer = each.summary.analysis.answer(quantity, model=model)
        classes = grows(each.summary, answer, case, known)
        if classes is None or classes.worst.upper is None or not classes.worst.upper.terms:
            return None
        found.append((classes.worst.upper, classes.theta is not None))
    (top, tight), (bottom, sure) = found
    return Ratio(model, *quotient(top, bottom, known), tight and sure)


def grows(summary: Summary, answer: Answer, case: Case, known: Scale) -> Grown | None:
    """The classes of a case, from above and from below."""
    if case == "worst":
        return grown(answer, summary.analysis, summary.free, known)
    low, high = ends(answer, case)
    if low is None and high is None:
        return None
    none = Growth(None, None)
    above = none if high is None else growth(high, known)
    below = none if low is None else growth(low, known)
    return Grown(Growth(above.upper, below.lower, above.reason), below)
