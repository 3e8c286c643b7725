"""Takes plain answers of backends and hosts in: parsed, tokenised, and held against the contract."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import isfinite
from typing import Any

from aalpl.program.types import (
    Between,
    Bool,
    Choice,
    Constant,
    Distributed,
    Exactly,
    Int,
    Length,
    ListOf,
    Maybe,
    Mean,
    Open,
    Real,
    Record,
    Text,
    Type,
)
from aalpl.run import lists, texts
from aalpl.run.lower.contracts import length_sizes

Wrong = tuple[str, str]
"""What was found, and what the contract says."""

Take = Callable[[Any, tuple[Any, ...]], tuple[Any, Wrong | None]]


def conforming(type_: Type, fit: bool = False) -> Take:
    """A function from a plain answer and the numbers of the contract to a value, and what is wrong with it."""

    def take(plain: Any, sizes: tuple[Any, ...]) -> tuple[Any, Wrong | None]:
        value, wrong, _ = _taken(plain, type_, sizes, 0, fit)
        return value, wrong

    return take


def _taken(plain: Any, type_: Type, z: tuple[Any, ...], at: int, fit: bool) -> tuple[Any, Wrong | None, int]:
    match type_:
        case Text(length):
            value = texts.written(plain) if isinstance(plain, str) else plain
            if not isinstance(value, tuple):
                return None, (repr(plain), "a text"), at
            low, high, after = _range(length, z, at)
            if fit and high is not None and low == high:
                return texts.fitted(value, high), None, after
            return value, _outside(value[0], low, high, "tokens"), after
        case Bool():
            after = at + (type_.probability is not None)
            found = _BOOLS.get(plain.strip().lower()) if isinstance(plain, str) else plain
            return found, None if isinstance(found, bool) else (repr(plain), "true or false"), after
        case Int():
            return (*_int(plain, z[at], z[at + 1]), at + 2)
        case Real():
            return (*_real(plain), at)
        case Choice(options, probabilities):
            found = plain.strip() if isinstance(plain, str) else plain
            wrong = None if found in options else (repr(plain), " or ".join(map(repr, options)))
            return found, wrong, at + len(probabilities or ())
        case Maybe(inner):
            return (None, None, at + width(inner)) if plain is None else _taken(plain, inner, z, at, fit)
        case ListOf():
            return _list(plain, type_, z, at, fit)
        case Record(fields):
            parts = []
            for name, inner in sorted(fields, key=lambda f: f[0]):
                if not isinstance(plain, dict) or name not in plain:
                    return None, (repr(plain), f"a record with `{name}`"), at
                value, wrong, at = _taken(plain[name], inner, z, at, fit)
                if wrong is not None:
                    return None, wrong, at
                parts.append(value)
            return tuple(parts), None, at
        case _:
            return None, None, at


def _list(plain: Any, type_: ListOf, z: tuple[Any, ...], at: int, fit: bool) -> tuple[Any, Wrong | None, int]:
    if isinstance(plain, tuple):
        plain = lists.items(plain)
    if not isinstance(plain, list):
        return None, (repr(plain), "a list"), at
    low, high, after = _range(type_.length, z, at)
    wrong = _outside(len(plain), low, high, "elements")
    end: int = after + (2 if type_.index is not None else width(type_.element))
    values = []
    for i, item in enumerate(plain):
        if type_.index is None:
            value, bad, _ = _taken(item, type_.element, z, after, fit)
        else:
            value, bad, _ = _taken(item, type_.element, z[after + 1](z[after] + i), 0, fit)
        wrong = wrong or bad
        values.append(value)
    return lists.of(values), wrong, end


def width(type_: Type) -> int:
    """How many numbers a contract has."""
    match type_:
        case Int():
            return 2
        case Bool(probability):
            return int(probability is not None)
        case Text(length):
            return len(length_sizes(length))
        case ListOf(element, length, index):
            return len(length_sizes(length)) + (2 if index is not None else width(element))
        case Record(fields):
            return sum(width(inner) for _, inner in fields)
        case Choice(_, probabilities):
            return len(probabilities or ())
        case Maybe(value):
            return width(value)
        case _:
            return 0


_BOOLS = {"true": True, "yes": True, "false": False, "no": False}


def _int(plain: Any, low: Any, high: Any) -> tuple[Any, Wrong | None]:
    if isinstance(plain, str) and plain.strip().lstrip("+-").isdigit():
        plain = int(plain)
    if isinstance(plain, bool) or not isinstance(plain, int):
        return None, (repr(plain), "a whole number")
    return plain, _outside(plain, low, high, "")


def _real(plain: Any) -> tuple[Any, Wrong | None]:
    if isinstance(plain, float) and isfinite(plain):
        plain = Fraction(repr(plain))
    wrong = isinstance(plain, bool) or not isinstance(plain, int | Fraction)
    return plain, (repr(plain), "a number") if wrong else None


def _range(length: Length, z: tuple[Any, ...], at: int) -> tuple[int | None, int | None, int]:
    match length:
        case Exactly():
            return int(z[at]), int(z[at]), at + 1
        case Between():
            return int(z[at]), int(z[at + 1]), at + 2
        case Mean():
            return None, None, at + 1
        case Constant():
            return 1, None, at
        case Open():
            return None, None, at
        case Distributed(law):
            return None, None, at + (2 if hasattr(law, "low") or hasattr(law, "n") else 1)


def _outside(found: int, low: Any, high: Any, what: str) -> Wrong | None:
    if (low is None or found >= low) and (high is None or found <= high):
        return None
    wanted = f"{low}" if low == high else f"at least {low}" if high is None else f"at most {high}"
    if low not in (None, high) and high is not None:
        wanted = f"{low} to {high}"
    return f"{found:,} {what}".strip(), f"{wanted} {what}".strip()
