"""Lowers whole functions: of `def`, `oracle`, `measure`, `simulate`, and of the statements of a program without any."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aalpl.check import walk
from aalpl.check.body import Body
from aalpl.check.flow import Flow
from aalpl.check.kinds import NOTHING, UNKNOWN, kind, spoken
from aalpl.check.problems import Problems
from aalpl.program import nodes as p
from aalpl.program.types import Nothing, Type, Unknown
from aalpl.report import Label, Span
from aalpl.tree import nodes as t

if TYPE_CHECKING:
    from aalpl.check.checker import Checker
    from aalpl.check.module import Module, Signature

_PASSES = 6


def lower(checker: Checker, signature: Signature) -> None:
    """Makes the program's part of what a signature names, once."""
    if signature.state != "new":
        return
    signature.state = "busy"
    node = signature.node
    match node:
        case t.Def(body=block):
            checker.functions[signature.program_name] = _of_block(checker, signature, block, node.name.span)
        case t.Oracle(body=block):
            function = None if block is None else _of_block(checker, signature, block, node.name.span)
            checker.oracles[signature.program_name] = _oracle(signature, function)
        case t.Measure(body=body):
            function = (
                None if body is None else _of_expression(checker, signature, body, signature.program_name)
            )
            checker.oracles[signature.program_name] = _oracle(signature, function)
        case t.Llm(simulate=expression):
            if expression is not None and signature.program_name in checker.primitives:
                _simulation(checker, signature, expression)
    signature.state = "done"


def _oracle(signature: Signature, body: p.Function | None) -> p.Oracle:
    return p.Oracle(
        signature.program_name,
        signature.params,
        signature.result or UNKNOWN,
        body,
        signature.kind == "measure",
        signature.bindings,
        signature.constraints,
        span=signature.node.name.span,
    )


def _simulation(checker: Checker, signature: Signature, expression: t.Expr) -> None:
    import attrs

    wanted = signature.result
    function = _of_expression(
        checker, signature, expression, f"{signature.program_name}%simulate", "simulate"
    )
    found = checker.primitives[signature.program_name]
    checker.primitives[signature.program_name] = attrs.evolve(found, simulate=function)
    signature.result = wanted


def _of_block(checker: Checker, signature: Signature, block: t.Block, span: Span) -> p.Function:
    from aalpl.check import statements

    written_in = block.statements[1:] if _slipped(checker, signature, block) else block.statements

    def run(body: Body) -> None:
        statements.statements(body, written_in)
        _end(body, signature, span)

    written = None if signature.node.result is None else signature.node.result.span
    return _settled(checker, signature, block, run, signature.program_name, signature.kind, written)


def _slipped(checker: Checker, signature: Signature, block: t.Block) -> bool:
    """Whether the first line is the `return` that the function above was told to lack."""
    if len(block.statements) < 2 or not isinstance(block.statements[0], t.Return):
        return False
    names = list(signature.module.callables)
    at = names.index(signature.name)
    above = names[at - 1] if at else None
    return (above, "") in checker.problems.blamed


def _end(body: Body, signature: Signature, span: Span) -> None:
    """What is the matter where the end of a function can be reached."""
    wanted = body.result if body.result is not None else body.returned
    if body.flow.dead or wanted is None or isinstance(wanted, Nothing | Unknown):
        return
    if (body.name, "") in body.problems.blamed:
        return
    body.problems.error(
        "missing-return",
        f"`{signature.name}` returns {spoken(wanted)}, but its end can be reached without a `return`",
        span,
        hint="end it with `return` and the value",
        blame=[(body.name, "")],
    )


def _of_expression(
    checker: Checker, signature: Signature, expression: t.Expr, name: str, what: str | None = None
) -> p.Function:
    from aalpl.check import expressions, fit

    result = signature.node.result
    declared = () if result is None else (Label(result.span, "declared here"),)

    def run(body: Body) -> None:
        value = expressions.expr(body, expression, body.result)
        if body.result is not None:
            mark = len(body.problems.found)
            value = fit.need(body, value, body.result, f"the answer of `{signature.name}`", *declared)
            if len(body.problems.found) > mark:
                body.problems.blamed.add((signature.program_name, ""))
        body.returned = kind(value.type)
        body.emit(p.Return(value, span=expression.span))

    return _settled(checker, signature, expression, run, name, what or signature.kind, None)


def _settled(
    checker: Checker,
    signature: Signature,
    tree: t.Block | t.Expr,
    run: Callable[[Body], None],
    name: str,
    what: str,
    written: Span | None,
) -> p.Function:
    """Lowers a body until what was supposed of its variables' types is so."""
    types: dict[str, Type] = {}
    declared = signature.result
    if declared is None and isinstance(tree, t.Block) and not _answers(tree):
        signature.result = NOTHING  # known before the body, so that functions may call one another
    for _ in range(_PASSES):
        body = start(checker, signature.module, tree, name, what, signature.params, declared, types)
        body.written, body.expected = written, signature.result
        run(body)
        guess = signature.result
        if declared is None:
            signature.result = NOTHING if body.returned is None else body.returned
            if signature.program_name not in body.asked:
                guess = signature.result
        types = {each: type for each, type in body.types.items() if "%" not in each}
        if body.settled() and (declared is not None or guess == signature.result):
            break
    finish(checker, body)
    if isinstance(signature.result, Unknown) and not signature.broken and not checker.problems.failed():
        untold(checker.problems, signature)
    return p.Function(
        name,
        signature.params,
        signature.result or UNKNOWN,
        signature.bindings,
        signature.constraints,
        signature.requires,
        tuple(body.block),
        signature.module.library,
        span=signature.node.name.span,
    )


def _answers(block: t.Block) -> bool:
    """Whether some `return` in it has a value."""
    return any(isinstance(node, t.Return) and node.value is not None for node in walk.nodes(block))


def untold(problems: Problems, signature: Signature) -> None:
    """Tells that the result of a function that calls itself has to be written."""
    problems.error(
        "untold-result",
        f"what `{signature.name}` returns cannot be told from its body: it calls itself",
        signature.node.name.span,
        hint="write the type of its result: `-> text`",
        blame=[(signature.program_name, "")],
    )


def start(
    checker: Checker,
    module: Module,
    tree: t.Block | t.Expr | tuple[t.Item, ...],
    name: str,
    what: str,
    params: tuple[p.Param, ...],
    result: Type | None,
    types: dict[str, Type],
) -> Body:
    """The state at the beginning of a function."""
    return Body(
        checker,
        Problems(missing=dict(checker.problems.missing), blamed=set(checker.problems.blamed)),
        module,
        name,
        what,
        {param.name: param for param in params},
        frozenset(walk.assigned(tree)),
        any(isinstance(node, t.Pop) for node in walk.nodes(tree)),
        result,
        Flow({param.name for param in params}, {}),
        first=first(tree),
        types={**types, **{param.name: kind(param.type) for param in params if param.name not in types}},
    )


def finish(checker: Checker, body: Body) -> None:
    """Keeps what the last pass over a body has found."""
    checker.problems.found.extend(body.problems.found)
    checker.problems.missing.update(body.problems.missing)
    checker.problems.blamed |= body.problems.blamed
    checker.unread[body.name] = frozenset(body.params) - body.read


def first(tree: t.Block | t.Expr | tuple[t.Item, ...]) -> dict[str, Span]:
    """Where each variable is first assigned in the text."""
    found: dict[str, Span] = {}
    for node in walk.nodes(tree):
        match node:
            case t.Assign(targets):
                for target in targets:
                    if isinstance(target, t.Name):
                        found.setdefault(target.id, target.span)
            case t.For(variable) | t.ParallelFor(variable):
                found.setdefault(variable.id, variable.span)
            case _:
                pass
    return found
