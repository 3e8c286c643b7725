"""Values as the checker sees them: how long texts and lists are, what ints are, nothing of what is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from aalpl.program.size import ONE, ZERO, Size, big, lift, maximum, sym

Sizes = Mapping[str, Size]
Comparison = tuple[str, Size, Size]
"""`left operator right`, known where a condition holds."""


@attrs.frozen
class Words:
    """A text of so many tokens."""

    length: Size


@attrs.frozen
class Row:
    """A list; `element` gives the value at an index, None while nothing is known of any element (an empty list)."""

    length: Size
    element: Callable[[Size], Value] | None


@attrs.frozen
class Whole:
    """An int."""

    value: Size


@attrs.frozen
class Truth:
    """A bool; what is known where it is true and where it is false. `settled`: it is true exactly where `yes` holds."""

    yes: tuple[Comparison, ...] = ()
    no: tuple[Comparison, ...] = ()
    settled: bool = False


@attrs.frozen
class Fields:
    """A record."""

    fields: Mapping[str, Value]


@attrs.frozen
class Perhaps:
    """A `T?`: this value or nothing; `value` None where it is nothing for sure."""

    value: Value | None


@attrs.frozen
class Plain:
    """A choice, a real, a function: nothing to measure."""


Value = Words | Row | Whole | Truth | Fields | Perhaps | Plain


def replaced(value: Value, sizes: Sizes) -> Value:
    """With sizes in the place of symbols."""
    match value:
        case Words(length):
            return Words(length.replace(sizes))
        case Row(length, element):
            return Row(
                length.replace(sizes), None if element is None else lambda i: replaced(element(i), sizes)
            )
        case Whole(number):
            return Whole(number.replace(sizes))
        case Truth(yes, no, settled):
            return Truth(_replaced(yes, sizes), _replaced(no, sizes), settled)
        case Fields(fields):
            return Fields({name: replaced(part, sizes) for name, part in fields.items()})
        case Perhaps(inner):
            return Perhaps(None if inner is None else replaced(inner, sizes))
        case Plain():
            return value


def _replaced(comparisons: tuple[Comparison, ...], sizes: Sizes) -> tuple[Comparison, ...]:
    return tuple((operator, a.replace(sizes), b.replace(sizes)) for operator, a, b in comparisons)


def probe(depth: int) -> Size:
    """The symbol that stands for any index of a list nested so deep."""
    return sym(f"%{depth}")


Parts = dict[tuple[str, ...], Size]


def parts(value: Value, depth: int = 0) -> Parts:
    """The sizes a value consists of, elements at the probe index."""
    match value:
        case Words(length):
            return {("len",): length}
        case Row(length, element):
            inner = {} if element is None else parts(element(probe(depth)), depth + 1)
            return {("len",): length, **{("element", *path): size for path, size in inner.items()}}
        case Whole(number):
            return {("value",): number}
        case Fields(fields):
            return {
                (name, *path): size
                for name, part in fields.items()
                for path, size in parts(part, depth).items()
            }
        case Perhaps(inner):
            return (
                {} if inner is None else {("held", *path): size for path, size in parts(inner, depth).items()}
            )
        case Truth() | Plain():
            return {}


def rebuilt(value: Value, sizes: Parts, depth: int = 0) -> Value:
    """A value of the same form with other sizes."""
    match value:
        case Words():
            return Words(sizes[("len",)])
        case Row(_, element):
            return Row(
                sizes[("len",)],
                None if element is None else _element(element, _below("element", sizes), depth),
            )
        case Whole():
            return Whole(sizes[("value",)])
        case Fields(fields):
            return Fields({name: rebuilt(part, _below(name, sizes), depth) for name, part in fields.items()})
        case Perhaps(inner):
            return Perhaps(None if inner is None else rebuilt(inner, _below("held", sizes), depth))
        case Truth():
            return Truth()
        case Plain():
            return value


def meant(value: Value, depth: int = 0) -> object:
    """What a value says besides its sizes: what is known where bools in it are true, and what is nothing for sure."""
    match value:
        case Truth():
            return value
        case Perhaps(None):
            return None
        case Perhaps(inner) if inner is not None:
            return ("held", meant(inner, depth))
        case Fields(fields):
            return tuple((name, meant(part, depth)) for name, part in sorted(fields.items()))
        case Row(_, element) if element is not None:
            return ("element", meant(element(probe(depth)), depth + 1))
        case _:
            return ()


def _element(element: Callable[[Size], Value], sizes: Parts, depth: int) -> Callable[[Size], Value]:
    name = f"%{depth}"

    def at(index: Size) -> Value:
        moved = {path: size.replace({name: index}) for path, size in sizes.items()}
        return rebuilt(element(index), moved, depth + 1)

    return at


def _below(name: str, sizes: Parts) -> Parts:
    return {path[1:]: size for path, size in sizes.items() if path[0] == name}


def joined(left: Value, right: Value, which: Callable[[], Size]) -> Value:
    """Either value: sizes that differ are `left*w + right*(1 - w)` where `which()` gives w, one 0/1 symbol."""
    match left, right:
        case Words(a), Words(b):
            return Words(chosen(a, b, which))
        case Whole(a), Whole(b):
            return Whole(chosen(a, b, which))
        case Row(a, x), Row(b, y):
            return Row(chosen(a, b, which), _either(x, y, which))
        case Fields(a), Fields(b):
            return Fields({name: joined(part, b[name], which) for name, part in a.items() if name in b})
        case Perhaps(None), Perhaps() | Plain():
            return right if isinstance(right, Perhaps) else left
        case Perhaps(), Perhaps(None):
            return left
        case Perhaps(a), Perhaps(b) if a is not None and b is not None:
            return Perhaps(joined(a, b, which))
        case Perhaps(a), (Words() | Row() | Whole() | Fields()) as b:
            return Perhaps(b if a is None else joined(a, b, which))
        case (Words() | Row() | Whole() | Fields()) as a, Perhaps(b):
            return Perhaps(a if b is None else joined(a, b, which))
        case Truth(), Truth():
            return left if left == right else Truth()
        case _:
            return Plain()


def chosen(left: Size, right: Size, which: Callable[[], Size]) -> Size:
    """One of two sizes."""
    if left == right:
        return left
    w = which()
    return left * w + right * (1 - w)


def _either(
    left: Callable[[Size], Value] | None, right: Callable[[Size], Value] | None, which: Callable[[], Size]
) -> Callable[[Size], Value] | None:
    if left is None or right is None:
        return left or right
    one, other = left(probe(9)), right(probe(9))
    if parts(one) == parts(other) and meant(one) == meant(other):
        return left
    first, second, w = left, right, which()
    return lambda i: joined(first(i), second(i), lambda: w)


def alike(left: Value, right: Value) -> bool:
    """Whether two values have the same form and the same sizes."""
    return type(left) is type(right) and parts(left) == parts(right)


def tokens(value: Value, depth: int = 0) -> Size | None:
    """How many tokens a value is (semantics 4); None where nobody knows. For a `T?` those of its value, if any."""
    match value:
        case Words(length):
            return length
        case Row(length, element):
            if element is None:
                return ZERO
            inside = tokens(element(probe(depth)), depth + 1)
            if inside is None:
                return None
            if f"%{depth}" not in inside.free:
                return inside * length
            return big("sum", f"%{depth}", 0, length - 1, inside)
        case Fields(fields):
            found = [tokens(part, depth) for part in fields.values()]
            known = [size for size in found if size is not None]
            return sum(known, ZERO) if len(known) == len(found) else None
        case Perhaps(inner):
            size = ONE if inner is None else tokens(inner, depth)
            return None if size is None else maximum(size, 1)
        case Whole() | Truth() | Plain():
            return ONE


def at_path(value: Value, path: tuple[str, ...], depth: int = 0) -> Size | None:
    """The length (or int value) that a path leads to; elements at the probe index."""
    match path, value:
        case ("len",), Words(length) | Row(length, _):
            return length
        case ("element", *rest), Row(_, element) if element is not None:
            return at_path(element(probe(depth)), tuple(rest), depth + 1)
        case ("value", *rest), Perhaps(inner) if inner is not None:
            return at_path(inner, tuple(rest), depth)
        case (name, *rest), Fields(fields) if name in fields:
            return at_path(fields[name], tuple(rest), depth)
        case _:
            return None


def number(value: Value) -> Size | None:
    """The value of an int."""
    return value.value if isinstance(value, Whole) else None


def length(value: Value) -> Size | None:
    """The length of a text or list."""
    return value.length if isinstance(value, Words | Row) else None


def literal(value: int) -> Whole:
    """A number."""
    return Whole(lift(value))
