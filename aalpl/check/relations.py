"""Reads comparisons of sizes, as `assume` and `requires` hold them."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.check.sizes import Sizes, pairs, size
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


def relations(of: tuple[t.Expr, ...], place: Sizes) -> tuple[p.Relation, ...]:
    """The relations that conditions say, chains taken apart."""
    return tuple(relation for each in of for relation in _relations(each, place))


def _relations(of: t.Expr, place: Sizes) -> Iterator[p.Relation]:
    match of:
        case t.And(operands):
            for operand in operands:
                yield from _relations(operand, place)
        case t.Compare(first, (t.Comparison("in", t.Range(low, high)),)):
            middle = size(first, place)
            yield p.Relation("<=", size(low, place), middle, span=of.span)
            yield p.Relation("<=", middle, size(high, place), span=of.span)
        case t.Compare(rest=rest) if all(each.operator != "in" for each in rest):
            for left, operator, right in pairs(of):
                yield _checked(
                    p.Relation(operator, size(left, place), size(right, place), span=of.span), place
                )
        case _:
            place.problems.error(
                "not-a-relation",
                "a comparison of sizes is expected here, such as `b <= k`",
                of.span,
                hint="write several with commas between them",
            )


def _checked(relation: p.Relation, place: Sizes) -> p.Relation:
    gap = (relation.left - relation.right).constant()
    if gap is not None and not _HOLDS[relation.operator](gap):
        place.problems.error("never-true", "this never holds", relation.span)
    return relation


_HOLDS = {
    "=": lambda gap: gap == 0,
    "!=": lambda gap: gap != 0,
    "<": lambda gap: gap < 0,
    "<=": lambda gap: gap <= 0,
    ">": lambda gap: gap > 0,
    ">=": lambda gap: gap >= 0,
}
