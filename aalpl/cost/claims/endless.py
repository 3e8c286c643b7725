"""Loops that may run any number of times: what they cost has no worst case, however small the probability.

Shown for a loop that is certainly reached and that is left by chance alone: its condition has a declared probability, or is a
coin. Every number of rounds then has a positive probability.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aalpl.cost.result import Answer, Range
from aalpl.program import nodes as p
from aalpl.program.size import Size, Sym, const, sym


def endless(
    function: p.Function, answer: Answer, ranges: Mapping[str, Range], positive: Callable[[Size], bool]
) -> str | None:
    """The rounds in which an answer is given that may be any number, and on which the answer depends; in words."""
    if answer.lower is None or answer.expected.high is None:
        return None
    for condition in answer.conditional:
        loop = _reached(function.body, condition.name.removeprefix("T@"))
        if loop is None or loop.at_most is not None or condition.name not in ranges:
            continue
        chance = _chance(loop, ranges[condition.name])
        if chance is None or not positive(chance) or not positive(1 - chance):
            continue
        parts = answer.lower.coefficients(Sym(condition.name))
        top = max(parts)
        inside = any(condition.name in part.free for part in parts.values())
        if top > 0 and not inside and positive(parts[top]):
            return f"the loop at line {condition.span.line} may run any number of times"
    return None


def _reached(body: p.Block, place: str) -> p.Loop | None:
    """The loop at a place, where nothing before it and in it can leave the function or keep from reaching it."""
    for statement in body:
        if isinstance(statement, p.Loop) and statement.place == place:
            return None if any(_leaves((*statement.before, *statement.body))) else statement
        if isinstance(statement, p.Loop | p.Call) or any(_leaves((statement,))):
            return None
    return None


def _leaves(block: p.Block) -> Iterator[bool]:
    for statement in block:
        match statement:
            case p.Return():
                yield True
            case p.If(then=one, orelse=two) | p.Loop(before=one, body=two):
                yield from _leaves(one)
                yield from _leaves(two)
            case p.For(body=inner) | p.Parallel(body=inner):
                yield from _leaves(inner)
            case _:
                pass


def _chance(loop: p.Loop, limits: Range) -> Size | None:
    """The probability on which alone it hangs whether another round follows."""
    if loop.probability is not None:
        return limits.probability
    test = loop.test.value if isinstance(loop.test, p.Not) else loop.test
    if not isinstance(test, p.Variable):
        return None
    coins = [s for s in loop.before if isinstance(s, p.Sample) and s.target == test.name]
    return _number(coins[-1].law.args[0]) if coins and coins[-1].law.name == "flip" else None


def _number(value: p.Expr) -> Size | None:
    """A probability as it is mostly written."""
    match value:
        case p.IntLiteral(number) | p.RealLiteral(number):
            return const(number)
        case p.SizeName(name, index=None):
            return sym(name)
        case p.Arithmetic("-" | "/" as operator, left, right):
            one, other = _number(left), _number(right)
            if one is None or other is None or not other:
                return None
            return one - other if operator == "-" else one / other
        case _:
            return None
