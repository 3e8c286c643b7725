"""Requests: what is computed before something is asked, and the tuple that is yielded (see `aalpl.run.sites`)."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.size import Size, Sym
from aalpl.program.tokens import template_tokens
from aalpl.program.types import Between, Exactly, Int, ListOf, Text, Type
from aalpl.report.source import Span
from aalpl.run.lower.contracts import closed
from aalpl.run.lower.expressions import expression, is_text
from aalpl.run.lower.payload import added, payload
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.sizes import Resolve, source
from aalpl.run.sites import AskSite, ConsultSite


def ask(st: p.Ask, s: Scope, wishes: dict[int, str]) -> str:
    """Python for the request of a call of a primitive."""
    primitive = s.tables.program.primitives[st.primitive]
    s.called.add(st.primitive)
    said = ([(s.variable(st.transcript), Text())] if st.transcript else []) + arguments(st.args, s)
    resolve = bound(primitive.params, said, s, st.span)
    index = member(primitive, st, s)
    type_, own = closed(primitive.result, st.facts, s, family_resolve(primitive, index, resolve))
    if primitive.right is not None:
        own.append(source(primitive.right, family_resolve(primitive, index, resolve)))
    facts = tuple(fact for fact in st.facts if not isinstance(fact, p.LengthFact))
    site = AskSite(len(s.tables.sites), st.place, primitive, type_, facts, s.function.name, st.span)
    s.tables.sites.append(site)
    tokens = added([*(payload(a, t) for a, t in said), str(template_tokens(primitive.prompt))])
    values = packed([a for a, _ in said])
    given = packed([_fact(fact, s) for fact in facts]) if facts else "None"
    wish = wishes.get(id(st), "None")
    return f"({site.number}, {tokens}, {values}, {index or 'None'}, {packed(own)}, {given}, {wish})"


def consult(st: p.Consult, s: Scope, wishes: dict[int, str]) -> str:
    """Python for the request of an oracle or measure."""
    oracle = s.tables.program.oracles[st.oracle]
    s.called.add(st.oracle)
    said = arguments(st.args, s)
    type_, own = closed(oracle.result, (), s, bound(oracle.params, said, s, st.span))
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


def bound(params: tuple[p.Param, ...], said: list[tuple[str, Type]], s: Scope, span: Span) -> Resolve:
    """Binds the sizes of a signature to what is handed over (semantics 6) and writes the conditions on the rest."""
    sizes: dict[str, str] = {}

    def resolve(name: str) -> str:
        return sizes[name] if name in sizes else s.resolve(name)

    params = params[len(params) - len(said) :] if len(params) >= len(said) else params
    offset = len(said) - len(params)
    for param, (python, _) in zip(params, said[offset:], strict=True):
        if isinstance(param.type, Int):
            sizes[param.name] = python
    for param, (python, _) in zip(params, said[offset:], strict=True):
        _fit(param.name, param.type, python, sizes, resolve, s, span)
    return resolve


def _fit(
    name: str, type_: Type, python: str, sizes: dict[str, str], resolve: Resolve, s: Scope, span: Span
) -> None:
    match type_:
        case Text(length) | ListOf(_, length):
            found = f"{python}[0]" if is_text(type_) else f"list_len({python})"
            match length:
                case Exactly(size):
                    bare = bare_name(size)
                    if bare in s.tables.program.sizes and bare not in sizes:
                        sizes[bare] = found
                    else:
                        _check(
                            s, span, name, f"{found} != {source(size, resolve)}", found, source(size, resolve)
                        )
                case Between(low, high):
                    bounds = f"{source(low, resolve)} <= {found} <= {source(high, resolve)}"
                    _check(s, span, name, f"not {bounds}", found, f"'{low}..{high}'")
                case _:
                    pass
            if isinstance(type_, ListOf) and isinstance(type_.element, Text) and type_.index is None:
                inner = type_.element.length
                if isinstance(inner, Exactly) and (bare := bare_name(inner.size)) and bare not in sizes:
                    sizes[bare] = f"element_length({python})"
        case Int(low, high) if low is not None or high is not None:
            parts = [python]
            parts = ([source(low, resolve)] if low is not None else []) + parts
            parts += [source(high, resolve)] if high is not None else []
            _check(s, span, name, f"not {' <= '.join(parts)}", python, repr(f"{low or ''}..{high or ''}"))
        case _:
            pass


def bare_name(size: Size) -> str | None:
    """The name, where a size is nothing but a symbol."""
    atoms = size.atoms()
    if len(size.terms) != 1 or len(atoms) != 1:
        return None
    ((monomial, value),) = size.terms.items()
    atom = monomial[0][0]
    return atom.name if value == 1 and monomial[0][1] == 1 and isinstance(atom, Sym) else None


def _check(s: Scope, span: Span, name: str, wrong: str, found: str, wanted: str) -> None:
    title = f"`{name}` is {{}} tokens or elements long, or a number, that its type does not allow"
    number = s.tables.complaint("argument-contract", title, span, "found {}, its type says {}")
    s.writer.line(f"if {wrong}:\n{'    ' * s.writer.depth}    raise Fault({number}, {found}, {wanted})")


def member(primitive: p.Primitive, st: p.Ask, s: Scope) -> str | None:
    """Python for the index in a family, within its bounds."""
    if st.index is None or primitive.family is None:
        return None
    index = named(expression(st.index, s), s)
    low, high = source(primitive.family.low, s.resolve), source(primitive.family.high, s.resolve)
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


def _fact(fact: p.Fact, s: Scope) -> str:
    match fact:
        case p.MeasureFact(_, _, value):
            return expression(value, s)
        case p.LawFact(_, law):
            return packed([expression(a, s) for a in law.args])
        case p.ProbabilityFact(_, probability):
            return expression(probability, s)
        case p.LengthFact(_, size):
            return expression(size, s)
