"""The fit of what is billed to what is counted."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from aalpl.live.fitted import Fitted, fitted


@given(
    st.lists(st.integers(0, 5000), min_size=2, max_size=8, unique=True), st.integers(0, 99), st.integers(0, 9)
)
def test_what_is_billed_by_a_line_is_fitted_by_it(payloads: list[int], overhead: int, ratio: int) -> None:
    found = fitted((payload, overhead + ratio * payload) for payload in payloads)
    assert found == Fitted(Fraction(overhead), Fraction(ratio))
    assert found.billed(100, 3) == 3 * overhead + 100 * ratio


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 99)), min_size=1, max_size=6))
def test_no_other_line_is_nearer(calls: list[tuple[int, int]]) -> None:
    found = fitted(calls)
    assert found is not None

    def off(line: Fitted) -> Fraction:
        return sum(((line.billed(payload) - billed) ** 2 for payload, billed in calls), Fraction(0))

    for more in (Fraction(-1, 7), Fraction(0), Fraction(1, 7)):
        for steeper in (Fraction(-1, 70), Fraction(0), Fraction(1, 70)):
            assert off(found) <= off(Fitted(found.overhead + more, found.ratio + steeper))


def test_calls_of_one_payload_are_all_overhead() -> None:
    assert fitted([(5, 20), (5, 22)]) == Fitted(Fraction(21), Fraction(0))
    assert fitted([]) is None
