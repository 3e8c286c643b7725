"""Backends are one method; what they answer is taken in, held against the contract, and metered."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from support.running import code, ran

from aalpl.report.diagnostic import Diagnosed
from aalpl.run.backend import Question, Scripted

TEXT = """
size n
llm ask(question: text, style: one of "short" | "long") -> text[<= 9] size m
llm choose(x: text) -> one of "a" | "b" size m
llm count(x: text) -> int in 0..9 size m
llm maybe(x: text) -> text? size m
llm parts(x: text) -> list of {name: text, ok: bool} size m
llm chat(seen: transcript) -> text[1] size m
def f(x: text) -> text:
    return ask(x ++ "?", "short")
def g(x: text) -> text:
    if choose(x) = "b" then
        return maybe(x) else "nothing"
    return "a"
def h(x: text) -> int:
    return count(x)
def p(x: text) -> int:
    found <- parts(x)
    return len(found)
def c(x: text) -> text:
    conversation begins x do
        hear "b"
        y <- chat()
        z <- chat()
    return z
"""


@attrs.define
class Listening:
    """Answers with one word and remembers what it was asked."""

    asked: list[Question] = attrs.field(factory=list)

    def answer(self, question: Question) -> Any:
        """Always the same."""
        self.asked.append(question)
        return "word"


def test_questions_are_in_words() -> None:
    listening = Listening()
    run = ran(TEXT, "f", inputs={"x": "who goes"}, backend=listening)
    (question,) = listening.asked
    assert question.primitive.name == "ask"
    assert question.args == {"question": "who goes?", "style": "short"}
    assert run.shown() == "word"
    assert (run.meter.tokens_in, run.meter.tokens_out) == (5, 1)


def test_conversations_are_handed_over() -> None:
    listening = Listening()
    run = ran(TEXT, "c", inputs={"x": "a"}, backend=listening)
    assert [q.transcript for q in listening.asked] == ["ab", "abword"]
    assert run.meter.tokens_in == 2 + 3


def test_scripts() -> None:
    run = ran(TEXT, "g", inputs={"x": "a"}, backend=Scripted({"choose": ["b"], "maybe": ["yes sir"]}))
    assert run.shown() == "yes sir"
    assert ran(TEXT, "g", inputs={"x": "a"}, backend=Scripted(["b", None])).shown() == "nothing"
    assert ran(TEXT, "p", inputs={"x": "a"}, backend=Scripted([[{"name": "x", "ok": "yes"}]])).value == 1
    assert ran(TEXT, "h", inputs={"x": "a"}, backend=Scripted([" 7 "])).value == 7


@pytest.mark.parametrize(
    ("function", "answers", "expected"),
    [
        ("f", ["a b c d e f"], "10 answer-contract"),
        ("g", ["c"], "12 answer-contract"),
        ("h", ["12"], "16 answer-contract"),
        ("h", ["twelve"], "16 answer-contract"),
        ("p", ["x"], "18 answer-contract"),
        ("p", [[{"name": "x"}]], "18 answer-contract"),
        ("f", [], "10 script-exhausted"),
    ],
)
def test_answers_that_break_the_contract(function: str, answers: list[Any], expected: str) -> None:
    run = ran(TEXT, function, inputs={"x": "a"}, backend=Scripted(answers))
    assert code(run) == expected


def test_echo() -> None:
    assert ran("llm M(x: text, y: text) -> text size m\ndef f(x: text) -> text:\n    return M(x, x ++ x)\n",
               inputs={"x": "ho"}, backend="echo").shown() == "hoho"  # fmt: skip


def test_a_third_answer_breaks_rivals() -> None:
    text = "llm v(x: text) -> text size m right with probability 1/2 rivals 1\ndef f(x: text):\n    for i in 1..3 do\n        y <- v(x)\n"
    assert ran(text, inputs={"x": "q"}, backend=Scripted(["a", "b", "a"])).diagnostics == ()
    assert code(ran(text, inputs={"x": "q"}, backend=Scripted(["a", "b", "c"]))) == "4 rivals-broken"


def test_unknown_backends_are_named() -> None:
    with pytest.raises(Diagnosed) as found:
        ran("def f(x: int):\n    skip\n", backend="gpt")
    assert found.value.diagnostics[0].code == "unknown-backend"


def test_hosts_answer_oracles_only_when_allowed() -> None:
    text = "oracle capwords(x: text) -> text\ndef f(x: text) -> text:\n    return capwords(x)\n"
    assert ran(text, inputs={"x": "of mice"}, allow_host=["string"]).shown() == "Of Mice"
    assert "‹" in ran(text, inputs={"x": "of mice"}).shown()
