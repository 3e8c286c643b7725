"""Expressions over sizes, as they stand in types, hypotheses and claims, to symbolic sizes."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.check.module import Module
from aalpl.check.problems import Problems
from aalpl.program import size as s
from aalpl.program.nodes import SizeDeclaration
from aalpl.program.size import Size
from aalpl.report import Label
from aalpl.tree import nodes as t

FUNCTIONS = {"floor": 1, "ceil": 1, "abs": 1, "log": 1, "min": 2, "max": 2}

_LARGEST = 10_000  # an exponent beyond this is a mistake, and would fill the memory
_BITS = 1_000_000  # nor are numbers with more binary digits worked with


@attrs.define(eq=False)
class Sizes:
    """Reads sizes in one place of the program; `local` names what is known besides the declared sizes.

    `exact` says what `/` means: exact division, or rounding down as in every int position (semantics 5)."""

    module: Module
    problems: Problems
    local: Mapping[str, Size]
    exact: bool = False
    lenient: bool = False  # names that are not declared are passed over: they are the fault of something else
    used: set[str] = attrs.Factory(set)

    def exactly(self) -> Sizes:
        """The same place, with exact division."""
        return attrs.evolve(self, exact=True)

    def with_local(self, more: Mapping[str, Size]) -> Sizes:
        """The same place, with more names known."""
        return attrs.evolve(self, local={**self.local, **more})


def size(of: t.Expr, place: Sizes) -> Size:
    """The size an expression means; what is no size is told, and zero comes back."""
    match of:
        case t.Int(value):
            return s.const(value)
        case t.Real(value):
            return s.const(value)
        case t.Name():
            return _name(of, place)
        case t.Index(value, index):
            return _member(value, index, place)
        case t.Sum(first, rest):
            return _sum(first, rest, place)
        case t.Product(first, rest):
            return _product(first, rest, place)
        case t.Power(base, exponent):
            return _power(of, base, exponent, place)
        case t.Negative(operand):
            return -size(operand, place)
        case t.Call(function, arguments):
            return _call(of, function, arguments, place)
        case t.Fold(operator, variable, t.Range(low, high), body):
            inside = place.with_local({variable.id: s.sym(variable.id)})
            return s.big(operator, variable.id, size(low, place), size(high, place), size(body, inside))
        case t.Conditional(value, condition, otherwise):
            holds = truth(condition, place)
            return holds * size(value, place) + (s.ONE - holds) * size(otherwise, place)
        case _:
            return _refuse(of, place)


def optional(of: t.Expr | None, place: Sizes) -> Size | None:
    """The size of what may be left out."""
    return None if of is None else size(of, place)


def chance(of: t.Expr, place: Sizes) -> Size:
    """A probability: exact, and not outside of 0 and 1."""
    found = size(of, place.exactly())
    number = found.constant()
    if number is not None and not 0 <= number <= 1:
        place.problems.error(
            "not-a-probability", f"a probability lies between 0 and 1, and this is {number}", of.span
        )
    return found


def bounds(low: t.Expr, high: t.Expr, place: Sizes) -> tuple[Size, Size]:
    """The ends of a range that is not empty for sure."""
    least, most = size(low, place), size(high, place)
    gap = (most - least).constant()
    if gap is not None and gap < 0:
        place.problems.error(
            "empty-range", f"nothing lies in {least}..{most}", low.span.to(high.span), hint="swap the ends"
        )
    return least, most


def truth(of: t.Expr, place: Sizes) -> Size:
    """1 where a comparison of sizes holds, else 0."""
    match of:
        case t.And(operands):
            product = s.ONE
            for operand in operands:
                product = product * truth(operand, place)
            return product
        case t.Or(operands):
            none = s.ONE
            for operand in operands:
                none = none * (s.ONE - truth(operand, place))
            return s.ONE - none
        case t.Not(operand):
            return s.ONE - truth(operand, place)
        case t.Compare():
            product = s.ONE
            for left, operator, right in pairs(of):
                product = product * _holds(size(left, place), operator, size(right, place), of, place)
            return product
        case _:
            return _refuse(of, place, "a comparison of sizes")


def pairs(chain: t.Compare) -> list[tuple[t.Expr, str, t.Expr]]:
    """`a <= b < c` as `a <= b`, `b < c`."""
    operands = [chain.first, *(each.operand for each in chain.rest)]
    return [(operands[i], each.operator, each.operand) for i, each in enumerate(chain.rest)]


def _holds(left: Size, operator: str, right: Size, of: t.Expr, place: Sizes) -> Size:
    match operator:
        case "<=":
            return s.given(right - left)
        case ">=":
            return s.given(left - right)
        case "<":
            return s.ONE - s.given(left - right)
        case ">":
            return s.ONE - s.given(right - left)
        case "=":
            return s.given(left - right) * s.given(right - left)
        case "!=":
            return s.ONE - s.given(left - right) * s.given(right - left)
        case _:
            return _refuse(of, place, "a comparison of sizes")


def _name(name: t.Name, place: Sizes) -> Size:
    if name.id in place.local:
        return place.local[name.id]
    declared = place.module.size(name.id)
    if declared is None:
        if not place.lenient:
            place.problems.undeclared(name, "size", known(place))
        return s.sym(name.id)
    place.used.add(name.id)
    if declared.family is not None:
        place.problems.error(
            "family-without-index",
            f"`{name.id}` is a family: say which of its members",
            name.span,
            hint=f"write `{name.id}[i]`",
        )
    return s.sym(place.module.symbol(name.id))


def known(place: Sizes) -> list[str]:
    """The names within reach."""
    return [*place.local, *(name for module in place.module.reach() for name in module.sizes)]


def _member(value: t.Expr, index: t.Expr, place: Sizes) -> Size:
    if not isinstance(value, t.Name):
        return _refuse(value, place)
    declared = place.module.size(value.id)
    if declared is None:
        place.problems.undeclared(value, "size", known(place))
    else:
        place.used.add(value.id)
        _is_family(declared, value, place)
    return s.indexed(place.module.symbol(value.id), size(index, place))


def _is_family(declared: SizeDeclaration, name: t.Name, place: Sizes) -> None:
    if declared.family is None:
        place.problems.error(
            "not-a-family",
            f"`{name.id}` is one {declared.kind}, not a family of them",
            name.span,
            others=(Label(declared.span, "declared here"),),
            hint=f"declare the family with `{declared.kind} {name.id}[i in 1..r]`",
        )


def _sum(first: t.Expr, rest: tuple[t.Term, ...], place: Sizes) -> Size:
    total = size(first, place)
    for term in rest:
        operand = size(term.operand, place)
        total = total + operand if term.operator == "+" else total - operand
    return total


def _product(first: t.Expr, rest: tuple[t.Factor, ...], place: Sizes) -> Size:
    total = size(first, place)
    for factor in rest:
        operand = size(factor.operand, place)
        if factor.operator == "*":
            total = total * operand
        elif not operand:
            place.problems.error("division-by-zero", "this divides by zero", factor.operand.span)
        elif factor.operator == "mod":
            total = s.apply("mod", total, operand)
        else:
            total = total / operand if place.exact else s.floor(total / operand)
    return total


def writable(base: Size, exponent: Size) -> bool:
    """Whether a power can be written out: an exponent that is a number must be a small one."""
    number, root = exponent.constant(), base.constant()
    if number is None:
        return True
    if (
        root is not None
        and abs(number) * max(root.numerator.bit_length(), root.denominator.bit_length()) > _BITS
    ):
        return False
    return abs(number) <= _LARGEST and (len(base.terms) <= 1 or abs(number) <= 12)


def _power(of: t.Expr, base: t.Expr, exponent: t.Expr, place: Sizes) -> Size:
    root, times = size(base, place), size(exponent, place)
    number = times.constant()
    if number is not None and not writable(root, times):
        place.problems.error(
            "too-large", f"the exponent {number} is too large to be worked with", exponent.span
        )
        return s.ONE
    if number is not None and number < 0 and not root:
        place.problems.error("division-by-zero", "this divides by zero", of.span)
        return s.ONE
    return s.power(root, times)


def _call(of: t.Expr, function: t.Expr, arguments: tuple[t.Expr, ...], place: Sizes) -> Size:
    match function, arguments:
        case t.Name("len"), (t.Name(x),) if f"len({x})" in place.local:
            return place.local[f"len({x})"]
        case t.Name(name), _ if name in FUNCTIONS and (
            len(arguments) == FUNCTIONS[name] or (FUNCTIONS[name] == 2 and len(arguments) >= 2)
        ):
            inside = place.exactly() if name in ("floor", "ceil", "log") else place
            values = [size(argument, inside) for argument in arguments]
            if name == "log" and (number := values[0].constant()) is not None and number <= 0:
                place.problems.error("log-of-nothing", "only numbers above zero have a logarithm", of.span)
                return s.ONE
            return s.apply(name, *values)
        case t.Name(name), _ if name in FUNCTIONS:
            many = "1 argument" if FUNCTIONS[name] == 1 else "2 arguments or more"
            place.problems.error("argument-count", f"`{name}` takes {many}, not {len(arguments)}", of.span)
            return s.ONE
        case t.Name(name) as called, _ if name != "len" and not any(
            name in m.callables for m in place.module.reach()
        ):
            if not place.lenient:
                place.problems.undeclared(called, "function", list(FUNCTIONS))
            return s.ONE
        case t.Name(), _:
            return _refuse(of, place)
        case _:
            return _refuse(of, place, hint="write `*` between the factors of a product")


def _refuse(of: t.Expr, place: Sizes, wanted: str = "a size", hint: str | None = None) -> Size:
    place.problems.error(
        "not-a-size",
        f"{wanted} is expected here: numbers, sizes and arithmetic on them",
        of.span,
        f"this is not {wanted}",
        hint=hint,
    )
    return s.ONE
