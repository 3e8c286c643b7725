"""Collects what a file declares: the names first, so that the order of a file does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from aalpl.check import walk
from aalpl.check.module import Callable, Module, Signature
from aalpl.check.problems import Problems
from aalpl.check.undeclared import listed
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.report import Label
from aalpl.tree import nodes as t

Item = TypeVar("Item", bound=t.Node)

_KINDS: Mapping[type, str] = {t.Llm: "llm", t.Measure: "measure", t.Oracle: "oracle", t.Def: "def"}


def declare(module: Module, problems: Problems) -> None:
    """Enters every declared name of a file."""
    for item in module.file.items:
        match item:
            case t.Sizes(symbols):
                _symbols(module, problems, symbols, "size")
            case t.Constants(symbols):
                _symbols(module, problems, symbols, "const")
            case t.Probabilities(symbols):
                _symbols(module, problems, symbols, "prob")
            case t.Llm() | t.Measure() | t.Oracle() | t.Def():
                _callable(module, problems, item)
            case t.Model(name):
                _once(module.models, name, item, problems, "model")
            case t.TypeDeclaration(name):
                _once(module.types, name, item, problems, "type")
            case t.CostModel(name):
                _once(module.costmodels, name, item, problems, "cost model")
            case _:
                pass
    for item in module.file.items:
        if isinstance(item, t.Llm | t.Model):
            _clauses(module, item)
    if not any(isinstance(item, t.Sizes | t.Constants) for item in module.file.items):
        _sketched(module)


def _symbols(module: Module, problems: Problems, symbols: tuple[t.Symbol, ...], kind: str) -> None:
    again = [symbol for symbol in symbols if symbol.name.id in module.sizes]
    if again:
        _symbols_twice(module, problems, again)
    for symbol in symbols:
        if symbol.name.id in module.sizes:
            if symbol not in again:
                _symbols_twice(module, problems, [symbol])
            continue
        family = p.Family("i", *_UNKNOWN_RANGE) if symbol.family is not None else None
        module.sizes[symbol.name.id] = p.SizeDeclaration(symbol.name.id, kind, family, span=symbol.name.span)


def _symbols_twice(module: Module, problems: Problems, again: list[t.Symbol]) -> None:
    """One missing or surplus line may have declared several."""
    first = module.sizes[again[0].name.id].span
    problems.error(
        "declared-twice",
        f"{listed([symbol.name.id for symbol in again])} {'is' if len(again) == 1 else 'are'} declared twice",
        again[0].name.span.to(again[-1].name.span),
        "again here",
        others=(Label(first, "first declared here"),),
        hint="leave one of them out, or give it another name",
    )


def _twice(problems: Problems, name: t.Name, first: Label) -> None:
    problems.error(
        "declared-twice",
        f"`{name.id}` is declared twice",
        name.span,
        "again here",
        others=(first,),
        hint="leave one of them out, or give it another name",
    )


def _callable(module: Module, problems: Problems, item: Callable) -> None:
    before = module.callables.get(item.name.id)
    if before is not None:
        _twice(problems, item.name, Label(before.node.name.span, "first declared here"))
        return
    module.callables[item.name.id] = Signature(_KINDS[type(item)], item.name.id, item, module, item.name.id)


def _once(table: dict[str, Item], name: t.Name, item: Item, problems: Problems, noun: str) -> None:
    before = table.get(name.id)
    if before is not None:
        first = getattr(before, "name", name)
        _twice(problems, name, Label(first.span, f"the first {noun} of this name"))
        return
    table[name.id] = item


def _clauses(module: Module, item: t.Llm | t.Model) -> None:
    """`size m`, `window w`, `overhead o` declare what they name (semantics 8)."""
    family = item.family if isinstance(item, t.Llm) else None
    for clause in (item.size, item.window, item.overhead):
        match clause:
            case t.Name(name) if module.size(name) is None:
                module.sizes[name] = p.SizeDeclaration(name, "size", None, None, False, span=clause.span)
            case t.Index(t.Name(name), _) if family is not None and module.size(name) is None:
                ranged = p.Family("i", *_UNKNOWN_RANGE)
                module.sizes[name] = p.SizeDeclaration(name, "size", ranged, None, False, span=clause.span)
            case _:
                pass


def _sketched(module: Module) -> None:
    """In a file without a line of sizes, a bare name as a length (`text[q]`) declares one, as a clause does."""
    ints = {
        node.name.id
        for node in walk.nodes(module.file)
        if isinstance(node, t.Parameter | t.Input) and not isinstance(node.type, t.TextType | t.ListType)
    }
    for node in walk.nodes(module.file):
        match node:
            case t.Exactly(t.Name(name) as written) if name not in module.sizes and name not in ints:
                declared = p.SizeDeclaration(name, "size", None, None, False, span=written.span)
                module.sizes[name] = declared
            case _:
                pass


_UNKNOWN_RANGE = (s.ZERO, s.ZERO)  # until the headers are read
