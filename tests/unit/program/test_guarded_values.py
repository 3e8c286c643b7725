"""A bracket that is 0 keeps the rest of its product from having to mean anything."""

from __future__ import annotations

import pytest

from aalpl.program.size import apply, ceil, given, maximum, sym

x, s = sym("x"), sym("s")


def test_a_division_that_is_ruled_out_is_not_done() -> None:
    guarded = given(s - 1) * ceil(x / s)
    assert guarded.value({"x": 7, "s": 2}) == 4
    assert guarded.value({"x": 7, "s": 0}) == 0


def test_a_logarithm_that_is_ruled_out_is_not_taken() -> None:
    assert (given(x - 1) * apply("log", x) + 3).value({"x": -1}) == 3


def test_a_division_by_zero_that_is_not_ruled_out_is_an_error() -> None:
    with pytest.raises(ZeroDivisionError):
        (given(x) * (x / s)).value({"x": 7, "s": 0})


def test_a_logarithm_that_nothing_is_paid_for_is_not_taken() -> None:
    assert (maximum(0, x) * apply("log", x) + 3).value({"x": -1}) == 3
