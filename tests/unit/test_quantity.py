"""Lines of `cost` and `run` blocks."""

import pytest

from aalpl.cases.quantity import BadLine, Quantity, line, lines


def test_every_part_of_a_quantity_is_read() -> None:
    found = line("worst span tokens in by fix of dev under price <= 2*n  # why")
    assert found.quantity == Quantity("tokens in", "worst", True, "fix", "dev", "price")
    assert (found.relation, found.value) == ("<=", "2*n")
    assert found.with_value("3*n") == "worst span tokens in by fix of dev under price <= 3*n"


def test_most_parts_may_be_left_out() -> None:
    assert [row.quantity for row in lines("calls = n\n\n# no line\ncost >= 1")] == [
        Quantity("calls"),
        Quantity("cost"),
    ]


@pytest.mark.parametrize("text", ["calls", "colls = 3", "calls == 3", "span = 2", ""])
def test_other_lines_are_refused(text: str) -> None:
    with pytest.raises(BadLine):
        line(text)
