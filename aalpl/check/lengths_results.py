"""Results held against the declared type."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.check.lengths import (
    Fields,
    Perhaps,
    Row,
    Value,
    Whole,
    Words,
    length,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_signature import demand, length_text
from aalpl.check.lengths_values import value_of
from aalpl.check.saying import said
from aalpl.check.state import Book, State
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size, sym


def returned(of: p.Return, state: State, book: Book) -> None:
    """A result, held against the declared type."""
    value = Perhaps(None) if of.value is None else value_of(of.value, state, book)
    if not book.callers and of.value is not None:
        _kept(book.function.result, value, of.value, state.sizes, state, book)
    book.returns.append((state, value))


def _kept(of: k.Type, value: Value, text: p.Expr, sizes: dict[str, Size], state: State, book: Book) -> None:
    match of, value:
        case k.Text(wanted), Words(size):
            claim = f"len({said(text)}){length_text(wanted)}"
            demand(size, wanted, sizes, "result", claim, text.span, state, book)
        case k.ListOf(element, wanted, index, low), Row(size, inner):
            claim = f"len({said(text)}){length_text(wanted)}"
            demand(size, wanted, sizes, "result", claim, text.span, state, book)
            if inner is not None and isinstance(element, k.Text) and not isinstance(element.length, k.Open):
                _elements_kept(element.length, inner, size, index, low, text, sizes, state, book)
        case k.Int(low, high), Whole(number_):
            if low is not None:
                goal = number_ - low.replace(sizes)
                require(book, state, "result", f"{said(text)} >= {low}", (goal,), text.span)
            if high is not None:
                goal = high.replace(sizes) - number_
                require(book, state, "result", f"{said(text)} <= {high}", (goal,), text.span)
        case k.Maybe(held), Perhaps(inner_value) if inner_value is not None:
            _kept(held, inner_value, text, sizes, state, book)
        case k.Maybe(held), (Words() | Row() | Whole()):
            _kept(held, value, text, sizes, state, book)
        case k.Record(fields), Fields(found):
            for name, inner_type in fields:
                if name in found:
                    _kept(inner_type, found[name], text, sizes, state, book)
        case _:
            return


def _elements_kept(
    wanted: k.Length,
    inner: Callable[[Size], Value],
    size: Size,
    index: str | None,
    low: Size | None,
    text: p.Expr,
    sizes: dict[str, Size],
    state: State,
    book: Book,
) -> None:
    here = state.copy()
    at = sym(book.fresh("i"))
    here.facts = here.facts.adding(at, size - at - 1)
    here.exact = False
    found = length(inner(at))
    first = ZERO if low is None else low.replace(sizes)
    inside = sizes if index is None else {**sizes, index: at + first}
    claim = f"len({said(text)}[{index or 'i'}]){length_text(wanted)}"
    demand(found, wanted, inside, "result", claim, text.span, here, book)
