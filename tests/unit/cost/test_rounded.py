"""Roundings: of logarithms and roots at the integers, and summed over an index."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size, apply, ceil, const, floor, given, sym

I, N, C, X = (sym(name) for name in "incx")  # noqa: E741


def log(size: Size, base: int) -> Size:
    return apply("log", size) / apply("log", const(base))


@pytest.mark.parametrize("base", [2, 3, 10])
def test_logarithms_at_powers(base: int) -> None:
    for k in range(1, 120):
        for n in (base**k - 1, base**k, base**k + 1):
            below = k - 1 if n < base**k else k
            above = k if n <= base**k else k + 1
            if n > 2:
                assert floor(log(N, base)).value({"n": n}) == below
                assert ceil(log(N, base)).value({"n": n}) == above


def test_roots_at_squares() -> None:
    root = floor(apply("pow", N, const(Fraction(1, 2))))
    for k in [*range(1, 50), 10**9, 10**40]:
        assert root.value({"n": k * k}) == k
        assert root.value({"n": k * k - 1}) == k - 1


def test_numbers_are_put_in() -> None:
    assert floor(log(N, 2)).replace({"n": const(8)}) == 3
    assert floor(log(N, 2)).replace({"n": apply("pow", const(2), X)}) == X


def test_one_form_for_roundings() -> None:
    for q, a, b in product((2, 3, 5), (-3, 1, 2), (-4, 0, 1, 3)):
        exact = (X * a + b) / q
        for x in range(-7, 8):
            assert floor(exact).value({"x": x}) == (a * x + b) // q
            assert ceil(exact).value({"x": x}) == -((-a * x - b) // q)
    assert floor((X + 1) / 2) == ceil(X / 2)
    assert floor((X + 2) / 3) == ceil(X / 3)


BODIES = {
    "quotients": floor(I / 3),
    "shifted quotients": floor((I + C) / 4),
    "falling quotients": floor((N - I) / 3),
    "ceilings": ceil((I - C) / 2),
    "logarithms": floor(log(I, 2)),
    "ceilings of logarithms": ceil(log(I, 3)),
    "a remainder": apply("mod", I + C, const(3)),
    "one residue": given(-apply("mod", I, const(3))),
    "another residue": given(apply("mod", C - I, const(4)) - 2) * given(2 - apply("mod", C - I, const(4))),
    "half of all": given(apply("mod", I + C, const(2)) - 1),
}


@pytest.mark.parametrize("name", BODIES)
def test_sums(name: str) -> None:
    body = BODIES[name]
    found = total("i", const(1), N, body, Known())
    assert "sum" not in str(found)
    for n, c in product(range(-2, 20), range(-3, 4)):
        at = {"n": n, "c": c}
        assert found.value(at) == sum(body.value({**at, "i": i}) for i in range(1, n + 1)), at


def test_quotients_by_a_size() -> None:
    body = floor((N - I) / X)
    found = total("i", const(0), N, body, Known((X - 1,)))
    assert "sum" not in str(found)
    for n, x in product(range(-2, 15), range(1, 5)):
        at = {"n": n, "x": x}
        assert found.value(at) == sum((n - i) // x for i in range(n + 1)), at
