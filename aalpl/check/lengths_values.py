"""Abstract values of expressions, and the conditions that slices, indices and their like bring."""

from __future__ import annotations

from aalpl.check import lengths_numbers as numbers
from aalpl.check import lengths_pieces as pieces
from aalpl.check import lengths_truth as truths
from aalpl.check.lengths import (
    Fields,
    Perhaps,
    Plain,
    Truth,
    Value,
    Whole,
    Words,
    joined,
    length,
    literal,
    number,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_paths import chooser, merged
from aalpl.check.saying import said
from aalpl.check.state import Book, State, of_type, unknown
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import Size, const, indexed, sym
from aalpl.program.tokens import tokens as words


def value_of(of: p.Expr, state: State, book: Book) -> Value:
    """The value of an expression here."""
    match of:
        case p.IntLiteral(value):
            return literal(value)
        case p.RealLiteral() | p.FunctionName():
            return Plain()
        case p.BoolLiteral(value):
            return Truth(no=truths.NEVER, settled=True) if value else Truth(yes=truths.NEVER, settled=True)
        case p.TextLiteral(value, k.Text()):
            return Words(const(len(words(value))))
        case p.TextLiteral():
            return Plain()
        case p.NothingLiteral():
            return Perhaps(None)
        case p.Variable(name):
            return _variable(of, name, state, book)
        case p.SizeName(name, _, index):
            return _size(of, name, index, state, book)
        case p.Arithmetic() | p.Negative():
            return numbers.arithmetic(of, state, book)
        case p.Builtin():
            return numbers.builtin(of, state, book)
        case p.Compare() | p.Not() | p.And() | p.Or() | p.Present():
            return truths.truth(of, state, book)
        case p.Otherwise(value, default):
            return _otherwise(value_of(value, state, book), value_of(default, state, book), state, book)
        case p.Conditional():
            return _conditional(of, state, book)
        case p.LengthOf(value):
            size = length(value_of(value, state, book))
            return Whole(unknown(state, book, f"len({said(value)})") if size is None else size)
        case p.Concat(items):
            return pieces.concatenated([value_of(item, state, book) for item in items], state, book)
        case p.Index():
            return pieces.indexed_value(of, state, book)
        case p.Slice(value, low, high):
            whole = value_of(value, state, book)
            first, last = pieces.bounds(of, whole, low, high, state, book)
            return pieces.cut(whole, first, last)
        case p.Update():
            return pieces.updated(of, state, book)
        case p.Splice():
            return pieces.spliced(of, state, book)
        case p.ListLiteral(items):
            return pieces.listed([value_of(item, state, book) for item in items], state, book)
        case p.RecordLiteral(fields):
            return Fields({name: value_of(item, state, book) for name, item in fields})
        case p.Field(value, name):
            record = value_of(value, state, book)
            if isinstance(record, Fields) and name in record.fields:
                return record.fields[name]
            return of_type(of.type, state, book, said(of))
        case p.WithField(value, name, new):
            record, fresh = value_of(value, state, book), value_of(new, state, book)
            return Fields({**record.fields, name: fresh}) if isinstance(record, Fields) else Plain()
        case p.Reduce():
            return numbers.reduced(of, state, book)


def int_of(of: p.Expr, state: State, book: Book) -> Size:
    """The value of an int expression; a fresh unknown where it has no form."""
    size = number(value_of(of, state, book))
    return unknown(state, book, said(of), None) if size is None else size


def _variable(of: p.Variable, name: str, state: State, book: Book) -> Value:
    if name in state.values:
        found = state.values[name]
        if (
            isinstance(found, Perhaps)
            and found.value is not None
            and not isinstance(of.type, k.Maybe | k.Nothing)
        ):
            return found.value
        return found
    fresh = of_type(of.type, state, book, name)
    state.values[name] = fresh
    return fresh


def _size(of: p.SizeName, name: str, index: p.Expr | None, state: State, book: Book) -> Value:
    declared = book.program.sizes.get(name)
    if index is not None:
        at = int_of(index, state, book)
        if declared is not None and declared.family is not None:
            family = declared.family
            text = f"{family.low} <= {said(index)} <= {family.high}"
            low, high = family.low.replace(state.sizes), family.high.replace(state.sizes)
            require(book, state, "family", text, (at - low, high - at), of.span)
        return Whole(indexed(name, at)) if isinstance(of.type, k.Int) else Plain()
    if not isinstance(of.type, k.Int):
        return Plain()
    return Whole(state.sizes.get(name, sym(name)))


def _otherwise(value: Value, default: Value, state: State, book: Book) -> Value:
    if value == Perhaps(None):
        return default
    inner = value.value if isinstance(value, Perhaps) else value
    return default if inner is None else joined(inner, default, chooser(state, book))


def _conditional(of: p.Conditional, state: State, book: Book) -> Value:
    truth = truths.truth_of(of.test, state, book)
    yes, no = state.copy(), state.copy()
    yes.know(truth.yes)
    no.know(truth.no)
    yes.exact = no.exact = state.exact and truths.certain(truth, state, book)
    left, right = value_of(of.left, yes, book), value_of(of.right, no, book)
    state.facts = merged(state.facts, yes.facts, no.facts)
    return joined(left, right, chooser(state, book))
