"""Lowers calls as statements, and functions that belong to a record type: `t.add(e)`, `t.lead`."""

from __future__ import annotations

from aalpl.check import asking, calls, expressions, fit, names, rebinding
from aalpl.check.body import Body
from aalpl.check.kinds import kind, spoken
from aalpl.check.undeclared import nearest
from aalpl.program import nodes as p
from aalpl.program.types import Record, Unknown
from aalpl.report import Span
from aalpl.tree import nodes as t


def statement(body: Body, of: t.CallStatement) -> None:
    """`f(x)`, `t.add(e)` (rebinds `t`), `f(x) where FACT`."""
    said: tuple[t.Fact, ...]
    match of.call:
        case t.Where(inner, said):
            pass
        case inner:
            said = ()
    if not isinstance(inner, t.Call):
        value = expressions.expr(body, inner)
        if not isinstance(value.type, Unknown):
            body.problems.error(
                "does-nothing",
                "this line does nothing: its value is not used",
                of.span,
                hint="assign it, `x <- …`, or leave the line out",
                blame=body.origins(value),
            )
        return
    match inner.function:
        case t.Field(t.Name() as receiver, method):
            whole = names.name(body, receiver)
            result = _with_receiver(body, inner, whole, method, said)
            if isinstance(whole, p.Variable) and isinstance(result, p.Variable):
                _rebind(body, receiver, whole, result, of.span)
        case _:
            calls.call(body, inner, said, None)


def _rebind(body: Body, receiver: t.Name, whole: p.Variable, result: p.Variable, span: Span) -> None:
    if not isinstance(result.type, Record) or (
        result.type != whole.type and kind(result.type) != kind(whole.type)
    ):
        if not isinstance(result.type, Unknown):
            body.problems.error(
                "does-nothing",
                f"this does not change `{receiver.id}`: the function returns {spoken(result.type)}",
                span,
                hint="use its value, or call a function that returns the record",
            )
        return
    rebinding.rebinds(body, receiver)
    body.emit(p.Let(receiver.id, result, span=span))
    body.bind(receiver.id, result.type, receiver.span, result)


def method(body: Body, of: t.Call, receiver: t.Expr, method: t.Name, said: tuple[t.Fact, ...]) -> p.Expr:
    """`t.f(a)` in an expression: the function `f` that belongs to the record type of `t`."""
    whole = expressions.expr(body, receiver)
    return _with_receiver(body, of, whole, method, said)


def _with_receiver(body: Body, of: t.Call, whole: p.Expr, method: t.Name, said: tuple[t.Fact, ...]) -> p.Expr:
    if not isinstance(whole.type, Record):
        expressions.operands(body, of.arguments)
        return fit.refuse(body, whole, "only records have functions of their own", "not-a-record")
    callee = body.checker.method(body.module, whole.type.name, method.id)
    if callee is None:
        no_field(body, whole, method)
        expressions.operands(body, of.arguments)
        return fit.poison(of.span)
    if not calls.count(body, of.span, callee, len(of.arguments) + 1):
        expressions.operands(body, of.arguments)
        return calls.result_poison(body, callee, of.span)
    args = expressions.operands(body, of.arguments, [param.type for param in callee.params[1:]])
    return asking.invoke(body, of.span, callee, [whole, *args], None, said, None)


def no_field(body: Body, whole: p.Expr, field: t.Name) -> None:
    """Tells that a record has no such field."""
    record = whole.type
    assert isinstance(record, Record)
    names = [name for name, _ in record.fields]
    known = [*names, *body.checker.methods(body.module, record.name)]
    guess = nearest(field.id, known)
    body.problems.error(
        "no-such-field",
        f"{spoken(record)} has no field `{field.id}`" + (", and no such function" if record.name else ""),
        field.span,
        others=body.seen_at(whole),
        hint=f"did you mean `{guess}`?" if guess else f"its fields are {', '.join(f'`{n}`' for n in names)}",
        blame=[(record.name or "", f".{field.id}")],
    )
