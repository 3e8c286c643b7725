"""Sizes: arithmetic, substitution and functions against evaluation at numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from aalpl.program.size import (
    Size,
    apply,
    big,
    ceil,
    const,
    floor,
    indexed,
    is_whole,
    lift,
    maximum,
    minimum,
    power,
    sym,
)
from aalpl.program.size import given as bracket

n, k, i, j, p = map(sym, ["n", "k", "i", "j", "p"])
NAMES = ("n", "k", "i")


def _sizes(depth: int = 3) -> st.SearchStrategy[Size]:
    leaves = st.one_of(
        st.integers(-4, 4).map(lift),
        st.fractions(-2, 2, max_denominator=4).map(lift),
        st.sampled_from([n, k, i]),
    )
    return st.recursive(leaves, _grown, max_leaves=6)


def _grown(inner: st.SearchStrategy[Size]) -> st.SearchStrategy[Size]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda ab: ab[0] + ab[1]),
        pairs.map(lambda ab: ab[0] - ab[1]),
        pairs.map(lambda ab: ab[0] * ab[1]),
        pairs.map(lambda ab: minimum(*ab)),
        pairs.map(lambda ab: maximum(*ab)),
        inner.map(lambda a: floor(a / 2)),
        inner.map(lambda a: ceil(a / 3)),
        inner.map(lambda a: apply("abs", a)),
        inner.map(lambda a: apply("mod", a, 3)),
        inner.map(bracket),
        inner.map(lambda a: big("sum", "j", 0, k, a * j)),
        inner.map(lambda a: big("max", "i", 1, n, a + i)),
    )


_points = st.fixed_dictionaries({name: st.integers(-2, 4) for name in NAMES})


@settings(max_examples=150, deadline=None)
@given(_sizes(), _sizes(), _points)
def test_arithmetic_is_that_of_numbers(a: Size, b: Size, at: dict[str, int]) -> None:
    x, y = a.value(at), b.value(at)
    assert (a + b).value(at) == x + y
    assert (a - b).value(at) == x - y
    assert (a * b).value(at) == x * y
    assert (a**3).value(at) == x**3
    assert minimum(a, b).value(at) == min(x, y)
    assert maximum(a, b).value(at) == max(x, y)
    assert floor(a).value(at) == math.floor(x)
    assert ceil(a).value(at) == math.ceil(x)
    assert bracket(a).value(at) == (x >= 0)
    if y:
        assert (a / 2).value(at) == Fraction(x) / 2


@settings(max_examples=150, deadline=None)
@given(_sizes(), _sizes(), _sizes(), _points)
def test_substitution_is_evaluation_in_two_steps(a: Size, b: Size, c: Size, at: dict[str, int]) -> None:
    assume(is_whole(b) and is_whole(c))  # symbols stand for integers
    assert a.replace({"n": b, "i": c}).value(at) == a.value({**at, "n": b.value(at), "i": c.value(at)})


@settings(max_examples=100, deadline=None)
@given(_sizes(), _sizes())
def test_equal_normal_forms_hash_alike_and_sums_commute(a: Size, b: Size) -> None:
    assert a + b == b + a
    assert a * b == b * a
    assert (a + b) * (a - b) == a * a - b * b
    assert hash(a + b) == hash(b + a)
    assert not a - a


def test_floor_and_ceil_take_integers_out() -> None:
    assert floor(n + k * n + Fraction(7, 2)) == n + k * n + 3
    assert floor(3 * n / 2) == n + floor(n / 2)
    assert ceil(n * 2) == 2 * n
    assert str(ceil(n / k)) == "ceil(n/k)"


def test_powers_with_symbolic_exponents_meet_in_one_form() -> None:
    assert power(4, n) == power(2, n) * power(2, n)
    assert power(2, n + 3) == 8 * power(2, n)
    assert power(Fraction(1, 2), n) * power(2, n) == 1
    assert power(2, n - k) * power(2, k) == power(2, n)
    assert power(Fraction(4, 9), n) == power(Fraction(2, 3), n) ** 2
    assert power(p, 2) == p * p
    assert power(8, 3 * n + 1).value({"n": 2}) == 8**7
    assert power(1 - p, i).value({"p": Fraction(1, 4), "i": 2}) == Fraction(9, 16)


def test_bound_sums_are_equal_up_to_the_name_of_their_index() -> None:
    assert big("sum", "i", 0, n, i * k) == big("sum", "j", 0, n, j * k)
    inner = big("sum", "j", 0, i, indexed("m", i, j))
    assert big("sum", "i", 1, n, inner) == big("sum", "k", 1, n, big("sum", "i", 0, k, indexed("m", k, i)))
    assert big("sum", "i", 0, n, i) != big("sum", "i", 0, n, i + 1)
    assert big("prod", "i", 5, 3, i) == 1
    assert big("sum", "i", 5, 3, i) == 0


def test_substitution_never_captures_a_bound_index() -> None:
    outer = big("sum", "i", 0, n, big("sum", "j", 0, i, sym("a") * i + j))
    deep = big("sum", "i", 0, n, big("sum", "j", 0, i, j * k + i))
    replaced = outer.replace({"a": deep})
    at = {"n": 3, "k": 2}
    by_hand = sum(deep.value(at) * x + y for x in range(4) for y in range(x + 1))
    assert replaced.value(at) == by_hand
    bound = big("sum", "i", 0, 2, i * n).replace({"n": i})
    assert bound.value({"i": 10}) == 30


def test_families_are_functions_of_their_index() -> None:
    total = big("sum", "i", 1, 3, indexed("m", i) * 2)
    assert total.value({"m": lambda x: x * x}) == 28
    assert total.free == {"m"}
    with pytest.raises(KeyError, match="m"):
        total.value({})


def test_division_is_exact_and_cancels() -> None:
    assert n / k * k == n
    assert (2 * n + 2 * k) / (n + k) == 2
    assert (n / (k + 1)).value({"n": 3, "k": 1}) == Fraction(3, 2)
    with pytest.raises(ZeroDivisionError):
        n / const(0)
    with pytest.raises(ZeroDivisionError):
        (1 / n).value({"n": 0})


def test_a_logarithm_within_its_error_of_an_integer_is_rounded_to_it() -> None:
    height = ceil(apply("log", n) / apply("log", k))
    for base in range(2, 8):
        for level in range(1, 7):
            assert height.value({"n": base**level, "k": base}) == level
            assert height.value({"n": base**level + 1, "k": base}) == level + 1


def test_a_polynomial_can_be_read_in_one_of_its_atoms() -> None:
    parts = (n * n * k - 3 * n / 2 + 5).coefficients(next(iter(n.atoms())))
    assert parts == {2: k, 1: const(Fraction(-3, 2)), 0: const(5)}


def test_sizes_read_as_people_write_them() -> None:
    assert str(k * n**2 + 3 * n / (2 * k) - 1) == "k*n^2 - 1 + 3*n/(2*k)"
    assert str(const(0)) == "0"
    assert str(-n) == "-n"
    assert str(minimum(n, k)) == "min(k, n)"


def test_what_integers_have_in_common_with_the_number_below_is_taken_out() -> None:
    assert floor((2 * k + 1) / 4) == floor(k / 2)
    assert ceil((2 * k - 2) / 4) == ceil((k - 1) / 2)
    for value in (floor((6 * k + 5) / 9), ceil((6 * k + 4) / 9), floor((4 * k + 6 * n + 3) / 8)):
        for at in ({"k": x, "n": y} for x in range(-9, 10) for y in (0, 1, 2)):
            assert value.value(at) == value.replace({"k": lift(at["k"]), "n": lift(at["n"])}).value({})
    a = floor((floor(k / 2) * 2 + 3) / 4)
    assert a * ceil(k / 3) == ceil(k / 3) * a
    assert a.value({"k": 7}) == 2
