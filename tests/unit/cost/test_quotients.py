"""Rounded quotients and logarithms of powers: what is written shorter has the same value wherever the facts hold."""

from __future__ import annotations

from itertools import product

import pytest

from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Size, apply, ceil, const, floor, power, sym

n, m, d, k, w = map(sym, "nmdkw")
KNOWN = Known((n - 1, m - 1, n - m, d - 1, k - 2, w - 1))

CASES: tuple[tuple[Size, Size], ...] = (
    (floor((n - 1) / m), ceil(n / m) - 1),
    (ceil((n + 1) / m), floor(n / m) + 1),
    (floor((n - m - 1) / ceil(m / 2)), ceil((n - m) / ceil(m / 2)) - 1),
    (floor((n * w + n * m) / (w + m)), n),
    (floor((n * w - 1) / w), n - 1),
    (floor(power(k, d) / k), power(k, d - 1)),
    (floor(power(const(2), d) / 2), power(const(2), d - 1)),
    (apply("log", power(k, d)) / apply("log", k), d),
    (floor(apply("log", power(const(2), d) / 2) / apply("log", const(2))), d - 1),
)


@pytest.mark.parametrize(("long", "short"), CASES, ids=str)
def test_written_shorter(long: Size, short: Size) -> None:
    assert tidy(long, KNOWN) == short
    for at in points():
        assert abs(float(long.value(at)) - float(short.value(at))) < 1e-9


UNSURE = (
    floor((n - 1) / (m - 3)),  # may be divided by less than 1
    floor(power(k, d) / power(k, w)),  # w may be more than d
    floor((n - 1) / m + const(1) / 2),
)


@pytest.mark.parametrize("size", UNSURE, ids=str)
def test_what_is_not_known_to_be_so_stays(size: Size) -> None:
    found = tidy(size, KNOWN)
    for at in points():
        if at["m"] != 3:
            assert found.value(at) == size.value(at)


def points() -> list[dict[str, int]]:
    return [
        dict(zip("nmdkw", at, strict=True))
        for at in product((1, 2, 5, 9), (1, 2, 4), (1, 3), (2, 3), (1, 4))
        if at[0] >= at[1]
    ]


def test_a_sum_of_falling_powers() -> None:
    found = total("i", const(0), d, power(k, d - sym("i")), KNOWN)
    assert "sum" not in str(found)
    for depth, width in product((1, 2, 5), (2, 3, 7)):
        assert found.value({"d": depth, "k": width}) == sum(width**i for i in range(depth + 1))
