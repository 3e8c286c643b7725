"""Requests: what is computed before something is asked, and the tuple that is yielded (see `aalpl.run.sites`)."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.tokens import template_tokens
from aalpl.program.types import Int, Text, Type
from aalpl.report.source import Span
from aalpl.run.lower.contracts import closed
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.paths import check_int, check_length, length_at
from aalpl.run.lower.payload import added, payload
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import Resolve, source
from aalpl.run.sites import AskSite, ConsultSite


def ask(st: p.Ask, s: Scope, wishes: dict[int, str]) -> str:
    """Python for the request of a call of a primitive."""
    primitive = s.tables.program.primitives[st.primitive]
    s.called.add(st.primitive)
    said = ([(s.variable(st.transcript), Text())] if st.transcript else []) + arguments(st.args, s)
    resolve = bound(primitive, said, s, st.span)
    index = member(primitive, st, s)
    type_, own = closed(primitive.result, st.facts, s, family_resolve(primitive, index, resolve))
    if primitive.right is not None:
        own.append(source(primitive.right, family_resolve(primitive, index, resolve)))
    facts = tuple(fact for fact in st.facts if not isinstance(fact, p.LengthFact))
    site = AskSite(
        len(s.tables.sites),
        st.place,
        primitive,
        type_,
        facts,
        s.function.name,
        st.span,
        st.transcript is not None,
    )
    s.tables.sites.append(site)
    tokens = added([*(payload(a, t) for a, t in said), str(template_tokens(primitive.prompt))])
    values = packed([a for a, _ in said])
    given = packed([fact_value(fact, s) for fact in facts]) if facts else "None"
    wish = wishes.get(id(st), "None")
    return f"({site.number}, {tokens}, {values}, {index or 'None'}, {packed(own)}, {given}, {wish})"


def consult(st: p.Consult, s: Scope, wishes: dict[int, str]) -> str:
    """Python for the request of an oracle or measure."""
    oracle = s.tables.program.oracles[st.oracle]
    s.called.add(st.oracle)
    said = arguments(st.args, s)
    type_, own = closed(oracle.result, (), s, bound(oracle, said, s, st.span))
    site = ConsultSite(len(s.tables.sites), st.place, oracle, type_, s.function.name, st.span)
    s.tables.sites.append(site)
    return f"({site.number}, {packed([a for a, _ in said])}, {packed(own)}, {wishes.get(id(st), 'None')})"


def arguments(args: tuple[p.Expr, ...], s: Scope) -> list[tuple[str, Type]]:
    """Python names (or numbers) of the arguments, evaluated from left to right, with their types."""
    return [(named(expression(a, s), s), a.type) for a in args]


def named(python: str, s: Scope) -> str:
    """A name for the value of an expression, so that it is evaluated once."""
    if python.isidentifier() or python.isdigit():
        return python
    name = s.temporary()
    s.writer.line(f"{name} = {python}")
    return name


def packed(parts: list[str]) -> str:
    """A tuple."""
    return f"({', '.join(parts)},)" if parts else "()"


def bound(node: p.Primitive | p.Oracle, said: list[tuple[str, Type]], s: Scope, span: Span) -> Resolve:
    """Binds the sizes of a signature to what is handed over (semantics 6) and writes the conditions on the rest."""
    given = dict(
        zip((q.name for q in node.params), (x for x, _ in said[len(said) - len(node.params) :]), strict=True)
    )
    types = {param.name: param.type for param in node.params}
    sizes = {name: given[name] for name, type_ in types.items() if isinstance(type_, Int)}
    for binding in node.bindings:
        root = binding.path[0]
        disagree = f"None, known.get({binding.name!r}, 0)"
        sizes[binding.name] = length_at(given[root], types[root], binding.path[1:], disagree)

    def resolve(name: str) -> str:
        return sizes[name] if name in sizes else s.of_run(name)

    for c in node.constraints:
        title = f"`{c.path[0]}` of `{node.name}` is given length {{}}, its type says {{}}"
        number = s.tables.complaint("argument-contract", title, span, "in this call")
        check_length(given[c.path[0]], types[c.path[0]], c.path[1:], c.length, number, s, resolve)
    for name, type_ in types.items():
        if isinstance(type_, Int):
            check_int(name, type_, given[name], span, s, resolve)
    return resolve


def member(primitive: p.Primitive, st: p.Ask, s: Scope) -> str | None:
    """Python for the index in a family, within its bounds."""
    if st.index is None or primitive.family is None:
        return None
    index = named(expression(st.index, s), s)
    low, high = source(primitive.family.low, s.of_run), source(primitive.family.high, s.of_run)
    title = f"there is no member {{}} of the family `{primitive.name}`"
    number = s.tables.complaint("index-out-of-range", title, st.span, "its members are {1} to {2}")
    s.writer.line(
        f"if not {low} <= {index} <= {high}:\n{'    ' * s.writer.depth}    raise Fault({number}, {index}, {low}, {high})"
    )
    return index


def family_resolve(primitive: p.Primitive, index: str | None, resolve: Resolve) -> Resolve:
    """`resolve` that knows the index of the family."""
    if index is None or primitive.family is None:
        return resolve
    name = primitive.family.index
    return lambda found: index if found == name else resolve(found)


def fact_value(fact: p.Fact, s: Scope) -> str:
    """Python for the number or numbers a fact speaks of."""
    match fact:
        case p.MeasureFact(_, _, value):
            return expression(value, s)
        case p.LawFact(_, law):
            return packed([expression(a, s) for a in law.args])
        case p.ProbabilityFact(_, probability):
            return expression(probability, s)
        case p.LengthFact(_, size):
            return expression(size, s)
