"""Values as integers: what is left of a value of the language when only its numbers and lengths count.

A shape says how large a value is and how large its parts are, as sizes over the variables of a form. The components of
a shape are the integer variables and arrays that hold it (`components.py`).
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size


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
