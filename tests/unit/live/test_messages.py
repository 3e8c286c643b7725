"""The messages of a run: prompts filled in, conversations with roles and a beginning that stays, answers asked for again."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from typing import Any

from aalpl.check import load
from aalpl.live.contract import messages
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.reply import Reply, Usage
from aalpl.report import Source
from aalpl.run.backend import Question

AGENT = """\
size n
model small size m_s
model other size m_o
llm act(seen: transcript) -> one of "look" | "done" on small
llm find(seen: transcript, what: text) -> text on small
    prompt "You are a careful clerk.{seen}Find this: {what}"
llm doubt(seen: transcript) -> text on other
def f(x: text[n]):
    conversation begins x do
        for i in 1..3 do
            a <- act()
            hear "Page " ++ x
            b <- find("the date")
            c <- doubt()
"""


class Kept:
    """Answers as told, and keeps the questions."""

    def __init__(self, reply: Callable[[Question], Any]) -> None:
        self.reply = reply
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Any:
        self.asked.append(question)
        return self.reply(question)


def performed(
    text: str, reply: Callable[[Question], Any], again: int = 2, **inputs: Any
) -> tuple[Performed, Kept]:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    backend = Kept(reply)
    return asyncio.run(perform(program, "f", inputs, None, lines={"*": Line(backend, again=again)})), backend


def test_a_conversation_has_roles_and_each_model_is_its_own_assistant() -> None:
    said = {"act": "Look.", "find": "Monday", "doubt": "really?"}
    found, backend = performed(AGENT, lambda question: said[question.primitive.name], x="the letter")
    assert not found.run.diagnostics
    assert [[*map(tuple, map(dict.values, messages(q)))] for q in backend.asked[:4]] == [
        [("user", "the letter\nAct.\nAnswer with exactly one of: look, done.")],
        [
            ("system", "You are a careful clerk."),
            ("user", "the letter"),
            ("assistant", "look"),
            ("user", "Page the letter\nFind this: the date"),
        ],
        [("user", "the letter\nlook\nPage the letter\nthe date\nMonday\nDoubt.")],
        [
            ("user", "the letter"),
            ("assistant", "look"),
            ("user", "Page the letter\nthe date"),
            ("assistant", "Monday"),
            ("user", "really?\nAct.\nAnswer with exactly one of: look, done."),
        ],
    ]


def test_what_was_said_stays_the_beginning_of_what_is_sent() -> None:
    said = {"act": "look", "find": "on a Monday", "doubt": "really?"}
    _, backend = performed(AGENT, lambda question: said[question.primitive.name], x="the letter")
    rounds = [messages(q) for q in backend.asked if q.primitive.name == "act"]
    assert [len(each) for each in rounds] == [1, 5, 9]
    for before, after in itertools.pairwise(rounds):
        assert after[: len(before) - 1] == before[:-1]
        kept = before[-1]["content"].removesuffix("Act.\nAnswer with exactly one of: look, done.")
        assert after[len(before) - 1]["content"].startswith(kept.rstrip("\n"))


def test_another_conversation_hears_a_reply_as_the_users() -> None:
    text = """\
llm pro(seen: transcript) -> text size m
def f(x: text):
    conversation begins x do
        a <- pro()
    conversation begins x do
        hear a
        b <- pro()
"""
    _, backend = performed(text, lambda question: "because", x="why")
    assert backend.asked[1].turns == (("user", "why\nbecause"),)


def test_parallel_branches_and_what_follows_know_who_said_what() -> None:
    text = """\
llm pro(seen: transcript) -> text size m
def f(x: text):
    conversation begins x do
        a <- pro()
        parallel for i in 1..2 do
            hear "go "
            b <- pro()
        c <- pro()
"""
    _, backend = performed(text, lambda question: "so", x="why ")
    assert [q.turns[1:] for q in backend.asked[1:3]] == [(("assistant", "so"), ("user", "go "))] * 2
    assert [role for role, _ in backend.asked[3].turns] == ["user", "assistant"] * 3


CHOICE = """\
llm pick(x: text) -> one of "red" | "blue"  size m
    prompt "Which colour has {x}?"
def f(x: text):
    a <- pick(x)
"""


def test_a_refused_answer_is_asked_for_again_with_the_reason() -> None:
    answers = iter(["green", "Blue."])
    found, backend = performed(CHOICE, lambda question: next(answers), x="the sky")
    assert not found.run.diagnostics
    assert found.run.meter.calls == 1
    assert messages(backend.asked[0]) == [
        {"role": "system", "content": "Answer with exactly one of: red, blue."},
        {"role": "user", "content": "Which colour has the sky?"},
    ]
    assert messages(backend.asked[1])[2:] == [
        {"role": "assistant", "content": "green"},
        {"role": "user", "content": "That was 'green', which is not allowed: it must be exactly one of: red, blue. Answer again, correctly."},
    ]  # fmt: skip


def test_what_is_refused_too_often_is_told_with_the_call_its_line_and_the_beginning_of_the_reply() -> None:
    found, backend = performed(CHOICE, lambda question: "I would say " + "x" * 1000, again=1, x="the sky")
    assert len(backend.asked) == 2
    [told] = found.run.diagnostics
    assert told.code == "answer-contract"
    assert told.title.startswith("`pick` answered 'I would say xxx")
    assert len(told.title) < 160
    assert told.label.span.line == 4


def test_a_reply_that_was_cut_off_is_no_answer() -> None:
    cut = Reply("red", Usage(tokens_out=22), finish="length")
    found, _ = performed(CHOICE, lambda question: cut, again=0, x="the sky")
    [told] = found.run.diagnostics
    assert told.title == "`pick` answered more than its cap of 22 tokens allows, and was cut off"
    assert told.hint == "the reply was: 'red'"


def test_functions_get_plain_values() -> None:
    text = """\
llm rate(xs: list of text, deep: bool, at: {n: int, note: text?}) -> int in 0..9  size m
def f(xs: list of text):
    a <- rate(xs, true, {n: 3, note: nothing})
"""
    found, backend = performed(text, lambda question: 3, xs=["a b", "c"])
    assert not found.run.diagnostics
    assert backend.asked[0].values == {"xs": ["a b", "c"], "deep": True, "at": {"n": 3, "note": None}}
