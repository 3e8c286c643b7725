"""Leaves out assignments that nothing depends on: a counter that only counts itself would keep states apart for ever.

A variable is needed where a condition, a request, a result or something else that is needed reads it ("faint variables";
Nielson, Nielson, Hankin, Principles of Program Analysis, 2.1). Assignments cost nothing, so nothing else changes.
"""

from __future__ import annotations

from functools import reduce

import attrs

from aalpl.cost.reliability.liveness import Names, before, read_in
from aalpl.program import nodes as p


def without_unread(program: p.Program) -> p.Program:
    """The program without such assignments."""
    functions = {name: attrs.evolve(of, body=kept(of.body)) for name, of in program.functions.items()}
    return attrs.evolve(program, functions=functions)


def kept(block: p.Block) -> p.Block:
    """The statements of a function that something depends on."""
    return _kept(block, frozenset())


def _kept(block: p.Block, after: Names) -> p.Block:
    found: list[p.Statement] = []
    for each in reversed(block):
        if isinstance(each, p.Let) and each.target not in after:
            continue
        found.append(_inside(each, after))
        after = _needed((each,), after)
    return tuple(reversed(found))


def _inside(of: p.Statement, after: Names) -> p.Statement:
    match of:
        case p.If():
            return attrs.evolve(of, then=_kept(of.then, after), orelse=_kept(of.orelse, after))
        case p.For():
            return attrs.evolve(of, body=_kept(of.body, _head(of, after)))
        case p.Parallel():
            return attrs.evolve(of, body=_kept(of.body, _head(of, after) | _joined(of)))
        case p.Loop():
            head = _head(of, after)
            tested = after | _needed(of.body, head) | read_in((of.test, of.probability, of.at_most))
            return attrs.evolve(of, before=_kept(of.before, tested), body=_kept(of.body, head))
        case _:
            return of


def _needed(block: p.Block, after: Names) -> Names:
    """What is needed before a block, where `after` is needed after it."""
    return reduce(_step, reversed(block), after)


def _step(after: Names, of: p.Statement) -> Names:
    match of:
        case p.Let(target) if target not in after:
            return after
        case p.If():
            sides = _needed(of.then, after) | _needed(of.orelse, after)
            return sides | read_in((of.test, of.at_most, of.probability))
        case p.For():
            return _head(of, after) | read_in((of.low, of.high, of.step))
        case p.Parallel():
            return _head(of, after) | read_in((of.low, of.high, of.workers))
        case p.Loop():
            return _head(of, after)
        case _:
            return before((of,), after)


def _joined(of: p.Parallel) -> Names:
    """What a branch leaves behind."""
    return read_in(of.value) | frozenset(of.appended)


def _head(of: p.For | p.Loop | p.Parallel, after: Names) -> Names:
    """What is needed at the head of a loop."""
    needed = after
    while True:
        match of:
            case p.For(index):
                found = _needed(of.body, needed) - {index}
            case p.Parallel(index):
                found = _needed(of.body, needed | _joined(of)) - {index}
            case p.Loop():
                tested = after | _needed(of.body, needed) | read_in((of.test, of.probability, of.at_most))
                found = _needed(of.before, tested)
        if found <= needed:
            return needed
        needed |= found
