"""The passes between headers and program: relations, models, bodies, claims, and putting the whole together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import attrs

from aalpl.check import claims as claims_
from aalpl.check import entry, functions, order, primitives, silence, told
from aalpl.check.checker import Checker
from aalpl.check.module import Module
from aalpl.check.problems import Missing
from aalpl.check.relations import relations as relations_
from aalpl.check.sizes import Sizes, size
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.types import Record
from aalpl.tree import nodes as t

Value = TypeVar("Value")


def relations(checker: Checker) -> None:
    """Reads what is assumed."""
    for module in _own(checker):
        place = Sizes(module, checker.problems, {}, exact=True, used=checker.used)
        for item in module.file.items:
            if isinstance(item, t.Assume):
                checker.assumptions.extend(relations_(item.conditions, place))


def models(checker: Checker) -> None:
    """Reads models, primitives and cost models."""
    for module in _own(checker):
        for name, declared in module.models.items():
            checker.models[name] = primitives.model(declared, module, checker.problems, checker.used)
    for module in _own(checker):
        for signature in module.callables.values():
            if signature.kind == "llm":
                made = primitives.primitive(signature, checker.models, checker.problems, checker.used)
                checker.primitives[signature.program_name] = made
        for name, item in module.costmodels.items():
            symbols = {each: s.sym(each) for each in ("m", "P", "O", "P_hit", "P_over")}
            place = Sizes(module, checker.problems, symbols, exact=True, used=checker.used)
            checker.costmodels[name] = p.CostModel(name, size(item.cost, place), span=item.name.span)


def bodies(checker: Checker) -> None:
    """Lowers everything that has a body; library definitions are lowered where they are called."""
    entry.outside(checker)
    for module in _own(checker):
        for signature in module.callables.values():
            functions.lower(checker, signature)
    checker.entry = entry.entry(checker)
    silence.tell(checker)
    told.tell(checker)


def claims(checker: Checker) -> None:
    """Reads the claims of the file itself."""
    problems = checker.problems
    wrong, before, problems.missing = order.errors(problems.found), problems.missing, {}
    for item in checker.main.file.items:
        if isinstance(item, t.Claim):
            checker.claims.append(claims_.claim(checker, item))
    problems.missing = _once(before, problems.missing, wrong)


def _once(before: dict[str, Missing], claimed: dict[str, Missing], wrong: bool) -> dict[str, Missing]:
    """What is declared nowhere, told once.

    A function that claims speak of was lost by a mistake in the line that defines it, and so was what claims alone
    miss, where something else is wrong."""
    lost = {name for name, missing in claimed.items() if missing.role == "function"}
    rest = {name: missing for name, missing in before.items() if name not in lost}
    if wrong:
        return rest
    if not rest:
        return {**claimed, **before}
    return {name: missing for name, missing in {**claimed, **rest}.items() if name not in lost}


def program(checker: Checker) -> p.Program:
    """The whole, in the order of declaration."""
    order = [
        signature.program_name for module in checker.modules() for signature in module.callables.values()
    ]
    own = {each.model.name: each.model for each in checker.primitives.values()}
    docstring = checker.main.file.docstring
    return p.Program(
        _stem(checker.main.source.name),
        None if docstring is None else docstring.value,
        {each.name: each for module in _own(checker) for each in module.sizes.values()},
        tuple(checker.assumptions),
        {**checker.models, **{name: model for name, model in own.items() if name not in checker.models}},
        checker.primitives,
        _ordered(checker.oracles, order),
        _ordered(checker.functions, [*order, *checker.functions]),
        dict(_records(checker)),
        checker.costmodels,
        tuple(checker.claims),
        (),
        checker.entry,
    )


def with_obligations(of: p.Program, obligations: tuple[p.Obligation, ...]) -> p.Program:
    """The program with what it relies on."""
    return attrs.evolve(of, obligations=obligations)


def _own(checker: Checker) -> Iterator[Module]:
    return (module for module in checker.modules() if not module.library)


def _records(checker: Checker) -> Iterator[tuple[str, Record]]:
    for module in checker.modules():
        for name, type in module.resolved.items():
            if isinstance(type, Record):
                yield name, type


def _ordered(table: Mapping[str, Value], order: list[str]) -> dict[str, Value]:
    return {name: table[name] for name in dict.fromkeys(order) if name in table}


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(".aalp").strip("<>") or "program"
