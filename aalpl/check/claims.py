"""Reads claims: sides over quantities, classes and sizes. What they say is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from aalpl.check import walk
from aalpl.check.module import Signature
from aalpl.check.sizes import Sizes, pairs, size
from aalpl.check.undeclared import nearest
from aalpl.program import nodes as p
from aalpl.program import size as s
from aalpl.program.size import Size
from aalpl.program.types import Int
from aalpl.report import Label
from aalpl.tree import nodes as t

if TYPE_CHECKING:
    from aalpl.check.checker import Checker

COSTS = {"primitive": (), "calls": (), "tokens": (), "price": ("c_0", "c_in", "c_out"), "attention": ()}
"""The cost models that need no declaration and can be named in a claim, with the prices they have."""

_LONG = 50
_QUANTITIES = ("cost", "calls", "tokens")
_ATOMS = t.Quantity | t.Probability | t.Growth


def claim(checker: Checker, of: t.Claim) -> p.Claim:
    """A claim, its names looked up."""
    if not any(isinstance(node, t.Quantity | t.Probability) for node in walk.nodes((of.left, of.right))):
        _without_quantity(checker, of)
        return p.Claim(p.Plain(s.ONE, span=of.span), of.relation, p.Plain(s.ONE, span=of.span), span=of.span)
    unknown = len(checker.problems.missing)
    mentioned = list(_mentioned(checker, of))
    lenient = len(checker.problems.missing) > unknown or any(
        name in checker.problems.missing for name in _names(of)
    )
    lenient = lenient or any(signature.broken for signature in mentioned)
    local: dict[str, Size] = {}
    for signature in mentioned:
        for param in signature.params:
            if isinstance(param.type, Int):
                local[param.name] = s.sym(param.name)
    for node in walk.nodes((of.left, of.right)):
        if isinstance(node, t.Quantity) and node.under is not None:
            local |= {price: s.sym(price) for price in COSTS.get(node.under.id, ())}
    place = Sizes(checker.main, checker.problems, local, True, lenient, checker.used)
    left, right = _term(checker, of.left, place), _term(checker, of.right, place)
    return p.Claim(left, of.relation, right, span=of.span)


def _without_quantity(checker: Checker, of: t.Claim) -> None:
    """Tells that nothing is claimed of any function, and what may have been meant."""
    hint = "a relation between sizes that you suppose is written `assume …`"
    for node in walk.nodes((of.left, of.right)):
        match node:
            case t.Call(t.Name(word), (t.Name(function),)) if guess := nearest(word, _QUANTITIES):
                hint = f"did you mean `{guess}({function})`?"
                break
            case t.Name(name) if checker.own_callable(checker.main, name) is not None:
                hint = f"say what of `{name}`: `cost({name})`, `calls({name})`, `tokens in({name})`"
                break
            case _:
                pass
    checker.problems.error(
        "claim-without-quantity",
        "a claim speaks of a cost, of calls, tokens or a probability",
        of.span,
        hint=hint,
    )


def _names(of: t.Claim) -> Iterator[str]:
    return (node.id for node in walk.nodes((of.left, of.right)) if isinstance(node, t.Name))


def _mentioned(checker: Checker, of: t.Claim) -> Iterator[Signature]:
    for node in walk.nodes((of.left, of.right)):
        match node:
            case t.Quantity(function=name):
                signature = _function(checker, name)
            case t.Probability(t.Call(_, (t.Name() as name,))):
                signature = _function(checker, name)
            case t.Name(word):
                signature = checker.own_callable(checker.main, word)
            case _:
                continue
        if signature is not None:
            yield signature


def _function(checker: Checker, name: t.Name) -> Signature | None:
    signature = checker.callable(checker.main, name.id)
    if signature is None:
        checker.problems.undeclared(name, "function", checker.callable_names(checker.main))
    elif signature.kind in ("oracle", "measure"):
        checker.problems.error(
            "costs-nothing",
            f"the {signature.kind} `{name.id}` costs nothing: claims speak of functions and primitives",
            name.span,
            others=(Label(signature.node.name.span, "declared here"),),
        )
    else:
        checker.result(signature)
    return signature


def _term(checker: Checker, of: t.Expr, place: Sizes) -> p.ClaimTerm:
    if not any(isinstance(node, _ATOMS) for node in walk.nodes(of)):
        return p.Plain(size(of, place), span=of.span)
    match of:
        case t.Quantity():
            return _quantity(checker, of)
        case t.Probability(event):
            return _event(checker, of, event)
        case t.Growth(order, bound):
            if any(isinstance(node, t.Growth) for node in walk.nodes(bound)):
                checker.problems.error(
                    "class-within-class", f"`{order}` holds a plain expression", bound.span
                )
            return p.Class(order, _term(checker, bound, place), span=of.span)
        case t.Sum(first, rest):
            return _folded(checker, first, [(each.operator, each.operand) for each in rest], of, place)
        case t.Product(first, rest):
            return _folded(checker, first, [(each.operator, each.operand) for each in rest], of, place)
        case t.Power(base, exponent):
            args = (_term(checker, base, place), _term(checker, exponent, place))
            return p.Combined("^", args, span=of.span)
        case t.Negative(operand):
            zero = p.Plain(s.ZERO, span=of.span)
            return p.Combined("-", (zero, _term(checker, operand, place)), span=of.span)
        case t.Conditional(value, condition, otherwise):
            parts = (condition, value, otherwise)
            return p.Combined("if", tuple(_term(checker, each, place) for each in parts), span=of.span)
        case t.Compare():
            terms = [
                p.Combined(operator, (_term(checker, a, place), _term(checker, b, place)), span=of.span)
                for a, operator, b in pairs(of)
            ]
            return terms[0] if len(terms) == 1 else p.Combined("and", tuple(terms), span=of.span)
        case t.Call(t.Name(("log" | "min" | "max" | "floor" | "ceil" | "abs") as name), arguments):
            return p.Combined(name, tuple(_term(checker, each, place) for each in arguments), span=of.span)
        case _:
            checker.problems.error("not-in-claims", "this has no place in a claim", of.span)
            return p.Plain(s.ONE, span=of.span)


def _folded(
    checker: Checker, first: t.Expr, rest: list[tuple[str, t.Expr]], of: t.Expr, place: Sizes
) -> p.ClaimTerm:
    terms = [_term(checker, first, place), *(_term(checker, operand, place) for _, operand in rest)]
    return _balanced(["+", *(operator for operator, _ in rest)], terms, of)


def _balanced(signs: list[str], terms: list[p.ClaimTerm], of: t.Expr) -> p.ClaimTerm:
    """Long sums as a tree of little depth, everything else from the left."""
    if len(terms) > _LONG and set(signs) <= {"+", "-"}:
        middle = len(terms) // 2
        sign, rest = signs[middle], signs[middle:]
        turned = rest if sign == "+" else ["+" if each == "-" else "-" for each in rest]
        left, right = _balanced(signs[:middle], terms[:middle], of), _balanced(turned, terms[middle:], of)
        return p.Combined(sign, (left, right), span=of.span)
    total = terms[0]
    for operator, term in zip(signs[1:], terms[1:], strict=True):
        total = p.Combined(operator, (total, term), span=of.span)
    return total


def _quantity(checker: Checker, of: t.Quantity) -> p.ClaimTerm:
    signature = checker.callable(checker.main, of.function.id)
    by = _primitive(checker, of.by) if of.by is not None else None
    name = of.function.id if signature is None else signature.program_name
    if of.of is not None:
        _model(checker, of.of)
    if of.under is not None:
        _cost_model(checker, of.under)
    return p.Quantity(
        of.kind,
        name,
        of.case or "worst",
        of.critical,
        by,
        None if of.of is None else of.of.id,
        None if of.under is None else of.under.id,
        span=of.span,
    )


def _primitive(checker: Checker, name: t.Name) -> str:
    signature = checker.callable(checker.main, name.id)
    if signature is None and name.id in checker.primitives:  # it stands for what a function is handed
        return name.id
    if signature is None:
        known = [each.name for each in checker.main.callables.values() if each.kind == "llm"]
        checker.problems.undeclared(name, "function", known)
        return name.id
    if signature.kind != "llm":
        checker.problems.error(
            "not-a-primitive",
            f"`by` names a primitive, and `{name.id}` is none",
            name.span,
            others=(Label(signature.node.name.span, "declared here"),),
        )
    return signature.program_name


def _model(checker: Checker, name: t.Name) -> None:
    own = {each.model.name for each in checker.primitives.values()}
    if name.id not in checker.models and name.id not in own:
        checker.problems.undeclared(name, "model", [*checker.models, *sorted(own)])


def _cost_model(checker: Checker, name: t.Name) -> None:
    if name.id not in checker.costmodels and name.id not in COSTS:
        checker.problems.undeclared(name, "cost model", [*checker.costmodels, *COSTS])


def _event(checker: Checker, of: t.Probability, event: t.Expr) -> p.ClaimTerm:
    match event:
        case t.Call(t.Name(name), (t.Name(function),)):
            if name != "right" and checker.callable(checker.main, name) is None:
                checker.problems.error(
                    "not-an-event",
                    f"`{name}` is no event: write `P(right(f))`, or a bool oracle of the result",
                    event.span,
                )
            signature = checker.callable(checker.main, function)
            called = function if signature is None else signature.program_name
            return p.EventProbability(name, called, span=of.span)
        case _:
            checker.problems.error(
                "not-an-event",
                "an event is written `right(f)`, or a bool oracle of the result of `f`",
                event.span,
            )
            return p.Plain(s.ONE, span=of.span)
