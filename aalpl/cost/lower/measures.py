"""The range of a measure, from its body: what `count` counts lies between 0 and the number of rounds."""

from __future__ import annotations

from aalpl.cost.lower.expressions import exact
from aalpl.cost.lower.scope import Scope
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ZERO, Size, maximum

Range = tuple[Size, Size]


def measured(scope: Scope, oracle: p.Oracle) -> Range | None:
    """The range of a count, over the sizes and int parameters of the measure."""
    body = oracle.body
    if body is None or not body.body or not isinstance(oracle.result, ty.Int):
        return None
    match body.body[-1]:
        case p.Return(p.Reduce("count", _, low, high)):
            return _rounds(scope, low, high)
        case p.Return(p.Variable(name)):
            return _accumulated(scope, body.body, name)
        case _:
            return None


def _accumulated(scope: Scope, body: p.Block, name: str) -> Range | None:
    """`c <- 0`, then one loop that adds 0 or 1 to c in each round."""
    starts = [s for s in body if isinstance(s, p.Let) and s.target == name]
    loops = [s for s in body if isinstance(s, p.For) and any(_adds_flag(inner, name) for inner in s.body)]
    if len(starts) != 1 or len(loops) != 1 or loops[0].step is not None:
        return None
    start = starts[0].value
    return (
        _rounds(scope, loops[0].low, loops[0].high)
        if isinstance(start, p.IntLiteral) and not start.value
        else None
    )


def _adds_flag(of: p.Statement, name: str) -> bool:
    match of:
        case p.Let(
            target, p.Arithmetic("+", p.Variable(old), p.Conditional(_, p.IntLiteral(1), p.IntLiteral(0)))
        ):
            return target == name and old == name
        case _:
            return False


def _rounds(scope: Scope, low: p.Expr, high: p.Expr) -> Range | None:
    first, last = exact(scope, low), exact(scope, high)
    if first is None or last is None or any("%" in name for name in first.free | last.free):
        return None
    count = last - first + 1
    positive = all(v > 0 for v in count.terms.values()) and not any("(" in name for name in count.free)
    return ZERO, count if positive and count.free <= scope.program.sizes.keys() else maximum(0, count)
