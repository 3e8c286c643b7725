"""What oracles and measures say of texts, remembered: they are functions of their value (semantics 9 and 12).

In a form that is made for expectations each text variable x has, for each oracle or measure f of one text, a variable
`f(x)`. A call with `where f(result) ~ D` draws it, an assignment from a variable copies it, any other assignment and the
entry leave it to the adversary within its range. Asking f of x then reads it, however often. Runs do not observe these
variables, so the forms that predictions are made from do without them.
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.form.nodes import Havoc, Set
from aalpl.cost.lower.answers import Answer, support
from aalpl.cost.lower.entry import bound
from aalpl.cost.lower.expressions import number, shape
from aalpl.cost.lower.measures import measured
from aalpl.cost.lower.pieces import Pieces, counted, open_pieces, pieces, replaced, spliced
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.shapes import TooFar
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, sym
from aalpl.report import Span


def name(oracle: str, path: str) -> str:
    """The variable that remembers what an oracle says of a text."""
    return f"{oracle}({path})"


def asked(scope: Scope, of: p.Consult) -> Size | None:
    """The answer, where it is remembered."""
    if not scope.remembers or len(of.args) != 1 or not isinstance(of.args[0], p.Variable):
        return None
    path = of.args[0].name
    known = of.oracle in _oracles(scope.program) and isinstance(scope.types.get(path), ty.Text)
    if not known:
        return None
    parts = _pieces(scope, of.oracle, path)
    return sym(name(of.oracle, path)) if parts is None else counted(of.oracle, path, parts)


def _pieces(scope: Scope, oracle: str, path: str) -> Pieces | None:
    """The pieces of a text that the function replaces, where the oracle is a measure that counts them."""
    return pieces(scope, scope.program.oracles[oracle]) if spliced(scope, path) else None


def entered(scope: Scope, span: Span) -> None:
    """Of what a function is handed nothing is remembered."""
    for param in scope.function.params:
        if isinstance(param.type, ty.Text):
            _forgotten(scope, param.name, span)


def assigned(scope: Scope, of: p.Statement) -> None:
    """After a statement that assigns a text."""
    if not scope.remembers:
        return
    match of:
        case p.Let(target, p.Splice(p.Variable(source)) as value) if target == source and _is_text(
            scope, target
        ):
            _spliced(scope, target, value, of.span)
        case p.Let(target, p.Variable(source)) if _is_text(scope, target) and _is_text(scope, source):
            _copied(scope, target, source, of.span)
        case p.Ask(target, facts=facts) if _is_text(scope, target):
            _drawn(scope, target, facts, of.span)
        case p.Let(target) | p.Call(target) | p.Consult(target) | p.Sample(target) | p.Choose(target):
            if _is_text(scope, target):
                _forgotten(scope, target, of.span)
        case p.Parallel(target) if target is not None and _is_text(scope, target):
            _forgotten(scope, target, of.span)
        case p.Ask() | p.Parallel() | p.If() | p.For() | p.Loop() | p.Contribute() | p.Return():
            pass


def _is_text(scope: Scope, path: str) -> bool:
    return isinstance(scope.types.get(path), ty.Text)


def _oracles(program: p.Program) -> list[str]:
    """Oracles and measures of one text that answer a number or a bool."""
    return [
        key
        for key, oracle in program.oracles.items()
        if len(oracle.params) == 1
        and isinstance(oracle.params[0].type, ty.Text)
        and isinstance(oracle.result, ty.Int | ty.Bool)
    ]


def _copied(scope: Scope, target: str, source: str, span: Span) -> None:
    known = []
    for key in _oracles(scope.program):
        if _pieces(scope, key, target) is not None:
            open_pieces(scope, key, target, span)
        elif (parts := _pieces(scope, key, source)) is not None:
            known.append((name(key, target), counted(key, source, parts)))
        else:
            known.append((name(key, target), sym(name(key, source))))
    scope.emit(Set(tuple(known), span=span))


def _spliced(scope: Scope, path: str, value: p.Splice, span: Span) -> None:
    """A piece is replaced; other oracles may say anything of the whole."""
    for key in _oracles(scope.program):
        parts = _pieces(scope, key, path)
        if parts is None:
            _forgotten(scope, path, span, only=key)
            continue
        new = value.new.name if isinstance(value.new, p.Variable) else None
        known = new is not None and parts.oracle in _oracles(scope.program) and _is_text(scope, new)
        answer = name(parts.oracle, new) if known and new is not None else None
        replaced(scope, key, path, parts, value, answer, span)


def _drawn(scope: Scope, target: str, facts: tuple[p.Fact, ...], span: Span) -> None:
    from aalpl.cost.lower.requests import drawn

    laws: dict[str, ty.Law] = {}
    limits: dict[str, list[tuple[str, Size]]] = {}
    for fact in facts:
        match fact:
            case p.LawFact(function, law) if function not in ("", "len"):
                laws[function] = drawn(scope, law)
            case p.ProbabilityFact(function, probability) if function:
                laws[function] = ty.Bernoulli(number(scope, probability))
            case p.MeasureFact(function, operator, value) if function not in ("", "len"):
                limits.setdefault(function, []).append((operator, number(scope, value)))
            case p.LawFact() | p.ProbabilityFact() | p.LengthFact() | p.MeasureFact():
                pass
    _forgotten(scope, target, span, laws, limits)


Limits = Mapping[str, list[tuple[str, Size]]]


def _forgotten(
    scope: Scope,
    path: str,
    span: Span,
    laws: Mapping[str, ty.Law] | None = None,
    limits: Limits | None = None,
    only: str | None = None,
) -> None:
    """What oracles say is decided anew, by a law or from outside."""
    for key in _oracles(scope.program) if only is None else [only]:
        if _pieces(scope, key, path) is not None:
            open_pieces(scope, key, path, span)
            continue
        law = (laws or {}).get(key)
        low, high = _range(scope, key, path) if law is None else support(law)
        for operator, size in (limits or {}).get(key, ()) if law is None else ():
            low = {"=": size, ">=": size, ">": size + 1}.get(operator, low)
            high = {"=": size, "<=": size, "<": size - 1}.get(operator, high)
        scope.emit(Havoc(name(key, path), low, high, "remembered", name(key, path), law, span=span))


def _range(scope: Scope, key: str, path: str) -> tuple[Size | None, Size | None]:
    oracle = scope.program.oracles[key]
    if isinstance(oracle.result, ty.Bool):
        return ZERO, ONE
    assert isinstance(oracle.result, ty.Int)
    try:
        text = shape(scope, p.Variable(path, scope.types[path], span=oracle.span))
        sizes = bound(oracle.bindings, oracle.params, (text,))
    except TooFar:
        return None, None
    answer = Answer(scope, path, "size", key, sizes, oracle.span)
    limits = measured(scope, oracle) or (oracle.result.low, oracle.result.high)
    low, high = (None if end is None else answer.at(end) for end in limits)
    return low, high


__all__ = ["asked", "assigned", "entered", "name"]
