"""Finds the parts of an input that a function never reads: fields of a record, the rest of a text."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.check import walk
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.size import Size
from aalpl.program.types import Exactly, ListOf, Record, Text


def unread(function: p.Function, param: p.Param) -> str | None:
    """What alone is read of a parameter, in words; None where all of it may be."""
    if any(isinstance(node, p.Let) and node.target == param.name for node in walk.nodes(function.body)):
        return None
    uses = list(_uses(function.body, param.name))
    match param.type:
        case Record(fields, None):  # a named one serves several functions
            read = {use.name for use in uses if isinstance(use, p.Field)}
            rest = [name for name, _ in fields if name not in read]
            if read and rest and all(isinstance(use, p.Field) for use in uses):
                return f"only {', '.join(f'`{name}`' for name, _ in fields if name in read)}"
            return None
        case Text(Exactly(length)) | ListOf(_, Exactly(length)):
            return _prefix(uses, length, "tokens" if isinstance(param.type, Text) else "elements")
        case _:
            return None


def _uses(root: p.Block, name: str) -> Iterator[p.Expr]:
    """The expressions around each read of a variable: a field or slice of it, or the variable as a whole."""
    inner: set[int] = set()
    for node in walk.nodes(root):
        match node:
            case p.Field(p.Variable(read) as whole) | p.Slice(p.Variable(read) as whole) if read == name:
                inner.add(id(whole))
                yield node
            case p.LengthOf(p.Variable(read) as whole) if read == name:
                inner.add(id(whole))
            case p.Variable(read) if read == name and id(node) not in inner:
                yield node
            case _:
                pass


def _prefix(uses: list[p.Expr], length: Size, unit: str) -> str | None:
    """`only the first c of n tokens`, where every read is a slice with fixed bounds and none gets to the end."""
    highs: list[Size] = []
    for use in uses:
        high = _size(use.high) if isinstance(use, p.Slice) else None
        if high is None or high == length:
            return None
        highs.append(high)
    if not highs or any(high != highs[0] for high in highs):
        return None
    rest = (length - highs[0]).constant()
    if rest is not None and rest <= 0:
        return None
    return f"only the first {highs[0]} of {length} {unit}"


def _size(of: p.Expr) -> Size | None:
    """A bound that is the same in every round: numbers and sizes."""
    match of:
        case p.IntLiteral(value):
            return s.const(value)
        case p.SizeName(name, _, None):
            return s.sym(name)
        case p.Arithmetic(("+" | "-" | "*") as operator, left, right):
            a, b = _size(left), _size(right)
            if a is None or b is None:
                return None
            return a + b if operator == "+" else a - b if operator == "-" else a * b
        case _:
            return None
