"""Abstract values: parts and back, choices, tokens."""

from __future__ import annotations

import pytest

from aalpl.check.lengths import (
    Fields,
    Perhaps,
    Plain,
    Row,
    Truth,
    Value,
    Whole,
    Words,
    at_path,
    joined,
    meant,
    parts,
    probe,
    rebuilt,
    replaced,
    tokens,
)
from aalpl.program.size import Size, indexed, lift, sym

n, k, w = map(sym, "nkw")


def _ragged(length: Size) -> Row:
    return Row(length, lambda i: Words(indexed("e", i)))


VALUES: dict[str, Value] = {
    "a text": Words(n),
    "texts": Row(k, lambda i: Words(n)),
    "ragged texts": _ragged(k),
    "lists of lists": Row(n, lambda i: Row(i + 1, lambda j: Words(i * k + j))),
    "a record": Fields({"a": Words(n), "b": Perhaps(Whole(k)), "c": Plain()}),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_is_its_form_and_its_parts(name: str) -> None:
    value = VALUES[name]
    assert parts(rebuilt(value, parts(value))) == parts(value)
    doubled = {path: 2 * size for path, size in parts(value).items()}
    assert parts(rebuilt(value, doubled)) == doubled


def test_a_choice_is_either_value() -> None:
    both = joined(Row(n, lambda i: Words(i)), Row(k, lambda i: Words(lift(3))), lambda: w)
    assert isinstance(both, Row)
    assert both.element is not None
    assert both.length.replace({"w": lift(1)}) == n
    assert both.length.replace({"w": lift(0)}) == k
    (picked,) = parts(both.element(sym("i"))).values()
    assert picked.replace({"w": lift(1)}) == sym("i")
    assert picked.replace({"w": lift(0)}) == 3
    assert joined(Words(n), Words(n), lambda: w) == Words(n)
    assert isinstance(joined(Words(n), Perhaps(None), lambda: w), Perhaps)


def test_tokens_are_the_sum_of_the_parts() -> None:
    assert tokens(Words(n)) == n
    assert tokens(Row(k, lambda i: Words(n))) == k * n
    assert tokens(Whole(n)) == tokens(Truth()) == tokens(Plain()) == 1
    ragged = tokens(_ragged(k))
    assert ragged is not None
    assert ragged.value({"k": 3, "e": lambda i: 10 + i}) == 33
    record = tokens(Fields({"a": Words(n), "b": Truth()}))
    assert record == n + 1
    nested = tokens(Row(n, lambda i: Row(i + 1, lambda j: Words(lift(2)))))
    assert nested is not None
    assert nested.value({"n": 3}) == 2 * (1 + 2 + 3)


def test_paths_lead_to_lengths() -> None:
    record = Fields({"xs": Row(k, lambda i: Words(n + i)), "m": Perhaps(Words(n))})
    assert at_path(record, ("xs", "len")) == k
    assert at_path(record, ("xs", "element", "len")) == n + probe(0)
    assert at_path(record, ("m", "value", "len")) == n
    assert at_path(record, ("nothing", "len")) is None


def test_substitution_reaches_elements() -> None:
    moved = replaced(_ragged(n), {"n": k})
    assert parts(moved)[("len",)] == k


def test_a_bool_that_a_round_changes_says_nothing_after_it() -> None:
    yes = Truth(((">", k, lift(0)),), (("<=", k, lift(0)),), settled=True)
    assert meant(yes) != meant(Truth())
    assert meant(rebuilt(yes, {})) == meant(Truth())
    assert meant(Perhaps(None)) != meant(Perhaps(Truth()))
    assert meant(Row(n, lambda i: yes)) != meant(Row(n, lambda i: Truth()))
    either = joined(Row(n, lambda i: yes), Row(n, lambda i: Truth()), lambda: w)
    assert meant(either) == meant(Row(n, lambda i: Truth()))
