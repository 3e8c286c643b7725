"""Lowers `conversation`: a transcript variable that calls read and that is appended to (semantics 24)."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check import choices, expressions, fit, statements
from aalpl.check.body import Body
from aalpl.check.kinds import TEXT
from aalpl.program import nodes as p
from aalpl.report import Span
from aalpl.tree import nodes as t


def conversation(body: Body, of: t.Conversation) -> None:
    """`conversation begins E do BLOCK`."""
    begins: p.Expr = p.TextLiteral("", TEXT, span=of.span)
    if of.begins is not None:
        begins = fit.need(
            body, expressions.expr(body, of.begins, TEXT), TEXT, "what a conversation begins with"
        )
    name = body.temporary("said")
    body.types[name] = TEXT
    body.flow.assigned.add(name)
    body.emit(p.Let(name, begins, span=begins.span))
    outer, body.transcript = body.transcript, name
    statements.block(body, of.body)
    body.transcript = outer


def append(body: Body, values: Sequence[p.Expr], span: Span) -> None:
    """Adds what was said to the transcript."""
    name = body.transcript
    assert name is not None
    parts = tuple(fit.as_text(value) for value in values)
    whole = (p.Variable(name, TEXT, span=span), *parts)
    body.emit(p.Let(name, p.Concat(whole, TEXT, span=span), span=span))
    for branch in body.branches:
        branch.appended = branch.appended or branch.transcript == name


def hear(body: Body, of: t.Hear) -> None:
    """`hear E`, `hear text[e]`."""
    value: p.Expr
    match of.value:
        case t.TextType() as type:
            value = choices.choose(body, type, body.temporary("heard"), body.place(of.span), of.span)
        case said:
            value = expressions.expr(body, said, TEXT)
    if body.transcript is None:
        body.problems.error(
            "no-conversation",
            "`hear` adds to a conversation, and there is none here",
            of.span,
            hint="write it inside a `conversation` block",
            blame=[(body.name, "conversation")],
        )
        return
    append(body, (value,), of.span)
