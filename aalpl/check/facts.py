"""Lowers `where` facts: what is supposed about the `result` of a call."""

from __future__ import annotations

from aalpl.check import builtins, expressions, fit
from aalpl.check.body import Body
from aalpl.check.kinds import BOOL, INT, REAL, UNKNOWN, spoken
from aalpl.check.module import Signature
from aalpl.check.sizes import size
from aalpl.program import nodes as p
from aalpl.program.size import Size
from aalpl.program.types import Between, Bool, Exactly, Int, Length, ListOf, Maybe, Real, Text, Type, Unknown
from aalpl.report import Label, Span
from aalpl.tree import nodes as t

_FLIPPED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FORMS = "`len(result) = E`, `f(result) >= E`, `f(result) ~ D`, `f(result) with probability E`"


def misplaced(body: Body, span: Span) -> None:
    """Tells that only what comes from a model can be supposed to be something."""
    body.problems.error(
        "fact-without-call",
        "`where` speaks of what a primitive returns, and this is no call of one",
        span,
        hint="put it behind the call of the primitive",
    )


def facts(body: Body, said: tuple[t.Fact, ...], callee: Signature | None, result: Type) -> tuple[p.Fact, ...]:
    """What is said of the result of a call."""
    found = [_fact(body, each, callee, result) for each in said]
    return tuple(fact for fact in found if fact is not None)


def _fact(body: Body, of: t.Fact, callee: Signature | None, result: Type) -> p.Fact | None:
    match of:
        case t.Holds(t.Compare(first, (t.Comparison(operator, second),))) if operator in _FLIPPED:
            if _subject(second) is not None and _subject(first) is None:
                return _comparison(body, of, second, _FLIPPED[operator], first, callee, result)
            return _comparison(body, of, first, operator, second, callee, result)
        case t.Holds(condition) if _subject(condition) is not None:
            function = _function(body, condition, result, BOOL)
            always = p.IntLiteral(1, REAL, span=of.span)
            return None if function is None else p.ProbabilityFact(function, always, span=of.span)
        case t.Law(subject, distribution) if _subject(subject) is not None:
            function = _function(body, subject, result, INT)
            law = builtins.law(body, distribution)
            return None if function is None or law is None else p.LawFact(function, law, span=of.span)
        case t.Likely(condition, chance) if _subject(condition) is not None:
            function = _function(body, condition, result, BOOL)
            p_ = expressions.pure(body, chance, REAL, "a probability")
            value = builtins.probability(body, p_)
            return None if function is None else p.ProbabilityFact(function, value, span=of.span)
        case _:
            body.problems.error("not-a-fact", f"a fact about `result` is expected: {_FORMS}", of.span)
            return None


def _subject(of: t.Expr) -> t.Name | None:
    """`result` of `result`, `f(result)`."""
    match of:
        case t.Name("result") as name:
            return name
        case t.Call(t.Name(), (t.Name("result") as name,)):
            return name
        case _:
            return None


def _comparison(
    body: Body,
    of: t.Holds,
    subject: t.Expr,
    operator: str,
    value: t.Expr,
    callee: Signature | None,
    result: Type,
) -> p.Fact | None:
    match subject:
        case t.Call(t.Name("len"), (t.Name("result"),)):
            if operator not in ("=", "<=", ">="):
                body.problems.error(
                    "not-a-fact",
                    "of a length `=`, `<=` and `>=` can be said",
                    of.span,
                    hint="write `<=` or `>=`",
                )
                return None
            n = fit.need(body, expressions.expr(body, value, INT), INT, "a length")
            _sequence(body, subject, result, callee)
            _contradiction(body, of, operator, value, callee, result)
            return p.LengthFact(operator, n, span=of.span)
        case _ if _subject(subject) is not None:
            function = _function(body, subject, result, None)
            against = expressions.expr(body, value)
            return None if function is None else p.MeasureFact(function, operator, against, span=of.span)
        case _:
            body.problems.error("not-a-fact", f"a fact about `result` is expected: {_FORMS}", of.span)
            return None


def _sequence(body: Body, subject: t.Expr, result: Type, callee: Signature | None) -> None:
    inner = result.value if isinstance(result, Maybe) else result
    if not isinstance(inner, Text | ListOf | Unknown):
        body.problems.error(
            "not-a-sequence",
            f"only texts and lists have a length; the result is {spoken(result)}",
            subject.span,
            others=() if callee is None else (Label(callee.node.name.span, "declared here"),),
            blame=() if callee is None else [(callee.program_name, "")],
        )


def _function(body: Body, of: t.Expr, result: Type, wanted: Type | None) -> str | None:
    """The oracle or measure that a fact speaks of; empty for the result itself, `len` for its length."""
    match of:
        case t.Name("result"):
            return "" if _answers(body, of, result, wanted, "the result") else None
        case t.Call(t.Name("len"), _):
            return "len"
        case t.Call(t.Name(name) as callee, _):
            signature = body.checker.callable(body.module, name)
            if signature is None:
                body.problems.undeclared(callee, "function", body.checker.callable_names(body.module))
                return None
            if signature.broken:
                return None
            if signature.kind not in ("oracle", "measure"):
                body.problems.error(
                    "not-a-fact",
                    f"facts speak of oracles and measures, and `{name}` is none",
                    callee.span,
                    others=(Label(signature.node.name.span, "declared here"),),
                )
                return None
            answer = body.checker.result(signature)
            return signature.program_name if _answers(body, of, answer, wanted, f"`{name}`") else None
        case _:
            return None


def _answers(body: Body, of: t.Expr, given: Type, wanted: Type | None, what: str) -> bool:
    match wanted, given:
        case (None, _) | (_, Unknown()) | (Bool(), Bool()) | (Int(), Int() | Real()):
            return True
        case _:
            body.problems.error(
                "wrong-type",
                f"{what} is {spoken(given)}, not {spoken(wanted or UNKNOWN)}",
                of.span,
                blame=[(_called(of), "")],
            )
            return False


def _called(of: t.Expr) -> str:
    match of:
        case t.Call(t.Name(name)):
            return name
        case _:
            return "result"


def _contradiction(
    body: Body, of: t.Holds, operator: str, value: t.Expr, callee: Signature | None, result: Type
) -> None:
    """A closed length is never contradicted (semantics 10)."""
    inner = result.value if isinstance(result, Maybe) else result
    if callee is None or not isinstance(inner, Text | ListOf) or body.problems.failed():
        return
    mark = body.problems.mark()
    claimed = size(value, body.sizes())
    if len(body.problems.found) > mark[0] or len(body.problems.missing) > len(mark[1]):
        body.problems.back(mark)
        return
    if any(_never(difference) for difference in _gaps(operator, claimed, inner.length)):
        body.problems.error(
            "contradicted-contract",
            f"`{callee.name}` says how long its result is, and this says otherwise",
            of.span,
            others=(Label(callee.node.name.span, "declared here"),),
            hint="leave the length open in the declaration (`-> text`), or leave out the fact",
            blame=[(callee.program_name, "len")],
        )


def _gaps(operator: str, claimed: Size, length: Length) -> list[Size]:
    """Sizes that must not be below zero."""
    match length:
        case Exactly(n):
            return {"=": [claimed - n, n - claimed], "<=": [claimed - n], ">=": [n - claimed]}[operator]
        case Between(low, high):
            return {"=": [claimed - low, high - claimed], "<=": [claimed - low], ">=": [high - claimed]}[
                operator
            ]
        case _:
            return []


def _never(gap: Size) -> bool:
    number = gap.constant()
    return number is not None and number < 0
