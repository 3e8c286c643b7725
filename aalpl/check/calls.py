"""Lowers calls: of primitives, oracles, measures, functions, of what is built in, of functions handed over."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.check import builtins, conversation, expressions, facts, fit, functions, types, walk
from aalpl.check.body import Body
from aalpl.check.kinds import INT, TEXT, UNKNOWN, kind, spoken
from aalpl.check.module import Signature
from aalpl.check.problems import Origin
from aalpl.check.undeclared import nearest
from aalpl.program import nodes as p
from aalpl.program.types import Callable, ListOf, Nothing, Record, Type, Unknown
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
            return _method(body, of, receiver, method, said)
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
    if not _count(body, of.span, callee, len(given)):
        expressions.operands(body, given)
        return _result_poison(body, callee, of.span)
    args = expressions.operands(body, given, [param.type for param in callee.params])
    return invoke(body, of.span, callee, args, member, said, into)


def _result_poison(body: Body, callee: Signature, span: Span) -> p.Expr:
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
    at = fit.need(
        body, expressions.subscript(body, expressions.expr(body, index, INT), index), INT, "an index"
    )
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


def _count(body: Body, span: Span, callee: Signature, given: int) -> bool:
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
    _answered(body, target, callee.program_name, result, span)
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


def _answered(body: Body, target: str, callee: str, result: Type, span: Span) -> None:
    body.sources.setdefault(target, set()).add((callee, ""))
    if "%" in target:
        body.types[target] = kind(result)
        body.born[target] = span


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
    _answered(body, target, callee.program_name, result, span)
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


def _of_variable(
    body: Body, of: t.Call, callee: t.Name, said: tuple[t.Fact, ...], into: str | None
) -> p.Expr:
    """A function or primitive that was handed over."""
    held = expressions.name(body, callee)
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


def _method(body: Body, of: t.Call, receiver: t.Expr, method: t.Name, said: tuple[t.Fact, ...]) -> p.Expr:
    """`t.f(a)` in an expression: the function `f` that belongs to the record type of `t`."""
    whole = expressions.expr(body, receiver)
    return _with_receiver(body, of, whole, method, said)


def _with_receiver(body: Body, of: t.Call, whole: p.Expr, method: t.Name, said: tuple[t.Fact, ...]) -> p.Expr:
    if not isinstance(whole.type, Record):
        expressions.operands(body, of.arguments)
        return fit.refuse(body, whole, "only records have functions of their own", "not-a-record")
    callee = body.checker.method(body.module, whole.type.name, method.id)
    if callee is None:
        no_field(body, whole, method)
        expressions.operands(body, of.arguments)
        return fit.poison(of.span)
    if not _count(body, of.span, callee, len(of.arguments) + 1):
        expressions.operands(body, of.arguments)
        return _result_poison(body, callee, of.span)
    args = expressions.operands(body, of.arguments, [param.type for param in callee.params[1:]])
    return invoke(body, of.span, callee, [whole, *args], None, said, None)


def no_field(body: Body, whole: p.Expr, field: t.Name) -> None:
    """Tells that a record has no such field."""
    record = whole.type
    assert isinstance(record, Record)
    names = [name for name, _ in record.fields]
    known = [*names, *body.checker.methods(body.module, record.name)]
    guess = nearest(field.id, known)
    body.problems.error(
        "no-such-field",
        f"{spoken(record)} has no field `{field.id}`",
        field.span,
        others=body.seen_at(whole),
        hint=f"did you mean `{guess}`?" if guess else f"its fields are {', '.join(f'`{n}`' for n in names)}",
        blame=[(record.name or "", f".{field.id}")],
    )


# -- statements --------------------------------------------------------------------------------------------------


def statement(body: Body, of: t.CallStatement) -> None:
    """`f(x)`, `t.add(e)` (rebinds `t`), `f(x) where FACT`."""
    said: tuple[t.Fact, ...]
    match of.call:
        case t.Where(inner, said):
            pass
        case inner:
            said = ()
    if not isinstance(inner, t.Call):
        value = expressions.expr(body, inner)
        if not isinstance(value.type, Unknown):
            body.problems.error(
                "does-nothing",
                "this line does nothing: its value is not used",
                of.span,
                hint="assign it, `x <- …`, or leave the line out",
                blame=body.origins(value),
            )
        return
    match inner.function:
        case t.Field(t.Name() as receiver, method):
            whole = expressions.name(body, receiver)
            result = _with_receiver(body, inner, whole, method, said)
            if isinstance(whole, p.Variable) and isinstance(result, p.Variable):
                _rebind(body, receiver, whole, result, of.span)
        case _:
            call(body, inner, said, None)


def _rebind(body: Body, receiver: t.Name, whole: p.Variable, result: p.Variable, span: Span) -> None:
    if not isinstance(result.type, Record) or (
        result.type != whole.type and kind(result.type) != kind(whole.type)
    ):
        if not isinstance(result.type, Unknown):
            body.problems.error(
                "does-nothing",
                f"this does not change `{receiver.id}`: the function returns {spoken(result.type)}",
                span,
                hint="use its value, or call a function that returns the record",
            )
        return
    rebinds(body, receiver)
    body.emit(p.Let(receiver.id, result, span=span))
    body.bind(receiver.id, result.type, receiver.span, result)


def rebinds(body: Body, variable: t.Name) -> None:
    """Notes that this statement gives a variable a new value: once, a local variable, and not from a branch."""
    name = variable.id
    if name in body.bound:
        body.problems.error(
            "bound-twice",
            f"`{name}` gets a value twice in one statement",
            variable.span,
            others=(Label(body.bound[name], "first here"),),
            hint="make two statements of it",
        )
    body.bound.setdefault(name, variable.span)
    if name in body.loops:
        body.problems.error(
            "assigned-index",
            f"`{name}` counts the rounds of a loop and cannot be assigned",
            variable.span,
            others=(Label(body.loops[name], "the loop"),),
            hint="use a variable of its own, or a `while` loop",
        )
    elif name not in body.params and name not in body.flow.assigned and (size := body.module.size(name)):
        body.problems.error(
            "assigned-size",
            f"`{name}` is a {size.kind}: it has one value for the whole run",
            variable.span,
            others=(Label(size.span, "declared here"),),
            hint="give the variable another name",
        )
    for branch in body.branches:
        if name in branch.outer:
            body.problems.error(
                "parallel-assignment",
                f"`{name}` comes from outside this `parallel`, where it is only read",
                variable.span,
                others=tuple(Label(body.born[name], "its value outside") for _ in (0,) if name in body.born),
                hint="`yield` the values, or assign slices that do not overlap",
            )
            break


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


def any_value(body: Body, of: t.AnyValue, type: t.TypeExpr, into: str | None) -> p.Expr:
    """`any int in a..b`: the adversary's choice."""
    place = body.place(of.span)
    target = into or body.temporary("any")
    return choose(body, type, target, place, of.span)


def choose(body: Body, type: t.TypeExpr, target: str, place: str, span: Span) -> p.Expr:
    """A fresh value of a type, of the adversary's choosing."""
    bounds: tuple[p.Expr, p.Expr] | None = None
    meant: Type
    match type:
        case t.IntType(low, high):
            meant = INT
            if low is not None and high is not None:
                bounds = _bounds(body, low, high)
        case t.TextType(t.Exactly(size=size)):
            meant, bounds = TEXT, _bounds(body, size, size)
        case t.TextType(t.AtMost(size=size)):
            meant, bounds = TEXT, _bounds(body, t.Int(0, span=size.span), size)
        case t.TextType(t.Between(low, high)):
            meant, bounds = TEXT, _bounds(body, low, high)
        case t.ListType(t.Exactly(size=size), element):
            meant = ListOf(types.resolve(element, body.sizes()))
            bounds = _bounds(body, size, size)
        case _:
            meant = types.resolve(type, body.sizes())
    body.emit(p.Choose(target, meant, place, bounds, span=span))
    if "%" in target:
        body.types[target] = kind(meant)
    return p.Variable(target, kind(meant), span=span)


def _bounds(body: Body, low: t.Expr, high: t.Expr) -> tuple[p.Expr, p.Expr]:
    return (
        expressions.pure(body, low, INT, "the bound of a choice"),
        expressions.pure(body, high, INT, "the bound of a choice"),
    )
