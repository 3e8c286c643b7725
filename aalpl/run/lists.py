"""Lists as views of a shared Python list: taking the first off, slicing and adding at the end cost no copy.

A list is the plain tuple (store, low, high). What a view shows never changes: the store only grows, and only behind
the last view that ends at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from aalpl.run.faults import OutOfRange

Seq = tuple[list[Any], int, int]


def of(items: list[Any]) -> Seq:
    """The list of these items; `items` is no longer the caller's."""
    return (items, 0, len(items))


def items(x: Seq) -> list[Any]:
    """The elements, copied."""
    return x[0][x[1] : x[2]]


def each(x: Seq) -> Iterator[Any]:
    """The elements, one after the other."""
    store, low, high = x
    return (store[i] for i in range(low, high))


def at(x: Seq, index: int) -> Any:
    """`x[index]`."""
    place = x[1] + index
    if index < 0 or place >= x[2]:
        raise OutOfRange(index, None, x[2] - x[1])
    return x[0][place]


def cut(x: Seq, low: int, high: int) -> Seq:
    """`x[low:high]`."""
    if not 0 <= low <= high <= x[2] - x[1]:
        raise OutOfRange(low, high, x[2] - x[1])
    return (x[0], x[1] + low, x[1] + high)


def join(left: Seq, right: Seq) -> Seq:
    """`left ++ right`; amortised in the length of `right` where nobody else has added to `left`."""
    store, low, high = left
    if right[1] == right[2]:
        return left
    if high != len(store):
        store, low, high = store[low:high], 0, high - low
    if right[2] - right[1] == 1:
        store.append(right[0][right[1]])
        return (store, low, high + 1)
    store.extend(right[0][right[1] : right[2]])
    return (store, low, len(store))


def join_all(parts: list[Seq]) -> Seq:
    """All parts, one after the other."""
    return of([item for part in parts for item in each(part)])


def add(x: Seq, item: Any) -> Seq:
    """`x ++ [item]`."""
    store, low, high = x
    if high != len(store):
        store, low, high = store[low:high], 0, high - low
    store.append(item)
    return (store, low, high + 1)


def put(x: Seq, index: int, new: Any) -> Seq:
    """`x` with element `index` replaced."""
    if not 0 <= index < x[2] - x[1]:
        raise OutOfRange(index, None, x[2] - x[1])
    store = x[0][x[1] : x[2]]
    store[index] = new
    return (store, 0, len(store))


def splice(x: Seq, low: int, high: int, new: Seq) -> Seq:
    """`x` with `x[low:high]` replaced by `new`, which is as long."""
    length = x[2] - x[1]
    if not 0 <= low <= high <= length:
        raise OutOfRange(low, high, length)
    if new[2] - new[1] != high - low:
        raise OutOfRange(low, high, length, new[2] - new[1])
    store = x[0][x[1] : x[2]]
    store[low:high] = items(new)
    return (store, 0, length)


def contains(x: Seq, value: Any, same: Callable[[Any, Any], bool]) -> bool:
    """`value in x`."""
    return any(same(value, item) for item in each(x))
