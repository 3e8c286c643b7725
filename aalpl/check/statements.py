"""Lowers statements."""

from __future__ import annotations

from aalpl.check import assign, conversation, hypotheses, logic, loops, methods, parallel, returns, walk
from aalpl.check.body import Body
from aalpl.check.flow import merged
from aalpl.program import nodes as p
from aalpl.tree import nodes as t


def block(body: Body, of: t.Block) -> None:
    """Lowers the statements of a block into the one being built."""
    statements(body, of.statements)


def statements(body: Body, of: tuple[t.Statement, ...]) -> None:
    """Lowers statements in their order; what follows a `return` is told once."""
    for i, each in enumerate(of):
        if body.flow.dead and i:
            body.problems.warn(
                "unreachable", "this line is never reached", each.span, "after the `return` above"
            )
            return
        statement(body, each)


def statement(body: Body, of: t.Statement) -> None:
    """Lowers one statement."""
    body.bound = {}
    match of:
        case t.Assign(targets, values):
            assign.assign(body, of, targets, values)
        case t.CallStatement():
            methods.statement(body, of)
        case t.If():
            _if(body, of)
        case t.For():
            loops.for_each(body, of)
        case t.ParallelFor():
            parallel.parallel_for(body, of)
        case t.While():
            loops.while_(body, of)
        case t.Repeat():
            loops.repeat(body, of)
        case t.Conversation():
            conversation.conversation(body, of)
        case t.Hear():
            conversation.hear(body, of)
        case t.Return(value):
            returns.return_(body, of, value)
        case t.Skip():
            pass


# -- conditions --------------------------------------------------------------------------------------------------


def _if(body: Body, of: t.If) -> None:
    place = body.place(of.span)
    test = logic.condition(body, of.condition.test)
    at_most, probability = (
        hypotheses.at_most(body, of.condition),
        hypotheses.probability(body, of.condition),
    )
    hypotheses.no_ranking(body, of.condition)
    before = body.flow
    assigned = set(before.assigned)
    open_names: set[str] = set().union(*body.later)
    body.flow = before.fork(logic.learn(body, test, True))
    body.flow.assigned |= open_names
    with body.inside() as then:
        block(body, of.then)
    yes, body.flow = body.flow, before.fork(logic.learn(body, test, False))
    with body.inside() as orelse:
        if of.otherwise is not None:
            body.flow.assigned |= open_names
            block(body, of.otherwise)
    body.flow = merged(yes, body.flow)
    body.flow.assigned &= assigned | walk.assigned(of)
    body.flow.unsure &= body.flow.assigned
    body.emit(p.If(test, tuple(then), tuple(orelse), place, at_most, probability, span=of.span))


# -- loops -------------------------------------------------------------------------------------------------------


# -- return ------------------------------------------------------------------------------------------------------
