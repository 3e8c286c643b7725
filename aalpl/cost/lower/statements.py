"""Lowers statements to steps."""

from __future__ import annotations

from aalpl.cost.form.nodes import Beyond, Branch, Count, Cycle, Leave
from aalpl.cost.lower import calls as lower_calls
from aalpl.cost.lower import requests as lower_requests
from aalpl.cost.lower.contributions import contribute
from aalpl.cost.lower.expressions import condition, exact, number, shape
from aalpl.cost.lower.hits import begins
from aalpl.cost.lower.lists import Place, in_place
from aalpl.cost.lower.parallel import parallel
from aalpl.cost.lower.remembered import assigned
from aalpl.cost.lower.scope import Scope, block
from aalpl.cost.lower.shapes import Blind, Handed, Number, Opaque, TooFar
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE


def statements(scope: Scope, of: p.Block) -> None:
    """Lowers a block into the steps being made; what integers cannot say becomes a `Beyond`."""
    for each in of:
        try:
            statement(scope, each)
            assigned(scope, each)
        except TooFar as reason:
            scope.emit(Beyond(f"{reason}", span=each.span))
        except Opaque:
            scope.emit(Beyond("a sum depends on what texts say", span=each.span))


def statement(scope: Scope, of: p.Statement) -> None:
    """Lowers one statement."""
    if isinstance(of, p.Let | p.Ask | p.Call | p.Consult | p.Sample | p.Choose | p.Parallel) and of.target:
        scope.forget(of.target)
    match of:
        case p.Let():
            _let(scope, of)
        case p.Ask():
            _request(scope, of, of.primitive)
        case p.Call():
            _request(scope, of, of.function)
        case p.Consult():
            lower_requests.consult(scope, of)
        case p.Sample():
            lower_requests.sample(scope, of)
        case p.Choose():
            lower_requests.choose(scope, of)
        case p.If():
            _if(scope, of)
        case p.For():
            _for(scope, of)
        case p.Loop():
            _loop(scope, of)
        case p.Parallel():
            scope.laws.clear()
            parallel(scope, of, statements)
            scope.laws.clear()
        case p.Contribute():
            contribute(scope, of)
        case p.Return():
            lower_calls.give_back(scope, of)
            scope.emit(Leave(span=of.span))


def _request(scope: Scope, of: p.Ask | p.Call, name: str) -> None:
    """A call by name, or of what was handed over."""
    if of.indirect:
        own = scope.aliases.get(name, name)
        if own not in scope.handed:
            raise TooFar(f"it depends on what `{name}` is")
        name = scope.handed[own]
    if name in scope.program.primitives:
        if isinstance(of, p.Call):
            of = p.Ask(of.target, name, None, of.args, (), of.type, of.place, True, span=of.span)
        lower_requests.ask(scope, of, name)
    elif name in scope.program.functions:
        if isinstance(of, p.Ask):
            of = p.Call(of.target, name, of.args, of.type, of.place, True, span=of.span)
        lower_calls.call(scope, of, name)
    else:
        asked = p.Consult(of.target, name, of.args, of.type, of.place, span=of.span)
        lower_requests.consult(scope, asked)


# -- assignment ----------------------------------------------------------------------------------------------------


def _let(scope: Scope, of: p.Let) -> None:
    type_ = scope.types.get(of.target, of.value.type)
    if in_place(scope, Place(of.target, type_, of.value.type), of.value, of.span):
        return
    value = shape(scope, of.value)
    if isinstance(value, Handed):
        scope.aliases[of.target] = scope.aliases.get(value.name, value.name)
        return
    if isinstance(value, Blind) and isinstance(of.value.type, ty.Int | ty.Bool | ty.Choice):
        value = Number(number(scope, of.value))
    scope.write(of.target, value, of.span)
    if isinstance(of.value, p.Variable):
        scope.copied(of.value.name, of.target)
    begins(scope, of)


# -- branches and loops --------------------------------------------------------------------------------------------


def _if(scope: Scope, of: p.If) -> None:
    test = condition(scope, of.test)
    with scope.deeper():
        then = block(scope, statements, of.then)
        orelse = block(scope, statements, of.orelse)
    at_most = None if of.at_most is None else exact(scope, of.at_most)
    probability = None if of.probability is None else exact(scope, of.probability)
    scope.emit(Branch(test, then, orelse, of.place, at_most, probability, span=of.span))


def _for(scope: Scope, of: p.For) -> None:
    low, high = number(scope, of.low), number(scope, of.high)
    step = ONE if of.step is None else number(scope, of.step)
    with scope.deeper(loop=True):
        body = block(scope, statements, of.body)
    scope.emit(Count(of.index, low, high, step, body, of.place, span=of.span))


def _loop(scope: Scope, of: p.Loop) -> None:
    with scope.deeper(loop=True):
        with scope.inside() as before:
            statements(scope, of.before)
            test = condition(scope, of.test)
        body = block(scope, statements, of.body)
    at_most = None if of.at_most is None else exact(scope, of.at_most)
    probability = None if of.probability is None else exact(scope, of.probability)
    decreases = None if of.decreases is None else exact(scope, of.decreases)
    scope.emit(
        Cycle(tuple(before), test, body, of.place, of.kind, at_most, probability, decreases, span=of.span)
    )
