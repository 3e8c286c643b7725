"""What a function says of its variables: their types over all assignments, and what it asks."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program import nodes as p
from aalpl.program import types as ty


def types_of(function: p.Function) -> dict[str, ty.Type]:
    """The type of each variable: a `T?` if anything assigned to it may be `nothing`."""
    found: dict[str, ty.Type] = {param.name: param.type for param in function.params}
    for statement in walk(function.body):
        match statement:
            case p.Let(target, value):
                _met(found, target, value.type)
            case p.Ask(target=target, type=type_) | p.Call(target=target, type=type_):
                _met(found, target, type_)
            case p.Consult(target=target, type=type_) | p.Sample(target=target, type=type_):
                _met(found, target, type_)
            case p.Choose(target=target, type=type_):
                _met(found, target, type_)
            case p.Parallel(target=target, type=type_):
                if target is not None:
                    _met(found, target, type_)
            case p.If() | p.For() | p.Loop() | p.Contribute() | p.Return():
                pass
    return found


def _met(found: dict[str, ty.Type], name: str, type_: ty.Type) -> None:
    found[name] = joined(found[name], type_) if name in found else type_


def joined(left: ty.Type, right: ty.Type) -> ty.Type:
    """A type that has room for both."""
    match left, right:
        case ty.Unknown(), _:
            return right
        case _, ty.Unknown():
            return left
        case ty.Maybe(a), ty.Maybe(b):
            return ty.Maybe(joined(a, b))
        case ty.Maybe(a), ty.Nothing():
            return left
        case ty.Nothing(), ty.Maybe():
            return right
        case ty.Maybe(a), _:
            return ty.Maybe(joined(a, right))
        case _, ty.Maybe(b):
            return ty.Maybe(joined(left, b))
        case ty.Nothing(), ty.Nothing():
            return left
        case ty.Nothing(), _:
            return ty.Maybe(right)
        case _, ty.Nothing():
            return ty.Maybe(left)
        case ty.ListOf(a), ty.ListOf(b):
            return ty.ListOf(joined(a, b))
        case ty.Record(one, name), ty.Record(two):
            others = dict(two)
            return ty.Record(
                tuple((field, joined(inner, others.get(field, inner))) for field, inner in one), name
            )
        case _:
            return left


def walk(block: p.Block) -> Iterator[p.Statement]:
    """All statements, inner ones too."""
    for statement in block:
        yield statement
        match statement:
            case p.If(then=one, orelse=two) | p.Loop(before=one, body=two):
                yield from walk(one)
                yield from walk(two)
            case p.For(body=body) | p.Parallel(body=body):
                yield from walk(body)
            case _:
                pass
