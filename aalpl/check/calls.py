"""Lowers calls: of primitives, oracles, measures, functions, of what is built in, of functions handed over."""

from __future__ import annotations

from aalpl.check import asking, builtins, expressions, facts, fit, methods, names, sequences
from aalpl.check.body import Body
from aalpl.check.kinds import INT, UNKNOWN, kind
from aalpl.check.module import Signature
from aalpl.program import nodes as p
from aalpl.program.types import Callable, Nothing
from aalpl.report import Label, Span
from aalpl.tree import nodes as t


def value(body: Body, of: t.Call, said: tuple[t.Fact, ...], into: str | None) -> p.Expr:
    """The answer of a call, which must be one."""
    answer = call(body, of, said, into)
    if isinstance(answer.type, Nothing) and isinstance(answer, p.Variable):
        body.problems.error(
            "no-value",
            f"`{_called(of.function)}` returns no value",
            of.span,
            "used as a value here",
            hint="let it `return` one, or call it on a line of its own",
            blame=[(_called(of.function), "")],
        )
        return fit.poison(of.span)
    return answer


def where(
    body: Body, of: t.Where, inner: t.Expr, said: tuple[t.Fact, ...], into: str | None, *, alone: bool = False
) -> p.Expr:
    """`M(x) where len(result) = n`."""
    if isinstance(inner, t.Call):
        return call(body, inner, said, into) if alone else value(body, inner, said, into)
    facts.misplaced(body, of.span)
    return expressions.expr(body, inner, None, into)


def _called(function: t.Expr) -> str:
    match function:
        case t.Name(name):
            return name
        case t.Index(inner) | t.Field(inner) if isinstance(function, t.Index):
            return _called(inner)
        case t.Field(_, name):
            return name.id
        case _:
            return "this"


def call(body: Body, of: t.Call, said: tuple[t.Fact, ...], into: str | None) -> p.Expr:
    """The answer of a call, nothing for a function that returns none."""
    match of.function:
        case t.Name(name) as callee:
            if name in body.aliases or name in body.params or name in body.flow.assigned:
                return _of_variable(body, of, callee, said, into)
            signature = body.checker.own_callable(body.module, name)
            if signature is None and name in builtins.NAMES:
                if said:
                    facts.misplaced(body, of.span)
                return builtins.call(body, of, name, into)
            signature = signature or body.checker.callable(body.module, name)
            if signature is None:
                return _unknown(body, of, callee)
            return _of_signature(body, of, signature, None, said, into)
        case t.Index(t.Name(name) as callee, index) if (
            name not in body.flow.assigned and name not in body.params
        ):
            signature = body.checker.callable(body.module, name)
            if signature is None and body.module.size(name) is None:
                return _unknown(body, of, callee)
            if signature is not None:
                return _of_signature(body, of, signature, index, said, into)
        case t.Field(receiver, method):
            return methods.method(body, of, receiver, method, said)
        case _:
            pass
    callee_value = expressions.expr(body, of.function)
    return _not_callable(body, of, callee_value)


def _not_callable(body: Body, of: t.Call, callee: p.Expr) -> p.Expr:
    expressions.operands(body, of.arguments)
    return fit.refuse(body, callee, "only functions can be called", "not-a-function")


def _unknown(body: Body, of: t.Call, callee: t.Name) -> p.Expr:
    known = body.checker.callable_names(body.module)
    body.problems.undeclared(callee, "function", [*builtins.NAMES, *known])
    expressions.operands(body, of.arguments)
    return fit.poison(of.span)


# -- callees -----------------------------------------------------------------------------------------------------


def _of_signature(
    body: Body,
    of: t.Call,
    callee: Signature,
    index: t.Expr | None,
    said: tuple[t.Fact, ...],
    into: str | None,
) -> p.Expr:
    member = _member(body, of, callee, index)
    if callee.broken:
        expressions.operands(body, of.arguments)
        return fit.poison(of.span)
    given = list(of.arguments)
    if not count(body, of.span, callee, len(given)):
        expressions.operands(body, given)
        return result_poison(body, callee, of.span)
    args = expressions.operands(body, given, [param.type for param in callee.params])
    return asking.invoke(body, of.span, callee, args, member, said, into)


def result_poison(body: Body, callee: Signature, span: Span) -> p.Expr:
    """After a mistake in the arguments the result is still known."""
    result = body.checker.result(callee)
    return p.NothingLiteral(UNKNOWN if isinstance(result, Nothing) else kind(result), span=span)


def _member(body: Body, of: t.Call, callee: Signature, index: t.Expr | None) -> p.Expr | None:
    declared = Label(callee.node.name.span, "declared here")
    if index is None:
        if callee.family is not None:
            body.problems.error(
                "family-without-index",
                f"`{callee.name}` is a family: say which of its members is called",
                of.function.span,
                others=(declared,),
                hint=f"write `{callee.name}[i](…)`",
            )
        return None
    at = fit.need(body, sequences.subscript(body, expressions.expr(body, index, INT), index), INT, "an index")
    if callee.family is None and not callee.broken:
        body.problems.error(
            "not-a-family",
            f"`{callee.name}` is one {_noun(callee)}, not a family of them",
            of.function.span,
            others=(declared,),
            hint=f"declare the family with `llm {callee.name}[i in 1..k](…)`"
            if callee.kind == "llm"
            else None,
        )
        return None
    return at


def _noun(callee: Signature) -> str:
    return {"llm": "primitive", "oracle": "oracle", "measure": "measure", "def": "function"}[callee.kind]


def count(body: Body, span: Span, callee: Signature, given: int) -> bool:
    if given == len(callee.params):
        return True
    wanted = len(callee.params)
    many = f"{wanted} argument{'s' if wanted != 1 else ''}" if wanted else "no arguments"
    body.problems.error(
        "argument-count",
        f"`{callee.name}` takes {many}, not {given}",
        span,
        others=(Label(callee.node.name.span, "declared here"),),
        blame=[(callee.program_name, "()")],
    )
    return False


def _of_variable(
    body: Body, of: t.Call, callee: t.Name, said: tuple[t.Fact, ...], into: str | None
) -> p.Expr:
    """A function or primitive that was handed over."""
    held = names.name(body, callee)
    if not isinstance(held.type, Callable) or not isinstance(held, p.Variable):
        return _not_callable(body, of, held)
    wanted, result = held.type.params, held.type.result
    if len(of.arguments) != len(wanted):
        body.problems.error(
            "argument-count",
            f"`{callee.id}` takes {len(wanted)} argument{'s' if len(wanted) != 1 else ''}, not {len(of.arguments)}",
            of.span,
            others=body.seen_at(held),
            blame=body.origins(held),
        )
        expressions.operands(body, of.arguments)
        return p.NothingLiteral(kind(result), span=of.span)
    values = expressions.operands(body, of.arguments, wanted)
    args = tuple(
        fit.need(body, v, w, f"argument {i} of `{callee.id}`")
        for i, (v, w) in enumerate(zip(values, wanted, strict=True), 1)
    )
    known = facts.facts(body, said, None, result)
    target = into or body.temporary(callee.id)
    body.types.setdefault(target, kind(result))
    body.sources.setdefault(target, set()).add((body.name, callee.id))
    place = body.place(of.span)
    if known:
        body.emit(
            p.Ask(target, callee.id, None, args, known, result, place, True, body.transcript, span=of.span)
        )
    else:
        body.emit(p.Call(target, held.name, args, result, place, True, span=of.span))
    return p.Variable(target, result, span=of.span)


# -- statements --------------------------------------------------------------------------------------------------


# -- other requests ----------------------------------------------------------------------------------------------


def function_value(body: Body, of: t.Name, callee: Signature) -> p.Expr:
    """A function or primitive as a value."""
    if callee.broken:
        return fit.poison(of.span)
    if callee.family is not None or callee.transcript:
        what = "a family" if callee.family is not None else "a primitive that reads a conversation"
        body.problems.error("not-a-value", f"`{of.id}` is {what}, which cannot be handed over", of.span)
        return fit.poison(of.span)
    result = body.checker.result(callee)
    type = Callable(tuple(param.type for param in callee.params), result)
    return p.FunctionName(callee.program_name, type, span=of.span)
