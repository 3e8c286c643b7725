"""A function as a Python function: sizes bound at entry, conditions checked, then the body."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.types import Int
from aalpl.run.lower.paths import check_int, check_length, length_at
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
    types = {param.name: param.type for param in f.params}
    for binding in f.bindings:
        root, path = binding.path[0], binding.path[1:]
        title = f"the elements of `{root}` differ in length, its type says `{binding.name}` for all"
        number = s.tables.complaint("argument-contract", title, f.span, "here")
        disagree = f"{number}, known.get({binding.name!r}, 0)"
        s.writer.line(f"{s.sizes[binding.name]} = {length_at(s.variable(root), types[root], path, disagree)}")


def _conditions(f: p.Function, s: Scope) -> None:
    """What the types of the parameters and `requires` say beyond binding."""
    types = {param.name: param.type for param in f.params}
    for c in f.constraints:
        title = f"`{'.'.join(x for x in c.path if x != 'len')}` has length {{}}, its type says {{}}"
        number = s.tables.complaint("argument-contract", title, c.span, "this length")
        check_length(s.variable(c.path[0]), types[c.path[0]], c.path[1:], c.length, number, s, s.resolve)
    for param in f.params:
        if isinstance(param.type, Int):
            check_int(param.name, param.type, s.variable(param.name), param.span, s, s.resolve)
    for relation in f.requires:
        left, right = source(relation.left, s.resolve), source(relation.right, s.resolve)
        title = (
            f"`{f.name}` requires {relation.left} {relation.operator} {relation.right}, found {{}} and {{}}"
        )
        number = s.tables.complaint("requires-broken", title, relation.span, "this condition")
        test = f"{left} {_RELATIONS[relation.operator]} {right}"
        s.writer.line(f"if not {test}: raise Fault({number}, {left}, {right})")
