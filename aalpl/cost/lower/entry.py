"""What a function is entered with: activation sizes, parameters as variables and arrays, and what its types say."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.form.nodes import Set, Steps
from aalpl.cost.lower.answers import total
from aalpl.cost.lower.components import INDICES, Component, components, name_at
from aalpl.cost.lower.scope import Scope, filled
from aalpl.cost.lower.shapes import Fields, Items, Perhaps, Shape, Words, fitted
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.report import Span


@attrs.define
class Entry:
    """Variables and arrays known at entry; totals of lists, which `opening` sets; what types fix; facts."""

    variables: list[str] = attrs.field(factory=list)
    arrays: list[str] = attrs.field(factory=list)
    totals: list[tuple[str, ty.ListOf]] = attrs.field(factory=list)
    fixed: list[Component] = attrs.field(factory=list)
    domain: list[Size] = attrs.field(factory=list)

    def names(self) -> set[str]:
        """Variables that a call sets."""
        return {*self.variables, *(f"total({path})" for path, _ in self.totals)}


def entry(function: p.Function) -> Entry:
    """What a function is entered with."""
    found = Entry(variables=[binding.name for binding in function.bindings])
    found.domain.extend(sym(binding.name) for binding in function.bindings)
    for param in function.params:
        _enter(found, param.name, param.type, 0, {})
    return found


def _enter(found: Entry, path: str, type_: ty.Type, depth: int, sizes: Mapping[str, Size]) -> None:
    name = name_at(path, depth)
    match type_:
        case ty.Int(low, high):
            _given(found, name, depth, low, high)
        case ty.Bool():
            _given(found, name, depth, ZERO, ONE)
        case ty.Choice(options):
            _given(found, name, depth, ZERO, const(len(options) - 1))
        case ty.Text(length):
            _length(found, f"len({name})", depth, length, sizes)
        case ty.ListOf(element, length, index, low):
            _length(found, f"len({name})", depth, length, sizes)
            if index is not None:
                sizes = {**sizes, index: (low or ZERO).replace(sizes) + sym(INDICES[depth])}
            _enter(found, path, element, depth + 1, sizes)
            if depth:
                found.arrays.append(f"total({name})")
            else:
                found.totals.append((path, type_))
        case ty.Maybe(inner):
            _given(found, f"{name}?", depth, ZERO, ONE)
            _enter(found, path, inner, depth, sizes)
        case ty.Record(fields):
            for field, inner in fields:
                _enter(found, f"{path}.{field}", inner, depth, sizes)
        case ty.Real() | ty.Nothing() | ty.Unknown() | ty.Callable():
            pass


def _given(found: Entry, name: str, depth: int, low: Size | None, high: Size | None) -> None:
    if depth:
        found.arrays.append(name)
        return
    found.variables.append(name)
    found.domain.extend([] if low is None else [sym(name) - low])
    found.domain.extend([] if high is None else [high - sym(name)])


def _length(found: Entry, name: str, depth: int, length: ty.Length, sizes: Mapping[str, Size]) -> None:
    match length:
        case ty.Exactly(size):
            found.fixed.append(Component(name, INDICES[:depth], size.replace(sizes)))
        case ty.Between(low, high):
            _given(found, name, depth, low, high)
        case ty.Constant():
            _given(found, name, depth, ONE, None)
        case ty.Distributed() | ty.Mean() | ty.Open():
            _given(found, name, depth, ZERO, None)


def begin(scope: Scope, found: Entry, span: Span) -> None:
    """Sets what the types of the parameters say."""
    for component in found.fixed:
        if component.indices:
            scope.emit(filled(component, span))
        else:
            scope.emit(Set(((component.name, component.value),), span=span))


def opening(scope: Scope, found: Entry, span: Span) -> Steps:
    """Sets the totals of the lists among the parameters from their elements."""
    with scope.inside() as steps:
        for path, type_ in found.totals:
            total(scope, path, type_, span)
    return tuple(steps)


# -- at a call -----------------------------------------------------------------------------------------------------


def bound(
    bindings: tuple[p.Binding, ...], params: tuple[p.Param, ...], args: tuple[Shape, ...]
) -> dict[str, Size]:
    """Sizes and int parameters of a signature at a call."""
    by_name = {param.name: arg for param, arg in zip(params, args, strict=True)}
    sizes: dict[str, Size] = {}
    for param in params:
        arg = by_name[param.name]
        if isinstance(param.type, ty.Int):
            sizes.update({c.name: c.value for c in components(param.name, arg)})
    for binding in bindings:
        found = _follow(by_name.get(binding.path[0]), binding.path[1:])
        if found is not None:
            sizes[binding.name] = found
    return sizes


def _follow(shape: Shape | None, path: tuple[str, ...]) -> Size | None:
    match shape, path:
        case Words(size), ("len",):
            return size
        case Items(count), ("len",):
            return count
        case Items(_, element), ("element", *rest):
            return _follow(element(ZERO), tuple(rest))
        case Perhaps(_, value), ("value", *rest):
            return _follow(value, tuple(rest))
        case Perhaps(_, value), _:
            return _follow(value, path)
        case Fields(parts), (field, *rest):
            return _follow(dict(parts).get(field), tuple(rest))
        case _:
            return None


def handed_over(
    function: p.Function, found: Entry, args: tuple[Shape, ...], sizes: Mapping[str, Size]
) -> tuple[list[tuple[str, Size]], list[Component]]:
    """The entry variables and arrays of a function at a call."""
    wanted, arrays = found.names(), set(found.arrays)
    plain = [(binding.name, sizes[binding.name]) for binding in function.bindings if binding.name in sizes]
    lists: list[Component] = []
    for param, arg in zip(function.params, args, strict=True):
        for c in components(param.name, fitted(arg, param.type)):
            if c.indices and c.name in arrays:
                lists.append(c)
            elif not c.indices and c.name in wanted:
                plain.append((c.name, c.value))
    return plain, lists


__all__ = ["Entry", "begin", "bound", "entry", "handed_over", "opening"]
