"""Components of a shape: the integer variables and arrays of a form that hold it (names: see `form.py`)."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.lower.shape_lists import uniform
from aalpl.cost.lower.shapes import Blind, Fields, Handed, Items, Number, Perhaps, Shape, TooFar, Words
from aalpl.program import types as ty
from aalpl.program.size import ZERO, Size, indexed, sym


@attrs.frozen
class Component:
    """One variable (no indices) or array (its indices) and what it is over them."""

    name: str
    indices: tuple[str, ...]
    value: Size

    @property
    def key(self) -> tuple[str, bool]:
        """The name, and whether it is that of an array."""
        return self.name, bool(self.indices)


INDICES = ("%j", "%k", "%l", "%m")
"""Indices of arrays, from the outside in."""

Known = Mapping[tuple[str, bool], Size]
"""Variables and arrays that are always the same, arrays as a size over `INDICES`."""


def name_at(path: str, depth: int) -> str:
    """The name of what lies `depth` lists deep: the first list shares its name with its elements."""
    return path + "[]" * max(0, depth - 1)


def components(path: str, shape: Shape, depth: int = 0) -> list[Component]:
    """The variables and arrays that hold a shape."""
    name, indices = name_at(path, depth), INDICES[:depth]
    match shape:
        case Number(size):
            return [Component(name, indices, size)]
        case Words(length):
            return [Component(f"len({name})", indices, length)]
        case Items(count, element, total):
            if depth + 1 > len(INDICES):
                raise TooFar("lists are nested too deep")
            return [
                Component(f"len({name})", indices, count),
                Component(f"total({name})", indices, total),
                *components(path, element(sym(INDICES[depth])), depth + 1),
            ]
        case Fields(parts):
            return [each for field, inner in parts for each in components(f"{path}.{field}", inner, depth)]
        case Perhaps(present, value):
            return [Component(f"{name}?", indices, present), *components(path, value, depth)]
        case Blind() | Handed():
            return []


def read(path: str, type_: ty.Type, known: Known, indices: tuple[Size, ...] = ()) -> Shape:
    """The shape of what the variables and arrays of a path hold."""
    name = name_at(path, len(indices))

    def at(component: str) -> Size:
        constant = known.get((component, bool(indices)))
        if constant is not None:
            return constant.replace(dict(zip(INDICES, indices, strict=False)))
        return indexed(component, *indices) if indices else sym(component)

    match type_:
        case ty.Int() | ty.Bool() | ty.Choice():
            return Number(at(name))
        case ty.Text():
            return Words(at(f"len({name})"))
        case ty.ListOf(element):
            items = Items(
                at(f"len({name})"),
                lambda i: read(path, element, known, (*indices, i)),
                at(f"total({name})"),
            )
            each = uniform(items)
            return items if each is None else attrs.evolve(items, total=items.count * each)
        case ty.Record(fields):
            return Fields(
                tuple((field, read(f"{path}.{field}", inner, known, indices)) for field, inner in fields)
            )
        case ty.Maybe(inner):
            return Perhaps(at(f"{name}?"), read(path, inner, known, indices))
        case ty.Nothing():
            return Number(ZERO)
        case ty.Real() | ty.Unknown():
            return Blind()
        case ty.Callable():
            return Handed(path)
