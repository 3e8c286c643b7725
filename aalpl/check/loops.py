"""Lowers loops."""

from __future__ import annotations

from aalpl.check import expressions, fit, folds, hypotheses, logic, statements, walk
from aalpl.check.body import Body
from aalpl.check.flow import merged
from aalpl.check.kinds import INT, UNKNOWN, kind
from aalpl.program import nodes as p
from aalpl.report import Label
from aalpl.tree import nodes as t


def for_each(body: Body, of: t.For) -> None:
    place = body.place(of.span)
    new_index(body, of.variable)
    ran = folds.rounds(body, of.variable, of.domain)
    if ran is not None and isinstance(ran.item, p.Index) and _changes(ran.item.value, of.body):
        held = body.keep(ran.item.value, of.variable.id)
        low, high = folds.bounds(held, of.domain.span)
        item = p.Index(held, ran.item.index, ran.item.type, span=ran.item.span)
        ran = folds.Rounds(ran.index, low, high, item)
    step = None if of.step is None else fit.need(body, expressions.expr(body, of.step, INT), INT, "a step")
    if isinstance(step, p.IntLiteral | p.Negative) and not (
        isinstance(step, p.IntLiteral) and step.value > 0
    ):
        body.problems.error(
            "step-not-positive",
            "a loop counts upwards, by steps of at least 1",
            step.span,
            hint="count up, and use `n - i` inside",
        )
    before = body.flow
    names = walk.assigned(of.body)
    before.forget(names)
    body.flow = before.fork()
    with body.inside() as statements_, _later(body, of):
        enter(body, of.variable, ran)
        statements.block(body, of.body)
    unsure = body.flow.unsure
    body.flow = merged(before, body.flow)
    body.flow.unsure = unsure
    body.flow.forget(names)
    leave(body, of.variable)
    if ran is not None:
        index = index_of(ran, of.variable)
        body.emit(p.For(index, ran.low, ran.high, step, tuple(statements_), place, span=of.span))


def _changes(whole: p.Expr, of: t.Block) -> bool:
    return bool(walk.variables(whole) & walk.assigned(of))


def while_(body: Body, of: t.While) -> None:
    place = body.place(of.span)
    names = walk.assigned(of)
    head = body.flow
    head.forget(names)
    with _later(body, of):
        with body.inside() as before:
            test = logic.condition(body, of.condition.test)
        at_most, probability = (
            hypotheses.at_most(body, of.condition),
            hypotheses.probability(body, of.condition),
        )
        decreases = hypotheses.decreases(body, of.condition)
        left = body.flow.fork(logic.learn(body, test, False))
        body.flow = body.flow.fork(logic.learn(body, test, True))
        with body.inside() as inner:
            statements.block(body, of.body)
    left.unsure |= body.flow.unsure - left.assigned
    left.assigned |= body.flow.assigned
    left.dead = isinstance(test, p.BoolLiteral) and test.value and not isinstance(test.type, type(UNKNOWN))
    body.flow = left
    body.emit(
        p.Loop(
            tuple(before), test, tuple(inner), place, "while", at_most, probability, decreases, span=of.span
        )
    )


def repeat(body: Body, of: t.Repeat) -> None:
    place = body.place(of.span)
    names = walk.assigned(of)
    body.flow.forget(names)
    with body.inside() as before, _later(body, of):
        statements.block(body, of.body)
        dead = body.flow.dead
        body.flow.dead = False
        test = logic.condition(body, of.condition.test)
    at_most, probability = (
        hypotheses.at_most(body, of.condition),
        hypotheses.probability(body, of.condition),
    )
    decreases = hypotheses.decreases(body, of.condition)
    body.flow = body.flow.fork(logic.learn(body, test, True))
    body.flow.dead = dead
    stop = p.Not(test, test.type, span=test.span)
    body.emit(p.Loop(tuple(before), stop, (), place, "repeat", at_most, probability, decreases, span=of.span))


def new_index(body: Body, variable: t.Name) -> None:
    """Sees to it that the variable of a loop is a new one."""
    name = variable.id
    others: tuple[Label, ...] = ()
    if name in body.loops:
        what, others = "the index of a loop around this one", (Label(body.loops[name], "that loop"),)
    elif name in body.params:
        what, others = "a parameter", (Label(body.params[name].span, "declared here"),)
    elif name in body.flow.assigned:
        what = "a variable"
        others = (Label(body.born[name], "it got its value here"),) if name in body.born else ()
    elif (size := body.module.size(name)) is not None:
        what, others = f"a {size.kind}", (Label(size.span, "declared here"),)
    else:
        return
    body.problems.error(
        "name-in-use",
        f"`{name}` already is {what}",
        variable.span,
        others=others,
        hint="give the loop a variable of its own",
        blame=[(body.name, name)],
    )


def enter(body: Body, variable: t.Name, ran: folds.Rounds | None) -> None:
    """Begins the body of a loop: its variable has a value."""
    name = variable.id
    body.flow.assigned.add(name)
    body.born.setdefault(name, variable.span)
    body.flow.types[name] = UNKNOWN if ran is None else kind(ran.item.type)
    if ran is not None and isinstance(ran.item, p.Index):
        body.types[name] = kind(ran.item.type)
        body.sources[name] = body.origins(ran.item.value)
        body.emit(p.Let(name, ran.item, span=variable.span))
    else:
        body.types[name] = INT if ran is not None else UNKNOWN
        body.loops[name] = variable.span


def leave(body: Body, variable: t.Name) -> None:
    """Ends the body of a loop: its variable is gone."""
    body.loops.pop(variable.id, None)
    body.gone[variable.id] = variable.span
    body.flow.assigned.discard(variable.id)
    body.flow.types.pop(variable.id, None)


def index_of(ran: folds.Rounds, variable: t.Name) -> str:
    """The index the program counts with: the variable written, or a temporary beside the element."""
    return ran.index if isinstance(ran.item, p.Index) else variable.id


class _later:
    """Inside, the variables that the loop assigns may have got their value in a round before."""

    def __init__(self, body: Body, loop: t.Statement) -> None:
        self.body, self.names = body, walk.lasting(loop)

    def __enter__(self) -> None:
        self.body.later.append(self.names)

    def __exit__(self, *_: object) -> None:
        self.body.later.pop()
