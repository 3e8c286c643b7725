"""Lowers records and their fields."""

from __future__ import annotations

from aalpl.check import asking, expressions, fit, methods
from aalpl.check.body import Body
from aalpl.check.fit import poison
from aalpl.check.kinds import kind
from aalpl.program import nodes as p
from aalpl.program.types import Record, Type, Unknown
from aalpl.tree import nodes as t


def record(body: Body, of: t.RecordLiteral, fields: tuple[t.FieldValue, ...], wanted: Type | None) -> p.Expr:
    expected = dict(wanted.fields) if isinstance(wanted, Record) else {}
    values = expressions.operands(body, [f.value for f in fields], [expected.get(f.name.id) for f in fields])
    pairs: dict[str, p.Expr] = {}
    for field, value in zip(fields, values, strict=True):
        if field.name.id in pairs:
            body.problems.error(
                "declared-twice",
                f"the record has two fields `{field.name.id}`",
                field.name.span,
                "again here",
            )
        pairs[field.name.id] = value
    type = Record(tuple((n, kind(v.type)) for n, v in pairs.items()))
    return p.RecordLiteral(tuple(pairs.items()), type, span=of.span)


def field(body: Body, of: t.Field, value: t.Expr, field: t.Name) -> p.Expr:
    """`r.f`: a field, or a function of one parameter that belongs to the record type."""
    whole = expressions.expr(body, value)
    match whole.type:
        case Record(fields, record):
            found = dict(fields).get(field.id)
            if found is not None:
                return p.Field(whole, field.id, found, span=of.span)
            method = body.checker.method(body.module, record, field.id)
            if method is not None:
                return asking.invoke(body, of.span, method, [whole], None, (), None)
            methods.no_field(body, whole, field)
            return poison(of.span)
        case Unknown():
            return poison(of.span)
        case _:
            return fit.refuse(body, whole, "only records have fields", "not-a-record")
