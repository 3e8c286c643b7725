"""Whether a value may stand where it stands, what it is converted to there, and what is said when it may not."""

from __future__ import annotations

import attrs

from aalpl.check.body import Body
from aalpl.check.kinds import REAL, TEXT, UNKNOWN, fits, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import (
    Bool,
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
from aalpl.report import Label, Span


def poison(span: Span) -> p.Expr:
    """The value of what is in error: it fits everywhere."""
    return p.NothingLiteral(UNKNOWN, span=span)


def need(body: Body, value: p.Expr, wanted: Type, role: str, *others: Label) -> p.Expr:
    """The value as what is wanted; where it does not fit that is told. `role` says what it is needed for."""
    if fits(value.type, wanted) and not _buried((found := convert(value, wanted)).type, wanted):
        return found
    if isinstance(value.type, Maybe) and fits(value.type.value, wanted):
        return _maybe_nothing(body, value)
    if isinstance(value, p.TextLiteral) and isinstance(wanted, Choice | Maybe):
        return no_option(body, value, wanted)
    body.problems.error(
        "wrong-type",
        f"{role} is {spoken(wanted)}, not {spoken(value.type)}",
        value.span,
        f"this is {spoken(value.type)}",
        others=(*others, *body.seen_at(value)),
        hint=_advice(value.type, wanted),
        blame=body.origins(value) | ({(value.name, "()")} if isinstance(value, p.FunctionName) else set()),
    )
    return poison(value.span)


def _advice(given: Type, wanted: Type) -> str | None:
    match given, wanted:
        case ListOf(element), _ if fits(element, wanted):
            return "choose an element: `xs[i]`"
        case Bool(), Text():
            return 'say it in words: `"yes" if … else "no"`'
        case _, ListOf(element) if fits(given, element):
            return "put it in brackets: `[x]`"
        case (Real(), Int()):
            return "round it with `floor` or `ceil`"
        case (Text() | ListOf(), Int()):
            return "take its length with `len(x)`"
        case _:
            return None


def _maybe_nothing(body: Body, value: p.Expr) -> p.Expr:
    what = f"`{value.name}`" if isinstance(value, p.Variable) and "%" not in value.name else "this value"
    body.problems.error(
        "maybe-nothing",
        f"{what} may be nothing here",
        value.span,
        f"{spoken(value.type)}",
        others=body.seen_at(value),
        hint="ask first with `if … then`, or give a default with `else`",
        blame=body.origins(value),
    )
    return poison(value.span)


def no_option(body: Body, value: p.TextLiteral, wanted: Type) -> p.Expr:
    """A string that is none of the options of a choice."""
    from aalpl.check.undeclared import nearest

    inner = wanted.value if isinstance(wanted, Maybe) else wanted
    options = inner.options if isinstance(inner, Choice) else ()
    guess = nearest(value.value, options)
    listed = " or ".join(f'"{option}"' for option in options)
    body.problems.error(
        "not-an-option",
        f'"{value.value}" is not one of the options',
        value.span,
        f"the options are {listed}" if options else "",
        hint=f'did you mean "{guess}"?' if guess else None,
    )
    return poison(value.span)


def convert(value: p.Expr, wanted: Type) -> p.Expr:
    """A fitting value as what is wanted: exact where a real is, its words where a text is."""
    match value.type, wanted:
        case Nothing(), Maybe() if isinstance(value, p.NothingLiteral):
            return p.NothingLiteral(kind(wanted), span=value.span)
        case Int(), Real() | Maybe(Real()):
            return exact(value)
        case Choice(), Text() | Maybe(Text()):
            return as_text(value)
        case Record(), Record(fields) | Maybe(Record(fields)) if isinstance(value, p.RecordLiteral):
            types = dict(fields)
            parts = tuple((name, convert(part, types[name])) for name, part in value.fields)
            type_ = attrs.evolve(value.type, fields=tuple((name, part.type) for name, part in parts))
            return p.RecordLiteral(parts, type_, span=value.span)
        case ListOf(), ListOf(element) | Maybe(ListOf(element)) if isinstance(value, p.ListLiteral):
            items = tuple(convert(item, element) for item in value.items)
            changed = [new.type for old, new in zip(value.items, items, strict=True) if new is not old]
            of = attrs.evolve(value.type, element=changed[0]) if changed else value.type
            return p.ListLiteral(items, of, span=value.span)
        case _:
            return value


def _buried(given: Type, wanted: Type) -> bool:
    """Whether a choice within a value would have to be a text there: only what is written out is converted."""
    match given, wanted:
        case (Maybe(one), Maybe(other)) | (ListOf(one), ListOf(other)):
            return (isinstance(one, Choice) and isinstance(other, Text)) or _buried(one, other)
        case _, Maybe(other):
            return _buried(given, other)
        case Record(fields), Record(others):
            types = dict(others)
            pairs = [(one, types[name]) for name, one in fields if name in types]
            return any(
                (isinstance(one, Choice) and isinstance(other, Text)) or _buried(one, other)
                for one, other in pairs
            )
        case _:
            return False


def exact(value: p.Expr) -> p.Expr:
    """A number as a real: its divisions are exact (semantics 5)."""
    match value:
        case p.Arithmetic(operator, left, right):
            real = "/" if operator == "//" else operator
            return p.Arithmetic(real, exact(left), exact(right), REAL, span=value.span)
        case p.Negative(inner):
            return p.Negative(exact(inner), REAL, span=value.span)
        case p.Conditional(test, left, right):
            return p.Conditional(test, exact(left), exact(right), REAL, span=value.span)
        case p.Builtin(("min" | "max" | "abs") as function, args):
            return p.Builtin(function, tuple(map(exact, args)), REAL, span=value.span)
        case _:
            return value


def as_text(value: p.Expr) -> p.Expr:
    """The words of a value, as many as it has tokens (semantics 4)."""
    if isinstance(value.type, Text):
        return value
    return p.Builtin("text", (value,), TEXT, span=value.span)


def refuse(body: Body, value: p.Expr, title: str, code: str, hint: str | None = None) -> p.Expr:
    """Tells that a value of this type has no place here."""
    if isinstance(value.type, Unknown):
        return poison(value.span)
    if isinstance(value.type, Maybe) and not isinstance(value.type.value, Bool | Nothing):
        return _maybe_nothing(body, value)
    body.problems.error(
        code,
        f"{title}; this is {spoken(value.type)}",
        value.span,
        spoken(value.type),
        others=body.seen_at(value),
        hint=hint,
        blame=body.origins(value),
    )
    return poison(value.span)


def typed(value: p.Expr, type: Type) -> p.Expr:
    """The same value with another type."""
    return attrs.evolve(value, type=type)
