"""Values as integers: what is left of a value of the language when only its numbers and lengths count.

A shape says how large a value is and how large its parts are, as sizes over the variables of a form. The components of
a shape are the integer variables and arrays that hold it (names: see `form.py`); `read` and `components` go between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, big, given, indexed, sym


class TooFar(Exception):
    """Something that integers cannot say; the message is the reason."""


class Opaque(Exception):
    """A number that depends on what texts say or on reals."""


# -- shapes ------------------------------------------------------------------------------------------------------


@attrs.frozen
class Number:
    """An int; a bool as 0 or 1; a choice as the index of its option; `nothing` as 0."""

    size: Size


@attrs.frozen
class Words:
    """A text of that many tokens."""

    length: Size


@attrs.frozen
class Items:
    """A list: how many elements, the shape of each as a function of its index, the tokens of all together."""

    count: Size
    element: Callable[[Size], Shape]
    total: Size


@attrs.frozen
class Fields:
    """A record."""

    parts: tuple[tuple[str, Shape], ...]


@attrs.frozen
class Perhaps:
    """A `T?`: 1 or 0 whether there is a value, and that value."""

    present: Size
    value: Shape


@attrs.frozen
class Blind:
    """A value of which nothing is known but that it is one token: a real, an element of an empty list."""


@attrs.frozen
class Handed:
    """A function or primitive."""

    name: str


Shape = Number | Words | Items | Fields | Perhaps | Blind | Handed


def tokens(shape: Shape) -> Size:
    """How many tokens a value is (semantics 4)."""
    match shape:
        case Number() | Blind() | Handed():
            return ONE
        case Words(length):
            return length
        case Items(_, _, total):
            return total
        case Fields(parts):
            return sum((tokens(part) for _, part in parts), ZERO)
        case Perhaps(present, value):
            return mixed(present, tokens(value), ONE)


def mixed(test: Size, then: Size, orelse: Size) -> Size:
    """`then` where `test` is 1, `orelse` where it is 0."""
    if then == orelse:
        return then
    return test * then + (1 - test) * orelse


def chosen(test: Size, then: Shape, orelse: Shape) -> Shape:
    """The shape of `then if test else orelse`."""
    match then, orelse:
        case Blind(), _:
            return orelse
        case _, Blind():
            return then
        case Number(a), Number(b):
            return Number(mixed(test, a, b))
        case Words(a), Words(b):
            return Words(mixed(test, a, b))
        case Items(a, first, one), Items(b, second, two):
            return Items(
                mixed(test, a, b), lambda i: chosen(test, first(i), second(i)), mixed(test, one, two)
            )
        case Fields(left), Fields(right):
            others = dict(right)
            return Fields(tuple((name, chosen(test, part, others[name])) for name, part in left))
        case Perhaps(a, first_value), Perhaps(b, second_value):
            return Perhaps(mixed(test, a, b), chosen(test, first_value, second_value))
        case Perhaps(a, value), _:
            return Perhaps(mixed(test, a, ONE), chosen(test, value, orelse))
        case _, Perhaps(b, value):
            return Perhaps(mixed(test, ONE, b), chosen(test, then, value))
        case _:
            raise TooFar("functions are chosen while the program runs")


def fitted(shape: Shape, type_: ty.Type) -> Shape:
    """The shape as one of the type: a `T` where a `T?` is expected holds a value."""
    match type_, shape:
        case ty.Maybe(inner), Perhaps(present, value):
            return Perhaps(present, fitted(value, inner))
        case ty.Maybe(), Blind():
            return Perhaps(ZERO, shape)
        case ty.Maybe(inner), _:
            return Perhaps(ONE, fitted(shape, inner))
        case ty.ListOf(inner), Items(count, element, total):
            return Items(count, lambda i: fitted(element(i), inner), total)
        case ty.Record(fields), Fields(parts):
            known = dict(fields)
            return Fields(tuple((name, fitted(part, known[name])) for name, part in parts))
        case _:
            return shape


# -- lists -------------------------------------------------------------------------------------------------------

STEP = sym("%t")
"""The index of sums over a part of a list."""


def uniform(items: Items) -> Size | None:
    """The tokens of each element where they are alike, whatever the index."""
    each = tokens(items.element(STEP))
    return None if "%t" in each.free else each


def part(items: Items, low: Size, high: Size) -> Items:
    """The slice `low:high`; in bounds, as every slice is."""
    return Items(high - low, lambda i: items.element(low + i), part_total(items, low, high))


def part_total(items: Items, low: Size, high: Size) -> Size:
    """The tokens of the elements `low:high`."""
    each = uniform(items)
    if each is not None:
        return (high - low) * each
    if not low and high == items.count:
        return items.total
    if (few := _few(items, low, high)) is not None:
        return few
    if high == items.count and (few := _few(items, ZERO, low)) is not None:
        return items.total - few
    if not low and (few := _few(items, high, items.count)) is not None:
        return items.total - few
    return big("sum", "%t", low, high - 1, tokens(items.element(STEP)))


def _few(items: Items, low: Size, high: Size) -> Size | None:
    width = (high - low).constant()
    if width is None or width > 8:
        return None
    return sum((tokens(items.element(low + i)) for i in range(int(width))), ZERO)


def joined(parts: tuple[Items, ...]) -> Items:
    """A concatenation of lists."""
    whole = parts[0]
    for piece in parts[1:]:
        whole = _pair(whole, piece)
    return whole


def _pair(left: Items, right: Items) -> Items:
    def element(i: Size) -> Shape:
        return chosen(given(left.count - 1 - i), left.element(i), right.element(i - left.count))

    return Items(left.count + right.count, element, left.total + right.total)


def listed(items: tuple[Shape, ...]) -> Items:
    """A list literal."""

    def element(i: Size) -> Shape:
        number = i.constant()
        if number is not None and 0 <= number < len(items):
            return items[int(number)]
        found: Shape = Blind()
        for at, item in reversed(list(enumerate(items))):
            found = item if isinstance(found, Blind) else chosen(given(at - i), item, found)
        return found

    return Items(ZERO + len(items), element, sum((tokens(item) for item in items), ZERO))


def updated(items: Items, at: Size, new: Shape) -> Items:
    """The list with one element replaced."""
    old = items.element(at)
    return Items(
        items.count,
        lambda i: chosen(given(i - at) * given(at - i), new, items.element(i)),
        items.total - tokens(old) + tokens(new),
    )


def spliced(items: Items, low: Size, high: Size, new: Items) -> Items:
    """The list with a slice replaced by as many elements."""
    return Items(
        items.count,
        lambda i: chosen(given(i - low) * given(high - 1 - i), new.element(i - low), items.element(i)),
        items.total - part_total(items, low, high) + new.total,
    )


# -- components --------------------------------------------------------------------------------------------------


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
