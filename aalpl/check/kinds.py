"""Kinds of values: types without their lengths, ranges and probabilities; which fits where, and how to say it."""

from __future__ import annotations

from collections.abc import Callable as Function

from aalpl.program.types import (
    Bool,
    Callable,
    Choice,
    Int,
    ListOf,
    Maybe,
    Nothing,
    Real,
    Record,
    Text,
    Type,
    Unknown,
)

INT, REAL, BOOL, TEXT, NOTHING, UNKNOWN = Int(), Real(), Bool(), Text(), Nothing(), Unknown()


def kind(of: Type) -> Type:
    """The type without lengths, ranges and probabilities: what a variable of it may be rebound to."""
    match of:
        case Int():
            return INT
        case Bool():
            return BOOL
        case Text():
            return TEXT
        case ListOf(element):
            return ListOf(kind(element))
        case Record(fields, name):
            return Record(tuple((field, kind(value)) for field, value in fields), name)
        case Choice(options):
            return Choice(options)
        case Maybe(value):
            return Maybe(kind(value))
        case Callable(params, result):
            return Callable(tuple(map(kind, params)), kind(result))
        case Real() | Nothing() | Unknown():
            return of


def fits(given: Type, wanted: Type) -> bool:
    """Whether a value of type `given` may stand where `wanted` is expected, lengths and ranges apart."""
    match given, wanted:
        case (Unknown(), _) | (_, Unknown()):
            return True
        case (Nothing(), Maybe()) | (Int(), Real()) | (Choice(), Text()):
            return True
        case Maybe(value), Maybe(other):
            return fits(value, other)
        case _, Maybe(other):
            return fits(given, other)
        case ListOf(element), ListOf(other):
            return fits(element, other)
        case Record(fields, name), Record(others, other):
            return _fields_fit(dict(fields), dict(others)) and (name == other or None in (name, other))
        case Choice(options), Choice(others):
            return set(options) <= set(others)
        case Callable(params, result), Callable(others, other):
            return (
                len(params) == len(others)
                and all(fits(b, a) for a, b in zip(params, others, strict=True))
                and fits(result, other)
            )
        case _:
            return type(given) is type(wanted)


def _fields_fit(given: dict[str, Type], wanted: dict[str, Type]) -> bool:
    return given.keys() == wanted.keys() and all(fits(given[f], wanted[f]) for f in given)


def join(one: Type, other: Type) -> Type | None:
    """The kind that covers both, or None where no variable could hold either."""
    match one, other:
        case Unknown(), _:
            return kind(other)
        case _, Unknown():
            return kind(one)
        case (Int() | Real(), Int() | Real()):
            return REAL if REAL in (one, other) else INT
        case (Nothing(), Nothing()):
            return NOTHING
        case (Nothing(), Maybe() as maybe) | (Maybe() as maybe, Nothing()):
            return kind(maybe)
        case (Nothing(), value) | (value, Nothing()):
            return Maybe(kind(value))
        case Maybe(a), Maybe(b):
            return _within(Maybe, a, b)
        case (Maybe(a), b) | (b, Maybe(a)):
            return _within(Maybe, a, b)
        case ListOf(a), ListOf(b):
            return _within(ListOf, a, b)
        case Choice(a), Choice(b):
            return Choice(a + tuple(option for option in b if option not in a))
        case (Choice(), Text()) | (Text(), Choice()):
            return TEXT
        case Record(a, name), Record(b, _) if fits(one, other) or fits(other, one):
            theirs = dict(b)
            return Record(tuple((f, join(t, theirs[f]) or UNKNOWN) for f, t in a), name)
        case _:
            return kind(one) if fits(one, other) and fits(other, one) else None


def _within(outer: Function[[Type], Type], one: Type, other: Type) -> Type | None:
    inner = join(one, other)
    return None if inner is None else outer(inner)


def spoken(of: Type) -> str:
    """The type as a person says it: `a text`, `an int`, `a list of texts`."""
    match of:
        case Int():
            return "an int"
        case Record(_, name):
            return "a record" if name is None else f"a `{name}`"
        case Choice():
            return f"`{written(of)}`"
        case Maybe(value):
            return f"{spoken(value)} or nothing"
        case ListOf(Unknown()):
            return "a list"
        case ListOf(element):
            return f"a list of {_plural(element)}"
        case Callable():
            return f"a function `{written(of)}`"
        case Nothing():
            return "nothing"
        case Unknown():
            return "a value"
        case Real() | Bool() | Text():
            return f"a {written(of)}"


def _plural(of: Type) -> str:
    match of:
        case Int() | Real() | Bool() | Text():
            return f"{written(of)}s"
        case ListOf(element):
            return f"lists of {_plural(element)}"
        case Record(_, str(name)):
            return f"`{name}` records"
        case _:
            return f"`{written(of)}`"


def written(of: Type) -> str:
    """The kind in the language's own words: `text`, `list of int`, `one of "a" | "b"`."""
    match of:
        case Int():
            return "int"
        case Real():
            return "real"
        case Bool():
            return "bool"
        case Text():
            return "text"
        case ListOf(element):
            return f"list of {written(element)}"
        case Record(fields, name):
            return name or "{" + ", ".join(f"{field}: {written(value)}" for field, value in fields) + "}"
        case Choice(options):
            return "one of " + " | ".join(f'"{option}"' for option in options)
        case Maybe(value):
            return f"{written(value)}?"
        case Callable(params, result):
            return f"({', '.join(map(written, params))}) -> {written(result)}"
        case Nothing():
            return "nothing"
        case Unknown():
            return "?"
