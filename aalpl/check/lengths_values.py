"""Abstract values of expressions, and the conditions that slices, indices and their like bring."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from aalpl.check.lengths import (
    Comparison,
    Fields,
    Perhaps,
    Plain,
    Row,
    Truth,
    Value,
    Whole,
    Words,
    joined,
    length,
    literal,
    number,
    parts,
    probe,
    tokens,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.saying import said
from aalpl.check.state import MARK, Book, State, of_type, unknown
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size, apply, big, const, floor, indexed, power, sym
from aalpl.program.tokens import tokens as words

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def value_of(of: p.Expr, state: State, book: Book) -> Value:
    """The value of an expression here."""
    match of:
        case p.IntLiteral(value):
            return literal(value)
        case p.RealLiteral() | p.FunctionName():
            return Plain()
        case p.BoolLiteral(value):
            return Truth(no=_NEVER, settled=True) if value else Truth(yes=_NEVER, settled=True)
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
            return _arithmetic(of, state, book)
        case p.Builtin():
            return _builtin(of, state, book)
        case p.Compare() | p.Not() | p.And() | p.Or() | p.Present():
            return _truth(of, state, book)
        case p.Otherwise(value, default):
            return _otherwise(value_of(value, state, book), value_of(default, state, book), state, book)
        case p.Conditional():
            return _conditional(of, state, book)
        case p.LengthOf(value):
            size = length(value_of(value, state, book))
            return Whole(unknown(state, book, f"len({said(value)})") if size is None else size)
        case p.Concat(items):
            return _concat([value_of(item, state, book) for item in items], state, book)
        case p.Index():
            return _index(of, state, book)
        case p.Slice(value, low, high):
            whole = value_of(value, state, book)
            first, last = _bounds(of, whole, low, high, state, book)
            return _cut(whole, first, last)
        case p.Update():
            return _update(of, state, book)
        case p.Splice():
            return _splice(of, state, book)
        case p.ListLiteral(items):
            return _list([value_of(item, state, book) for item in items], state, book)
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
            return _reduce(of, state, book)


def int_of(of: p.Expr, state: State, book: Book) -> Size:
    """The value of an int expression; a fresh unknown where it has no form."""
    size = number(value_of(of, state, book))
    return unknown(state, book, said(of), None) if size is None else size


_NEVER: tuple[Comparison, ...] = (("<", ZERO, ZERO),)


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


def _arithmetic(of: p.Arithmetic | p.Negative, state: State, book: Book) -> Value:
    if isinstance(of, p.Negative):
        size = number(value_of(of.value, state, book))
        return Plain() if size is None else Whole(-size)
    a, b = number(value_of(of.left, state, book)), number(value_of(of.right, state, book))
    if a is None or b is None or not isinstance(of.type, k.Int):
        return Plain() if not isinstance(of.type, k.Int) else Whole(unknown(state, book, said(of), None))
    return Whole(_computed(of, a, b, state, book))


def _computed(of: p.Arithmetic, a: Size, b: Size, state: State, book: Book) -> Size:
    match of.operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "//" | "mod" if b:
            return floor(a / b) if of.operator == "//" else apply("mod", a, b)
        case "^" if state.facts.proves(b):
            return power(a, b)
        case _:
            return unknown(state, book, said(of), None)


def _builtin(of: p.Builtin, state: State, book: Book) -> Value:
    args = [value_of(arg, state, book) for arg in of.args]
    if of.function == "text":
        size = tokens(args[0])
        return Words(unknown(state, book, said(of)) if size is None else size)
    sizes = [number(arg) for arg in args]
    known = [size for size in sizes if size is not None]
    if len(known) == len(sizes) and isinstance(of.type, k.Int) and of.function != "log":
        return Whole(apply(of.function, *known))
    if isinstance(of.type, k.Int):
        exact = [_rational(arg, state, book) for arg in of.args]
        if of.function in ("floor", "ceil", "min", "max", "abs") and all(size is not None for size in exact):
            return Whole(apply(of.function, *(size for size in exact if size is not None)))
        return Whole(unknown(state, book, said(of), None))
    return Plain()


def _rational(of: p.Expr, state: State, book: Book) -> Size | None:
    """A real expression over ints as an exact size, where it is one."""
    match of:
        case p.RealLiteral(value):
            return const(Fraction(value))
        case p.Negative(value):
            inner = _rational(value, state, book)
            return None if inner is None else -inner
        case p.Arithmetic(operator, left, right) if operator in "+-*/" and not isinstance(of.type, k.Int):
            a, b = _rational(left, state, book), _rational(right, state, book)
            if a is None or b is None or (operator == "/" and not b):
                return None
            return {"+": a + b, "-": a - b, "*": a * b}[operator] if operator != "/" else a / b
        case _:
            return number(value_of(of, state, book)) if isinstance(of.type, k.Int) else None


# -- conditions --------------------------------------------------------------------------------------------------


def _truth(of: p.Compare | p.Not | p.And | p.Or | p.Present, state: State, book: Book) -> Truth:
    match of:
        case p.Compare(operator, left, right):
            a, b = value_of(left, state, book), value_of(right, state, book)
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
            held = value_of(value, state, book)
            return Truth(yes=_NEVER, settled=True) if held == Perhaps(None) else Truth()


def truth_of(of: p.Expr, state: State, book: Book) -> Truth:
    """What a condition says."""
    found = value_of(of, state, book)
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


def _otherwise(value: Value, default: Value, state: State, book: Book) -> Value:
    if value == Perhaps(None):
        return default
    inner = value.value if isinstance(value, Perhaps) else value
    return default if inner is None else joined(inner, default, chooser(state, book))


def chooser(state: State, book: Book) -> Chooser:
    """Gives one 0/1 symbol, when asked for the first time."""
    return Chooser(state, book)


class Chooser:
    """One symbol for which of two ways was taken."""

    def __init__(self, state: State, book: Book) -> None:
        self.state, self.book = state, book
        self.symbol: Size | None = None

    def __call__(self) -> Size:
        if self.symbol is None:
            self.symbol = unknown(self.state, self.book, "which")
            self.state.facts = self.state.facts.adding(1 - self.symbol)
        return self.symbol


def _conditional(of: p.Conditional, state: State, book: Book) -> Value:
    truth = truth_of(of.test, state, book)
    yes, no = state.copy(), state.copy()
    yes.know(truth.yes)
    no.know(truth.no)
    yes.exact = no.exact = state.exact and certain(truth, state, book)
    left, right = value_of(of.left, yes, book), value_of(of.right, no, book)
    state.facts = merged(state.facts, yes.facts, no.facts)
    return joined(left, right, chooser(state, book))


def merged(before: Facts, left: Facts, right: Facts) -> Facts:
    """What holds whichever of two ways was taken from `before`: what both know, and bounds of what only one knows."""
    shared = set(left.known) & set(right.known)
    facts = before.adding(*(size for size in left.known if size in shared))
    names = {name for name, _ in before.families}
    for side, other in ((left, right), (right, left)):
        for size in side.known:
            if size not in shared and _private(size, other):
                facts = facts.adding(size)
        for name, bound in side.families:
            if name not in names:
                facts = facts.with_family(name, bound)
    for name, value in left.rules:
        if (name, value) in right.rules:
            facts = facts.equating(sym(name), value)
    return facts


def _private(size: Size, other: Facts) -> bool:
    """Whether a fact of one way is about symbols that only this way knows: then it may be kept."""
    invented = {name for name in size.free if MARK in name}
    return len(size.free) == 1 and bool(invented) and not any(invented & known.free for known in other.known)


# -- texts and lists ---------------------------------------------------------------------------------------------


def _concat(items: list[Value], state: State, book: Book) -> Value:
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


def _index(of: p.Index, state: State, book: Book) -> Value:
    row, at = value_of(of.value, state, book), int_of(of.index, state, book)
    _within(of, "index", of.value, of.index, length(row), at, state, book)
    if isinstance(row, Row) and row.element is not None:
        return row.element(at)
    return of_type(of.type, state, book, said(of))


def _within(
    of: p.Expr, kind: str, value: p.Expr, index: p.Expr, size: Size | None, at: Size, state: State, book: Book
) -> None:
    text = f"0 <= {said(index)} < len({said(value)})"
    require(book, state, kind, text, (at, None if size is None else size - at - 1), of.span)


def _bounds(
    of: p.Slice | p.Splice, whole: Value, low: p.Expr, high: p.Expr, state: State, book: Book
) -> tuple[Size, Size]:
    first, last, size = int_of(low, state, book), int_of(high, state, book), length(whole)
    text = f"0 <= {said(low)} <= {said(high)} <= len({said(of.value)})"
    goals = (first, last - first, None if size is None else size - last)
    require(book, state, "slice", text, goals, of.span)
    return first, last


def _cut(whole: Value, first: Size, last: Size) -> Value:
    match whole:
        case Words():
            return Words(last - first)
        case Row(_, element):
            return Row(last - first, None if element is None else lambda i: element(i + first))
        case _:
            return Plain()


def _update(of: p.Update, state: State, book: Book) -> Value:
    row, at = value_of(of.value, state, book), int_of(of.index, state, book)
    new = value_of(of.new, state, book)
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


def _splice(of: p.Splice, state: State, book: Book) -> Value:
    whole, new = value_of(of.value, state, book), value_of(of.new, state, book)
    first, last = _bounds(of, whole, of.low, of.high, state, book)
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


def _list(items: list[Value], state: State, book: Book) -> Value:
    if not items:
        return Row(ZERO, None)
    result = Row(ONE, _constantly(items[0]))
    for item in items[1:]:
        result = _appended(result, Row(ONE, _constantly(item)), state, book)
    return result


def _constantly(item: Value) -> Callable[[Size], Value]:
    return lambda _: item


def _reduce(of: p.Reduce, state: State, book: Book) -> Value:
    low, high = int_of(of.low, state, book), int_of(of.high, state, book)
    name = book.fresh(of.index)
    here = state.copy()
    here.values[of.index] = Whole(sym(name))
    here.facts = here.facts.adding(sym(name) - low, high - sym(name))
    body = value_of(of.body, here, book)
    if of.operator == "count":
        count = unknown(state, book, said(of))
        if state.facts.proves(high - low + 1):
            state.facts = state.facts.adding(high - low + 1 - count)
        return Whole(count)
    inner = number(body)
    if inner is None or not isinstance(of.type, k.Int):
        return Whole(unknown(state, book, said(of), None)) if isinstance(of.type, k.Int) else Plain()
    if _new(inner, state, name):
        return Whole(unknown(state, book, said(of), None))
    return Whole(big(of.operator, name, low, high, inner))


def _new(inner: Size, state: State, index: str) -> bool:
    """Whether a size holds symbols that were invented inside and may differ from index to index."""
    known = {n for size in state.facts.known for n in size.free} | {n for n, _ in state.facts.families}
    return any(MARK in n and n != index and n not in known for n in inner.free)
