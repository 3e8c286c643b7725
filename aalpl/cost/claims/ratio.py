"""Two functions compared: by what factor one costs more than the other, model by model."""

from __future__ import annotations

import attrs

from aalpl.cost.growth.classes import leading, same
from aalpl.cost.growth.scale import Scale
from aalpl.cost.result import Quantity
from aalpl.cost.words.factors import common
from aalpl.cost.words.summary import Summary, grown
from aalpl.program.nodes import Claim, ClaimTerm, Combined, Program
from aalpl.program.nodes import Quantity as Claimed
from aalpl.program.size import ONE, Size


@attrs.frozen
class Ratio:
    """A ratio of costs grows like `above / below` as far as one model is concerned (None: in all); `tight` where it is a
    Theta."""

    model: str | None
    above: Size
    below: Size
    tight: bool


def compared(above: Summary, below: Summary) -> tuple[Ratio, ...]:
    """The ratios of the two costs for each model that both use, in the order of use; of all where they share none."""
    models = dict.fromkeys(part.model for part in above.analysis.parts)
    both = [m for m in models if any(part.model == m for part in below.analysis.parts)]
    asked: list[str | None] = [*both] or [None]
    found = [_ratio(above, below, model) for model in asked]
    return tuple(ratio for ratio in found if ratio is not None)


def pairs(program: Program, functions: list[str]) -> list[tuple[str, str]]:
    """Which functions are worth comparing: those that claims compare, or the only two there are."""
    claimed = [pair for claim in program.claims if (pair := _claimed(claim)) is not None]
    wanted = [pair for pair in dict.fromkeys(claimed) if set(pair) <= set(functions)]
    if not wanted and len(functions) == 2:
        return [(functions[0], functions[1])]
    return wanted


def _ratio(above: Summary, below: Summary, model: str | None) -> Ratio | None:
    top, bottom = _class(above, model), _class(below, model)
    if top is None or bottom is None:
        return None
    return Ratio(model, *quotient(top[0], bottom[0], above.names.scale), top[1] and bottom[1])


def _class(summary: Summary, model: str | None) -> tuple[Size, bool] | None:
    answer = summary.analysis.answer(Quantity("cost", summary.costmodel), model=model)
    found = grown(answer, summary.analysis, summary.free, summary.names.scale)
    if found is None or found.worst.upper is None or not found.worst.upper.terms:
        return None
    return found.worst.upper, found.theta is not None


def quotient(top: Size, bottom: Size, known: Scale) -> tuple[Size, Size]:
    """The class of a quotient of classes: a product where one is enough, else both with nothing in common."""
    for small in bottom.terms:
        for large in top.terms:
            factor = Size({large: 1}) / Size({small: 1})
            if same(top, factor * bottom, known):
                return factor, ONE
    shared = Size({common(top + bottom): 1})
    if len(bottom.terms) == 1:
        return leading((top / bottom).terms, known), ONE
    return top / shared, bottom / shared


def _claimed(claim: Claim) -> tuple[str, str] | None:
    match claim.left:
        case Combined("/", (left, right)):
            above, below = _function(left), _function(right)
            return (above, below) if above and below and above != below else None
        case _:
            return None


def _function(term: ClaimTerm) -> str | None:
    return term.function if isinstance(term, Claimed) and term.kind in ("cost", "tokens", "calls") else None
