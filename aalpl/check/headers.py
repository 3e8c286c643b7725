"""Reads the headers of what a file declares: families, parameters, results, models."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.check import bindings
from aalpl.check.kinds import INT, NOTHING, TEXT, UNKNOWN
from aalpl.check.module import Module, Signature
from aalpl.check.problems import Problems
from aalpl.check.relations import relations
from aalpl.check.sizes import Sizes, chance, size
from aalpl.check.types import resolve
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.size import Size
from aalpl.program.types import Bool, Type
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
    bindings.bindings(signature, place)
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
    return Bool(chance(truth, place))


# -- sizes bound by parameters (semantics 6) ---------------------------------------------------------------------


# -- models ------------------------------------------------------------------------------------------------------
