"""What comes in from outside: inputs as values of the language, simulated ones, and functions of the host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from aalpl.program import nodes as p
from aalpl.program.size import Size
from aalpl.program.types import (
    Bool,
    Callable,
    Choice,
    Int,
    ListOf,
    Maybe,
    Real,
    Record,
    Text,
    Type,
)
from aalpl.report.source import Span
from aalpl.run import lists, texts
from aalpl.run.conform import conforming
from aalpl.run.faults import Unfit, stop
from aalpl.run.known import whole
from aalpl.run.lower.contracts import length_sizes
from aalpl.run.values import plain


def incoming(value: Any, type_: Type, name: str, span: Span) -> Any:
    """A value from outside (a string, a number, a list, a dict) as a value of the language."""
    match type_:
        case Text() if isinstance(value, str):
            return texts.written(value)
        case Text() if isinstance(value, tuple):
            return value
        case Bool() if isinstance(value, bool):
            return value
        case Int() if isinstance(value, int) and not isinstance(value, bool):
            return value
        case Int() if isinstance(value, Fraction) and value.denominator == 1:
            return value.numerator
        case Real() if isinstance(value, int | Fraction):
            return value
        case Choice(options) if value in options:
            return value
        case Maybe(inner):
            return None if value is None else incoming(value, inner, name, span)
        case ListOf(element) if isinstance(value, list):
            return lists.of([incoming(x, element, name, span) for x in value])
        case ListOf() if isinstance(value, tuple):
            return value
        case Record(fields) if isinstance(value, dict) and value.keys() == {n for n, _ in fields}:
            return tuple(incoming(value[n], t, name, span) for n, t in sorted(fields, key=lambda f: f[0]))
        case _:
            raise stop(
                "input-type", f"the input `{name}` is {_kind(value)}, which its type does not allow", span
            )


def numbers(type_: Type, known: Mapping[str, Any], span: Span) -> tuple[Any, ...]:
    """The numbers of a parameter's type (see `lower.contracts`), for simulated inputs."""
    return tuple(_numbers(type_, known, span))


def _numbers(type_: Type, known: Mapping[str, Any], span: Span) -> Iterator[Any]:
    def number(size: Size | None) -> Any:
        return None if size is None else whole(size.value(known))

    match type_:
        case Int(low, high):
            yield from (number(low), number(high))
        case Bool(probability):
            yield from () if probability is None else (number(probability),)
        case Text(length):
            yield from map(number, length_sizes(length))
        case ListOf(element, length, index, low):
            yield from map(number, length_sizes(length))
            if index is None:
                yield from _numbers(element, known, span)
            else:
                yield number(low) or 0
                yield lambda i: tuple(_numbers(element, {**known, index: i}, span))
        case Record(fields):
            for _, inner in sorted(fields, key=lambda f: f[0]):
                yield from _numbers(inner, known, span)
        case Choice(_, probabilities):
            yield from map(number, probabilities or ())
        case Maybe(inner):
            yield from _numbers(inner, known, span)
        case Callable():
            raise stop(
                "function-input", "a function cannot be simulated", span, "run a function that passes one"
            )
        case _:
            return


def host(function: Any, oracle: p.Oracle) -> Any:
    """A function of the host that takes and gives plain values, as an oracle."""
    take = conforming(oracle.result)
    width = 64

    def answer(*args: Any) -> Any:
        given = [plain(value, param.type) for value, param in zip(args, oracle.params, strict=True)]
        value, wrong = take(function(*given), (None,) * width)
        if wrong is not None:
            raise Unfit("answer-contract", f"the oracle `{oracle.name}` answered {wrong[0]}, not {wrong[1]}")
        return value

    return answer


def _kind(value: Any) -> str:
    kinds = {str: "a text", bool: "true or false", int: "a whole number", list: "a list", dict: "a record"}
    return kinds.get(type(value), f"a {type(value).__name__}")
