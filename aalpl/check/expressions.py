"""Lowers expressions: what they ask of the outside becomes statements before, the rest stays a pure expression."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check import arithmetic, calls, fit, folds, logic, walk
from aalpl.check.body import Body
from aalpl.check.fit import poison
from aalpl.check.kinds import BOOL, INT, NOTHING, REAL, TEXT, UNKNOWN, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.program.types import Callable, Choice, ListOf, Maybe, Record, Text, Type, Unknown
from aalpl.report import Label
from aalpl.tree import nodes as t


def expr(body: Body, of: t.Expr, wanted: Type | None = None, into: str | None = None) -> p.Expr:
    """The value of an expression. `wanted` helps literals; a request may put its answer straight `into` a variable."""
    match of:
        case t.Int(value):
            return p.IntLiteral(value, INT, span=of.span)
        case t.Real(value):
            return p.RealLiteral(value, REAL, span=of.span)
        case t.Bool(value):
            return p.BoolLiteral(value, BOOL, span=of.span)
        case t.String(value):
            return _string(value, of, wanted)
        case t.Nothing():
            return p.NothingLiteral(NOTHING, span=of.span)
        case t.Name():
            return name(body, of, wanted)
        case t.ListLiteral(elements):
            return _list(body, of, elements, wanted)
        case t.RecordLiteral(fields):
            return _record(body, of, fields, wanted)
        case t.Call():
            return calls.value(body, of, (), into)
        case t.Where(value, facts):
            return calls.where(body, of, value, facts, into)
        case t.Index(value, index):
            return _index(body, of, value, index)
        case t.Slice(value, start, stop):
            return _slice(body, of, value, start, stop)
        case t.Field(value, field):
            return _field(body, of, value, field)
        case t.Sum() | t.Product() | t.Power() | t.Negative():
            return arithmetic.arithmetic(body, of)
        case t.Concat(operands):
            return _concat(body, of, operands, wanted)
        case t.Compare() | t.Not() | t.And() | t.Or() | t.Choice():
            return logic.logic(body, of)
        case t.OrElse(value, default):
            return logic.or_else(body, of, value, default, wanted)
        case t.Conditional(value, condition, otherwise):
            return logic.conditional(body, of, value, condition, otherwise, wanted)
        case t.Pop(variable):
            return _pop(body, of, variable)
        case t.AnyValue(type):
            return calls.any_value(body, of, type, into)
        case t.Count() | t.Fold():
            return folds.fold(body, of)
        case t.ParallelYield():
            return folds.parallel_yield(body, of, into)
        case t.Range():
            return _range(body, of)
        case t.Quantity() | t.Probability() | t.Growth():  # the grammar keeps these to claims
            return poison(of.span)


def operands(body: Body, of: Sequence[t.Expr], wanted: Sequence[Type | None] = ()) -> list[p.Expr]:
    """The values of several expressions, from left to right: a later `pop` does not change an earlier value."""
    values: list[p.Expr] = []
    for i, each in enumerate(of):
        value = expr(body, each, wanted[i] if i < len(wanted) else None)
        if body.pops and walk.variables(value) & walk.popped(tuple(of[i + 1 :])):
            value = body.keep(value)
        values.append(value)
    return values


def pure(body: Body, of: t.Expr, wanted: Type, role: str) -> p.Expr:
    """An expression that may not ask anything: a bound, a hypothesis."""
    with body.inside() as block:
        value = fit.need(body, expr(body, of, wanted), wanted, role)
    if block:
        body.problems.error(
            "not-pure",
            f"{role} is a number that is known beforehand: it may not call anything",
            of.span,
            hint="call before, and name the answer",
        )
    return value


def name(body: Body, of: t.Name, wanted: Type | None = None) -> p.Expr:
    """A variable, a size, or a function as a value."""
    if of.id in body.aliases:
        return body.aliases[of.id]
    if of.id in body.params or of.id in body.flow.assigned:
        body.read.add(of.id)
        return p.Variable(of.id, body.type_of(of.id), span=of.span)
    declared = body.module.size(of.id)
    if declared is not None:
        body.checker.used.add(of.id)
        if declared.family is not None:
            body.problems.error(
                "family-without-index",
                f"`{of.id}` is a family: say which of its members",
                of.span,
                hint=f"write `{of.id}[i]`",
            )
        type = REAL if declared.kind == "prob" else INT
        return p.SizeName(body.module.symbol(of.id), type, span=of.span)
    if of.id in body.assigns:
        return _unassigned(body, of)
    signature = body.checker.callable(body.module, of.id)
    if signature is not None:
        return calls.function_value(body, of, signature)
    known = [*body.params, *body.assigns, *(n for m in body.module.reach() for n in (*m.sizes, *m.callables))]
    role = "function" if isinstance(wanted, Callable) else "variable"
    body.problems.undeclared(of, role, known, body.checker.namesakes(body, of.id))
    return poison(of.span)


def _unassigned(body: Body, of: t.Name) -> p.Expr:
    if of.id in body.unassigned:
        return poison(of.span)
    body.unassigned.add(of.id)
    if of.id in body.gone:
        body.problems.error(
            "outside-its-loop",
            f"`{of.id}` has no value outside of its loop",
            of.span,
            "read here",
            others=(Label(body.gone[of.id], "the loop"),),
            hint="keep what is needed of it in a variable of its own",
        )
    else:
        body.problems.error(
            "used-before-assigned",
            f"`{of.id}` has no value yet",
            of.span,
            "read here",
            others=body.checker.assignment(body, of.id),
            hint="assign it before this line",
        )
    return poison(of.span)


def _string(value: str, of: t.String, wanted: Type | None) -> p.Expr:
    """A text, or an option where a choice is expected."""
    inner = wanted.value if isinstance(wanted, Maybe) else wanted
    if isinstance(inner, Choice) and value in inner.options:
        return p.TextLiteral(value, kind(inner), span=of.span)
    return p.TextLiteral(value, TEXT, span=of.span)


def _list(body: Body, of: t.ListLiteral, elements: tuple[t.Expr, ...], wanted: Type | None) -> p.Expr:
    inner = wanted.element if isinstance(wanted, ListOf) else None
    values = operands(body, elements, [inner] * len(elements))
    element: Type = UNKNOWN
    if any(isinstance(value.type, Unknown) for value in values):
        return poison(of.span)
    for i, value in enumerate(values):
        both = join(element, value.type)
        if both is None:
            body.problems.error(
                "mixed-list",
                f"this list holds {spoken(element)} and {spoken(value.type)}",
                elements[i].span,
                spoken(value.type),
                blame=body.origins(*values),
            )
            both = UNKNOWN
        element = both
    values = [fit.convert(value, element) for value in values]
    return p.ListLiteral(tuple(values), ListOf(element), span=of.span)


def _record(body: Body, of: t.RecordLiteral, fields: tuple[t.FieldValue, ...], wanted: Type | None) -> p.Expr:
    expected = dict(wanted.fields) if isinstance(wanted, Record) else {}
    values = operands(body, [f.value for f in fields], [expected.get(f.name.id) for f in fields])
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


def _index(body: Body, of: t.Index, value: t.Expr, index: t.Expr) -> p.Expr:
    if isinstance(value, t.Name) and _is_symbol(body, value):
        return _member(body, of, value, index)
    whole, at = operands(body, (value, index), (None, INT))
    if isinstance(whole.type, Unknown):
        return poison(of.span)
    at = subscript(body, at, index, value)
    match whole.type:
        case ListOf(element):
            return p.Index(whole, at, element, span=of.span)
        case Text():
            body.problems.error(
                "index-of-text",
                "a text is cut with slices",
                of.span,
                hint="write `x[i:i+1]` for one token",
                blame=body.origins(whole),
            )
            return p.NothingLiteral(UNKNOWN, span=of.span)
        case _:
            return fit.refuse(body, whole, "only lists have elements", "not-a-list")


def _is_symbol(body: Body, of: t.Name) -> bool:
    hidden = of.id in body.aliases or of.id in body.params or of.id in body.flow.assigned
    return not hidden and of.id not in body.assigns and body.module.size(of.id) is not None


def _member(body: Body, of: t.Index, value: t.Name, index: t.Expr) -> p.Expr:
    """`u[i]` of a declared family."""
    declared = body.module.size(value.id)
    assert declared is not None
    body.checker.used.add(value.id)
    at = fit.need(body, expr(body, index, INT), INT, "an index")
    if declared.family is None:
        body.problems.error(
            "not-a-family",
            f"`{value.id}` is one {declared.kind}, not a family of them",
            value.span,
            others=(Label(declared.span, "declared here"),),
        )
    type = REAL if declared.kind == "prob" else INT
    return p.SizeName(body.module.symbol(value.id), type, at, span=of.span)


def subscript(body: Body, at: p.Expr, written: t.Expr, whole: t.Expr | None = None) -> p.Expr:
    """An index or the bound of a slice."""
    if isinstance(written, t.Negative) and isinstance(written.operand, t.Int):
        body.problems.error(
            "negative-index",
            f"there are no negative indices: `-{written.operand.value}` is before the beginning",
            written.span,
            hint=f"count from the end with `len({_short(whole)}) - {written.operand.value}`",
        )
    return fit.need(body, at, INT, "an index")


def _short(of: t.Expr | None) -> str:
    return of.id if isinstance(of, t.Name) else "x"


def _slice(body: Body, of: t.Slice, value: t.Expr, start: t.Expr, stop: t.Expr) -> p.Expr:
    whole, low, high = operands(body, (value, start, stop), (None, INT, INT))
    if isinstance(whole.type, Unknown):
        return poison(of.span)
    low, high = subscript(body, low, start, value), subscript(body, high, stop, value)
    match whole.type:
        case ListOf() | Text():
            return p.Slice(whole, low, high, kind(whole.type), span=of.span)
        case _:
            return fit.refuse(body, whole, "only texts and lists have slices", "not-a-sequence")


def _field(body: Body, of: t.Field, value: t.Expr, field: t.Name) -> p.Expr:
    """`r.f`: a field, or a function of one parameter that belongs to the record type."""
    whole = expr(body, value)
    match whole.type:
        case Record(fields, record):
            found = dict(fields).get(field.id)
            if found is not None:
                return p.Field(whole, field.id, found, span=of.span)
            method = body.checker.method(body.module, record, field.id)
            if method is not None:
                return calls.invoke(body, of.span, method, [whole], None, (), None)
            calls.no_field(body, whole, field)
            return poison(of.span)
        case Unknown():
            return poison(of.span)
        case _:
            return fit.refuse(body, whole, "only records have fields", "not-a-record")


def _concat(body: Body, of: t.Concat, each: tuple[t.Expr, ...], wanted: Type | None) -> p.Expr:
    values = operands(body, each, [wanted] * len(each))
    type: Type = UNKNOWN
    for value in values:
        match value.type:
            case Text() | Choice():
                here: Type = TEXT
            case ListOf() | Unknown():
                here = kind(value.type)
            case _:
                return fit.refuse(body, value, "`++` joins texts and lists", "not-a-sequence")
        both = join(type, here)
        if both is None:
            body.problems.error(
                "mixed-concatenation",
                f"`++` joins {spoken(type)} and {spoken(value.type)}",
                value.span,
                spoken(value.type),
                blame=body.origins(*values),
                hint="put a single element in brackets: `xs ++ [x]`",
            )
            return poison(of.span)
        type = both
    return p.Concat(tuple(fit.convert(value, type) for value in values), type, span=of.span)


def _pop(body: Body, of: t.Pop, variable: t.Name) -> p.Expr:
    whole = name(body, variable)
    calls.rebinds(body, variable)
    match whole.type:
        case ListOf(element):
            first = body.keep(
                p.Index(whole, p.IntLiteral(0, INT, span=of.span), element, span=of.span), variable.id
            )
            low, high = p.IntLiteral(1, INT, span=of.span), p.LengthOf(whole, INT, span=of.span)
            rest = p.Slice(whole, low, high, kind(whole.type), span=of.span)
            body.emit(p.Let(variable.id, rest, span=of.span))
            body.bind(variable.id, rest.type, variable.span, rest)
            return first
        case Unknown():
            return poison(of.span)
        case _:
            return fit.refuse(body, whole, "`pop` takes the first element of a list", "not-a-list")


def _range(body: Body, of: t.Range) -> p.Expr:
    body.problems.error(
        "range-here",
        "a range is no value: it stands after `in`, or as the argument of `Uniform`",
        of.span,
        hint="a slice is written `x[a:b]`",
    )
    return poison(of.span)
