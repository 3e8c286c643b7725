"""Lowers calls of what the language has built in: lengths, arithmetic functions, random draws."""

from __future__ import annotations

from aalpl.check import arithmetic, expressions, fit
from aalpl.check.body import Body
from aalpl.check.kinds import BOOL, INT, REAL, kind
from aalpl.check.undeclared import nearest
from aalpl.program import nodes as p
from aalpl.program.types import ListOf, Real, Text, Type, Unknown
from aalpl.tree import nodes as t

_ARITIES = {
    "len": (1, 1),
    "min": (1, 99),
    "max": (1, 99),
    "floor": (1, 1),
    "ceil": (1, 1),
    "log": (1, 1),
    "abs": (1, 1),
}
_LAWS = {"flip": 1, "Uniform": 1, "Binomial": 2, "Geometric": 1}

NAMES = (*_ARITIES, *_LAWS)


def call(body: Body, of: t.Call, name: str, into: str | None) -> p.Expr:
    """`len(x)`, `max(a, b)`, `flip(p)`, …"""
    if name in _LAWS:
        return _sample(body, of, name, into)
    least, most = _ARITIES[name]
    if not least <= len(of.arguments) <= most:
        _count(body, of, name, f"{least} argument" if most == 1 else "1 argument or more")
        expressions.operands(body, of.arguments)
        return fit.poison(of.span)
    values = expressions.operands(body, of.arguments)
    return _length(body, of, values[0]) if name == "len" else _function(body, of, name, values)


def _count(body: Body, of: t.Call, name: str, wanted: str) -> None:
    given = len(of.arguments)
    body.problems.error("argument-count", f"`{name}` takes {wanted}, not {given}", of.span)


def _length(body: Body, of: t.Call, value: p.Expr) -> p.Expr:
    if isinstance(value.type, Unknown):
        return p.NothingLiteral(INT, span=of.span)
    if not isinstance(value.type, Text | ListOf):
        fit.refuse(body, value, "only texts and lists have a length", "not-a-sequence")
        return p.NothingLiteral(INT, span=of.span)
    return p.LengthOf(value, INT, span=of.span)


def _function(body: Body, of: t.Call, name: str, values: list[p.Expr]) -> p.Expr:
    values = [arithmetic.number(body, value, f"`{name}`") for value in values]
    if any(isinstance(value.type, Unknown) for value in values):
        return fit.poison(of.span)
    real = any(isinstance(value.type, Real) for value in values)
    if name in ("floor", "ceil", "log") or real:
        values = [fit.exact(value) for value in values]
    type: Type = INT if name in ("floor", "ceil") else REAL if real or name == "log" else INT
    if len(values) == 1 and name in ("min", "max"):
        return values[0]
    return p.Builtin(name, tuple(values), type, span=of.span)


def _sample(body: Body, of: t.Call, name: str, into: str | None) -> p.Expr:
    drawn = law(body, of, name)
    if drawn is None:
        return p.NothingLiteral(BOOL if name == "flip" else INT, span=of.span)
    type: Type = BOOL if name == "flip" else INT
    target = into or body.temporary(name)
    if body.what in ("measure", "oracle"):
        body.problems.error(
            "draws-in-oracle",
            "what an oracle or a measure answers depends on its arguments alone: it may not draw",
            of.span,
        )
    body.emit(p.Sample(target, drawn, type, body.place(of.span), span=of.span))
    if "%" in target:
        body.types[target] = kind(type)
    return p.Variable(target, type, span=of.span)


def law(body: Body, of: t.Expr, name: str | None = None) -> p.Draw | None:
    """A law, as it is drawn from or stands after `~`; what is none is told, and None comes back."""
    match of:
        case t.Call(t.Name("Uniform"), (t.Range(low, high),)):
            bounds = expressions.operands(body, (low, high), (INT, INT))
            return p.Draw("Uniform", tuple(fit.need(body, b, INT, "a bound of `Uniform`") for b in bounds))
        case t.Call(t.Name("Uniform"), (low, high)):
            bounds = expressions.operands(body, (low, high), (INT, INT))
            return p.Draw("Uniform", tuple(fit.need(body, b, INT, "a bound of `Uniform`") for b in bounds))
        case t.Call(t.Name("Binomial"), (n, chance)):
            count, p_ = expressions.operands(body, (n, chance), (INT, REAL))
            return p.Draw(
                "Binomial", (fit.need(body, count, INT, "the number of trials"), probability(body, p_))
            )
        case t.Call(t.Name("flip" | "Geometric" as law_name), (chance,)) if not isinstance(chance, t.Range):
            return p.Draw(law_name, (probability(body, expressions.expr(body, chance, REAL)),))
        case t.Call(t.Name(law_name)) if law_name in _LAWS:
            wanted = {
                "flip": "a probability",
                "Geometric": "a probability",
                "Binomial": "a number and a probability",
            }
            body.problems.error(
                "argument-count",
                f"`{law_name}` takes {wanted.get(law_name, 'a range')}",
                of.span,
                hint="write `Uniform(a..b)`" if law_name == "Uniform" else None,
            )
            return None
        case _:
            body.problems.error(
                "not-a-law",
                "a law is expected here: `Uniform(a..b)`, `Binomial(n, p)`, `Geometric(p)`",
                of.span,
                hint=_meant(of),
            )
            return None


def _meant(of: t.Expr) -> str | None:
    guess = (
        nearest(of.function.id, list(_LAWS))
        if isinstance(of, t.Call) and isinstance(of.function, t.Name)
        else None
    )
    return None if guess is None else f"did you mean `{guess}`?"


def probability(body: Body, value: p.Expr) -> p.Expr:
    """A number between 0 and 1."""
    value = fit.need(body, value, REAL, "a probability")
    number = _constant(value)
    if number is not None and not 0 <= number <= 1:
        body.problems.error(
            "not-a-probability", f"a probability lies between 0 and 1, and this is {number}", value.span
        )
    return value


def _constant(value: p.Expr) -> float | None:
    match value:
        case p.IntLiteral(number):
            return number
        case p.RealLiteral(exact):
            return float(exact)
        case p.Negative(inner):
            positive = _constant(inner)
            return None if positive is None else -positive
        case p.Arithmetic("/", left, right):
            above, below = _constant(left), _constant(right)
            return None if above is None or not below else above / below
        case _:
            return None
