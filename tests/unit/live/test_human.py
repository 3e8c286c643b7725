"""A person who answers: one question at a time, read like a model's reply, asked again where it does not fit."""

from __future__ import annotations

import asyncio

from aalpl.backends.human import Human
from aalpl.check import load
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.report import Source
from aalpl.run.values import text_of

PROGRAM = """\
size k
llm colour(thing: text) -> one of "red" | "blue"  size m
llm remark(thing: text) -> text?  size m
def f(things: list[k] of text) -> list of one of "red" | "blue":
    note <- remark(things[0])
    return parallel for thing in things yield colour(thing)
"""


class Person:
    """Types the answers in their order, and keeps what was shown; two questions at once are an error."""

    def __init__(self, *typed: str) -> None:
        self.typed = iter(typed)
        self.shown: list[str] = []
        self.busy = False

    async def ask(self, shown: str) -> str:
        assert not self.busy
        self.busy = True
        await asyncio.sleep(0)
        self.busy = False
        self.shown.append(shown)
        return next(self.typed)


def test_a_person_answers_one_question_after_the_other() -> None:
    program, _ = load(Source("program.aalp", PROGRAM))
    assert program is not None
    person = Person("", "RED", "green", "blue\n")
    lines = {"*": Line(Human(person.ask))}
    run = asyncio.run(perform(program, "f", {"things": ["a rose", "the sea"]}, lines=lines)).run
    assert not run.diagnostics
    assert run.type is not None
    assert text_of(run.value, run.type) == "[red, blue]"
    assert person.shown == [
        '[remark]\nthing: a rose\nAnswer in plain text, or only the word "nothing". Nothing typed is nothing.',
        "[colour]\nthing: a rose\nAnswer with exactly one of: red, blue.",
        "[colour]\nthing: the sea\nAnswer with exactly one of: red, blue.",
        "That was 'green', which is not allowed: it must be exactly one of: red, blue. Answer again, correctly.",
    ]
