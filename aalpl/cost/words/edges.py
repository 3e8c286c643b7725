"""Answers for other tools: sizes as sympy expressions and as JSON.

sympy is imported only here and only when asked. Symbols are built by `Symbol` with one set of assumptions, never
sympified, so that a size called `N` or `E` is a size.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from aalpl.cost.result import Answer, Quantity, Range
from aalpl.cost.sizes.terms import alone
from aalpl.cost.words.derivation import derivation, formula
from aalpl.cost.words.summary import Grown, Line, Summary
from aalpl.program.size import ZERO, Apply, Atom, Big, Given, Indexed, Size, Sym, const, raised

VERSION = 1

Json = dict[str, Any]


# -- sympy -----------------------------------------------------------------------------------------------------------


def sympy_of(size: Size) -> Any:
    """The size as a sympy expression over positive integer symbols; families become indexed symbols."""
    import sympy

    total = sympy.Integer(0)
    for monomial, value in size.terms.items():
        product = sympy.Rational(value.numerator, value.denominator)
        for atom, exponent in monomial:
            product *= _sympy(atom) ** exponent
        total += product
    return total


def _sympy(atom: Atom) -> Any:
    import sympy

    match atom:
        case Sym(name):
            return sympy.Symbol(name, integer=True, positive=True)
        case Indexed(name, indices):
            return sympy.IndexedBase(name)[tuple(map(_index, indices))]
        case Apply("pow", (base, exponent)):
            return sympy_of(base) ** sympy_of(exponent)
        case Apply(function, args):
            return _function(function)(*map(sympy_of, args))
        case Big("sum", index, low, high, body):
            return sympy.Sum(_bound(body, index), (_place(index), sympy_of(low), sympy_of(high)))
        case Big("prod", index, low, high, body):
            return sympy.Product(_bound(body, index), (_place(index), sympy_of(low), sympy_of(high)))
        case Big(operator, index, low, high, body):
            return sympy.Function(operator)(_bound(body, index), _place(index), sympy_of(low), sympy_of(high))
        case Given(condition):
            return sympy.Piecewise((1, sympy_of(condition) >= 0), (0, True))


def _index(size: Size) -> Any:
    return sympy_of(size).xreplace({s: _place(s.name) for s in sympy_of(size).free_symbols})


def _bound(body: Size, index: str) -> Any:
    import sympy

    found = sympy_of(body)
    return found.xreplace({sympy.Symbol(index, integer=True, positive=True): _place(index)})


def _place(name: str) -> Any:
    """A bound index may be 0, so it is an integer and nothing more."""
    import sympy

    return sympy.Symbol(name, integer=True)


def _function(name: str) -> Any:
    import sympy

    known = {"floor": sympy.floor, "ceil": sympy.ceiling, "max": sympy.Max, "min": sympy.Min}
    known |= {"log": sympy.log, "abs": sympy.Abs, "mod": sympy.Mod}
    return known.get(name) or sympy.Function(name)


# -- JSON ------------------------------------------------------------------------------------------------------------


def as_json(summaries: list[Summary]) -> Json:
    """What `--format json` prints; `docs/schema/cost.v1.json` says what is in it."""
    return {"version": VERSION, "functions": [_summary(summary) for summary in summaries]}


def _summary(summary: Summary) -> Json:
    names, analysis = summary.names, summary.analysis
    return {
        "function": summary.function,
        "costmodel": summary.costmodel,
        "quantities": [_quantity(q, a, summary) for _, q, a in summary.answers],
        "growth": _grown(summary.grown, summary),
        "lines": [_line(line, summary) for line in summary.lines],
        "observables": {name: _range(found) for name, found in analysis.observables.items()},
        "conditions": [{"name": c.name, "words": c.words, "hint": c.hint} for c in summary.conditions],
        "hypotheses": [
            {"kind": h.kind, "text": h.text, "line": h.span.line if h.span else None}
            for h in analysis.hypotheses
        ],
        "derivation": [
            {
                "line": s.line,
                "text": s.text,
                "formula": formula(s, summary),
                "quantity": section.title,
                "case": s.case,
            }
            for section in derivation(summary)
            for s in section.steps
        ],
        "weights": list(names.weights),
    }


def _quantity(quantity: Quantity, answer: Answer, summary: Summary) -> Json:
    return {
        "kind": quantity.kind,
        "costmodel": quantity.model,
        "span": quantity.critical,
        **_answer(answer, summary),
    }


def _answer(answer: Answer, summary: Summary) -> Json:
    return {
        "exact": sized(answer.exact, summary),
        "lower": sized(answer.lower, summary),
        "upper": sized(answer.upper, summary),
        "reached": sized(answer.reached, summary),
        "least": sized(answer.least, summary),
        "expected": {
            "low": sized(answer.expected.low, summary),
            "high": sized(answer.expected.high, summary),
        },
        "conditional": [condition.name for condition in answer.conditional],
        "unknown": [{"reason": u.reason, "line": u.span.line if u.span else None} for u in answer.unknowns],
    }


def _line(line: Line, summary: Summary) -> Json:
    answers = {
        "calls": line.calls,
        "tokens_in": line.tokens_in,
        "tokens_out": line.tokens_out,
        "cost": line.cost,
    }
    return {
        "line": line.part.line,
        "place": line.part.place,
        "primitive": line.part.primitive,
        "model": line.part.model,
        "dominating": line.dominating,
        "growth": _grown(line.grown, summary),
        **{name: _answer(answer, summary) for name, answer in answers.items()},
    }


def _grown(found: Grown | None, summary: Summary) -> Json | None:
    if found is None:
        return None
    return {
        "theta": sized(found.theta, summary),
        "upper": sized(found.worst.upper, summary),
        "lower": sized(found.best.lower, summary),
    }


def _range(found: Range) -> Json:
    return {
        "low": None if found.low is None else str(found.low),
        "high": None if found.high is None else str(found.high),
        "words": found.words,
        "indices": list(found.indices),
        "line": found.line,
    }


def sized(size: Size | None, summary: Summary) -> Json | None:
    """As text for people, and exactly: coefficients as strings `p/q`, atoms as nested objects."""
    return None if size is None else {"text": summary.names.plain(size), "terms": terms(size)}


def terms(size: Size) -> list[Json]:
    """The exact form: a sum of `coefficient * product of factor ^ exponent`."""
    return [
        {
            "coefficient": str(value),
            "factors": [{"atom": _atom(atom), "exponent": exponent} for atom, exponent in monomial],
        }
        for monomial, value in size.terms.items()
    ]


def _atom(atom: Atom) -> Json:
    match atom:
        case Sym(name):
            return {"symbol": name}
        case Indexed(name, indices):
            return {"family": name, "indices": [terms(index) for index in indices]}
        case Apply(function, args):
            return {"function": function, "args": [terms(arg) for arg in args]}
        case Big(operator, index, low, high, body):
            ends = {"low": terms(low), "high": terms(high), "body": terms(body)}
            return {"fold": operator, "index": index, **ends}
        case Given(condition):
            return {"nonnegative": terms(condition)}


def size_from(found: list[Json]) -> Size:
    """The size that `terms` wrote."""
    total = ZERO
    for term in found:
        product = const(Fraction(term["coefficient"]))
        for factor in term["factors"]:
            product = product * raised(alone(_atom_from(factor["atom"])), factor["exponent"])
        total = total + product
    return total


def _atom_from(found: Mapping[str, Any]) -> Atom:
    if "symbol" in found:
        return Sym(found["symbol"])
    if "family" in found:
        return Indexed(found["family"], tuple(map(size_from, found["indices"])))
    if "function" in found:
        return Apply(found["function"], tuple(map(size_from, found["args"])))
    if "fold" in found:
        low, high, body = (size_from(found[name]) for name in ("low", "high", "body"))
        return Big(found["fold"], found["index"], low, high, body)
    return Given(size_from(found["nonnegative"]))
