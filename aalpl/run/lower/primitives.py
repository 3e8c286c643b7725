"""Primitives that are handed over as values: a function of each that makes the request of a call."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.tokens import template_tokens
from aalpl.program.types import Nothing
from aalpl.run.lower.asking import bound, family_resolve, packed
from aalpl.run.lower.contracts import numbers
from aalpl.run.lower.payload import added, payload
from aalpl.run.lower.scope import Scope, Tables
from aalpl.run.lower.sizes import source
from aalpl.run.lower.walk import walk
from aalpl.run.lower.writer import Writer


def handed_over(program: p.Program) -> tuple[str, ...]:
    """The primitives whose names are used as values, and those that stand for what nobody hands over."""
    found = {n.name for n in walk(tuple(program.functions.values())) if isinstance(n, p.FunctionName)}
    found |= {name for function in program.functions.values() for _, name in function.standing}
    return tuple(name for name in program.primitives if name in found)


def request_maker(primitive: p.Primitive, name: str, tables: Tables) -> Scope:
    """`ask_P(number, a, b)`: the request for a call of P with these arguments."""
    shell = p.Function(name, primitive.params, Nothing(), (), (), (), (), span=primitive.span)
    s = Scope(tables, shell, Writer(), {})
    args = [f"a{i}" for i, _ in enumerate(primitive.params)]
    s.writer.line(f"def {name}({', '.join(['number', *args])}):")
    s.writer.depth = 1
    said = list(zip(args, (param.type for param in primitive.params), strict=True))
    resolve = family_resolve(primitive, None, bound(primitive, said, s, primitive.span))
    own = numbers(primitive.result, resolve)
    if primitive.right is not None:
        own.append(source(primitive.right, resolve))
    tokens = added([*(payload(a, t) for a, t in said), str(template_tokens(primitive.prompt))])
    s.writer.line(f"return (number, {tokens}, {packed(args)}, None, {packed(own)}, None, None)")
    s.writer.depth = 0
    return s
