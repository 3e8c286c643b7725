"""Sizes sent to infinity along many ways: does a ratio diverge?

Knows nothing of the engine under test: formulas are text, numbers are kept as their logarithms with 150 digits, and a ratio
diverges if its logarithm goes up by more than a bit each time t is squared.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from typing import Any

import mpmath as mp

TIMES = (
    ["10^8", "10^16", "10^32", "10^64"],
    ["40", "80", "160"],
)  # the second where powers of powers get too large
STEP = 0.1
LIMIT = 290  # beyond it the exponent of a power has more digits than are kept
DIGITS = 150
CONSTANTS = {"c": "3", "p": "7/10"}
FUNCTIONS = ("log", "min", "max", "floor", "ceil")

FORMS = ["t", "t^2", "2^t", "t^3", "t*log(t)", "4^t", "2^(t^2)", "t^(3/2)", "t*log(t)^2", "t^4"]


class Huge:
    """A positive number, however large, as its logarithm."""

    def __init__(self, log: Any) -> None:
        self.log = log

    def __mul__(self, other: Any) -> Huge:
        return Huge(self.log + huge(other).log)

    def __truediv__(self, other: Any) -> Huge:
        return Huge(self.log - huge(other).log)

    def __add__(self, other: Any) -> Huge:
        low, high = sorted((self.log, huge(other).log))
        return Huge(high + (mp.log1p(mp.exp(low - high)) if high - low < 600 else 0))

    def __sub__(self, other: Any) -> Huge:
        low = huge(other).log
        return Huge(self.log + (mp.log1p(-mp.exp(low - self.log)) if self.log - low < 600 else 0))

    def __xor__(self, other: Any) -> Huge:
        if huge(other).log > LIMIT:
            raise OverflowError
        return Huge(self.log * mp.exp(huge(other).log))

    def __lt__(self, other: Any) -> bool:
        return bool(self.log < huge(other).log)

    def __le__(self, other: Any) -> bool:
        return bool(self.log <= huge(other).log + mp.mpf(10) ** -50 * (1 + abs(self.log)))

    def __ge__(self, other: Any) -> bool:
        return huge(other) <= self

    def rounded(self, up: bool) -> Huge:
        if self.log > 400:
            return self
        return Huge(mp.log((mp.ceil if up else mp.floor)(mp.exp(self.log))))


def huge(number: Any) -> Huge:
    return number if isinstance(number, Huge) else Huge(mp.log(mp.mpf(number)))


def value(text: str, at: Mapping[str, Any]) -> Huge:
    """The value of a formula; `^` binds as it does on paper."""
    return Reader(text, at).all()


class Reader:
    """A calculator over huge numbers."""

    def __init__(self, text: str, at: Mapping[str, Any]) -> None:
        self.rest = text.replace(" ", "")
        self.at = at

    def all(self) -> Huge:
        found = self.sum()
        assert not self.rest, self.rest
        return found

    def take(self, signs: str) -> str:
        if self.rest and self.rest[0] in signs:
            sign, self.rest = self.rest[0], self.rest[1:]
            return sign
        return ""

    def sum(self) -> Huge:
        found = self.product()
        while sign := self.take("+-"):
            found = found + self.product() if sign == "+" else found - self.product()
        return found

    def product(self) -> Huge:
        found = self.power()
        while sign := self.take("*/"):
            found = found * self.power() if sign == "*" else found / self.power()
        return found

    def power(self) -> Huge:
        base = self.atom()
        return base ^ self.power() if self.take("^") else base

    def atom(self) -> Huge:
        if self.take("("):
            found = self.sum()
            assert self.take(")")
            return found
        word = "".join(itertools.takewhile(lambda letter: letter.isalnum() or letter == "_", self.rest))
        self.rest = self.rest[len(word) :]
        if word not in FUNCTIONS:
            return huge(word) if word.isdigit() else huge(self.at[word])
        self.take("(")
        args = [self.sum()]
        while self.take(","):
            args.append(self.sum())
        assert self.take(")")
        return applied(word, args)


def applied(function: str, args: list[Huge]) -> Huge:
    match function:
        case "log":
            return Huge(mp.log(args[0].log))
        case "min" | "max":
            return Huge((min if function == "min" else max)(arg.log for arg in args))
        case _:
            return args[0].rounded(function == "ceil")


def assignments(names: list[str], hypotheses: list[str], tries: int, seed: int) -> Iterator[dict[str, str]]:
    """Forms in t for each name; names that an equation `n = k*l` gives are left to it."""
    free = [n for n in names if not any(h.split(" = ")[0] == n for h in hypotheses if " = " in h)]
    few = FORMS[: {1: 10, 2: 8, 3: 5, 4: 4}.get(len(free), 3)]
    every = list(itertools.product(few, repeat=len(free)))
    rng = random.Random(seed)
    if len(every) > tries:
        every = rng.sample(every, tries)
    for forms in every:
        yield dict(zip(free, forms, strict=True))


def along(forms: Mapping[str, str], hypotheses: list[str], t: Huge) -> dict[str, Huge] | None:
    """The values at t, constants among them, if they satisfy the hypotheses."""
    constants = {name: value(text, {}) for name, text in CONSTANTS.items()}
    at = {name: value(form, {"t": t}) for name, form in forms.items()}
    left = [h for h in hypotheses if " = " in h]
    while left:
        ready = [h for h in left if names_in(h.split(" = ")[1]) <= {*at, *CONSTANTS}]
        if not ready:
            raise ValueError(f"cannot solve {left}")
        for h in ready:
            name, formula = h.split(" = ")
            at[name] = value(formula, constants | at)
            left.remove(h)
    for h in hypotheses:
        for sign in ("<=", ">="):
            if f" {sign} " in h:
                one, two = (value(side, constants | at) for side in h.split(f" {sign} "))
                if not (one <= two if sign == "<=" else one >= two):
                    return None
    return constants | at


def names_in(text: str) -> set[str]:
    word, found = "", set()
    for letter in text + " ":
        if letter.isalnum() or letter == "_":
            word += letter
        else:
            if word and not word[0].isdigit() and word not in (*FUNCTIONS, "t"):
                found.add(word)
            word = ""
    return found


def diverges(over: str, under: str, hypotheses: list[str], forms: Mapping[str, str]) -> bool:
    """Whether over/under tends to infinity along the forms, as far as the sample shows."""
    for times in TIMES:
        try:
            with mp.workdps(DIGITS):
                return _climbs(over, under, hypotheses, forms, times)
        except OverflowError:
            continue
    return False


def _climbs(over: str, under: str, hypotheses: list[str], forms: Mapping[str, str], times: list[str]) -> bool:
    names = names_in(over + "," + under) - set(CONSTANTS)
    logs: list[Any] = []
    for time in times:
        at = along(forms, hypotheses, value(time, {}))
        if at is None or any(at[name].log <= 0 for name in names):
            return False
        logs.append(value(over, at).log - value(under, at).log)
        if len(logs) > 1 and not logs[-1] - logs[-2] > STEP:
            return False
    return True


def diverging(
    over: str, under: str, hypotheses: list[str], tries: int = 128, seed: int = 5
) -> dict[str, str] | None:
    """Some forms along which over/under tends to infinity."""
    names = sorted(names_in(" ".join([over, under, *hypotheses])) - set(CONSTANTS))
    for forms in assignments(names, hypotheses, tries, seed):
        if diverges(over, under, hypotheses, forms):
            return forms
    return None
