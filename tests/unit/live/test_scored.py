"""P(label) as a value: a program that sorts by how likely a yes is finds the order that answers alone do not tell."""

from __future__ import annotations

import asyncio
from fractions import Fraction

from aalpl.backends.scored import Scored
from aalpl.check import load
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.reply import Reply
from aalpl.program.types import Bool
from aalpl.report import Source
from aalpl.run.backend import Question
from aalpl.run.values import plain

RANK = """\
size k
llm fits(item: text) -> real  size m
    prompt "Is this about bicycles?\\n{item}"
def best(items: list[k] of text) -> text:
    found, top <- "", 0 - 1
    for item in items do
        score <- fits(item)
        if score > top then
            found <- item
            top <- score
    return found
"""


class Weighs:
    """Says yes to everything, and is surer of longer items."""

    def __init__(self, tells: bool = True) -> None:
        self.tells = tells
        self.asked: list[Question] = []

    def answer(self, question: Question) -> Reply:
        self.asked.append(question)
        sure = len(question.args["item"]) / 100
        return Reply("yes", chances={"yes": sure, "no": 1 - sure} if self.tells else None)


def performed(backend: Weighs) -> Performed:
    program, diagnostics = load(Source("program.aalp", RANK))
    assert program is not None, diagnostics
    items = {"items": ["a pump", "a chain with gears", "a cup of tea"]}
    return asyncio.run(perform(program, "best", items, lines={"*": Line(Scored(backend))}))


def test_a_real_is_the_chance_of_a_yes() -> None:
    backend = Weighs()
    run = performed(backend).run
    assert not run.diagnostics
    assert run.type is not None
    assert plain(run.value, run.type) == "a chain with gears"
    assert run.meter.work("tokens out") == 3
    assert {type(question.contract) for question in backend.asked} == {Bool}


def test_without_chances_the_run_ends_and_says_why() -> None:
    ended = performed(Weighs(tells=False)).ended
    assert ended is not None
    assert ended.code == "no-chances"


def test_a_score_is_an_exact_number() -> None:
    program, _ = load(
        Source("program.aalp", "llm p(x: text) -> real size m\ndef f(x: text) -> real:\n    return p(x)\n")
    )
    assert program is not None

    class Tells:
        def answer(self, question: Question) -> Reply:
            return Reply("no", chances={"yes": 0.1, "no": 0.9})

    run = asyncio.run(perform(program, "f", {"x": "a"}, lines={"*": Line(Scored(Tells()))})).run
    assert run.value == Fraction(1, 10)
