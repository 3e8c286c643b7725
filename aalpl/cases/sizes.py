"""Reads `n=1e6, k=2^20-1, l=n/k`: exact numbers for the sizes of a program."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction


class BadSize(ValueError):
    """A text that gives no sizes: what is the matter, and what to do about it."""

    def __init__(self, title: str, hint: str | None = None) -> None:
        super().__init__(title)
        self.title = title
        self.hint = hint


_NAME = re.compile(r"[^\W\d]\w*'*(\[\d+\])?")
_BITS = 1_000_000  # no number on a command line is longer than this

_OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def parse(text: str) -> dict[str, Fraction]:
    """The sizes that `text` gives, in order; a later one may be written in terms of earlier ones."""
    sizes: dict[str, Fraction] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not equals or not _NAME.fullmatch(name):
            raise BadSize(f"`{part}` gives no size a value", "write sizes as `--at n=1e6,k=100`")
        if name in sizes:
            raise BadSize(f"`{name}` is given twice", "give each size once")
        sizes[name] = number(value, sizes)
    return sizes


def number(text: str, known: Mapping[str, Fraction] | None = None) -> Fraction:
    """The exact value of an expression of numbers and `known` names: `2^20-1`, `1e6`, `n/2`."""
    try:
        return _value(ast.parse(text.strip().replace("^", "**"), mode="eval").body, known or {})
    except ZeroDivisionError:
        raise BadSize(f"`{text.strip()}` divides by zero") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    hint = "write a number such as `1000`, `1e6`, `2^20-1` or `1/3`"
    raise BadSize(f"`{text.strip()}` is not a number", hint)


def _value(node: ast.expr, known: Mapping[str, Fraction]) -> Fraction:
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return Fraction(str(node.value))
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, known)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_value(left, known), _value(right, known))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_value(left, known), _value(right, known))
        case _:
            raise ValueError(ast.dump(node))


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if exponent.denominator != 1 or bits * abs(exponent) > _BITS:
        raise ValueError("a power out of reach")
    return Fraction(base ** int(exponent))
