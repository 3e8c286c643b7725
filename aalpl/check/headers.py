"""Reads the headers of what a file declares: families, parameters, results, models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from aalpl.check.kinds import INT, NOTHING, TEXT, UNKNOWN
from aalpl.check.module import Module, Signature
from aalpl.check.problems import Problems
from aalpl.check.relations import relations
from aalpl.check.sizes import Sizes, optional, size
from aalpl.check.types import resolve
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.size import Size, Sym
from aalpl.program.types import (
    Bool,
    Exactly,
    Length,
    ListOf,
    Maybe,
    Open,
    Record,
    Text,
    Type,
)
from aalpl.report import Label, Span
from aalpl.tree import nodes as t


def symbols(module: Module, problems: Problems, used: set[str]) -> None:
    """Gives the declared symbols their families and values."""
    place = Sizes(module, problems, {}, used=used)
    for item in module.file.items:
        match item:
            case t.Sizes(declared) | t.Constants(declared) | t.Probabilities(declared):
                for symbol in declared:
                    _symbol(module, symbol, place)
            case t.Llm(_, t.Family() as ranged) as llm:
                _clause_families(module, llm, family(ranged, place))
            case _:
                pass


def _symbol(module: Module, symbol: t.Symbol, place: Sizes) -> None:
    entry = module.sizes[symbol.name.id]
    if entry.span != symbol.name.span:
        return
    ranged = None if symbol.family is None else family(symbol.family, place)
    value = None
    if symbol.value is not None:
        value = size(symbol.value, place.exactly())
        number = value.constant()
        if entry.kind == "prob" and number is not None and not 0 < number < 1:
            place.problems.error(
                "not-a-probability",
                f"`{symbol.name.id}` lies strictly between 0 and 1, and this is {number}",
                symbol.value.span,
            )
    module.sizes[symbol.name.id] = attrs.evolve(
        entry, name=module.symbol(entry.name), family=ranged, value=value
    )


def _clause_families(module: Module, llm: t.Llm, ranged: p.Family | None) -> None:
    for clause in (llm.size, llm.window, llm.overhead):
        match clause:
            case t.Index(t.Name(name), _) if name in module.sizes and not module.sizes[name].declared:
                module.sizes[name] = attrs.evolve(module.sizes[name], family=ranged)
            case _:
                pass


def family(of: t.Family, place: Sizes) -> p.Family | None:
    """`[k]` is `[i in 0..k-1]`."""
    if of.variable is None:
        return p.Family("i", s.ZERO, size(of.domain, place) - 1)
    if not isinstance(of.domain, t.Range):
        place.problems.error("not-a-range", "a range `a..b` is expected after `in`", of.domain.span)
        return None
    return p.Family(of.variable.id, size(of.domain.low, place), size(of.domain.high, place))


def header(signature: Signature, problems: Problems, used: set[str]) -> None:
    """Reads parameters and result; a header in error is `broken`."""
    mark, missing = len(problems.found), len(problems.missing)
    node, module = signature.node, signature.module
    local: dict[str, Size] = {}
    place = Sizes(module, problems, {}, used=used)
    if isinstance(node, t.Llm) and node.family is not None:
        signature.family = family(node.family, place)
        if signature.family is not None:
            local[signature.family.index] = s.sym(signature.family.index)
    for parameter in node.parameters:
        match parameter.type:
            case t.IntType():
                local[parameter.name.id] = s.sym(parameter.name.id)
            case t.TextType() | t.ListType() | None:
                local[f"len({parameter.name.id})"] = s.sym(f"len({parameter.name.id})")
            case _:
                pass
    place = Sizes(module, problems, local, used=used)
    signature.params = tuple(_params(signature, place))
    signature.result = _result(node, place)
    _bindings(signature, place)
    if isinstance(node, t.Def) and node.requires:
        signature.requires = relations(node.requires, place.exactly())
    signature.broken = len(problems.found) > mark or len(problems.missing) > missing


def _params(signature: Signature, place: Sizes) -> Iterator[p.Param]:
    """The parameters; one without a type is a text."""
    seen: dict[str, Span] = {}
    for parameter in signature.node.parameters:
        name = parameter.name.id
        if name in seen:
            place.problems.error(
                "declared-twice",
                f"`{name}` is a parameter twice",
                parameter.name.span,
                "again here",
                others=(Label(seen[name], "first here"),),
            )
        seen[name] = parameter.name.span
        if isinstance(parameter.type, t.TranscriptType) and signature.kind == "llm":
            signature.transcript = True
            continue
        type = TEXT if parameter.type is None else resolve(parameter.type, place)
        yield p.Param(name, type, span=parameter.span)


def _result(node: t.Llm | t.Measure | t.Oracle | t.Def, place: Sizes) -> Type | None:
    match node:
        case t.Llm(result=written, truth=truth):
            result = NOTHING if written is None else resolve(written, place)
            return result if truth is None else _likely(result, truth, place)
        case t.Def(result=written):
            return None if written is None else resolve(written, place)
        case t.Oracle(result=None, body=None):
            place.problems.error(
                "oracle-without-result",
                f"the oracle `{node.name.id}` says nothing of its answer",
                node.name.span,
                hint="write its type: `-> bool`",
            )
            return UNKNOWN
        case t.Measure(result=None, body=None):
            return INT
        case t.Oracle(result=written) | t.Measure(result=written):
            return None if written is None else resolve(written, place)


def _likely(result: Type, truth: t.Expr, place: Sizes) -> Type:
    if not isinstance(result, Bool):
        place.problems.error("not-a-bool", "only a `bool` is true with a probability", truth.span)
        return result
    return Bool(size(truth, place.exactly()))


# -- sizes bound by parameters (semantics 6) ---------------------------------------------------------------------


def _bindings(signature: Signature, place: Sizes) -> None:
    bound: dict[str, p.Binding] = {}
    constraints: list[p.Constraint] = []
    for param in signature.params:
        for path, length, names in _lengths((param.name,), param.type, frozenset()):
            name = _bare(length, place.module, place.local, names)
            if name is not None and name not in bound:
                bound[name] = p.Binding(name, path)
            elif not isinstance(length, Open):
                constraints.append(p.Constraint(path, length, span=param.span))
    signature.bindings, signature.constraints = tuple(bound.values()), tuple(constraints)


def _lengths(
    path: tuple[str, ...], of: Type, indices: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], Length, frozenset[str]]]:
    """The length contracts in a type, each with the way to it."""
    match of:
        case Text(length):
            yield (*path, "len"), length, indices
        case ListOf(element, length, index):
            yield (*path, "len"), length, indices
            inner = indices if index is None else indices | {index}
            yield from _lengths((*path, "element"), element, inner)
        case Record(fields):
            for name, type in fields:
                yield from _lengths((*path, name), type, indices)
        case Maybe(value):
            yield from _lengths((*path, "value"), value, indices)
        case _:
            pass


def _bare(length: Length, module: Module, local: Mapping[str, Size], indices: frozenset[str]) -> str | None:
    """The size that a length binds: a bare name that is declared with `size`."""
    if not isinstance(length, Exactly) or len(length.size.terms) != 1:
        return None
    ((monomial, coefficient),) = length.size.terms.items()
    if coefficient != 1 or len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Sym):
        return None
    name = monomial[0][0].name
    plain = name.removeprefix(f"{module.name}.") if module.library else name
    declared = module.size(plain)
    if plain in local or name in indices or declared is None or declared.kind != "size":
        return None
    return name


# -- models ------------------------------------------------------------------------------------------------------


def model(of: t.Model, module: Module, problems: Problems, used: set[str]) -> p.Model:
    """A declared model; one without a size has its own name as its size."""
    place = Sizes(module, problems, {}, exact=True, used=used)
    return p.Model(
        of.name.id,
        _weight(of.size, of.name, place),
        optional(of.window, place),
        optional(of.overhead, place),
        frozenset(each.id for each in of.can),
        span=of.name.span,
    )


def _weight(of: t.Expr | None, name: t.Name, place: Sizes) -> Size:
    if of is not None:
        return size(of, place)
    place.problems.error(
        "model-without-size",
        f"`{name.id}` has no size: say how heavy one of its tokens is",
        name.span,
        hint="add `size m`",
    )
    return s.ONE


def primitive(
    signature: Signature, models: Mapping[str, p.Model], problems: Problems, used: set[str]
) -> p.Primitive:
    """A primitive with its model."""
    node = signature.node
    assert isinstance(node, t.Llm)
    local = {} if signature.family is None else {signature.family.index: s.sym(signature.family.index)}
    place = Sizes(signature.module, problems, local, exact=True, used=used)
    weighed = _model_of(node, models, place)
    needs = frozenset(each.id for each in node.needs)
    _capable(node, weighed, problems)
    return p.Primitive(
        signature.program_name,
        signature.params,
        signature.result or UNKNOWN,
        weighed,
        signature.family,
        needs,
        optional(node.right, place),
        _rivals(node, place),
        None if node.prompt is None else node.prompt.value,
        None,
        signature.transcript,
        signature.bindings,
        signature.constraints,
        span=node.name.span,
    )


def _model_of(node: t.Llm, models: Mapping[str, p.Model], place: Sizes) -> p.Model:
    own = [clause for clause in (node.size, node.window, node.overhead) if clause is not None]
    if node.on is None:
        return p.Model(
            node.name.id,
            _weight(node.size, node.name, place),
            optional(node.window, place),
            optional(node.overhead, place),
            span=node.name.span,
        )
    if own:
        place.problems.error(
            "two-models",
            f"`{node.name.id}` is done by `{node.on.id}`, and has clauses of a model of its own",
            own[0].span,
            others=(Label(node.on.span, "the model"),),
            hint="put the clause behind the `model`, or leave out `on`",
        )
    found = models.get(node.on.id)
    if found is None:
        place.problems.undeclared(node.on, "model", list(models))
        return p.Model(node.on.id, s.ONE, span=node.on.span)
    return found


def _capable(node: t.Llm, weighed: p.Model, problems: Problems) -> None:
    if node.on is None:
        return
    for need in node.needs:
        if need.id not in weighed.can and node.on.id not in problems.missing:
            can = ", ".join(sorted(weighed.can)) or "nothing of that kind"
            problems.error(
                "missing-capability",
                f"`{node.name.id}` needs `{need.id}`, which `{weighed.name}` cannot do",
                need.span,
                others=(Label(weighed.span, f"can do {can}"),),
                hint=f"do it on another model, or add `{need.id}` to what `{weighed.name}` can do",
            )


def _rivals(node: t.Llm, place: Sizes) -> int | None:
    if node.rivals is None:
        return None
    number = size(node.rivals, place).constant()
    if number is None or number.denominator != 1 or number < 1:
        place.problems.error("not-a-number", "`rivals` takes a number, 1 or more", node.rivals.span)
        return None
    return int(number)
