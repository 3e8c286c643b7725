"""What conditions say where they hold and where they do not."""

from __future__ import annotations

from aalpl.check import lengths_values as values
from aalpl.check.lengths import (
    Comparison,
    Perhaps,
    Truth,
    Whole,
)
from aalpl.check.state import Book, State
from aalpl.program import nodes as p
from aalpl.program.size import ZERO

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


NEVER: tuple[Comparison, ...] = (("<", ZERO, ZERO),)


def truth(of: p.Compare | p.Not | p.And | p.Or | p.Present, state: State, book: Book) -> Truth:
    match of:
        case p.Compare(operator, left, right):
            a, b = values.value_of(left, state, book), values.value_of(right, state, book)
            if isinstance(a, Whole) and isinstance(b, Whole) and operator in _OPPOSITE:
                return Truth(
                    ((operator, a.value, b.value),), ((_OPPOSITE[operator], a.value, b.value),), settled=True
                )
            return Truth()
        case p.Not(value):
            inner = truth_of(value, state, book)
            return Truth(inner.no, inner.yes, inner.settled)
        case p.And(items):
            return _all(items, state, book)
        case p.Or(items):
            inner = _all(tuple(_negation(item) for item in items), state, book)
            return Truth(inner.no, inner.yes, inner.settled)
        case p.Present(value):
            held = values.value_of(value, state, book)
            return Truth(yes=NEVER, settled=True) if held == Perhaps(None) else Truth()


def truth_of(of: p.Expr, state: State, book: Book) -> Truth:
    """What a condition says."""
    found = values.value_of(of, state, book)
    return found if isinstance(found, Truth) else Truth()


def certain(truth: Truth, state: State, book: Book) -> bool:
    """Whether a condition says exactly when it holds, of sizes that can all be reached."""
    free = {n for _, a, b in truth.yes for size in (a, b) for n in state.facts.rewritten(size).free}
    return truth.settled and not free & book.tainted


def _negation(of: p.Expr) -> p.Expr:
    return of.value if isinstance(of, p.Not) else p.Not(of, of.type, span=of.span)


def _all(items: tuple[p.Expr, ...], state: State, book: Book) -> Truth:
    """Parts are evaluated where those before them hold."""
    here = state.copy()
    found = []
    for item in items:
        truth = truth_of(item, here, book)
        found.append(truth)
        here.know(truth.yes)
        here.exact = here.exact and certain(truth, here, book)
    yes = tuple(c for truth in found for c in truth.yes)
    no = found[0].no if len(found) == 1 else ()
    return Truth(yes, no, settled=all(t.settled for t in found) and len(found) == 1)
