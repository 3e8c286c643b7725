"""The operations on values that generated code calls by name."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from aalpl.run import lists, texts
from aalpl.run.faults import Fault, OutOfRange, Unfit

FAR = 2000
"""Characters."""

Alike = Callable[[Any, Any], bool]


def ratio(a: Any, b: Any) -> Any:
    """`a / b`, exactly."""
    if isinstance(a, float) or isinstance(b, float):
        return a / b
    value = Fraction(a) / b
    return value.numerator if value.denominator == 1 else value


def power(base: Any, exponent: Any) -> Any:
    """`base ^ exponent`, exactly for whole exponents."""
    if isinstance(exponent, Fraction) and exponent.denominator == 1:
        exponent = exponent.numerator
    if isinstance(exponent, int):
        if (
            isinstance(base, int)
            and base not in (-1, 0, 1)
            and abs(exponent) * base.bit_length() > 10_000_000
        ):
            raise Unfit("number-too-large", f"{base} ^ {exponent} has more digits than anybody reads")
        return base**exponent if exponent >= 0 else ratio(1, base**-exponent)
    return float(base) ** float(exponent)


def logarithm(x: Any) -> float:
    """The natural logarithm."""
    if x <= 0:
        raise Unfit("bad-logarithm", f"{x} has no logarithm")
    return math.log(x)


def deeper(call: str, via: str) -> str:
    """The way to an observable, through one more call; beyond any way that a formula speaks of it grows no more."""
    return call + via if len(via) < FAR else via


def with_field(record: tuple[Any, ...], place: int, new: Any) -> tuple[Any, ...]:
    """The record with one field replaced."""
    return (*record[:place], new, *record[place + 1 :])


def agreed(lengths: set[int], complaint: int | None, default: int) -> int:
    """The one length that all elements have; `default` where there are none."""
    if len(lengths) > 1:
        if complaint is None:
            raise Unfit("argument-contract", f"elements differ in length: {sorted(lengths)[:3]}")
        raise Fault(complaint, *sorted(lengths)[:2])
    return lengths.pop() if lengths else default


@cache
def alike(shape: str) -> Alike:
    """Equality of values of a shape (see `lower.expressions.equality`)."""
    match shape[0]:
        case "t":
            return texts.same
        case "l":
            inner = alike(shape[1:])
            return lambda a, b: a[2] - a[1] == b[2] - b[1] and all(map(inner, lists.each(a), lists.each(b)))
        case "m":
            value = alike(shape[1:])
            return lambda a, b: a is b if a is None or b is None else value(a, b)
        case "r":
            fields = [alike(part) for part in _fields(shape[2:-1])]
            return lambda a, b: all(same(x, y) for same, x, y in zip(fields, a, b, strict=True))
        case _:
            return lambda a, b: bool(a == b)


def _fields(shapes: str) -> list[str]:
    """The shapes of a record's fields, one after the other."""
    found, start, depth = [], 0, 0
    for i, letter in enumerate(shapes):
        depth += (letter == "(") - (letter == ")")
        if depth == 0 and letter in "t-)":
            found.append(shapes[start : i + 1])
            start = i + 1
    return found


def cut_fit(x: texts.Text, low: int, high: int) -> texts.Text:
    """`x[low:high]`, padded where it runs over the end (`--lengths fit`)."""
    if not 0 <= low <= high:
        raise OutOfRange(low, high, x[0])
    found = texts.cut(x, min(low, x[0]), min(high, x[0]))
    return texts.fitted(found, high - low)


def splice_fit(x: texts.Text, low: int, high: int, new: texts.Text) -> texts.Text:
    """`x[low:high] <- new`, `new` cut or padded (`--lengths fit`)."""
    return texts.splice(x, low, high, texts.fitted(new, high - low))


NAMESPACE: dict[str, Any] = {
    # texts
    "join": texts.join, "join_all": texts.join_all, "cut": texts.cut, "splice": texts.splice, "same": texts.same,
    "as_reply": texts.as_reply,
    # lists
    "list_of": lists.of, "list_len": lambda x: x[2] - x[1], "list_at": lists.at, "list_cut": lists.cut,
    "list_join": lists.join, "list_join_all": lists.join_all, "list_add": lists.add, "list_put": lists.put,
    "list_splice": lists.splice, "list_each": lists.each, "list_contains": lists.contains,
    # records and others
    "with_field": with_field, "alike": alike, "agreed": agreed,
    # numbers
    "ratio": ratio, "power": power, "log": logarithm, "floor": math.floor, "ceil": math.ceil, "prod": math.prod,
    "Fault": Fault, "deeper": deeper,
}  # fmt: skip
"""Name in generated code -> operation."""
