"""Shared prefixes in conversations, for cached prices: what a call reads that the model's last call had read already.

In one conversation each call of a model shares with the one before all that this one has read. Where calls of other
conversations, other branches or other functions may come in between, how much is shared is not known beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aalpl.cost.form.nodes import Set
from aalpl.cost.lower.scope import Scope, Sharing
from aalpl.cost.lower.types import walk
from aalpl.program import nodes as p
from aalpl.program.size import ZERO, Size, sym


def sharing(program: p.Program, function: p.Function, handed: Mapping[str, str]) -> Sharing:
    """Which models read conversations in a function, and whether these are the only calls in between."""
    asks = [(s, inside) for s, inside in _placed(function.body) if isinstance(s, p.Ask) and s.transcript]
    begins = [
        (s.target, inside) for s, inside in _placed(function.body) if isinstance(s, p.Let) and _begins(s)
    ]
    called = {s.function for f in program.functions.values() for s in walk(f.body) if isinstance(s, p.Call)}
    below = _below(program, function)
    known: set[str] = set()
    unknown: set[str] = set()
    for model in {_model(program, ask, handed) for ask, _ in asks}:
        mine = [(ask.transcript, inside) for ask, inside in asks if _model(program, ask, handed) == model]
        starts = [inside for target, inside in begins if target == mine[0][0]]
        once = (
            len({name for name, _ in mine}) == 1
            and starts == [()]
            and not any("parallel" in i for _, i in mine)
        )
        alone = function.name not in called and model not in below
        (known if once and alone else unknown).add(model)
    transcripts = frozenset(ask.transcript for ask, _ in asks if ask.transcript)
    return Sharing(frozenset(known), frozenset(unknown), transcripts)


def _begins(of: p.Let) -> bool:
    """Whether a variable gets a new text, not one that goes on."""
    match of.value:
        case p.Concat((p.Variable(name), *_)):
            return name != of.target
        case _:
            return True


def _placed(block: p.Block, inside: tuple[str, ...] = ()) -> Iterator[tuple[p.Statement, tuple[str, ...]]]:
    """All statements, each with the kinds of loops it is in."""
    for statement in block:
        yield statement, inside
        match statement:
            case p.If(then=one, orelse=two):
                yield from _placed(one, inside)
                yield from _placed(two, inside)
            case p.Loop(before=one, body=two):
                yield from _placed(one, (*inside, "loop"))
                yield from _placed(two, (*inside, "loop"))
            case p.For(body=body):
                yield from _placed(body, (*inside, "loop"))
            case p.Parallel(body=body):
                yield from _placed(body, (*inside, "parallel"))
            case _:
                pass


def _model(program: p.Program, of: p.Ask, handed: Mapping[str, str]) -> str:
    name = handed.get(of.primitive, of.primitive)
    return program.primitives[name].model.name if name in program.primitives else name


def _below(program: p.Program, function: p.Function) -> set[str]:
    """Models that functions called from here may ask, however deep."""
    found: set[str] = set()
    waiting = [s.function for s in walk(function.body) if isinstance(s, p.Call)]
    if any(s.indirect for s in walk(function.body) if isinstance(s, p.Call)):
        return {primitive.model.name for primitive in program.primitives.values()}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in program.functions:
            continue
        seen.add(name)
        for statement in walk(program.functions[name].body):
            if isinstance(statement, p.Call):
                waiting.append(statement.function)
            elif isinstance(statement, p.Ask) and statement.primitive in program.primitives:
                found.add(program.primitives[statement.primitive].model.name)
    return found


# -- while lowering ------------------------------------------------------------------------------------------------


def begins(scope: Scope, of: p.Let) -> None:
    """A conversation that begins shares nothing with what was before it."""
    zeros = tuple((f"%hit.{model}", ZERO) for model in sorted(scope.sharing.known))
    if zeros and of.target in scope.sharing.transcripts and _begins(of):
        scope.emit(Set(zeros, span=of.span))


def hit(scope: Scope, of: p.Ask, model: str, read: Size) -> Size | None:
    """The part of what a call reads that is shared; None outside conversations."""
    if of.transcript is None:
        return None
    return sym(f"%hit.{model}") if model in scope.sharing.known else scope.opaque(ZERO, read, of.span)


def heard(scope: Scope, of: p.Ask, model: str, read: Size) -> None:
    """The next call of the model in this conversation shares what this one has read."""
    if model in scope.sharing.known:
        scope.emit(Set(((f"%hit.{model}", read if of.transcript else ZERO),), span=of.span))
