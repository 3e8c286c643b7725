"""Calls with values at hand: of a primitive, an oracle or measure, a function."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check import conversation, facts, fit, functions, walk
from aalpl.check.body import Body
from aalpl.check.kinds import kind
from aalpl.check.module import Signature
from aalpl.check.problems import Origin
from aalpl.program import nodes as p
from aalpl.program.types import Type
from aalpl.report import Label, Span
from aalpl.tree import nodes as t


def invoke(
    body: Body,
    span: Span,
    callee: Signature,
    args: Sequence[p.Expr],
    member: p.Expr | None,
    said: tuple[t.Fact, ...],
    into: str | None,
) -> p.Expr:
    """Calls what a signature names with values at hand."""
    fitted = tuple(_argument(body, callee, i, arg) for i, arg in enumerate(args))
    result = body.checker.result(callee)
    body.asked.add(callee.program_name)
    if callee.state == "busy" and callee.result is None and callee.program_name != body.name:
        functions.untold(body.problems, callee)
    if callee.kind == "llm":
        return _ask(body, span, callee, fitted, member, said, into, result)
    if said:
        facts.misplaced(body, said[0].span)
    target = into or body.temporary(callee.name)
    answered(body, target, callee, result, span)
    if callee.kind == "def":
        if body.what in ("measure", "oracle", "simulate"):
            body.checker.needs_silence(callee, span)
        body.emit(p.Call(target, callee.program_name, fitted, result, body.place(span), span=span))
    else:
        body.emit(p.Consult(target, callee.program_name, fitted, result, body.place(span), span=span))
    return p.Variable(target, result, span=span)


def _argument(body: Body, callee: Signature, at: int, arg: p.Expr) -> p.Expr:
    param = callee.params[at]
    origin: Origin = (callee.program_name, param.name)
    if origin in body.problems.blamed:
        return fit.convert(arg, param.type)
    mark = len(body.problems.found)
    role = f"`{param.name}` of `{callee.name}`"
    fitted = fit.need(body, arg, param.type, role, Label(param.span, "declared here"))
    if len(body.problems.found) > mark:
        body.problems.blamed.add(origin)
    return fitted


def answered(body: Body, target: str, callee: Signature, result: Type, span: Span) -> None:
    """Notes where the type of a variable comes from."""
    body.sources.setdefault(target, set()).add((callee.program_name, ""))
    if "%" in target:
        body.types[target] = kind(result)
        body.born[target] = span
        body.answers[target] = Label(callee.node.name.span, f"`{callee.name}` is declared here")


def _ask(
    body: Body,
    span: Span,
    callee: Signature,
    args: tuple[p.Expr, ...],
    member: p.Expr | None,
    said: tuple[t.Fact, ...],
    into: str | None,
    result: Type,
) -> p.Expr:
    if body.what in ("measure", "oracle", "simulate"):
        where = {"measure": "a measure", "oracle": "an oracle", "simulate": "`simulate`"}[body.what]
        body.problems.error(
            "asks-in-oracle",
            f"{where} costs nothing, so it may not call the primitive `{callee.name}`",
            span,
            hint="let a function call it, and hand over the answer",
        )
    if callee.transcript and body.transcript is None:
        body.problems.error(
            "no-conversation",
            f"`{callee.name}` reads a conversation, and there is none here",
            span,
            hint="call it inside a `conversation` block",
            blame=[(body.name, "conversation")],
        )
    known = facts.facts(body, said, callee, result)
    place = body.place(span)
    spoken_of = {name for fact in known for name in walk.variables(fact)}
    kept = into is None or body.transcript is not None or into in spoken_of
    target = body.temporary(callee.name) if into is None or kept else into
    answered(body, target, callee, result, span)
    body.emit(
        p.Ask(
            target,
            callee.program_name,
            member,
            args,
            known,
            result,
            place,
            transcript=body.transcript,
            span=span,
        )
    )
    answer = p.Variable(target, result, span=span)
    if body.transcript:
        conversation.append(body, (*args, answer), span)
    return answer
