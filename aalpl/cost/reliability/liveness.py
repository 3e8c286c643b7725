"""Which variables are still read: states are equal where those are.

Backwards over structured statements: what a statement reads, and what is read after it unless it is assigned there;
loops to a fixed point.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import attrs

from aalpl.cost.reliability.states import Counting, Cycling, End, Rest, Returning, Testing, Then
from aalpl.program import nodes as p
from aalpl.program.node import Node

Names = frozenset[str]
_NONE: Names = frozenset()


def read_in(node: object) -> Names:
    """The variables that an expression, a law or a fact reads."""
    return frozenset(_read(node))


def _read(node: object) -> Iterator[str]:
    if isinstance(node, p.Variable):
        yield node.name
    elif isinstance(node, p.FunctionName):
        yield node.name  # it may be a parameter
    elif isinstance(node, tuple):
        for each in node:
            yield from _read(each)
    elif isinstance(node, Node):
        kind: Any = type(node)
        for field in attrs.fields(kind):
            yield from _read(getattr(node, field.name))


def before(block: p.Block, after: Names) -> Names:
    """What is read before a block, where `after` is read after it."""
    return reduce(_before, reversed(block), after)


def _before(after: Names, of: p.Statement) -> Names:
    match of:
        case p.Let(target, value):
            return (after - {target}) | read_in(value)
        case p.Ask() | p.Call():
            named = frozenset([of.primitive if isinstance(of, p.Ask) else of.function])
            more = (of.index, of.facts, of.transcript) if isinstance(of, p.Ask) else ()
            script = frozenset([of.transcript]) if isinstance(of, p.Ask) and of.transcript else _NONE
            return (after - {of.target}) | read_in((of.args, more)) | named | script
        case p.Consult(target, _, args):
            return (after - {target}) | read_in(args)
        case p.Sample(target, law):
            return (after - {target}) | read_in(law)
        case p.Choose(target, _, _, bounds):
            return (after - {target}) | read_in(bounds)
        case p.If():
            sides = before(of.then, after) | before(of.orelse, after)
            return sides | read_in((of.test, of.at_most, of.probability))
        case p.For() | p.Loop() | p.Parallel():
            outside = (of.low, of.high) if isinstance(of, p.For | p.Parallel) else ()
            return head(of, after) | read_in(outside)
        case p.Contribute(variable, low, high, new):
            return after | {variable} | read_in((low, high, new))
        case p.Return(value):
            return read_in(value)


def head(of: p.For | p.Loop | p.Parallel, after: Names) -> Names:
    """What is read at the head of a loop."""
    live = after
    while True:
        match of:
            case p.For(index):
                found = after | (before(of.body, live) - {index})
            case p.Parallel(index):
                found = after | ((before(of.body, live | read_in(of.value))) - {index})
            case p.Loop():
                rest = after | before(of.body, live) | read_in((of.test, of.probability))
                found = before(of.before, rest)
        found |= live
        if found == live:
            return live
        live = found


def live(rest: Rest) -> Names:
    """What is read by what is still to be done, in the function that is running."""
    match rest:
        case End():
            return _NONE
        case Returning():
            return _NONE
        case Then(block, _, at, following):
            return before(block[at:], live(following))
        case Counting(loop, _, _, _, _, following) | Cycling(loop, _, following):
            return head(loop, live(following))
        case Testing(loop, _, following):
            after = live(following)
            return after | before(loop.body, head(loop, after)) | read_in((loop.test, loop.probability))
