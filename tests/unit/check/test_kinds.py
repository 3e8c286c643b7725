"""Kinds of values form a lattice of sorts: joining is what two branches of a program do to a variable."""

from __future__ import annotations

from itertools import product

import pytest

from aalpl.check.kinds import BOOL, INT, NOTHING, REAL, TEXT, UNKNOWN, fits, join, kind, spoken, written
from aalpl.program import size as s
from aalpl.program.types import Between, Callable, Choice, Exactly, Int, ListOf, Maybe, Record, Text, Type

KINDS: list[Type] = [
    INT,
    REAL,
    BOOL,
    TEXT,
    NOTHING,
    Choice(("a", "b")),
    Choice(("b", "c")),
    Maybe(TEXT),
    Maybe(INT),
    ListOf(TEXT),
    ListOf(ListOf(INT)),
    ListOf(UNKNOWN),
    Record((("x", INT), ("y", TEXT))),
    Record((("x", INT),), "point"),
    Callable((TEXT,), BOOL),
]


@pytest.mark.parametrize(("one", "other"), list(product(KINDS, KINDS)), ids=lambda kind: written(kind))
def test_both_sides_fit_what_they_are_joined_to(one: Type, other: Type) -> None:
    both = join(one, other)
    assert both == join(other, one) or {written(one), written(other)} == {
        'one of "a" | "b"',
        'one of "b" | "c"',
    }
    if both is not None:
        assert fits(one, both)
        assert fits(other, both)


@pytest.mark.parametrize("one", KINDS, ids=lambda kind: written(kind))
def test_a_kind_joins_with_itself_and_with_what_is_in_error(one: Type) -> None:
    assert join(one, one) == one
    assert join(one, UNKNOWN) == one
    assert fits(one, UNKNOWN)
    assert fits(UNKNOWN, one)
    assert spoken(one)


def test_lengths_and_ranges_are_no_part_of_a_kind() -> None:
    n = s.sym("n")
    assert kind(ListOf(Text(Exactly(n)), Between(s.ZERO, n))) == ListOf(TEXT)
    assert kind(Maybe(Int(s.ZERO, n))) == Maybe(INT)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (TEXT, INT),
        (REAL, INT),
        (Maybe(TEXT), TEXT),
        (ListOf(TEXT), TEXT),
        (Choice(("a", "c")), Choice(("a", "b"))),
    ],
)
def test_what_does_not_fit(given: Type, wanted: Type) -> None:
    assert not fits(given, wanted)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (INT, REAL),
        (TEXT, Maybe(TEXT)),
        (NOTHING, Maybe(TEXT)),
        (Choice(("a",)), TEXT),
        (Maybe(Choice(("a",))), Maybe(TEXT)),
    ],
)
def test_what_fits_though_it_is_another_kind(given: Type, wanted: Type) -> None:
    assert fits(given, wanted)
