"""Abstract ints: arithmetic, rounding, sums."""

from __future__ import annotations

from fractions import Fraction

from aalpl.check import lengths_values as values
from aalpl.check.lengths import (
    Plain,
    Value,
    Whole,
    Words,
    number,
    tokens,
)
from aalpl.check.saying import said
from aalpl.check.sizes import writable
from aalpl.check.state import MARK, Book, State, unknown
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import Size, apply, big, const, floor, power, sym


def arithmetic(of: p.Arithmetic | p.Negative, state: State, book: Book) -> Value:
    if isinstance(of, p.Negative):
        size = number(values.value_of(of.value, state, book))
        return Plain() if size is None else Whole(-size)
    a, b = number(values.value_of(of.left, state, book)), number(values.value_of(of.right, state, book))
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
        case "^" if state.facts.proves(b) and writable(a, b):
            return power(a, b)
        case _:
            return unknown(state, book, said(of), None)


def builtin(of: p.Builtin, state: State, book: Book) -> Value:
    args = [values.value_of(arg, state, book) for arg in of.args]
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
            return number(values.value_of(of, state, book)) if isinstance(of.type, k.Int) else None


def reduced(of: p.Reduce, state: State, book: Book) -> Value:
    low, high = values.int_of(of.low, state, book), values.int_of(of.high, state, book)
    name = book.fresh(of.index)
    here = state.copy()
    here.values[of.index] = Whole(sym(name))
    here.facts = here.facts.adding(sym(name) - low, high - sym(name))
    body = values.value_of(of.body, here, book)
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
