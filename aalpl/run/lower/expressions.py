"""Pure expressions as Python expressions; one arm per node."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.types import Choice, ListOf, Maybe, Record, Text, Type
from aalpl.report.source import Span
from aalpl.run import texts, values
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import FOLDS


def expression(e: p.Expr, s: Scope) -> str:
    """Python for the value of `e`; an atom or in brackets."""
    match e:
        case p.IntLiteral(value):
            return str(value) if value >= 0 else f"({value})"
        case p.RealLiteral(value):
            return s.tables.constant(value)
        case p.BoolLiteral(value):
            return repr(value)
        case p.TextLiteral(value, type_):
            return s.tables.constant(texts.written(value)) if is_text(type_) else repr(value)
        case p.NothingLiteral():
            return "None"
        case p.Variable(name):
            return s.variable(name)
        case p.SizeName(name, _, index):
            return s.resolve(name) if index is None else f"{s.resolve(name)}({expression(index, s)})"
        case p.FunctionName(name):
            s.called.add(name)
            return f"functions[{name!r}]"
        case p.Arithmetic():
            return _arithmetic(e, s)
        case p.Negative(value):
            return f"(-{expression(value, s)})"
        case p.Builtin("text", (value,)):
            return f"{s.tables.constant(values.said(value.type))}({expression(value, s)})"
        case p.Builtin(function, args):
            call = f"{function}({', '.join(expression(a, s) for a in args)})"
            return _marked(s, e.span, call)
        case p.Compare():
            return _compare(e, s)
        case p.Not(value):
            return f"(not {expression(value, s)})"
        case p.And(parts):
            return f"({' and '.join(expression(x, s) for x in parts)})"
        case p.Or(parts):
            return f"({' or '.join(expression(x, s) for x in parts)})"
        case p.Present(value):
            return _present(value, s)
        case p.Otherwise(value, default):
            name = s.temporary()
            found = expression(value, s)
            return f"({expression(default, s)} if ({name} := {found}) is None else {name})"
        case p.Conditional(test, left, right):
            return f"({expression(left, s)} if {expression(test, s)} else {expression(right, s)})"
        case p.LengthOf(value):
            return length(expression(value, s), value.type, s)
        case p.Concat(parts, type_):
            if len(parts) > 8:
                join = "join_all" if is_text(type_) else "list_join_all"
                return f"{join}([{', '.join(expression(part, s) for part in parts)}])"
            found = expression(parts[0], s)
            for part in parts[1:]:
                if is_text(type_):
                    found = f"join({found}, {expression(part, s)})"
                elif isinstance(part, p.ListLiteral) and len(part.items) == 1:
                    found = f"list_add({found}, {expression(part.items[0], s)})"
                else:
                    found = f"list_join({found}, {expression(part, s)})"
            return found
        case p.Index():
            return _index(e, s)
        case p.Slice():
            return _slice(e, s)
        case p.Update(value, index, new):
            changed = f"{expression(value, s)}, {expression(index, s)}, {expression(new, s)}"
            return _marked(s, e.span, f"list_put({changed})")
        case p.Splice(value, low, high, new):
            name = "splice" if is_text(value.type) else "list_splice"
            bounds = f"{expression(low, s)}, {expression(high, s)}"
            return _marked(s, e.span, f"{name}({expression(value, s)}, {bounds}, {expression(new, s)})")
        case p.ListLiteral(items):
            return f"list_of([{', '.join(expression(x, s) for x in items)}])"
        case p.RecordLiteral(fields):
            return "(" + "".join(expression(x, s) + ", " for _, x in sorted(fields, key=_name)) + ")"
        case p.Field(value, name):
            return f"{expression(value, s)}[{_position(value.type, name)}]"
        case p.WithField(value, name, new):
            return _with_field(
                expression(value, s), _position(value.type, name), expression(new, s), value.type
            )
        case p.Reduce():
            return _reduce(e, s)


def _index(e: p.Index, s: Scope) -> str:
    """Written out where both parts are names, because it is what loops do most."""
    x, i = expression(e.value, s), expression(e.index, s)
    call = _marked(s, e.span, f"list_at({x}, {i})")
    if not (x.isidentifier() and (i.isidentifier() or i.isdigit())):
        return call
    inside = f"{x}[2] - {x}[1] > {i}" if i.isdigit() else f"0 <= {i} < {x}[2] - {x}[1]"
    return f"({x}[0][{x}[1] + {i}] if {inside} else {call})"


def _slice(e: p.Slice, s: Scope) -> str:
    x, low, high = expression(e.value, s), expression(e.low, s), expression(e.high, s)
    call = _marked(s, e.span, f"{'cut' if is_text(e.value.type) else 'list_cut'}({x}, {low}, {high})")
    if not x.isidentifier() or "#@" in low + high:
        return call
    if is_text(e.value.type):
        a, b = s.temporary(), s.temporary()
        piece = f"({b} - {a}, {x}[1] + {a}, {x}[2], 1)"
        return f"({piece} if {x}[3] == 1 and 0 <= ({a} := {low}) < ({b} := {high}) <= {x}[0] else {call})"
    if low.isdigit() and high == length(x, e.value.type, s):
        return f"(({x}[0], {x}[1] + {low}, {x}[2]) if {high} >= {low} else {call})"
    return call


def _with_field(x: str, at: int, new: str, type_: Type) -> str:
    if not x.isidentifier():
        return f"with_field({x}, {at}, {new})"
    parts = [new if i == at else f"{x}[{i}]" for i in range(len(field_order(type_)))]
    return f"({', '.join(parts)},)"


def length(python: str, type_: Type, s: Scope) -> str:
    """The length of a text or list."""
    if is_text(type_):
        return f"{python}[0]"
    if python.isidentifier():
        return f"({python}[2] - {python}[1])"
    return f"list_len({python})"


def is_text(type_: Type) -> bool:
    """Whether values of the type are ropes."""
    return isinstance(type_, Text)


def field_order(type_: Type) -> list[tuple[str, Type]]:
    """The fields of a record in the order of their places in its tuple."""
    assert isinstance(type_, Record)
    return sorted(type_.fields, key=lambda field: field[0])


def equality(type_: Type) -> str | None:
    """The type's shape for `alike`, or nothing where Python's `==` will do: `t` text, `l…` list, `r(…)` record."""
    match type_:
        case Text():
            return "t"
        case ListOf(element):
            return "l" + (equality(element) or "-")
        case Record():
            return "r(" + "".join(equality(t) or "-" for _, t in field_order(type_)) + ")"
        case Maybe(value):
            inner = equality(value)
            return None if inner is None else "m" + inner
        case _:
            return None


def _name(field: tuple[str, p.Expr]) -> str:
    return field[0]


def _position(type_: Type, name: str) -> int:
    return [field for field, _ in field_order(type_)].index(name)


def _marked(s: Scope, span: Span, operation: str) -> str:
    return s.tables.marks.at(span, operation)


def _arithmetic(e: p.Arithmetic, s: Scope) -> str:
    """A chain to the left is written flat, so that long sums nest in nothing."""
    if e.operator in ("+", "-"):
        parts: list[str] = []
        left: p.Expr = e
        while isinstance(left, p.Arithmetic) and left.operator in ("+", "-"):
            parts.append(f"{left.operator} {expression(left.right, s)}")
            left = left.left
        parts.append(expression(left, s))
        parts.reverse()
        if len(parts) > 60:
            signed = ", ".join(
                x.replace("+ ", "", 1) if x.startswith("+ ") else x.replace("- ", "-", 1) for x in parts
            )
            return f"sum(({signed}))"
        return f"({' '.join(parts)})"
    if e.operator == "*":
        factors: list[str] = []
        left = e
        while isinstance(left, p.Arithmetic) and left.operator == "*":
            factors.append(expression(left.right, s))
            left = left.left
        factors.append(expression(left, s))
        return f"({' * '.join(reversed(factors))})" if len(factors) < 60 else f"prod(({', '.join(factors)}))"
    left_text, right_text = expression(e.left, s), expression(e.right, s)
    match e.operator:
        case "//":
            return _marked(s, e.span, f"{left_text} // {right_text}")
        case "mod":
            return _marked(s, e.span, f"{left_text} % {right_text}")
        case "/":
            return _marked(s, e.span, f"ratio({left_text}, {right_text})")
        case _:
            return _marked(s, e.span, f"power({left_text}, {right_text})")


_PYTHON = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def _compare(e: p.Compare, s: Scope) -> str:
    left, right = expression(e.left, s), expression(e.right, s)
    if e.operator == "in":
        element = e.right.type.element if isinstance(e.right.type, ListOf) else e.left.type
        return f"list_contains({right}, {left}, {_alike(equality(element), s)})"
    shape = _shape(e.left.type, e.right.type)
    if shape is None or e.operator not in ("=", "!="):
        return f"({left} {_PYTHON[e.operator]} {right})"
    if shape == "t" and left.isidentifier() and right.isidentifier():
        call = f"({left} is {right} or same({left}, {right}))"
        return call if e.operator == "=" else f"(not {call})"
    call = f"same({left}, {right})" if shape == "t" else f"{_alike(shape, s)}({left}, {right})"
    return call if e.operator == "=" else f"(not {call})"


def _shape(left: Type, right: Type) -> str | None:
    if isinstance(left, Choice) or isinstance(right, Choice):
        return None
    a, b = equality(left), equality(right)
    return b if a is None or (b is not None and len(b) > len(a)) else a


def _alike(shape: str | None, s: Scope) -> str:
    return f"alike({shape or '-'!r})"


def _present(value: p.Expr, s: Scope) -> str:
    found = expression(value, s)
    if isinstance(value.type, ListOf):
        return f"({length(found, value.type, s)} > 0)"
    return f"({found} is not None)"


def _reduce(e: p.Reduce, s: Scope) -> str:
    index = s.variable(e.index)
    bounds = f"range({expression(e.low, s)}, {expression(e.high, s)} + 1)"
    body = expression(e.body, s)
    if e.operator == "count":
        return f"sum(1 for {index} in {bounds} if {body})"
    return FOLDS[e.operator].format(f"{body} for {index} in {bounds}")
