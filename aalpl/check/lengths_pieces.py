"""Abstract texts and lists: joining, cutting, indexing, replacing parts."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.check import lengths_values as values
from aalpl.check.lengths import (
    Plain,
    Row,
    Value,
    Words,
    joined,
    length,
    parts,
    probe,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.saying import said
from aalpl.check.state import Book, State, of_type
from aalpl.program import nodes as p
from aalpl.program.size import ONE, ZERO, Size, indexed


def concatenated(items: list[Value], state: State, book: Book) -> Value:
    if all(isinstance(item, Words) for item in items):
        return Words(sum((item.length for item in items if isinstance(item, Words)), ZERO))
    rows = [item for item in items if isinstance(item, Row)]
    if len(rows) != len(items) or not rows:
        return Plain()
    result = rows[0]
    for row in rows[1:]:
        result = _appended(result, row, state, book)
    return result


def _appended(left: Row, right: Row, state: State, book: Book) -> Row:
    total = left.length + right.length
    if left.element is None or not left.length:
        return Row(total, right.element)
    if right.element is None or not right.length:
        return Row(total, left.element)
    first, second = left.element, right.element
    before, after = parts(first(probe(8))), parts(second(probe(8)))
    if before == after and not any("%8" in size.free for size in before.values()):
        return Row(total, first)
    name, start = book.fresh("which"), left.length
    book.tainted.add(name)
    state.facts = state.facts.with_family(name, lambda *i: indexed(name, *i))
    state.facts = state.facts.with_family(name, lambda *i: 1 - indexed(name, *i))
    return Row(total, lambda i: _one(first, second, start, i, indexed(name, i)))


def _one(
    first: Callable[[Size], Value], second: Callable[[Size], Value], start: Size, i: Size, which: Size
) -> Value:
    behind = (i - start).constant()
    if behind is not None:
        return second(i - start) if behind >= 0 else first(i)
    return joined(first(i), second(i - start), lambda: which)


def indexed_value(of: p.Index, state: State, book: Book) -> Value:
    row, at = values.value_of(of.value, state, book), values.int_of(of.index, state, book)
    _within(of, "index", of.value, of.index, length(row), at, state, book)
    if isinstance(row, Row) and row.element is not None:
        return row.element(at)
    return of_type(of.type, state, book, said(of))


def _within(
    of: p.Expr, kind: str, value: p.Expr, index: p.Expr, size: Size | None, at: Size, state: State, book: Book
) -> None:
    text = f"0 <= {said(index)} < len({said(value)})"
    require(book, state, kind, text, (at, None if size is None else size - at - 1), of.span)


def bounds(
    of: p.Slice | p.Splice, whole: Value, low: p.Expr, high: p.Expr, state: State, book: Book
) -> tuple[Size, Size]:
    first, last, size = values.int_of(low, state, book), values.int_of(high, state, book), length(whole)
    text = f"0 <= {said(low)} <= {said(high)} <= len({said(of.value)})"
    goals = (first, last - first, None if size is None else size - last)
    require(book, state, "slice", text, goals, of.span)
    return first, last


def cut(whole: Value, first: Size, last: Size) -> Value:
    match whole:
        case Words():
            return Words(last - first)
        case Row(_, element):
            return Row(last - first, None if element is None else lambda i: element(i + first))
        case _:
            return Plain()


def updated(of: p.Update, state: State, book: Book) -> Value:
    row, at = values.value_of(of.value, state, book), values.int_of(of.index, state, book)
    new = values.value_of(of.new, state, book)
    _within(of, "index", of.value, of.index, length(row), at, state, book)
    return put(row, at, new, state, book)


def put(row: Value, at: Size, new: Value, state: State, book: Book) -> Value:
    """A list with one element replaced."""
    if not isinstance(row, Row) or row.element is None:
        return row
    old = row.element
    if parts(old(probe(8))) == parts(new):
        return row
    name = book.fresh("which")
    book.tainted.add(name)
    state.facts = state.facts.with_family(name, lambda *i: indexed(name, *i))
    state.facts = state.facts.with_family(name, lambda *i: 1 - indexed(name, *i))
    return Row(row.length, lambda i: new if i == at else joined(old(i), new, lambda: indexed(name, i)))


def spliced(of: p.Splice, state: State, book: Book) -> Value:
    whole, new = values.value_of(of.value, state, book), values.value_of(of.new, state, book)
    first, last = bounds(of, whole, of.low, of.high, state, book)
    fits(of, of.new, new, first, last, state, book)
    if isinstance(whole, Row) and isinstance(new, Row):
        return _appended(
            _appended(Row(first, whole.element), new, state, book),
            Row(whole.length - last, None if whole.element is None else _moved(whole.element, last)),
            state,
            book,
        )
    return whole


def _moved(element: Callable[[Size], Value], by: Size) -> Callable[[Size], Value]:
    return lambda i: element(i + by)


def fits(
    of: p.Splice | p.Contribute, text: p.Expr, new: Value, first: Size, last: Size, state: State, book: Book
) -> None:
    """What is put in the place of a slice is as long as the slice."""
    size = length(new)
    claim = f"len({said(text)}) = {last - first}"
    reason = "" if size is not None else "nothing says how long it is"
    goals = (None,) if size is None else (size - last + first, last - first - size)
    require(book, state, "splice", claim, goals, of.span, reason)


def listed(items: list[Value], state: State, book: Book) -> Value:
    if not items:
        return Row(ZERO, None)
    result = Row(ONE, _constantly(items[0]))
    for item in items[1:]:
        result = _appended(result, Row(ONE, _constantly(item)), state, book)
    return result


def _constantly(item: Value) -> Callable[[Size], Value]:
    return lambda _: item
