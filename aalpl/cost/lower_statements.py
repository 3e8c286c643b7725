"""Lowers statements to steps."""

from __future__ import annotations

from aalpl.cost import lower_calls, lower_requests
from aalpl.cost.form import Beyond, Branch, Count, Cycle, Leave, Set
from aalpl.cost.lower_expressions import condition, exact, number, shape
from aalpl.cost.lower_parallel import contribute, parallel
from aalpl.cost.lower_scope import Scope, block
from aalpl.cost.shapes import Blind, Handed, Items, Number, Opaque, Shape, TooFar, fitted, tokens
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO


def statements(scope: Scope, of: p.Block) -> None:
    """Lowers a block into the steps being made; what integers cannot say becomes a `Beyond`."""
    for each in of:
        try:
            statement(scope, each)
        except TooFar as reason:
            scope.emit(Beyond(f"{reason}", span=each.span))
        except Opaque:
            scope.emit(Beyond("a sum depends on what texts say", span=each.span))


def statement(scope: Scope, of: p.Statement) -> None:
    """Lowers one statement."""
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
            parallel(scope, of, statements)
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
    match of.value:
        case p.Update(p.Variable(name), index, new) if name == of.target and _is_list(of.value):
            _replace(scope, of, index, new)
            return
        case p.Concat((p.Variable(name), *rest)) if name == of.target and _is_list(of.value):
            if all(isinstance(part, p.ListLiteral) for part in rest):
                _append(
                    scope,
                    of,
                    [item for part in rest if isinstance(part, p.ListLiteral) for item in part.items],
                )
                return
        case _:
            pass
    value = shape(scope, of.value)
    if isinstance(value, Handed):
        scope.aliases[of.target] = scope.aliases.get(value.name, value.name)
        return
    if isinstance(value, Blind) and isinstance(of.value.type, ty.Int | ty.Bool | ty.Choice):
        value = Number(number(scope, of.value))
    scope.write(of.target, value, of.span)
    _begins(scope, of)


def _begins(scope: Scope, of: p.Let) -> None:
    """A conversation that begins shares nothing with calls before it."""
    match of.value:
        case p.Concat((p.Variable(name), *_)) if name == of.target:
            pass
        case _:
            if of.target in scope.transcripts:
                zeros = tuple((f"%hit.{model}", ZERO) for model in sorted(scope.hits))
                if zeros:
                    scope.emit(Set(zeros, span=of.span))


def _is_list(of: p.Expr) -> bool:
    return isinstance(of.type, ty.ListOf)


def _items(scope: Scope, of: p.Let) -> Items:
    found = scope.read(of.target, scope.types.get(of.target, of.value.type))
    assert isinstance(found, Items)
    return found


def _element(scope: Scope, of: p.Let, value: p.Expr) -> Shape:
    type_ = scope.types.get(of.target, of.value.type)
    new = shape(scope, value)
    return fitted(new, type_.element) if isinstance(type_, ty.ListOf) else new


def _replace(scope: Scope, of: p.Let, index: p.Expr, new: p.Expr) -> None:
    """`x[i] <- e`."""
    items, at = _items(scope, of), number(scope, index)
    value = _element(scope, of, new)
    total = items.total - tokens(items.element(at)) + tokens(value)
    scope.emit(Set(((f"total({of.target})", total),), span=of.span))
    scope.store(of.target, at, value, of.span)


def _append(scope: Scope, of: p.Let, new: list[p.Expr]) -> None:
    """`x <- x ++ [e]`."""
    items = _items(scope, of)
    values = [_element(scope, of, item) for item in new]
    for i, value in enumerate(values):
        scope.store(of.target, items.count + i, value, of.span)
    total = sum((tokens(value) for value in values), items.total)
    known = ((f"len({of.target})", items.count + len(values)), (f"total({of.target})", total))
    scope.emit(Set(known, span=of.span))


# -- branches and loops --------------------------------------------------------------------------------------------


def _if(scope: Scope, of: p.If) -> None:
    test = condition(scope, of.test)
    then = block(scope, statements, of.then)
    orelse = block(scope, statements, of.orelse)
    at_most = None if of.at_most is None else exact(scope, of.at_most)
    probability = None if of.probability is None else exact(scope, of.probability)
    scope.emit(Branch(test, then, orelse, of.place, at_most, probability, span=of.span))


def _for(scope: Scope, of: p.For) -> None:
    low, high = number(scope, of.low), number(scope, of.high)
    step = ONE if of.step is None else number(scope, of.step)
    scope.loops += 1
    body = block(scope, statements, of.body)
    scope.loops -= 1
    scope.emit(Count(of.index, low, high, step, body, of.place, span=of.span))


def _loop(scope: Scope, of: p.Loop) -> None:
    scope.loops += 1
    with scope.inside() as before:
        statements(scope, of.before)
        test = condition(scope, of.test)
    body = block(scope, statements, of.body)
    scope.loops -= 1
    at_most = None if of.at_most is None else exact(scope, of.at_most)
    probability = None if of.probability is None else exact(scope, of.probability)
    decreases = None if of.decreases is None else exact(scope, of.decreases)
    scope.emit(
        Cycle(tuple(before), test, body, of.place, of.kind, at_most, probability, decreases, span=of.span)
    )
