"""Makes the function `main` of a program that has inputs, statements and outputs at the top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.check import expressions, functions, headers, statements
from aalpl.check.body import Body
from aalpl.check.kinds import NOTHING, kind
from aalpl.check.module import Signature
from aalpl.program import nodes as p
from aalpl.program.types import Record, Type
from aalpl.report import Label
from aalpl.tree import nodes as t

if TYPE_CHECKING:
    from aalpl.check.checker import Checker

NAME = "main"


def entry(checker: Checker) -> str | None:
    """Adds the function, and gives its name, if there is something at the top."""
    items = tuple(
        item for item in checker.main.file.items if isinstance(item, t.Input | t.Output | t.Statement)
    )
    if not items:
        return None
    if astray(checker) is not None:
        return None
    if NAME in checker.main.callables:
        first = checker.main.callables[NAME].node.name.span
        checker.problems.error(
            "two-beginnings",
            "this file has statements of its own and a function `main`",
            items[0].span,
            others=(Label(first, "the function"),),
            hint="put the statements into a function",
        )
        return None
    inputs = tuple(item for item in items if isinstance(item, t.Input))
    signature = _header(checker, inputs)
    if signature.broken:
        return None
    rest = tuple(item for item in items if not isinstance(item, t.Input))
    checker.functions[NAME] = _function(checker, signature, rest)
    return NAME


def astray(checker: Checker) -> t.Statement | None:
    """A statement between the functions of a file that has functions, and no inputs and outputs."""
    items = checker.main.file.items
    if any(isinstance(item, t.Input | t.Output) for item in items) or not checker.main.callables:
        return None
    if not any(isinstance(item, t.Def) for item in items):
        return None
    return next((item for item in items if isinstance(item, t.Statement)), None)


def outside(checker: Checker) -> None:
    """Tells of a statement outside of every function: it may have slipped out of the one before."""
    found = astray(checker)
    if found is None:
        return
    above = [
        item
        for item in checker.main.file.items
        if isinstance(item, t.Def) and item.span.start < found.span.start
    ]
    hint = "put it into a function"
    if above:
        name = above[-1].name.id
        hint = f"indent it, if it belongs to `{name}`"
        checker.problems.blamed.add((name, ""))
    checker.problems.error(
        "statement-outside", "this statement stands outside of every function", found.span, hint=hint
    )


def _header(checker: Checker, inputs: tuple[t.Input, ...]) -> Signature:
    """The inputs as the parameters of a function."""
    span = checker.main.file.span
    parameters = tuple(t.Parameter(each.name, each.type, span=each.span) for each in inputs)
    block = t.Block((), span=span)
    node = t.Def(t.Name(NAME, span=span), parameters, None, (), block, span=span)
    signature = Signature("def", NAME, node, checker.main, NAME)
    headers.header(signature, checker.problems, checker.used)
    return signature


def _function(checker: Checker, signature: Signature, items: tuple[t.Item, ...]) -> p.Function:
    types: dict[str, Type] = {}
    for _ in range(6):
        body = functions.start(checker, checker.main, items, NAME, "main", signature.params, None, types)
        result = _run(body, items)
        types = {name: type for name, type in body.types.items() if "%" not in name}
        if body.settled():
            break
    functions.finish(checker, body)
    return p.Function(
        NAME,
        signature.params,
        result,
        signature.bindings,
        signature.constraints,
        (),
        tuple(body.block),
        span=signature.node.span,
    )


def _run(body: Body, items: tuple[t.Item, ...]) -> Type:
    outputs: list[tuple[str, p.Expr]] = []
    for item in items:
        match item:
            case t.Output(value):
                body.bound = {}
                given = body.keep(expressions.expr(body, value))
                name = value.id if isinstance(value, t.Name) else f"output{len(outputs) + 1}"
                outputs.append((name, given))
            case t.Assign() | t.CallStatement() | t.If() | t.For() | t.ParallelFor() | t.While():
                statements.statement(body, item)
            case t.Repeat() | t.Conversation() | t.Hear() | t.Return() | t.Skip():
                statements.statement(body, item)
            case _:
                pass
    return _returned(body, outputs)


def _returned(body: Body, outputs: list[tuple[str, p.Expr]]) -> Type:
    if not outputs:
        return NOTHING
    if len(outputs) == 1:
        value = outputs[0][1]
        body.emit(p.Return(value, span=value.span))
        return kind(value.type)
    type = Record(tuple((name, kind(value.type)) for name, value in outputs))
    span = outputs[0][1].span.to(outputs[-1][1].span)
    body.emit(p.Return(p.RecordLiteral(tuple(outputs), type, span=span), span=span))
    return type
