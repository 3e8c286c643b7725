"""What is rewritten: a function in the tree of a program; and how a change of statements becomes a rewrite of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from aalpl.tree import nodes as t

from .retold import NOWHERE, below, first_only, names, spread


@attrs.frozen
class Program:
    """A tree, the function of it that is rewritten, and types of its variables as a parameter would declare them."""

    file: t.File
    function: str
    types: Mapping[str, t.TypeExpr | None]

    @property
    def definition(self) -> t.Def:
        """The function."""
        return next(e for e in self.file.items if isinstance(e, t.Def) and e.name.id == self.function)

    def with_body(self, body: t.Block, *more: t.Def) -> Program:
        """The program with another body, and further functions before it."""
        return self.with_definition(attrs.evolve(self.definition, body=body), *more)

    def with_definition(self, made: t.Def, *more: t.Def) -> Program:
        """The program with the function replaced."""
        items: list[t.Item] = []
        for each in self.file.items:
            items += [*more, made] if each is self.definition else [each]
        return attrs.evolve(self, file=attrs.evolve(self.file, items=tuple(items)))

    @property
    def recursive(self) -> bool:
        """Whether the function may come back to itself."""
        reached, todo = set[str](), [self.function]
        defs = {e.name.id: e for e in self.file.items if isinstance(e, t.Def)}
        while todo:
            for each in names(defs[todo.pop()].body) & defs.keys():
                if each not in reached:
                    reached.add(each)
                    todo.append(each)
        return self.function in reached


Rewrite = Callable[[Program], Program | None]


def per_statement(change: Callable[[Program, t.Statement], list[t.Statement] | None]) -> Rewrite:
    """A rewrite of every statement that it applies to."""

    def rewrite(program: Program) -> Program | None:
        changed: list[bool] = []

        def each(statement: t.Statement) -> list[t.Statement]:
            made = change(program, statement)
            changed.append(made is not None)
            return [statement] if made is None else made

        body = spread(program.definition.body.statements, each)
        return program.with_body(body) if any(changed) else None

    return rewrite


def first_place(
    program: Program, change: Callable[[Program, t.Statement], list[t.Statement] | None]
) -> Program | None:
    found: list[bool] = []

    def noting(statement: t.Statement) -> list[t.Statement] | None:
        made = change(program, statement)
        if made is not None:
            found.append(True)
        return made

    body = spread(program.definition.body.statements, first_only(noting))
    return program.with_body(body) if found else None


PURE = {"len", "min", "max", "floor", "ceil", "log", "abs"}


def effects(node: Any) -> bool:
    """Whether it may ask, choose or draw."""
    for each in below(node):
        match each:
            case t.Call(t.Name(id)) if id in PURE:
                pass
            case t.Call() | t.Choice() | t.AnyValue() | t.ParallelYield() | t.Pop():
                return True
    return False


def negated(test: t.Expr) -> t.Expr:
    if isinstance(test, t.Choice):
        return test
    return test.operand if isinstance(test, t.Not) else t.Not(test, span=NOWHERE)
