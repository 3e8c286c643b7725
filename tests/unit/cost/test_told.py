"""Formulas as people read them: without cases that are one, and without parts that never decide where the facts hold."""

from __future__ import annotations

from aalpl.cost.engine.spare import spared
from aalpl.cost.sizes.conditioned import conditioned
from aalpl.cost.sizes.known import Known
from aalpl.program.size import given, maximum, minimum, sym

n, tries = sym("n"), sym("tries")
POSITIVE = Known((n - 1, tries - 1))


def test_a_case_that_the_other_one_continues_is_no_case() -> None:
    size = given(1 - tries) * maximum(0, 3 * n * tries + n) + given(tries - 2) * (2 * n * tries + 2 * n)
    assert conditioned(size, POSITIVE) == 2 * n * tries + 2 * n


def test_cases_that_differ_stay() -> None:
    size = given(1 - tries) * n + given(tries - 2) * (2 * n * tries)
    assert conditioned(size, POSITIVE) == size


def test_cases_stay_where_the_first_one_is_no_single_number() -> None:
    size = given(1 - tries) * (4 * n) + given(tries - 2) * (2 * n * tries + 2 * n)
    assert conditioned(size, Known((n - 1,))) == size


def test_parts_that_decide_only_where_no_fact_holds_are_left_out() -> None:
    size = minimum(3 * n, 5 * n)
    assert spared(size, "min") == size
    assert spared(size, "min", POSITIVE.facts) == 3 * n
