"""A function as a Python function: sizes bound at entry, conditions checked, then the body."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.types import Between, Exactly, Int, Length, ListOf, Maybe, Record, Text, Type
from aalpl.run.lower.expressions import field_order
from aalpl.run.lower.purity import assigned
from aalpl.run.lower.scope import Scope, Tables, identifier
from aalpl.run.lower.sizes import source
from aalpl.run.lower.statements import block
from aalpl.run.lower.writer import Writer

_RELATIONS = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def function(f: p.Function, name: str, tables: Tables) -> Scope:
    """Lowers one function; the scope's writer holds the Python."""
    s = Scope(tables, f, Writer(), {b.name: "s_" + identifier(b.name) for b in f.bindings})
    params = [s.variable(param.name) for param in f.params]
    s.outside = {param.name for param in f.params} | assigned(f.body)
    s.writer.depth = 1
    _bindings(f, s)
    _conditions(f, s)
    block(f.body, s, {})
    if not s.writer.rows:
        s.writer.line("pass")
    body = s.writer.rows
    head = [*params, *(["ix", "via"] if tables.observe else [])]
    start = [f"def {name}({', '.join(head)}):"]
    if f.name not in tables.pure | tables.direct:
        start.append("    if False: yield")
    start += [f"    {v} = None" for v in sorted(s.copied - set(params))]
    start += [f"    {c} = 0" for c in sorted(s.counters)]
    nonlocals = f"nonlocal {', '.join(sorted(s.counters))}" if s.counters else "pass"
    s.writer.rows = start + [row.replace("#nonlocal", nonlocals) for row in body]
    s.writer.depth = 0
    return s


def _bindings(f: p.Function, s: Scope) -> None:
    """Sizes that the parameters bind (semantics 6)."""
    for binding in f.bindings:
        python = s.sizes[binding.name]
        s.writer.line(f"{python} = {_measured(f, binding.path, binding.name, s)}")


def _measured(f: p.Function, path: tuple[str, ...], name: str, s: Scope) -> str:
    """Python for the length at a path; all elements must agree."""
    type_: Type = next(param.type for param in f.params if param.name == path[0])
    python = s.variable(path[0])
    for i, step in enumerate(path[1:], start=1):
        if isinstance(type_, Maybe):
            type_ = type_.value
        if step == "len":
            return f"{python}[0]" if isinstance(type_, Text) else f"list_len({python})"
        if step == "element":
            assert isinstance(type_, ListOf)
            inner = _lengths("x", type_.element, path[i + 1 :])
            number = s.tables.complaint(
                "argument-contract", f"the elements of `{path[0]}` differ in length, its type says `{name}` for all",
                f.span, "here",
            )  # fmt: skip
            default = f"known.get({name!r}, 0)"
            return f"agreed({{{inner} for x in list_each({python})}}, {number}, {default})"
        assert isinstance(type_, Record)
        names = [field for field, _ in field_order(type_)]
        python, type_ = f"{python}[{names.index(step)}]", dict(type_.fields)[step]
    return python


def _lengths(python: str, type_: Type, path: tuple[str, ...]) -> str:
    """Python for the lengths below an element; nested lists must agree as well."""
    for i, step in enumerate(path):
        if isinstance(type_, Maybe):
            type_ = type_.value
        if step == "len":
            return f"{python}[0]" if isinstance(type_, Text) else f"list_len({python})"
        if step == "element":
            assert isinstance(type_, ListOf)
            inner = _lengths("y", type_.element, path[i + 1 :])
            return f"agreed({{{inner} for y in list_each({python})}}, None, 0)"
        assert isinstance(type_, Record)
        names = [field for field, _ in field_order(type_)]
        python, type_ = f"{python}[{names.index(step)}]", dict(type_.fields)[step]
    return python


def _conditions(f: p.Function, s: Scope) -> None:
    """What the types of the parameters and `requires` say beyond binding."""
    for constraint in f.constraints:
        _constraint(f, constraint, s)
    for param in f.params:
        if isinstance(param.type, Int):
            python = s.variable(param.name)
            for size, sign in ((param.type.low, "<"), (param.type.high, ">")):
                if size is not None:
                    wanted = source(size, s.resolve)
                    title = f"`{param.name}` is {{}}, its type bounds it by {{}}"
                    number = s.tables.complaint("argument-contract", title, param.span, "this parameter")
                    s.writer.line(f"if {python} {sign} {wanted}: raise Fault({number}, {python}, {wanted})")
    for relation in f.requires:
        left, right = source(relation.left, s.resolve), source(relation.right, s.resolve)
        title = (
            f"`{f.name}` requires {relation.left} {relation.operator} {relation.right}, found {{}} and {{}}"
        )
        number = s.tables.complaint("requires-broken", title, relation.span, "this condition")
        test = f"{left} {_RELATIONS[relation.operator]} {right}"
        s.writer.line(f"if not {test}: raise Fault({number}, {left}, {right})")


def _constraint(f: p.Function, constraint: p.Constraint, s: Scope) -> None:
    wanted = _range(constraint.length, s)
    if wanted is None:
        return
    path = constraint.path
    type_: Type = next(param.type for param in f.params if param.name == path[0])
    title = f"`{'.'.join(x for x in path if x != 'len')}` has length {{}}, its type says {{}}"
    number = s.tables.complaint("argument-contract", title, constraint.span, "this length")
    _check(s.variable(path[0]), type_, path[1:], wanted, number, s)


def _check(
    python: str, type_: Type, path: tuple[str, ...], wanted: tuple[str, str], number: int, s: Scope
) -> None:
    if isinstance(type_, Maybe):
        with s.writer.block(f"if {python} is not None:"):
            _check(python, type_.value, path, wanted, number, s)
        return
    match path[0]:
        case "len":
            low, high = wanted
            found = f"{python}[0]" if isinstance(type_, Text) else f"list_len({python})"
            test = f"{found} != {low}" if low == high else f"not {low} <= {found} <= {high}"
            said = low if low == high else f"f'{{{low}}}..{{{high}}}'"
            s.writer.line(f"if {test}: raise Fault({number}, {found}, {said})")
        case "element":
            assert isinstance(type_, ListOf)
            item = s.temporary()
            heading = f"for {item} in list_each({python}):"
            if type_.index is not None:
                index = s.variable(type_.index)
                first = "0" if type_.low is None else source(type_.low, s.resolve)
                heading = f"for {index}, {item} in enumerate(list_each({python}), {first}):"
            with s.writer.block(heading):
                _check(item, type_.element, path[1:], wanted, number, s)
        case field:
            assert isinstance(type_, Record)
            names = [name for name, _ in field_order(type_)]
            inner = dict(type_.fields)[field]
            _check(f"{python}[{names.index(field)}]", inner, path[1:], wanted, number, s)


def _range(length: Length, s: Scope) -> tuple[str, str] | None:
    match length:
        case Exactly(size):
            wanted = source(size, s.resolve)
            return wanted, wanted
        case Between(low, high):
            return source(low, s.resolve), source(high, s.resolve)
        case _:
            return None
