"""Is one size O of another? Yes, provably; no, with a family of sizes; or not decided."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.cost.growth.classes import of_sum
from aalpl.cost.growth.families import Apart, apart
from aalpl.cost.growth.scale import Scale
from aalpl.program.nodes import Relation
from aalpl.program.size import Size


def grows_at_most(
    small: Size, large: Size, known: Scale, relations: Sequence[Relation] = ()
) -> bool | Apart | None:
    """Whether small = O(large): True, a family along which it is not so, or None where that is not decided.

    `relations` are the hypotheses that `known` was made of."""
    upper, lower = of_sum(small, known, "upper"), of_sum(large, known, "lower")
    if upper is not None and lower is not None and covered(upper, lower, known):
        return True
    over, under = of_sum(small, known, "lower"), of_sum(large, known, "upper")
    if over is None or under is None or not over.terms:
        return None
    return apart(known, relations, over, under)


def covered(small: Size, large: Size, known: Scale) -> bool:
    """Whether a sum of products is dominated by another."""
    return all(known.dominated(product, *large.terms) for product in small.terms)
