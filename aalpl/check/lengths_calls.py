"""Calls of functions on a walk: what they require, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aalpl.check.lengths import (
    Perhaps,
    Row,
    Value,
    Words,
    joined,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_paths import chooser, merged
from aalpl.check.lengths_signature import signature
from aalpl.check.lengths_values import value_of
from aalpl.check.state import Book, State, of_type
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import Size

Run = Callable[[p.Block, State, Book], State | None]


_INLINE = 4


def call(of: p.Call, state: State, book: Book, run: Run) -> None:
    """A call of a function."""
    args = [value_of(arg, state, book) for arg in of.args]
    function = None if of.indirect else book.program.functions.get(of.function)
    if function is None:
        state.values[of.target] = of_type(of.type, state, book, of.target)
        return
    sizes = signature(
        function.params, function.bindings, function.constraints, args, function.name, of.span, state, book
    )
    for relation in function.requires:
        text = f"{relation.left} {relation.operator} {relation.right} in {function.name}"
        left, right = relation.left.replace(sizes), relation.right.replace(sizes)
        require(book, state, "requires", text, _goals(relation.operator, left, right, state), of.span)
    state.values[of.target] = _result(function, args, sizes, state, book, run)


def _goals(operator: str, left: Size, right: Size, state: State) -> tuple[Size, ...]:
    match operator:
        case "=":
            return (left - right, right - left)
        case "<":
            return (state.facts.above(right - left),)
        case "<=":
            return (right - left,)
        case ">":
            return (state.facts.above(left - right),)
        case ">=":
            return (left - right,)
        case _:
            return (
                (state.facts.above(left - right),)
                if state.facts.proves(left - right)
                else (state.facts.above(right - left),)
            )


def _result(
    function: p.Function, args: Sequence[Value], sizes: dict[str, Size], state: State, book: Book, run: Run
) -> Value:
    """The body's own result on these arguments where that can be had, else what the declared type says."""
    inner = State(dict(state.values), state.facts, sizes, state.exact)
    declared = of_type(function.result, inner, book, function.name)
    if function.name in book.callers or len(book.callers) >= _INLINE or not _straight(function.body):
        state.facts = inner.facts
        return declared
    computed = inlined(function, args, sizes, state, book, run)
    if computed is None:
        state.facts = inner.facts
        return declared
    return _preferring(declared, computed, function.result)


def _straight(block: p.Block) -> bool:
    """Whether a body is without loops, so that it is quickly walked again."""
    return not any(isinstance(node, p.For | p.Loop) for node in nodes(block))


def inlined(
    function: p.Function, args: Sequence[Value], sizes: dict[str, Size], state: State, book: Book, run: Run
) -> Value | None:
    """The result of walking over the body of a function with these arguments; None where it does not return."""
    inside = State(
        {param.name: arg for param, arg in zip(function.params, args, strict=False)},
        state.facts,
        sizes,
        state.exact,
    )
    recording, returns, callers = book.recording, book.returns, book.callers
    book.recording, book.returns, book.callers = False, [], (*callers, function.name)
    end = run(function.body, inside, book)
    found = book.returns
    book.recording, book.returns, book.callers = recording, returns, callers
    if end is not None and not found:
        found = [(end, Perhaps(None))]
    if not found:
        return None
    last, value = found[-1]
    facts = last.facts
    which = State(dict(state.values), facts, state.sizes, state.exact)
    for other, result in found[:-1]:
        which.facts = merged(state.facts, which.facts, other.facts)
        value = joined(result, value, chooser(which, book))
    state.facts = which.facts
    return value


def _preferring(declared: Value, computed: Value, of: k.Type) -> Value:
    """Exact declared lengths read better than computed ones, and hold; the rest is as computed."""
    match of, declared, computed:
        case k.Text(k.Exactly()), Words(), Words():
            return declared
        case k.ListOf(element, wanted), Row(), Row():
            size = declared.length if isinstance(wanted, k.Exactly) else computed.length
            inner = computed.element
            if inner is None or (isinstance(element, k.Text) and isinstance(element.length, k.Exactly)):
                return Row(size, declared.element)
            return Row(size, inner)
        case _:
            return computed if type(declared) is type(computed) else declared
