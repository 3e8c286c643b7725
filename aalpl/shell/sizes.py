"""Reads `--at n=1e6, k=2^20-1, l=n/k`: exact numbers for the sizes of a program."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from aalpl.shell.failure import Failure, nearest

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
            raise Failure(
                f"`{part}` gives no size a value", "write sizes as `--at n=1e6,k=100`", code="bad-size"
            )
        if name in sizes:
            raise Failure(f"`{name}` is given twice", "give each size once", code="bad-size")
        sizes[name] = number(value, sizes)
    return sizes


def number(text: str, known: Mapping[str, Fraction] | None = None) -> Fraction:
    """The exact value of an expression of numbers and `known` names: `2^20-1`, `1e6`, `n/2`."""
    try:
        return _value(ast.parse(text.strip().replace("^", "**"), mode="eval").body, known or {})
    except ZeroDivisionError:
        raise Failure(f"`{text.strip()}` divides by zero", code="bad-size") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass
    hint = "write a number such as `1000`, `1e6`, `2^20-1` or `1/3`"
    raise Failure(f"`{text.strip()}` is not a number", hint, code="bad-size")


def require(given: Iterable[str], known: Iterable[str]) -> None:
    """Fails on a name in `given` that the program does not know, with the nearest one as the hint."""
    names = sorted(set(known))
    for name in given:
        if name.partition("[")[0] not in names:
            guess = nearest(name, names)
            hint = (
                f"did you mean `{guess}`?"
                if guess
                else f"its sizes are {', '.join(f'`{n}`' for n in names) or 'none'}"
            )
            raise Failure(f"the program has no size `{name}`", hint, code="unknown-size")


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
