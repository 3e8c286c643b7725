"""Symbolic sizes as Python expressions over exact numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Monomial, Size, Sym

Resolve = Callable[[str], str]
"""Name of a symbol or family -> Python expression for it."""


def source(size: Size, resolve: Resolve) -> str:
    """A Python expression, in brackets where it is not an atom, for the value of `size`."""
    common = math.lcm(*(value.denominator for value in size.terms.values())) if size.terms else 1
    parts = [_term(monomial, int(value * common), resolve) for monomial, value in size.terms.items()]
    total = " + ".join(parts) if parts else "0"
    if common != 1:
        return f"ratio({total}, {common})"
    return total if total.isidentifier() or total.isdigit() else f"({total})"


def _term(monomial: Monomial, value: int, resolve: Resolve) -> str:
    above = [_power(atom, exponent, resolve) for atom, exponent in monomial if exponent > 0]
    below = [_power(atom, -exponent, resolve) for atom, exponent in monomial if exponent < 0]
    if value != 1 or not above:
        above.insert(0, str(value) if value >= 0 else f"({value})")
    product = "*".join(above)
    return f"ratio({product}, {'*'.join(below)})" if below else product


def _power(atom: Atom, exponent: int, resolve: Resolve) -> str:
    base = _atom(atom, resolve)
    return base if exponent == 1 else f"{base}**{exponent}"


def _atom(atom: Atom, resolve: Resolve) -> str:
    match atom:
        case Sym(name):
            return resolve(name)
        case Indexed(name, indices):
            return f"{resolve(name)}({', '.join(source(i, resolve) for i in indices)})"
        case Apply(function, args):
            return _applied(function, [source(a, resolve) for a in args], resolve)
        case Big(operator, index, low, high, body):
            inner = f"b_{index}"
            text = source(body, lambda name: inner if name == index else resolve(name))
            bounds = f"range({source(low, resolve)}, {source(high, resolve)} + 1)"
            return FOLDS[operator].format(f"{text} for {inner} in {bounds}")
        case Given(condition):
            return f"int({source(condition, resolve)} >= 0)"


FOLDS = {
    "sum": "sum({})",
    "prod": "prod({})",
    "max": "max(({}), default=0)",
    "min": "min(({}), default=0)",
}


def _applied(function: str, args: list[str], resolve: Resolve) -> str:
    if function == "mod":
        return f"({args[0]} % {args[1]})"
    known = {
        "pow": "power",
        "floor": "floor",
        "ceil": "ceil",
        "min": "min",
        "max": "max",
        "log": "log",
        "abs": "abs",
    }
    name = known.get(function) or resolve(function)
    return f"{name}({', '.join(args)})"
