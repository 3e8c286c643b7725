"""Lowers calls of functions: entry values in, results out; what a result type fixes is taken from there."""

from __future__ import annotations

from aalpl.cost.form.nodes import Invoke
from aalpl.cost.lower.components import INDICES, Component, components, name_at, read
from aalpl.cost.lower.entry import bound, entry, handed_over
from aalpl.cost.lower.expressions import shape
from aalpl.cost.lower.scope import Scope, filled
from aalpl.cost.lower.shapes import Handed, TooFar
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ZERO, Size, big, sym

RESULT = "return"


def call(scope: Scope, of: p.Call, name: str) -> None:
    """A call of a function."""
    function = scope.program.functions[name]
    args = tuple(shape(scope, arg) for arg in of.args)
    given = {
        param.name: scope.handed.get(arg.name, arg.name)
        for param, arg in zip(function.params, args, strict=True)
        if isinstance(arg, Handed)
    }
    for name_given in given.values():
        if not (name_given in scope.program.primitives or name_given in scope.program.functions):
            raise TooFar(f"it depends on what `{name_given}` is")
    sizes = bound(function.bindings, function.params, args)
    plain, lists = handed_over(function, entry(function), args, sizes)
    declared = {c.key: c for c in _declared(RESULT, function.result, 0, scope.kept(sizes, of.span))}
    results, arrays, known = _results(of.target, function.result, declared)
    scope.emit(
        Invoke(
            scope.special(name, given),
            tuple(plain),
            tuple(filled(c, of.span) for c in lists),
            tuple(results),
            tuple(arrays),
            of.place,
            span=of.span,
        )
    )
    scope.assign(known, of.span)


def _results(
    target: str, type_: ty.Type, declared: dict[tuple[str, bool], Component]
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[Component]]:
    results: list[tuple[str, str]] = []
    arrays: list[tuple[str, str]] = []
    known: list[Component] = []
    mine = components(target, read(target, type_, {}))
    theirs = components(RESULT, read(RESULT, type_, {}))
    for own, other in zip(mine, theirs, strict=True):
        if other.key in declared:
            known.append(Component(own.name, own.indices, declared[other.key].value))
        elif own.indices:
            arrays.append((own.name, other.name))
        else:
            results.append((own.name, other.name))
    return results, arrays, known


def _declared(path: str, type_: ty.Type, depth: int, sizes: dict[str, Size]) -> list[Component]:
    """The components of a result that its type says exactly."""
    name, indices = name_at(path, depth), INDICES[:depth]
    match type_:
        case ty.Text(ty.Exactly(size)):
            return [Component(f"len({name})", indices, size.replace(sizes))]
        case ty.ListOf(element, length, index, low):
            inner = dict(sizes)
            if index is not None:
                inner[index] = (ZERO if low is None else low.replace(sizes)) + sym(INDICES[depth])
            found = _declared(path, element, depth + 1, inner)
            if isinstance(length, ty.Exactly):
                count = length.size.replace(sizes)
                found.append(Component(f"len({name})", indices, count))
                found.extend(_total(f"total({name})", indices, element, count, inner, INDICES[depth]))
            return found
        case ty.Record(fields):
            return [c for field, inner in fields for c in _declared(f"{path}.{field}", inner, depth, sizes)]
        case ty.Maybe(inner_type):
            return _declared(path, inner_type, depth, sizes)
        case _:
            return []


def _total(
    name: str, indices: tuple[str, ...], element: ty.Type, count: Size, sizes: dict[str, Size], index: str
) -> list[Component]:
    match element:
        case ty.Text(ty.Exactly(size)):
            each = size.replace(sizes)
            if index not in each.free:
                return [Component(name, indices, count * each)]
            return [Component(name, indices, big("sum", index, ZERO, count - 1, each))]
        case ty.Int() | ty.Bool() | ty.Choice():
            return [Component(name, indices, count)]
        case _:
            return []


def give_back(scope: Scope, of: p.Return) -> None:
    """Sets the results."""
    if of.value is not None and not isinstance(scope.function.result, ty.Nothing):
        scope.write(RESULT, shape(scope, of.value), of.span, scope.function.result)


def result_names(type_: ty.Type) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The result variables and arrays of a function."""
    found = components(RESULT, read(RESULT, type_, {}))
    return (
        tuple(c.name for c in found if not c.indices),
        tuple(c.name for c in found if c.indices),
    )


__all__ = ["RESULT", "call", "give_back", "result_names"]
