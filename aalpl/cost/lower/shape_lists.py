"""Shapes of lists: slices, concatenations, changed elements, and what they have in tokens all together."""

from __future__ import annotations

from aalpl.cost.lower.shapes import Blind, Items, Shape, chosen, tokens
from aalpl.program.size import ZERO, Size, big, given, sym

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
