"""How formulas grow: the quotient of a formula by its class stays between two numbers far out."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from aalpl.cost.solving.asymptotics import grows
from aalpl.program.size import ONE, Size, apply, const, power, sym

S = sym("s")
T = const(Fraction(19, 20))


def log(size: Size) -> Size:
    return apply("log", size)


GROWING = {
    "MAKER, equation 14": apply("ceil", log(power(T, -1 / S) - 1) / log(const(Fraction(1, 9)))),
    "a line": 3 * S + 7,
    "a root": power(S, const(Fraction(1, 2))) + log(S),
    "a product": S * log(S) + 5 * S,
    "far out only": S * S / 1000 + 100 * S,
}


@pytest.mark.parametrize("name", GROWING)
def test_the_class_is_the_growth(name: str) -> None:
    formula = GROWING[name]
    found = grows(formula, "s")
    assert found is not None
    far = [10**k for k in (6, 9, 12)]
    quotients = [float(formula.value({"s": n})) / float(found.value({"s": n})) for n in far]
    assert max(quotients) < 3 * min(quotients)
    assert all(0 < each < math.inf for each in quotients)


BOUNDED = {
    "tends to 1": power(T, 1 / S),
    "cancels": S - S + ONE,
    "tends to 0": 1 / S,
    "no power": power(const(2), S),
    "cancels further than is followed": power(T, 1 / S) - power(T, 2 / S),
    "a loglog": log(log(S)),
}


@pytest.mark.parametrize("name", BOUNDED)
def test_what_does_not_grow_like_that_has_no_class(name: str) -> None:
    assert grows(BOUNDED[name], "s") is None
