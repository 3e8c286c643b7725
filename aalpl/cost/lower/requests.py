"""Lowers what asks something of the outside: calls of primitives, oracles, measures, draws, choices."""

from __future__ import annotations

import attrs

from aalpl.cost.form.nodes import Event
from aalpl.cost.lower.answers import Answer, decide, lengths, support
from aalpl.cost.lower.components import Component
from aalpl.cost.lower.entry import bound
from aalpl.cost.lower.expressions import exact, number, shape
from aalpl.cost.lower.hits import heard, hit
from aalpl.cost.lower.measures import measured
from aalpl.cost.lower.remembered import asked
from aalpl.cost.lower.scope import Scope
from aalpl.cost.lower.shapes import Perhaps, TooFar, Words, tokens
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, ZERO, Size, const, minimum
from aalpl.program.tokens import template_tokens


def ask(scope: Scope, of: p.Ask, name: str) -> None:
    """A call of a primitive: what it reads, what it answers, and the event."""
    primitive = scope.program.primitives[name]
    args = tuple(shape(scope, arg) for arg in of.args)
    params = primitive.params[len(primitive.params) - len(args) :]
    member = None if of.index is None else number(scope, of.index)
    sizes = bound(primitive.bindings, params, args)
    if member is not None and primitive.family is not None:
        sizes[primitive.family.index] = member
    said = {"read": sum((tokens(arg) for arg in args), _said(scope, of))}
    said |= {} if member is None else {"member": member}
    kept = scope.kept(said, of.span)
    read, member = kept["read"], kept.get("member")
    template = const(template_tokens(primitive.prompt))
    closed = _closed(scope, primitive.result, of.facts)
    law = _law_of_result(scope, of.facts)
    answer = Answer(scope, of.place, "out", name, scope.kept(sizes, of.span), of.span, law)
    decide(answer, of.target, closed)
    _remember(scope, of)
    own = _model_sizes(primitive, member)
    model = primitive.model
    shared = hit(scope, of, model.name, read)
    scope.emit(
        Event(
            of.place,
            name,
            model.name,
            model.size.replace(own),
            read + template,
            _written(answer, of.target, closed),
            member,
            None if model.overhead is None else model.overhead.replace(own),
            None if model.window is None else model.window.replace(own),
            shared,
            span=of.span,
        )
    )
    heard(scope, of, model.name, read)


def _said(scope: Scope, of: p.Ask) -> Size:
    if of.transcript is None:
        return ZERO
    said = scope.read(of.transcript, ty.Text())
    assert isinstance(said, Words)
    return said.length


def _model_sizes(primitive: p.Primitive, member: Size | None) -> dict[str, Size]:
    return {} if member is None or primitive.family is None else {primitive.family.index: member}


def _written(answer: Answer, target: str, type_: ty.Type) -> Size:
    """O: the answer's tokens. Of a `T?` with an open text the observed number counts `nothing` too."""
    held = answer.scope.read(target, type_)
    match type_, held:
        case ty.Maybe(ty.Text(length)), Perhaps(_, Words(out)) if not lengths(length, answer).exact:
            return out
        case _:
            return tokens(held)


def _closed(scope: Scope, type_: ty.Type, facts: tuple[p.Fact, ...]) -> ty.Type:
    """The contract with an open outermost length closed by the call's facts."""
    said = {fact.operator: number(scope, fact.size) for fact in facts if isinstance(fact, p.LengthFact)}
    laws = [fact.law for fact in facts if isinstance(fact, p.LawFact) and fact.function == "len"]
    match type_:
        case ty.Maybe(inner):
            return ty.Maybe(_closed(scope, inner, facts))
        case ty.Text(ty.Open()) | ty.ListOf(_, ty.Open()) if said:
            return attrs.evolve(type_, length=_length(said))
        case ty.Text(ty.Open()) | ty.ListOf(_, ty.Open()) if laws:
            return attrs.evolve(type_, length=ty.Distributed(drawn(scope, laws[0])))
        case _:
            return type_


def _length(said: dict[str, Size]) -> ty.Length:
    if "=" in said:
        return ty.Exactly(said["="])
    low, high = said.get(">="), said.get("<=")
    if high is None:
        return ty.Open()
    return ty.Between(minimum(ONE, high) if low is None else low, high)


def _remember(scope: Scope, of: p.Ask) -> None:
    """Laws of what oracles and measures will say of the answer, when they are first asked."""
    for fact in of.facts:
        match fact:
            case p.LawFact(function, law) if function not in ("", "len"):
                scope.laws[function, of.target] = drawn(scope, law)
            case p.ProbabilityFact(function, probability) if function:
                scope.laws[function, of.target] = ty.Bernoulli(number(scope, probability))
            case p.LawFact() | p.ProbabilityFact() | p.LengthFact() | p.MeasureFact():
                pass


def _law_of_result(scope: Scope, facts: tuple[p.Fact, ...]) -> ty.Law | None:
    for fact in facts:
        match fact:
            case p.LawFact("", law):
                return drawn(scope, law)
            case p.ProbabilityFact("", probability):
                return ty.Bernoulli(number(scope, probability))
            case p.LawFact() | p.ProbabilityFact() | p.LengthFact() | p.MeasureFact():
                pass
    return None


def drawn(scope: Scope, law: p.Draw) -> ty.Law:
    """A law with its parameters as sizes."""
    args = [number(scope, arg) for arg in law.args]
    match law.name:
        case "flip":
            return ty.Bernoulli(args[0])
        case "Uniform":
            return ty.Uniform(args[0], args[1])
        case "Binomial":
            return ty.Binomial(args[0], args[1])
        case "Geometric":
            return ty.Geometric(args[0])
        case _:
            raise TooFar(f"the law `{law.name}`")


# -- what costs nothing --------------------------------------------------------------------------------------------


def consult(scope: Scope, of: p.Consult) -> None:
    """An oracle or measure."""
    remembered = asked(scope, of)
    if remembered is not None:
        scope.assign([Component(of.target, (), remembered)], of.span)
        return
    oracle = scope.program.oracles[of.oracle]
    args = tuple(shape(scope, arg) for arg in of.args)
    sizes = scope.kept(bound(oracle.bindings, oracle.params, args), of.span)
    law = None
    if len(of.args) == 1 and isinstance(of.args[0], p.Variable):
        law = scope.law(of.oracle, of.args[0].name)
    answer = Answer(scope, of.place, "size", of.oracle, sizes, of.span, law)
    bounds = measured(scope, oracle)
    if bounds is not None:
        low, high = bounds
        answer = attrs.evolve(answer, bounds=(answer.at(low), answer.at(high)))
    decide(answer, of.target, oracle.result)


def sample(scope: Scope, of: p.Sample) -> None:
    """A random draw."""
    law = drawn(scope, of.law)
    answer = Answer(scope, of.place, "pick", "", {}, of.span, law)
    if isinstance(of.type, ty.Bool):
        answer.open(of.target, ZERO, ONE, "pick", law)
    else:
        answer.open(of.target, *support(law), "pick", law)


def choose(scope: Scope, of: p.Choose) -> None:
    """The adversary's choice."""
    bounds = None
    if of.bounds is not None:
        low, high = exact(scope, of.bounds[0]), exact(scope, of.bounds[1])
        bounds = None if low is None or high is None else (low, high)
    decide(Answer(scope, of.place, "size", "adversary", {}, of.span, None, bounds), of.target, of.type)


__all__ = ["ask", "choose", "consult", "sample"]
