"""Questions to the outside on a walk: what comes back, and whether it fits the window."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check.lengths import (
    Perhaps,
    Row,
    Value,
    Whole,
    Words,
    length,
    tokens,
)
from aalpl.check.lengths_calls import Run
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_signature import signature
from aalpl.check.lengths_values import int_of, value_of
from aalpl.check.saying import said
from aalpl.check.state import Book, State, of_type
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size
from aalpl.program.tokens import template_tokens
from aalpl.report import Span


def ask(of: p.Ask, state: State, book: Book) -> None:
    """A call of a primitive."""
    args = [value_of(arg, state, book) for arg in of.args]
    at = None if of.index is None else int_of(of.index, state, book)
    primitive = None if of.indirect else book.program.primitives.get(of.primitive)
    sizes = dict(state.sizes)
    if primitive is not None:
        sizes = signature(
            primitive.params,
            primitive.bindings,
            primitive.constraints,
            args,
            primitive.name,
            of.span,
            state,
            book,
        )
        if primitive.family is not None and at is not None and of.index is not None:
            family = primitive.family
            text = f"{family.low} <= {said(of.index)} <= {family.high}"
            require(
                book,
                state,
                "family",
                text,
                (at - family.low.replace(sizes), family.high.replace(sizes) - at),
                of.span,
            )
            sizes[family.index] = at
    value = _answer(of, primitive, sizes, state, book)
    if primitive is not None and primitive.model.window is not None:
        _window(of, primitive, args, value, sizes, state, book)
    state.values[of.target] = value


def _answer(
    of: p.Ask, primitive: p.Primitive | None, sizes: dict[str, Size], state: State, book: Book
) -> Value:
    inner = State(state.values, state.facts, sizes, state.exact)
    value = of_type(of.type if primitive is None else primitive.result, inner, book, of.target, free=True)
    state.facts = inner.facts
    for fact in of.facts:
        if isinstance(fact, p.LengthFact):
            value = _closed(value, fact, state, book)
        elif isinstance(fact, p.MeasureFact) and fact.function == "" and isinstance(value, Whole):
            state.know([(fact.operator, value.value, int_of(fact.value, state, book))])
        elif isinstance(fact, p.LawFact):
            _drawn(value, fact, state, book)
    return value


def _closed(value: Value, fact: p.LengthFact, state: State, book: Book) -> Value:
    """A contract that was open is closed by the call."""
    size = int_of(fact.size, state, book)
    inner = value.value if isinstance(value, Perhaps) else value
    if isinstance(inner, Words | Row):
        if fact.operator == "=":
            state.facts = state.facts.adding(size)
            inner = Words(size) if isinstance(inner, Words) else Row(size, inner.element)
        else:
            state.know([(fact.operator, inner.length, size)])
    return Perhaps(inner) if isinstance(value, Perhaps) else inner or value


def _drawn(value: Value, fact: p.LawFact, state: State, book: Book) -> None:
    """A law of the result (an int) or of its length says between what bounds it is."""
    inner = value.value if isinstance(value, Perhaps) else value
    size = length(inner) if fact.function == "len" and inner is not None else None
    if fact.function == "" and isinstance(inner, Whole):
        size = inner.value
    if size is None:
        return
    args = [int_of(arg, state, book) if isinstance(arg.type, k.Int) else ZERO for arg in fact.law.args]
    match fact.law.name:
        case "Uniform":
            state.facts = state.facts.adding(size - args[0], args[-1] - size)
        case "Binomial":
            state.facts = state.facts.adding(size, args[0] - size)
        case "Geometric":
            state.facts = state.facts.adding(size - 1)
        case _:
            return


def _window(
    of: p.Ask,
    primitive: p.Primitive,
    args: Sequence[Value],
    value: Value,
    sizes: dict[str, Size],
    state: State,
    book: Book,
) -> None:
    """P + O + overhead <= window (semantics 23)."""
    model = primitive.model
    read = [tokens(arg) for arg in args]
    if of.transcript is not None and of.transcript in state.values:
        read.append(tokens(state.values[of.transcript]))
    written = tokens(value)
    spare = (model.window or ZERO) - (model.overhead or ZERO) - template_tokens(primitive.prompt)
    known = [size for size in [*read, written] if size is not None]
    total = sum(known, ZERO)
    goal = None if len(known) <= len(read) else spare.replace(sizes) - total
    over = "" if model.overhead is None else f" + {model.overhead}"
    text = f"what {primitive.name} reads and writes{over} <= {model.window}"
    here = state.copy()
    here.exact = state.exact and _spoken_of(model.window, book)
    require(book, here, "window", text, (goal,), of.span)


def _spoken_of(window: Size | None, book: Book) -> bool:
    """Whether something is said about how large a window is: otherwise that it suffices is a hypothesis like any other."""
    said_of = {n for relation in book.program.assumptions for n in relation.left.free | relation.right.free}
    return window is not None and window.free <= said_of


def consult(of: p.Consult, state: State, book: Book, run: Run) -> None:
    """A question to an oracle or measure."""
    args = [value_of(arg, state, book) for arg in of.args]
    oracle = book.program.oracles.get(of.oracle)
    if oracle is None:
        state.values[of.target] = of_type(of.type, state, book, of.target)
        return
    sizes = signature(
        oracle.params, oracle.bindings, oracle.constraints, args, oracle.name, of.span, state, book
    )
    inner = State(state.values, state.facts, sizes, state.exact)
    value = of_type(oracle.result, inner, book, of.target, free=oracle.body is None)
    state.facts = inner.facts
    state.values[of.target] = value
    if oracle.body is not None and oracle.name not in book.callers and book.recording:
        _body_holds(oracle, args, sizes, of.span, state, book, run)


def _body_holds(
    oracle: p.Oracle,
    args: Sequence[Value],
    sizes: dict[str, Size],
    span: Span,
    state: State,
    book: Book,
    run: Run,
) -> None:
    """The conditions inside a measure's body, for the values it is asked about here."""
    body = oracle.body
    assert body is not None
    names = [param.name for param in oracle.params]
    inside = State(dict(zip(names, args, strict=False)), state.facts, sizes, state.exact)
    returns, callers = book.returns, book.callers
    book.returns, book.callers = [], (*callers, oracle.name)
    run(body.body, inside, book)
    book.returns, book.callers = returns, callers
