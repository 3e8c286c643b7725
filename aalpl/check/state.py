"""Where an abstract walk stands: values of variables, facts of the path, and the book that conditions go into."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from aalpl.check.lengths import Comparison, Fields, Perhaps, Plain, Row, Truth, Value, Whole, Words
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.prove import Facts
from aalpl.program.size import ZERO, Size, indexed, sym
from aalpl.report import Span

MARK = "~"
"""In the names of symbols that stand for what nobody wrote; what comes before it is said to people."""


@attrs.frozen
class Condition:
    """One condition met on a walk: its kind (of an `Obligation`), its words, its place."""

    kind: str
    text: str
    span: Span
    function: str


@attrs.define
class Verdict:
    """What was found out about a condition, over all visits."""

    condition: Condition
    status: str = "proved"  # "proved" | "listed" | "refuted"
    reason: str = ""
    broken: str = ""  # what exactly does not hold
    witness: dict[str, int] = attrs.field(factory=dict)


@attrs.define
class Book:
    """What one walk over a function knows, counts and finds."""

    program: p.Program
    function: p.Function
    entry: Facts  # of the sizes of the file, where this function is the entry
    bound: frozenset[str] = (
        frozenset()
    )  # sizes of this activation that may differ from those at the entry of the run
    verdicts: dict[tuple[str, int, int, str], Verdict] = attrs.field(factory=dict)
    recording: bool = True
    wishes: dict[Size, None] | None = None  # where it is kept: goals that could not be proved
    depth: int = 0
    settling: int = 0  # loops around whose invariants are being looked for
    callers: tuple[str, ...] = ()
    counter: int = 0
    tainted: set[str] = attrs.field(factory=set)
    returns: list[tuple[State, Value]] = attrs.field(factory=list)

    def fresh(self, hint: str) -> str:
        """A name for a number nobody wrote."""
        self.counter += 1
        return f"{hint}{MARK}{self.counter}"


@attrs.define
class State:
    """The values here, the facts here, and whether every value that satisfies the facts is reached by some run."""

    values: dict[str, Value]
    facts: Facts
    sizes: dict[str, Size] = attrs.field(factory=dict)  # activation sizes and int parameters, by their names
    exact: bool = True

    def copy(self) -> State:
        """Another state that may go its own way."""
        return State(dict(self.values), self.facts, self.sizes, self.exact)

    def know(self, comparisons: Iterable[Comparison]) -> None:
        """Learn comparisons."""
        for operator, left, right in comparisons:
            self.facts = self.facts.relating(operator, left, right)


def unknown(state: State, book: Book, hint: str, low: Size | int | None = 0, *, free: bool = False) -> Size:
    """A number nobody knows, at least `low`; `free` where an adversary may choose it."""
    name = book.fresh(hint)
    if low is not None:
        state.facts = state.facts.adding(sym(name) - low)
    if not free:
        book.tainted.add(name)
    return sym(name)


def of_type(of: k.Type, state: State, book: Book, hint: str, *, free: bool = False) -> Value:
    """Any value of a type; sizes in the type are those of the activation."""
    match of:
        case k.Text(length):
            return Words(_length(length, state, book, f"len({hint})", free))
        case k.ListOf(element, length, index, low):
            size = _length(length, state, book, f"len({hint})", free)
            return Row(size, _elements(element, index, low, state, book, hint, free))
        case k.Int(low, high):
            return Whole(_int(low, high, state, book, hint, free))
        case k.Bool():
            return Truth()
        case k.Record(fields):
            return Fields({name: of_type(t, state, book, f"{hint}.{name}", free=free) for name, t in fields})
        case k.Maybe(inner):
            return Perhaps(of_type(inner, state, book, hint, free=free))
        case k.Nothing():
            return Perhaps(None)
        case k.Real() | k.Choice() | k.Callable() | k.Unknown():
            return Plain()


def _int(low: Size | None, high: Size | None, state: State, book: Book, hint: str, free: bool) -> Size:
    free = free and low is not None and high is not None
    value = unknown(state, book, hint, None if low is None else low.replace(state.sizes), free=free)
    if high is not None:
        state.facts = state.facts.adding(high.replace(state.sizes) - value)
    return value


def _length(length: k.Length, state: State, book: Book, hint: str, free: bool) -> Size:
    match length:
        case k.Exactly(size):
            return size.replace(state.sizes)
        case k.Between(low, high):
            value = unknown(state, book, hint, low.replace(state.sizes), free=free)
            state.facts = state.facts.adding(value, high.replace(state.sizes) - value)
            return value
        case k.Distributed(law):
            return _drawn(law, state, book, hint, free)
        case k.Constant():
            return unknown(state, book, hint, 1)
        case k.Mean() | k.Open():  # no size that was declared could be a witness here
            return unknown(state, book, hint, 0)


def _drawn(law: k.Law, state: State, book: Book, hint: str, free: bool) -> Size:
    match law:
        case k.Uniform(low, high):
            return _int(low, high, state, book, hint, free)
        case k.Binomial(n, _):
            return _int(ZERO, n, state, book, hint, free)
        case k.Geometric():
            return unknown(state, book, hint, 1, free=free)
        case k.Bernoulli():
            return unknown(state, book, hint, 0, free=free)


def _elements(
    element: k.Type, index: str | None, low: Size | None, state: State, book: Book, hint: str, free: bool
) -> Callable[[Size], Value]:
    """The element at an index; what is open is a family of its own, the index chosen."""
    seen: dict[Size, Value] = {}
    families: dict[str, str] = {}
    first = low.replace(state.sizes) if low is not None else ZERO
    sizes = dict(state.sizes)

    def at(position: Size) -> Value:
        if position not in seen:
            here = {**sizes, index: position + first} if index is not None else sizes
            seen[position] = _member(element, here, (position,), families, state, book, f"{hint}[…]", free)
        return seen[position]

    at(sym("%0"))  # names its families now, and gives their bounds to the facts of this state
    return at


def _member(
    of: k.Type,
    sizes: dict[str, Size],
    at: tuple[Size, ...],
    families: dict[str, str],
    state: State,
    book: Book,
    hint: str,
    free: bool,
) -> Value:
    match of:
        case k.Text(k.Exactly(size)):
            return Words(size.replace(sizes))
        case k.Text(length):
            return Words(_family(f"len({hint})", at, families, state, book, length, sizes, free))
        case k.ListOf(element, length, index, low):
            size = (
                length.size.replace(sizes)
                if isinstance(length, k.Exactly)
                else _family(f"len({hint})", at, families, state, book, length, sizes, free)
            )

            def inner(position: Size) -> Value:
                first = position if low is None else position + low.replace(sizes)
                here = sizes if index is None else {**sizes, index: first}
                return _member(element, here, (*at, position), families, state, book, f"{hint}[…]", free)

            inner(sym("%1"))
            return Row(size, inner)
        case k.Int(low, high):
            bounds = k.Between(low, high) if low is not None and high is not None else None
            return Whole(_family(hint, at, families, state, book, bounds, sizes, free, low=low))
        case k.Record(fields):
            return Fields(
                {n: _member(t, sizes, at, families, state, book, f"{hint}.{n}", free) for n, t in fields}
            )
        case k.Maybe(held):
            return Perhaps(_member(held, sizes, at, families, state, book, hint, free))
        case k.Bool():
            return Truth()
        case k.Nothing():
            return Perhaps(None)
        case k.Real() | k.Choice() | k.Callable() | k.Unknown():
            return Plain()


def _family(
    hint: str,
    at: tuple[Size, ...],
    families: dict[str, str],
    state: State,
    book: Book,
    length: k.Length | None,
    sizes: dict[str, Size],
    free: bool,
    low: Size | None = None,
) -> Size:
    """The member of a family at indices; its bounds become known when it gets its name."""
    if hint not in families:
        families[hint] = name = book.fresh(hint)
        if not free:
            book.tainted.add(name)
        if isinstance(length, k.Between):
            above, below = length.low.replace(sizes), length.high.replace(sizes)
            if not (above.free | below.free) & {f"%{d}" for d in range(4)}:
                state.facts = state.facts.with_family(name, lambda *i: indexed(name, *i) - above)
                state.facts = state.facts.with_family(name, lambda *i: below - indexed(name, *i))
        elif length is not None:
            state.facts = state.facts.with_family(name, lambda *i: indexed(name, *i))
        elif low is not None:
            floor = low.replace(sizes)
            state.facts = state.facts.with_family(name, lambda *i: indexed(name, *i) - floor)
    return indexed(families[hint], *at)
