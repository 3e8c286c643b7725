"""The linear program against a search over small factors, and by hand."""

from __future__ import annotations

import itertools
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.program.simplex import least_combination

LOW = -(10**9)


def test_by_hand() -> None:
    rows = [{"x": 1}, {"y": 1}, {"x": 1, "y": 1}]
    assert least_combination(rows, [3, 3, 4], {"x": 1, "y": 1}, LOW) == 4
    assert least_combination(rows, [1, 1, 4], {"x": 1, "y": 1}, LOW) == 2
    assert least_combination(rows, [1, 1, 4], {"x": 1, "y": -1}, LOW) is None
    assert least_combination([{"x": 2}], [1], {"x": 3}, LOW) == Fraction(3, 2)
    assert least_combination(rows, [1, 1, 1], {"z": 1}, LOW) is None


_rows = st.lists(
    st.dictionaries(st.sampled_from("xyz"), st.integers(-2, 2).filter(bool), min_size=1),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(rows=_rows, data=st.data())
def test_never_worse_than_whole_factors(rows: list[dict[str, int]], data: st.DataObject) -> None:
    weights = [data.draw(st.integers(-3, 3)) for _ in rows]
    factors = [data.draw(st.integers(0, 2)) for _ in rows]
    target = {
        key: total
        for key in "xyz"
        if (total := sum(f * row.get(key, 0) for f, row in zip(factors, rows, strict=True)))
    }
    found = least_combination(rows, weights, target, LOW)
    assert found is not None
    for others in itertools.product(range(3), repeat=len(rows)):
        reached = {
            key: sum(f * row.get(key, 0) for f, row in zip(others, rows, strict=True)) for key in "xyz"
        }
        if {key: value for key, value in reached.items() if value} == target:
            assert found <= sum(f * w for f, w in zip(others, weights, strict=True))
