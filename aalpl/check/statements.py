"""Lowers statements."""

from __future__ import annotations

from aalpl.check import assign, calls, conversation, expressions, fit, folds, logic, parallel, walk
from aalpl.check.body import Body
from aalpl.check.flow import merged
from aalpl.check.kinds import INT, REAL, UNKNOWN, join, kind, spoken
from aalpl.program import nodes as p
from aalpl.report import Label
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
            calls.statement(body, of)
        case t.If():
            _if(body, of)
        case t.For():
            _for(body, of)
        case t.ParallelFor():
            parallel.parallel_for(body, of)
        case t.While():
            _while(body, of)
        case t.Repeat():
            _repeat(body, of)
        case t.Conversation():
            conversation.conversation(body, of)
        case t.Hear():
            conversation.hear(body, of)
        case t.Return(value):
            _return(body, of, value)
        case t.Skip():
            pass


# -- conditions --------------------------------------------------------------------------------------------------


def _at_most(body: Body, of: t.Condition) -> p.Expr | None:
    return None if of.at_most is None else expressions.pure(body, of.at_most, INT, "`at most … times`")


def _probability(body: Body, of: t.Condition) -> p.Expr | None:
    if of.probability is None:
        return None
    from aalpl.check.builtins import probability

    return probability(body, expressions.pure(body, of.probability, REAL, "a probability"))


def _no_ranking(body: Body, of: t.Condition) -> None:
    if of.decreases is not None:
        body.problems.error(
            "misplaced-annotation",
            "`decreases` belongs to a loop: it says why the loop ends",
            of.decreases.span,
            hint="leave it out, or write it behind the condition of a `while` or `until`",
        )


def _if(body: Body, of: t.If) -> None:
    place = body.place(of.span)
    test = logic.condition(body, of.condition.test)
    at_most, probability = _at_most(body, of.condition), _probability(body, of.condition)
    _no_ranking(body, of.condition)
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
    body.emit(p.If(test, tuple(then), tuple(orelse), place, at_most, probability, span=of.span))


# -- loops -------------------------------------------------------------------------------------------------------


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


def _for(body: Body, of: t.For) -> None:
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
        block(body, of.body)
    body.flow = merged(before, body.flow)
    body.flow.forget(names)
    leave(body, of.variable)
    if ran is not None:
        index = index_of(ran, of.variable)
        body.emit(p.For(index, ran.low, ran.high, step, tuple(statements_), place, span=of.span))


def _changes(whole: p.Expr, of: t.Block) -> bool:
    return bool(walk.variables(whole) & walk.assigned(of))


class _later:
    """Inside, the variables that the loop assigns may have got their value in a round before."""

    def __init__(self, body: Body, loop: t.Statement) -> None:
        self.body, self.names = body, walk.lasting(loop)

    def __enter__(self) -> None:
        self.body.later.append(self.names)

    def __exit__(self, *_: object) -> None:
        self.body.later.pop()


def _while(body: Body, of: t.While) -> None:
    place = body.place(of.span)
    names = walk.assigned(of)
    head = body.flow
    head.forget(names)
    with _later(body, of):
        with body.inside() as before:
            test = logic.condition(body, of.condition.test)
        at_most, probability = _at_most(body, of.condition), _probability(body, of.condition)
        decreases = _decreases(body, of.condition)
        left = body.flow.fork(logic.learn(body, test, False))
        body.flow = body.flow.fork(logic.learn(body, test, True))
        with body.inside() as inner:
            block(body, of.body)
    left.assigned |= body.flow.assigned
    left.dead = isinstance(test, p.BoolLiteral) and test.value and not isinstance(test.type, type(UNKNOWN))
    body.flow = left
    body.emit(
        p.Loop(
            tuple(before), test, tuple(inner), place, "while", at_most, probability, decreases, span=of.span
        )
    )


def _repeat(body: Body, of: t.Repeat) -> None:
    place = body.place(of.span)
    names = walk.assigned(of)
    body.flow.forget(names)
    with body.inside() as before, _later(body, of):
        block(body, of.body)
        dead = body.flow.dead
        body.flow.dead = False
        test = logic.condition(body, of.condition.test)
    at_most, probability = _at_most(body, of.condition), _probability(body, of.condition)
    decreases = _decreases(body, of.condition)
    body.flow = body.flow.fork(logic.learn(body, test, True))
    body.flow.dead = dead
    stop = p.Not(test, test.type, span=test.span)
    body.emit(p.Loop(tuple(before), stop, (), place, "repeat", at_most, probability, decreases, span=of.span))


def _decreases(body: Body, of: t.Condition) -> p.Expr | None:
    return None if of.decreases is None else expressions.pure(body, of.decreases, INT, "what `decreases`")


# -- return ------------------------------------------------------------------------------------------------------


def _return(body: Body, of: t.Return, value: t.Expr | None) -> None:
    returned = None if value is None else _result(body, value)
    if body.branches:
        body.problems.error(
            "return-in-parallel",
            "a branch of a `parallel` cannot return from the function",
            of.span,
            hint="`yield` a value, and look at the list of values behind the loop",
        )
    if body.what == "main":
        body.problems.error(
            "return-outside", "`return` belongs inside a `def`", of.span, hint="write `output E`"
        )
    if returned is None and body.result is not None and not isinstance(body.result, type(UNKNOWN)):
        body.problems.error(
            "missing-value",
            f"`{body.name}` returns {spoken(body.result)}, and this returns nothing",
            of.span,
            hint="write `return` and the value",
            blame=[(body.name, "")],
        )
    body.emit(p.Return(returned, span=of.span))
    body.flow.dead = True


def _result(body: Body, value: t.Expr) -> p.Expr:
    found = expressions.expr(body, value, body.result)
    if body.result is not None:
        if (body.name, "") in body.problems.blamed:
            return found
        mark = len(body.problems.found)
        fitted = fit.need(
            body, found, body.result, f"the result of `{body.name}`", *body.checker.result_label(body)
        )
        if len(body.problems.found) > mark:
            body.problems.blamed.add((body.name, ""))
        return fitted
    both = found.type if body.returned is None else join(body.returned, found.type)
    if both is None:
        body.problems.error(
            "mixed-results",
            f"`{body.name}` returns {spoken(body.returned or UNKNOWN)} elsewhere, and {spoken(found.type)} here",
            value.span,
            blame=body.origins(found),
        )
        both = UNKNOWN
    body.returned = kind(both)
    return found
