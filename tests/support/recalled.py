"""Rewrites of calls: parts of a function become functions, and functions that are called become parts of it."""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.tree import nodes as t

from .retold import (
    NOWHERE,
    annotated,
    below,
    block,
    bound,
    call,
    exposed,
    fresh,
    let,
    mapped,
    name,
    names,
    returns,
)
from .rewriting import PURE, Program, effects, per_statement


def wrap(program: Program) -> Program | None:
    """The whole body becomes a function that the old one calls; if it calls itself, the inner one does."""
    definition = program.definition
    inner = fresh(program.file, f"inner_{definition.name.id}")
    using = call(inner, [name(each.name.id) for each in definition.parameters])
    answers = any(isinstance(e, t.Return) and e.value is not None for e in below(definition.body))
    out = t.Return(using, span=NOWHERE) if answers else t.CallStatement(using, span=NOWHERE)

    def change(node: Any) -> Any:
        if isinstance(node, t.Name) and node.id == program.function:
            return attrs.evolve(node, id=inner)
        return node

    made = attrs.evolve(definition, name=name(inner), body=mapped(definition.body, change))
    return program.with_body(block(out), made)


def outline_tail(program: Program) -> Program | None:
    """All but the first statement of the body become a function that is called last."""
    definition = program.definition
    statements = definition.body.statements
    if program.recursive or annotated(definition.body):
        return None
    at = 0 if len(statements) == 1 else len(statements) // 2
    first, rest = statements[:at], statements[at:]
    mine = {each.name.id for each in definition.parameters} | bound(first)
    wanted = sorted((exposed(rest) | _facts(rest)) & mine)
    if any(program.types.get(each) is None for each in wanted):
        return None
    result = _result(definition)
    parameters = tuple(t.Parameter(name(each), program.types[each], span=NOWHERE) for each in wanted)
    called = fresh(program.file, "the_rest")
    made = t.Def(name(called), parameters, result, (), block(*rest), span=NOWHERE)
    using = call(called, [name(each) for each in wanted])
    out = t.CallStatement(using, span=NOWHERE) if result is None else t.Return(using, span=NOWHERE)
    return program.with_body(block(*first, out), made)


def _facts(statements: tuple[t.Statement, ...]) -> set[str]:
    """Names in what is said of answers."""
    return names(tuple(each.facts for each in below(statements) if isinstance(each, t.Where))) - {"result"}


def _result(definition: t.Def) -> t.TypeExpr | None:
    """The type of the result without lengths that only a parameter gives."""
    given = names(tuple(each.type for each in definition.parameters))
    result = definition.result
    if isinstance(result, t.TextType) and names(result) & given:
        return t.TextType(None, span=NOWHERE)
    return result


def outline_calls(program: Program) -> Program | None:
    """Whatever asks becomes a function of its own: what it is given are its parameters."""
    defs = {e.name.id for e in program.file.items if isinstance(e, t.Def)}
    llms = {e.name.id: e for e in program.file.items if isinstance(e, t.Llm)}
    found: list[t.Def] = []
    if any(isinstance(e, t.Conversation | t.Hear) for e in below(program.definition)):
        return None

    def change(node: Any) -> Any:
        match node:
            case t.Call(t.Name(called), arguments) if called in llms and called not in defs:
                asked = llms[called]
                if len(arguments) != len(asked.parameters) or isinstance(asked.result, t.TextType) is False:
                    return node
                given = asked.parameters
                outer = fresh(program.file, f"asking_{called}")
                if all(each.name.id != outer for each in found):
                    inner = t.Return(call(called, [name(e.name.id) for e in given]), span=NOWHERE)
                    found.append(t.Def(name(outer), given, asked.result, (), block(inner), span=NOWHERE))
                return call(outer, arguments)
            case _:
                return node

    held = {
        id(e) for each in below(program.definition.body) if isinstance(each, t.Where) for e in below(each)
    }
    body = mapped(program.definition.body, lambda node: node if id(node) in held else change(node))
    return program.with_body(body, *found) if found else None


def inline_results(program: Program) -> Program | None:
    """Calls of functions that return once, at their end, are replaced by their bodies."""
    defs = {e.name.id: e for e in program.file.items if isinstance(e, t.Def)}
    count = iter(range(1000))

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.Assign((t.Name(),) as targets, (t.Call(t.Name(called), arguments),)) if called in defs:
                made = _inlined(program, defs[called], arguments, next(count))
                return None if made is None else [*made[0], t.Assign(targets, (made[1],), span=NOWHERE)]
            case t.Return(t.Call(t.Name(called), arguments)) if called in defs:
                made = _inlined(program, defs[called], arguments, next(count))
                return None if made is None else [*made[0], t.Return(made[1], span=NOWHERE)]
            case _:
                return None

    return per_statement(change)(program)


def _inlined(
    program: Program, callee: t.Def, arguments: tuple[t.Expr, ...], number: int
) -> tuple[list[t.Statement], t.Expr] | None:
    *most, last = callee.body.statements
    inner = attrs.evolve(program, function=callee.name.id)
    if (
        inner.recursive
        or callee.name.id == program.function
        or returns(tuple(most))
        or annotated(callee.body)
    ):
        return None
    if not isinstance(last, t.Return) or last.value is None or callee.requires:
        return None
    if any(_binds(each.type) for each in callee.parameters):
        return None
    mine = {each.name.id for each in callee.parameters} | bound(callee.body)

    def change(node: Any) -> Any:
        if isinstance(node, t.Name) and node.id in mine:
            return attrs.evolve(node, id=f"{node.id}_of{number}")
        return node

    given = [
        let(f"{each.name.id}_of{number}", value)
        for each, value in zip(callee.parameters, arguments, strict=True)
    ]
    body = mapped(callee.body, change).statements
    return [*given, *body[:-1]], body[-1].value


def _binds(type: t.TypeExpr | None) -> bool:
    """Whether a parameter's type says anything of its size."""
    return bool(names(type))


def name_arguments(program: Program) -> Program | None:
    """What a call is given gets a name first, in calls that are statements, assigned or returned."""
    count = iter(range(1000))

    def change(program: Program, statement: t.Statement) -> list[t.Statement] | None:
        match statement:
            case t.CallStatement(using):
                made = renamed(program, using)
                return None if made is None else [*made[0], t.CallStatement(made[1], span=NOWHERE)]
            case t.Assign((t.Name(),) as targets, (using,)):
                made = renamed(program, using)
                return None if made is None else [*made[0], t.Assign(targets, (made[1],), span=NOWHERE)]
            case t.Return(using):
                made = renamed(program, using)
                return None if made is None else [*made[0], t.Return(made[1], span=NOWHERE)]
            case _:
                return None

    def renamed(program: Program, using: Any) -> tuple[list[t.Statement], t.Expr] | None:
        match using:
            case t.Where(t.Call() as inner):
                made = renamed(program, inner)
                return None if made is None else (made[0], attrs.evolve(using, value=made[1]))
            case t.Call(t.Name(called) | t.Index(t.Name(called)), arguments) if called not in PURE:
                before: list[t.Statement] = []
                given: list[t.Expr] = []
                for each in arguments:
                    if (
                        isinstance(each, t.Int | t.Real | t.Range | t.String)
                        or effects(each)
                        or drawn(called)
                    ):
                        given.append(each)
                        continue
                    to = fresh(program.file, f"given_{next(count)}")
                    before.append(let(to, each))
                    given.append(name(to))
                return (before, attrs.evolve(using, arguments=tuple(given))) if before else None
            case _:
                return None

    def drawn(called: str) -> bool:
        return (called[:1].isupper() and called not in asked) or called == "flip"

    asked = {e.name.id for e in program.file.items if isinstance(e, t.Llm | t.Def | t.Oracle)}
    return per_statement(change)(program)


RECALLED = {
    "wrap": wrap,
    "outline tail": outline_tail,
    "outline calls": outline_calls,
    "inline results": inline_results,
    "name arguments": name_arguments,
}
