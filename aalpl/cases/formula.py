"""Reads a formula as reports and cases write it into a size: `m*(3*l^2 + l*(l-1))`, `q*T@6`, `sum(i in 1..r: m[i])`.

Beside what a program may write, the names of what a run observes are read: `T@9`, `taken@9[i]`, `len(x[i])`, `o_M`.
A parser of its own keeps user text away from anything that evaluates.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from aalpl.program import size
from aalpl.program.size import Size

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+(?:e[+-]?\d+)?|e[+-]?\d+)?)|(?P<name>[^\W\d]\w*'*(?:@[\w.:]+(?:<[\w.:]+)*)?)"
    r"|(?P<symbol>\.\.|<=|>=|!=|[-+*/^()\[\]:,<>=]))"
)
_FUNCTIONS: dict[str, Callable[..., Size]] = {
    "floor": size.floor,
    "ceil": size.ceil,
    "max": size.maximum,
    "min": size.minimum,
}
_FOLDS = ("sum", "prod", "max", "min")


class BadFormula(ValueError):
    """A text that is no formula; the message says where it stops being one."""


def formula(text: str) -> Size:
    """The size that `text` denotes."""
    reader = _Reader(text)
    found = reader.expression()
    reader.end()
    return found


class _Reader:
    """Reads from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.kind, self.token = "", ""
        self.next()

    # -- tokens --

    def next(self) -> str:
        last = self.token
        if not self.text[self.at :].strip():
            self.kind, self.token = "end", ""
            return last
        found = _TOKEN.match(self.text, self.at)
        if found is None:
            raise self.wrong()
        self.kind, self.token, self.at = found.lastgroup or "", found[found.lastgroup or 0], found.end()
        return last

    def take(self, token: str) -> bool:
        if self.token != token or self.kind == "end":
            return False
        self.next()
        return True

    def expect(self, token: str) -> None:
        if not self.take(token):
            raise self.wrong()

    def end(self) -> None:
        if self.kind != "end":
            raise self.wrong()

    def wrong(self) -> BadFormula:
        return BadFormula(f"`{self.text}` is no formula: `{self.token or 'its end'}` is not expected there")

    # -- expressions, loosest first --

    def expression(self) -> Size:
        value = self.sum()
        if not self.take("if"):
            return value
        test = self.condition()
        self.expect("else")
        other = self.expression()
        return test * value + (size.ONE - test) * other

    def condition(self) -> Size:
        """1 where all comparisons hold, else 0."""
        value = self.comparison()
        while self.take("and"):
            value = value * self.comparison()
        return value

    def comparison(self) -> Size:
        """1 or 0; over integers `a > b` is `a - b - 1 >= 0`."""
        left, operator = self.sum(), self.next()
        right = self.sum()
        match operator:
            case ">=":
                return size.given(left - right)
            case "<=":
                return size.given(right - left)
            case ">":
                return size.given(left - right - 1)
            case "<":
                return size.given(right - left - 1)
            case "=":
                return size.given(left - right) * size.given(right - left)
            case _:
                raise self.wrong()

    def sum(self) -> Size:
        value = self.product()
        while self.token in ("+", "-"):
            value = value + self.product() if self.next() == "+" else value - self.product()
        return value

    def product(self) -> Size:
        value = self.signed()
        while self.token in ("*", "/"):
            value = value * self.signed() if self.next() == "*" else value / self.signed()
        return value

    def signed(self) -> Size:
        return -self.signed() if self.take("-") else self.power()

    def power(self) -> Size:
        base = self.atom()
        return size.power(base, self.signed()) if self.take("^") else base

    def atom(self) -> Size:
        if self.kind == "number":
            return size.const(Fraction(self.next()))
        if self.take("("):
            inside = self.expression()
            self.expect(")")
            return inside
        if self.kind != "name":
            raise self.wrong()
        name = self.next()
        if self.take("["):
            return size.indexed(name, *self.arguments("]"))
        return self.applied(name) if self.take("(") else size.sym(name)

    def applied(self, name: str) -> Size:
        if name == "len":
            return self.length()
        first = self.expression()
        if name in _FOLDS and self.take("in"):
            return self.fold(name, str(first))
        args = [first, *(self.arguments(")") if self.take(",") else [])]
        if len(args) == 1:
            self.expect(")")
        return _FUNCTIONS[name](*args) if name in _FUNCTIONS else size.apply(name, *args)

    def fold(self, operator: str, index: str) -> Size:
        low = self.sum()
        self.expect("..")
        high = self.sum()
        self.expect(":")
        body = self.expression()
        self.expect(")")
        return size.big(operator, index, low, high, body)

    def length(self) -> Size:
        """`len(x)` is the symbol of that name, `len(x[i])` a member of the family `len(x)`."""
        name = self.next()
        indices = self.arguments("]") if self.take("[") else []
        self.expect(")")
        return size.indexed(f"len({name})", *indices) if indices else size.sym(f"len({name})")

    def arguments(self, closing: str) -> list[Size]:
        found = [self.expression()]
        while self.take(","):
            found.append(self.expression())
        self.expect(closing)
        return found
