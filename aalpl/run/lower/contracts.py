"""The numbers in a contract: an output type as a flat tuple of Python expressions, in one order for everybody.

    Int low, high (or None) · Bool p · Text, ListOf the numbers of their length, then those of the element ·
    Record those of its fields by name · Choice its probabilities · Maybe those of its value

A list whose element type mentions the index has one function from the index to the numbers of that element.
"""

from __future__ import annotations

import attrs

from aalpl.program import nodes as p
from aalpl.program.size import ONE, ZERO, Size
from aalpl.program.types import (
    Bernoulli,
    Between,
    Binomial,
    Bool,
    Callable,
    Choice,
    Constant,
    Distributed,
    Exactly,
    Geometric,
    Int,
    Law,
    Length,
    ListOf,
    Maybe,
    Mean,
    Nothing,
    Open,
    Real,
    Record,
    Text,
    Type,
    Uniform,
    Unknown,
)
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import Resolve, source


def numbers(type_: Type, resolve: Resolve) -> list[str]:
    """Python for the numbers of a contract."""
    match type_:
        case Int(low, high):
            return [_or_none(low, resolve), _or_none(high, resolve)]
        case Bool(probability):
            return [] if probability is None else [source(probability, resolve)]
        case Text(length):
            return [source(x, resolve) for x in length_sizes(length)]
        case ListOf(element, length, index, low):
            own = [source(x, resolve) for x in length_sizes(length)]
            if index is None:
                return own + numbers(element, resolve)
            name = f"b_{index}"
            inner = numbers(element, lambda found: name if found == index else resolve(found))
            first = "0" if low is None else source(low, resolve)
            return [*own, first, f"lambda {name}: ({''.join(x + ', ' for x in inner)})"]
        case Record(fields):
            return [x for _, t in sorted(fields, key=lambda f: f[0]) for x in numbers(t, resolve)]
        case Choice(_, probabilities):
            return [source(x, resolve) for x in probabilities or ()]
        case Maybe(value):
            return numbers(value, resolve)
        case Real() | Nothing() | Callable() | Unknown():
            return []


def length_sizes(length: Length) -> list[Size]:
    """The sizes a length contract consists of."""
    match length:
        case Exactly(size) | Mean(size):
            return [size]
        case Between(low, high):
            return [low, high]
        case Distributed(law):
            return _law_sizes(law)
        case Constant() | Open():
            return []


def _law_sizes(law: Law) -> list[Size]:
    match law:
        case Bernoulli(chance) | Geometric(chance):
            return [chance]
        case Binomial(a, b) | Uniform(a, b):
            return [a, b]


def closed(type_: Type, facts: tuple[p.Fact, ...], s: Scope, resolve: Resolve) -> tuple[Type, list[str]]:
    """The contract of a call whose facts may close an open length, and Python for its numbers."""
    own = closing(facts, s)
    outer = outermost(type_)
    if not own or outer is None or not isinstance(outer.length, Open):
        return type_, numbers(type_, resolve)
    length = Exactly(ONE) if len(own) == 1 else Between(ZERO, ONE)
    inner = [] if isinstance(outer, Text) else numbers(attrs.evolve(outer, length=Open()), resolve)
    return with_length(type_, length), own + inner


def outermost(type_: Type) -> Text | ListOf | None:
    """The text or list that `len(result)` speaks of."""
    if isinstance(type_, Maybe):
        return outermost(type_.value)
    return type_ if isinstance(type_, Text | ListOf) else None


def with_length(type_: Type, length: Length) -> Type:
    """The type with another outermost length."""
    if isinstance(type_, Maybe):
        return Maybe(with_length(type_.value, length))
    assert isinstance(type_, Text | ListOf)
    return attrs.evolve(type_, length=length)


def closing(facts: tuple[p.Fact, ...], s: Scope) -> list[str]:
    """Python for the length that facts give a result: one number, or two bounds; empty where they give none."""
    bounds = {fact.operator: expression(fact.size, s) for fact in facts if isinstance(fact, p.LengthFact)}
    if not bounds:
        return []
    if "=" in bounds:
        return [bounds["="]]
    low, high = bounds.get(">="), bounds.get("<=")
    if high is None:
        return [low or "1", f"{low} + 16"]
    return [low or f"min(1, {high})", high]


def _or_none(size: Size | None, resolve: Resolve) -> str:
    return "None" if size is None else source(size, resolve)
