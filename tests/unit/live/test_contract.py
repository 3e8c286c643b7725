"""What is asked of a model and how its reply is read: whatever a contract allows, said as models say it, comes back."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.contracts import contracts, plain, regex, spoken, valid, written

from aalpl.live.binding import Binding
from aalpl.live.contract import bounded, cap, schema, shape
from aalpl.live.contract import grammar as gbnf
from aalpl.live.contract.chances import chances
from aalpl.live.contract.reading import read
from aalpl.live.contract.schema import rooted
from aalpl.live.contract.shape import Fields, OneOf, Perhaps, Several, Truth, Whole, Words
from aalpl.live.contract.wording import sentence
from aalpl.program.nodes import Model, Primitive
from aalpl.program.size import ONE
from aalpl.program.tokens import tokens
from aalpl.program.types import Text, Type
from aalpl.report import Source, Span
from aalpl.run import texts
from aalpl.run.backend import Question
from aalpl.run.conform import conforming

NOWHERE = Span(Source("none", ""), 0, 0)


def asked(type_: Type, sizes: tuple[Any, ...] = ()) -> Question:
    return Question(
        Primitive("ask", (), type_, Model("m", ONE, span=NOWHERE), span=NOWHERE),
        "1",
        None,
        {},
        None,
        type_,
        sizes,
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_a_model_says_is_read_back(data: Any) -> None:
    type_, sizes, values = data.draw(contracts())
    value = data.draw(values)
    for said in spoken(value, type_):
        found = read(said, shape(type_, sizes))
        assert found == value, said
        assert conforming(type_)(found, sizes)[1] is None, said


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_schema_accepts_what_conforms_and_nothing_else(data: Any) -> None:
    """How long a text is cannot be said in a schema; so two contracts that differ only there are not told apart."""
    type_, sizes, values = data.draw(contracts())
    _, _, others = data.draw(contracts())
    wanted = rooted(shape(type_, sizes))
    value = plain(data.draw(values))
    assert valid(value if isinstance(shape(type_, sizes), Fields) else {"answer": value}, wanted)
    other = plain(data.draw(others))
    if valid(other if isinstance(shape(type_, sizes), Fields) else {"answer": other}, wanted):
        wrong = conforming(type_)(other, sizes)[1]
        assert wrong is None or wrong[0].endswith(" tokens"), wrong


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_grammar_spells_what_conforms_and_nothing_else(data: Any) -> None:
    type_, sizes, values = data.draw(contracts())
    found = gbnf.grammar(asked(type_, sizes))
    if found is None or re.search(
        r"a[4-9]w|a\d\dw", found
    ):  # as an expression, rules of texts double with each token
        return
    said = written(data.draw(values), type_)
    assert "letters" in found or re.fullmatch(regex(found), said), (said, found)
    said = data.draw(st.from_regex(regex(found), fullmatch=True))
    wrong = conforming(type_)(read(said, shape(type_, sizes)), sizes)[1]
    assert wrong is None or wrong[0].endswith(" tokens") or _numeral(wrong), (said, wrong)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 4), st.integers(1, 4), st.booleans(), st.data())
def test_rules_of_a_text_keep_its_length(low: int, more: int, inside: bool, data: Any) -> None:
    words = Words(low, min(4, low + more - 1) or 1)
    begins, rules = bounded.rules(words, inside)
    found = regex("\n".join([f"root ::= {begins}", *(f"{name} ::= {rule}" for name, rule in rules.items())]))
    said = data.draw(st.from_regex(found, fullmatch=True))
    assume(all(ord(letter) < 0x250 for letter in said))
    assert words.low <= len(tokens(said)) <= (words.high or 0)
    if inside:
        assert json.loads(f'"{said}"') == said


@pytest.mark.parametrize("said", ["", "Hello", "Yes!", "a b", "(é", "so, it"])
def test_rules_of_a_text_allow_what_people_write(said: str) -> None:
    begins, rules = bounded.rules(Words(0, 4), True)
    found = regex("\n".join([f"root ::= {begins}", *(f"{name} ::= {rule}" for name, rule in rules.items())]))
    assert re.fullmatch(found, said)


def _numeral(wrong: tuple[str, str]) -> bool:
    """Of wide ranges a grammar keeps the digits only."""
    return re.fullmatch(r"-?[\d,]+", wrong[0]) is not None


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_cap_leaves_room_for_every_answer(data: Any) -> None:
    type_, sizes, values = data.draw(contracts())
    room = cap(asked(type_, sizes), Binding(ratio=Fraction(1)))
    value = plain(data.draw(values))
    wanted = schema(asked(type_, sizes))
    said = (
        "nothing"
        if value is None
        else value
        if wanted is None
        else json.dumps(value if "answer" not in wanted["required"] else {"answer": value})
    )
    assert room is None or len(tokens(str(said))) <= room


@pytest.mark.parametrize(
    ("said", "form", "value"),
    [
        ("Yes, because it is late.", Truth(), True),
        ("I thought about it.\nThe answer is: **no**.", Truth(), False),
        ("That is not true.", Truth(), None),
        ("It could be yes or no", Truth(), None),
        ("This is an URGENT case", OneOf(("urgent", "normal")), "urgent"),
        ("This is not urgent", OneOf(("urgent", "normal")), None),
        ("urgent or normal", OneOf(("urgent", "normal")), None),
        ("a bug report", OneOf(("bug", "bug report")), "bug report"),
        ("1,234,567", Whole(), 1234567),
        ("1 234", Whole(), 1234),
        ("−7", Whole(), -7),
        ("1.234", Whole(), None),
        ("12 of 13", Whole(), None),
        ("9" * 5000, Whole(), None),
        ('{"a": NaN}', Fields((("a", Whole()),)), None),
        ('{"A": "12"}', Fields((("a", Whole()),)), {"a": 12}),
        ('first {"a": 1}, no: {"a": 2}', Fields((("a", Whole()),)), {"a": 2}),
        ('{"person": {"a": 1}}', Fields((("a", Whole()),)), {"a": 1}),
        ("[" * 100_000, Several((Whole(),)), None),
        ("{" * 100_000, Fields((("a", Whole()),)), None),
        ('{"answer": "none"}', Perhaps(Whole()), None),
        ("__import__('os').system('true')", Whole(), None),
        ("[x for x in (1, 2)]", Several((Whole(),)), None),
        ("```python\nprint(1)\n```", Words(), "```python\nprint(1)\n```"),
        ('"two words"', Words(3, 3), "two words"),
        ("word\n", Words(1, 1), "word"),
    ],
)  # fmt: skip
def test_a_reply_is_read_as_it_was_meant_or_not_at_all(said: str, form: Any, value: Any) -> None:
    found = read(said, form)
    assert found == (said if value is None and not isinstance(form, Perhaps) else value)


def test_what_may_be_answered_is_one_short_sentence() -> None:
    said = {
        Words(): "",
        Words(0, 12): "Answer in at most 6 words.",
        Perhaps(Words(0, 12)): 'Answer in at most 6 words, or only the word "nothing".',
        Truth(): "Answer with yes or no.",
        Whole(1, 9): "Answer with a whole number from 1 to 9.",
        OneOf(("a", "b")): "Answer with exactly one of: a, b.",
        Fields((("name", Perhaps(Words())), ("age", Whole()))): 'Answer with JSON: {"name": "text"|null, "age": <whole number>}, and nothing else.',
        Several((Whole(),), 0, 3): "Answer with a JSON list [<whole number>, …] of at most 3 elements, and nothing else.",
    }  # fmt: skip
    assert {form: sentence(form) for form in said} == said


def test_a_token_speaks_for_the_only_answer_it_begins() -> None:
    top = [("Yes", -1.0), (" yes", -1.0), ("y", -2.0), ("No", -2.0), ("maybe", -0.1)]
    found = chances(("yes", "no"), top)
    assert found is not None
    assert found["yes"] / found["no"] == pytest.approx(2 * 2.718281828 + 1)
    assert chances(("bug", "build"), [("b", -0.1)]) is None


def test_texts_are_not_told_apart_by_who_said_them() -> None:
    said = texts.written("so be it")
    assert texts.same(said, texts.as_reply(said, "m"))
    assert texts.key(said) == texts.key(texts.as_reply(said, "m"))
    assert conforming(Text())("so be it", ())[0][0] == 5
