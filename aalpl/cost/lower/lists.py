"""Lowers assignments that change a few elements of a list to stores, instead of a new list.

x[i] <- e      x[a:b] <- [e, …]      x <- x ++ [e, …]      y <- x ++ [e, …]      t.f[i] <- e
"""

from __future__ import annotations

import attrs

from aalpl.cost.form.nodes import Set, Store
from aalpl.cost.lower.components import INDICES, components, read
from aalpl.cost.lower.expressions import number, shape
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.shape_lists import part_total
from aalpl.cost.lower.shapes import Items, Shape, fitted, tokens
from aalpl.cost.sizes.rewrite import reads
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ZERO, Size
from aalpl.report import Span


@attrs.frozen
class Place:
    """A variable, or a field of one: its path, its type, the type it is assigned with, the fields that lead to it."""

    path: str
    type: ty.Type
    now: ty.Type
    fields: tuple[str, ...] = ()

    def holds(self, of: p.Expr) -> bool:
        """Whether an expression is what this place holds before the assignment."""
        for field in reversed(self.fields):
            if not isinstance(of, p.Field) or of.name != field:
                return False
            of = of.value
        return isinstance(of, p.Variable) and of.name == self.path.split(".")[0]


def in_place(scope: Scope, place: Place, value: p.Expr, span: Span) -> bool:
    """Assigns a changed list as stores; False where it is none of the forms above."""
    match value, place.type:
        case p.WithField(whole, name, new), ty.Record(fields) if place.holds(whole):
            type_ = dict(fields)[name]
            field = Place(f"{place.path}.{name}", type_, type_, (*place.fields, name))
            if not in_place(scope, field, new, span):
                scope.write(field.path, shape(scope, new), span, field.type)
            return True
        case p.Update(whole, index, new), ty.ListOf() if place.holds(whole):
            return _stored(scope, place, number(scope, index), [new], span)
        case p.Splice(whole, low, _, p.ListLiteral(items)), ty.ListOf() if place.holds(whole):
            return _stored(scope, place, number(scope, low), list(items), span)
        case p.Concat((first, *rest)), ty.ListOf() if _literals(rest):
            return _appended(scope, place, first, _literals(rest), span)
        case _:
            return False


def _literals(rest: list[p.Expr]) -> list[p.Expr]:
    if not all(isinstance(part, p.ListLiteral) for part in rest):
        return []
    return [item for part in rest if isinstance(part, p.ListLiteral) for item in part.items]


def _held(scope: Scope, place: Place) -> Items:
    found = read(place.path, place.type, scope.learned.known)
    assert isinstance(found, Items)
    return found


def _shapes(scope: Scope, place: Place, items: list[p.Expr]) -> list[Shape] | None:
    """The shapes of new elements; None where an element is a list itself."""
    assert isinstance(place.type, ty.ListOf)
    found = [fitted(shape(scope, item), place.type.element) for item in items]
    flat = all(len(c.indices) == 1 for each in found for c in components(place.path, each, 1))
    return found if flat else None


def _stored(scope: Scope, place: Place, at: Size, items: list[p.Expr], span: Span) -> bool:
    """Elements from `at` on are replaced."""
    found = _shapes(scope, place, items)
    if found is None:
        return False
    held = _held(scope, place)
    wide = ZERO + len(found)
    total = held.total - part_total(held, at, at + wide) + sum(map(tokens, found), ZERO)
    _put(scope, place, at, found, ((f"total({place.path})", total),), span)
    return True


def _appended(scope: Scope, place: Place, first: p.Expr, items: list[p.Expr], span: Span) -> bool:
    """Elements are added to the list itself, or to a copy of another."""
    found = _shapes(scope, place, items)
    if found is None:
        return False
    if place.holds(first):
        whole = _held(scope, place)
    else:
        other = fitted(shape(scope, first), place.type)
        mine = {c.name for c in components(place.path, _held(scope, place))}
        read_ = {n for each in found for c in components(place.path, each, 1) for n in c.value.free}
        if not isinstance(other, Items) or mine & (read_ | _names(other)):
            return False
        scope.write(place.path, other, span, place.type)
        whole = _held(scope, place)
    total = sum(map(tokens, found), whole.total)
    known = ((f"len({place.path})", whole.count + len(found)), (f"total({place.path})", total))
    _put(scope, place, whole.count, found, known, span)
    return True


def _names(of: Items) -> set[str]:
    return {name for c in components("%", of) for name in c.value.free}


def _put(
    scope: Scope, place: Place, at: Size, found: list[Shape], also: tuple[tuple[str, Size], ...], span: Span
) -> None:
    """Stores elements one after the other, and sets the rest, all over the state before."""
    stores = [
        (c, at + i, c.value.replace({INDICES[0]: at + i}))
        for i, each in enumerate(found)
        for c in components(place.path, each, 1)
    ]
    arrays = {c.name for c, _, _ in stores}
    kept: dict[str, Size] = {f"set{i}": value for i, (_, value) in enumerate(also)}
    kept |= {f"store{i}": value for i, (_, _, value) in enumerate(stores)}
    clash = any((array, True) in reads(value) for value in (*kept.values(), at) for array in arrays)
    if clash:
        kept = scope.kept({**kept, "at": at}, span)
        at = kept["at"]
    for i, (c, place_, _) in enumerate(stores):
        offset = place_ if not clash else at + (place_ - stores[0][1])
        scope.emit(Store(c.name, offset, kept[f"store{i}"], span=span))
    scope.emit(Set(tuple((name, kept[f"set{i}"]) for i, (name, _) in enumerate(also)), span=span))
