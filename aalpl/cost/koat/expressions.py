"""Reads what rules are made of: polynomials, laws, conditions."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import attrs

from aalpl.cost.koat.nodes import Drawn
from aalpl.cost.koat.tokens import Token, wrong
from aalpl.program.size import ONE, Size, const, sym
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

DEPTH = 40
POWER = 12
TERMS = 400
WAYS = 64
COMPARISONS = ("<", "<=", ">", ">=", "=", "==", "!=")
LAWS = ("UNIFORM", "BERNOULLI", "BINOMIAL", "GEOMETRIC", "HYPERGEOMETRIC")


@attrs.define
class Reader:
    """Tokens and how far they have been read; draws met on the way."""

    tokens: list[Token]
    at: int = 0
    depth: int = 0
    drawn: list[Drawn] = attrs.field(factory=list)
    draws: int = 0
    laws_allowed: bool = False

    # -- tokens ------------------------------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.at]

    def ahead(self, steps: int = 1) -> str:
        """The text of a token further on."""
        return self.tokens[min(self.at + steps, len(self.tokens) - 1)].text

    def take(self) -> Token:
        """The next token, gone past."""
        token = self.tokens[self.at]
        if token.kind != "end":
            self.at += 1
        return token

    def sees(self, *texts: str) -> bool:
        """Whether one of these comes next."""
        return self.now.kind != "end" and self.now.text in texts

    def expect(self, text: str, where: str) -> Token:
        """The next token, which must be this one."""
        if not self.sees(text):
            raise self.unexpected(f"write `{text}` {where}")
        return self.take()

    def name(self, what: str) -> Token:
        """The next token, which must be a name."""
        if self.now.kind != "name":
            raise self.unexpected(f"write {what}")
        return self.take()

    def unexpected(self, hint: str) -> Exception:
        """The mistake that the next token is."""
        title = "the text ends too early" if self.now.kind == "end" else f"unexpected `{self.now.text}`"
        return wrong(title, self.now.span, hint)

    # -- polynomials -------------------------------------------------------------------------------------------------

    def polynomial(self) -> Size:
        """A sum of products."""
        self.depth += 1
        if self.depth > DEPTH:
            raise wrong("brackets are nested too deeply", self.now.span, "write it with fewer brackets")
        negative = self.sees("-") and bool(self.take())
        total = self._product()
        total = -total if negative else total
        while self.sees("+", "-"):
            sign = self.take().text
            term = self._product()
            total = total + term if sign == "+" else total - term
        self.depth -= 1
        return total

    def _product(self) -> Size:
        result = self._power()
        while self.sees("*", "/"):
            sign = self.take()
            factor = self._power()
            if sign.text == "*":
                result = result * factor
            elif len(factor.whole) == 1:
                result = result / factor
            else:
                raise wrong("cannot divide by this", sign.span, "divide by a number or a name")
            if len(result.whole) > TERMS:
                raise wrong("a polynomial of too many terms", self.now.span, "write it shorter")
        return result

    def _power(self) -> Size:
        base = self._factor()
        if not self.sees("^"):
            return base
        sign = self.take()
        negative = self.sees("-") and bool(self.take())
        if self.now.kind != "number" or "." in self.now.text or int(self.now.text[:4]) > POWER:
            raise wrong("cannot read this power", sign.span, f"write a whole number up to {POWER} after `^`")
        exponent = int(self.take().text)
        if negative and len(base.whole) != 1:
            raise wrong("cannot divide by a sum", sign.span, "write a power that is not negative")
        return ONE / base**exponent if negative else base**exponent

    def _factor(self) -> Size:
        token = self.now
        if token.kind == "number":
            if len(token.text) > 200:
                raise wrong("a number of too many digits", token.span, "write a smaller number")
            return const(Fraction(self.take().text))
        if token.kind == "name":
            if token.text in LAWS and self.ahead() == "(":
                return self._law()
            return sym(self.take().text)
        if token.text == "-":
            self.take()
            return -self._factor_within()
        if token.text == "(":
            self.take()
            inside = self.polynomial()
            self.expect(")", "to close the bracket")
            return inside
        raise self.unexpected("write a number, a name or a bracket")

    def _factor_within(self) -> Size:
        self.depth += 1
        if self.depth > DEPTH:
            raise wrong("signs are nested too deeply", self.now.span, "write one sign")
        found = self._power()
        self.depth -= 1
        return found

    # -- laws --------------------------------------------------------------------------------------------------------

    def _law(self) -> Size:
        word = self.take()
        if not self.laws_allowed:
            hint = "draw in an argument of a right-hand side"
            raise wrong(f"`{word.text}` cannot stand here", word.span, hint)
        self.laws_allowed = False
        self.expect("(", "behind the law")
        args = [self.polynomial()]
        while self.sees(","):
            self.take()
            args.append(self.polynomial())
        self.expect(")", "behind the parameters of the law")
        self.laws_allowed = True
        self.draws += 1
        name = f"draw~{self.draws}"
        self.drawn.append(Drawn(name, _law(word, args)))
        return sym(name)

    # -- conditions --------------------------------------------------------------------------------------------------

    def condition(self) -> list[tuple[Size, ...]]:
        """The ways in which it may hold."""
        found = self._both()
        while self.sees("||", "\\/"):
            self.take()
            found = found + self._both()
        return found

    def _both(self) -> list[tuple[Size, ...]]:
        found = self._relation()
        while self.sees("&&", "/\\", ","):
            sign = self.take()
            found = [(*left, *right) for left, right in product(found, self._relation())]
            if len(found) > WAYS:
                raise wrong("a guard that may hold in too many ways", sign.span, "write several rules")
        return found

    def _relation(self) -> list[tuple[Size, ...]]:
        if self.now.kind == "name" and self.now.text.lower() == "true":
            self.take()
            return [()]
        if self.sees("(") and self._compares():
            self.take()
            self.depth += 1
            if self.depth > DEPTH:
                raise wrong("brackets are nested too deeply", self.now.span, "write it with fewer brackets")
            found = self.condition()
            self.depth -= 1
            self.expect(")", "to close the bracket")
            return found
        left = self.polynomial()
        if not self.sees(*COMPARISONS):
            raise self.unexpected("write a comparison")
        sign = self.take().text
        right = self.polynomial()
        ways = _ways(sign, left, right)
        while self.sees(*COMPARISONS):  # 0 <= x <= n
            sign, left = self.take().text, right
            right = self.polynomial()
            ways = [(*one, *two) for one, two in product(ways, _ways(sign, left, right))]
        return ways

    def _compares(self) -> bool:
        """Whether there is a comparison inside the bracket that comes next."""
        depth = 0
        for token in self.tokens[self.at :]:
            depth += (token.text == "(") - (token.text == ")")
            if token.text in COMPARISONS:
                return True
            if depth == 0 or token.kind == "end":
                return False
        return False


def _ways(sign: str, left: Size, right: Size) -> list[tuple[Size, ...]]:
    """A comparison of integers as sizes that are >= 0; of fractions, times their denominator."""
    difference = Size((left - right).whole)
    match sign:
        case "<":
            return [(-difference - 1,)]
        case "<=":
            return [(-difference,)]
        case ">":
            return [(difference - 1,)]
        case ">=":
            return [(difference,)]
        case "!=":
            return [(difference - 1,), (-difference - 1,)]
        case _:
            return [(difference, -difference)]


def _law(word: Token, args: list[Size]) -> Law | tuple[tuple[int, Size], ...]:
    for chance in _chances(word.text, args):
        number = chance.constant()
        if number is not None and not 0 <= number <= 1:
            raise wrong(
                f"{number} is no probability", word.span, "write one from 0 to 1", "system-probability"
            )
    match word.text, args:
        case "UNIFORM", [low, high]:
            return Uniform(low, high)
        case "BERNOULLI", [p]:
            return Bernoulli(p)
        case "BINOMIAL", [n, p]:
            return Binomial(n, p)
        case "GEOMETRIC", [p]:
            return Geometric(p)
        case "HYPERGEOMETRIC", [whole, good, taken]:
            return _without_replacement(word, whole, good, taken)
        case _:
            return _count(word)


def _chances(law: str, args: list[Size]) -> Iterator[Size]:
    if law in ("BERNOULLI", "BINOMIAL", "GEOMETRIC"):
        yield args[-1]


def _count(word: Token) -> Law:
    needs = {"UNIFORM": 2, "BINOMIAL": 2, "HYPERGEOMETRIC": 3}.get(word.text, 1)
    noun = "parameter" if needs == 1 else "parameters"
    raise wrong(f"`{word.text}` has {needs} {noun}", word.span, "write as many", "system-arity")


def _without_replacement(word: Token, *sizes: Size) -> tuple[tuple[int, Size], ...]:
    """The law of how many of `taken` are among the `good` of `whole`, as values with their probabilities."""
    numbers = [size.constant() for size in sizes]
    if any(n is None or n.denominator != 1 or not 0 <= n <= 60 for n in numbers):
        hint = "write numbers up to 60"
        raise wrong("a hypergeometric law is read only of numbers", word.span, hint, "system-feature")
    whole, good, taken = (int(n or 0) for n in numbers)
    if good > whole or taken > whole:
        raise wrong("more are drawn than there are", word.span, "correct the law", "system-probability")
    ways = math.comb(whole, taken)
    return tuple(
        (k, const(Fraction(math.comb(good, k) * math.comb(whole - good, taken - k), ways)))
        for k in range(max(0, taken - whole + good), min(good, taken) + 1)
    )
