"""Walks over trees and expressions without recursion, so that no depth is too deep."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs

from aalpl.program import node as n
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


def nodes(root: Any) -> Iterator[Any]:
    """The nodes in and below `root` (of a tree or of a program), parents first, in the order written."""
    stack = [root]
    while stack:
        here = stack.pop()
        kind = here.__class__
        if kind is tuple:
            stack.extend(here[::-1])
        elif (names := _parts(kind)) is not None:
            yield here
            for name in names:
                part = getattr(here, name)
                if part.__class__ not in _LEAVES:
                    stack.append(part)


_LEAVES = (str, type(None), bool, int)


@cache
def _parts(of: Any) -> tuple[str, ...] | None:
    """The fields of a node that may have nodes in them, the last one first; None of what is no node."""
    if not issubclass(of, t.Node | n.Node):
        return None
    beside = ("span", "comments") if issubclass(of, t.Node) else ("span", "type")
    return tuple(field.name for field in reversed(attrs.fields(of)) if field.name not in beside)


def variables(of: p.Expr | p.Fact) -> set[str]:
    """The variables an expression reads."""
    return {node.name for node in nodes(of) if isinstance(node, p.Variable)}


def popped(of: Any) -> set[str]:
    """The variables that a piece of the tree pops from."""
    return {node.variable.id for node in nodes(of) if isinstance(node, t.Pop)}


def assigned(of: Any) -> set[str]:
    """The variables that a piece of the tree binds or rebinds."""
    return {name for node in nodes(of) if node.__class__ in _BINDING for name in _bound(node)}


_BINDING = frozenset((t.Assign, t.For, t.ParallelFor, t.Pop, t.CallStatement))


def _bound(node: Any) -> Iterator[str]:
    match node:
        case t.Assign(targets):
            yield from (base(target).id for target in targets)
        case t.For(variable) | t.ParallelFor(variable) | t.Pop(variable):
            yield variable.id
        case t.CallStatement(t.Call(t.Field(value))) | t.CallStatement(t.Where(t.Call(t.Field(value)))):
            if isinstance(root := receiver(value), t.Name):
                yield root.id
        case _:
            pass


def lasting(of: t.Statement) -> set[str]:
    """The variables that a loop binds and that outlive one round of it: neither those of loops nor of branches."""
    gone = [node for node in nodes(of) if isinstance(node, t.For | t.ParallelFor)]
    branches = {id(each) for loop in gone if isinstance(loop, t.ParallelFor) for each in nodes(loop)}
    outside = [node for node in nodes(of) if id(node) not in branches]
    names = {name for node in outside if not isinstance(node, t.For) for name in _bound(node)}
    return names - {loop.variable.id for loop in gone}


def base(target: t.Target) -> t.Name:
    """The variable that an assignment to `x[i].f` rebinds."""
    here: t.Expr = target
    while not isinstance(here, t.Name):
        if isinstance(here, t.Index | t.Slice | t.Field):
            here = here.value
        else:
            return t.Name("", span=here.span)
    return here


def receiver(of: t.Expr) -> t.Expr:
    """`t` of `t.add(e)`, of `t.a.add(e)`."""
    while isinstance(of, t.Field):
        of = of.value
    return of


def depth(root: Any, limit: int) -> t.Node | None:
    """The first node that lies more than `limit` nodes deep, if one does."""
    stack: list[tuple[Any, int]] = [(root, 0)]
    while stack:
        here, level = stack.pop()
        if isinstance(here, tuple):
            stack.extend((each, level) for each in here)
        elif isinstance(here, t.Node):
            if level > limit:
                return here
            kind: Any = type(here)
            stack.extend((getattr(here, name), level + 1) for name in _parts(kind) or ())
    return None
