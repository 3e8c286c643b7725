"""Loops whose weights have brackets that no round changes are solved in each case: never by a power of 0, nor 1/0."""

from __future__ import annotations

import pytest
from support.game import Game
from support.running import checked

from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Quantity

HEAD = "llm step() -> text[0]  size 1\n\ndef f(a: int, b: int):\n"
STOPS = """\
    for i in -1..max(0, b) do
        step()
        if flip(1/3) then
            j, go <- 1, true
            while j <= 2*b and go do
                step()
                j <- j + 1
                if i mod 2 = 0 then go <- false
"""
LONGER = """\
    x <- 3
    while x > 0 do
        step()
        if flip(1/2) then
            if a > b then x <- x - 1
        else
            x <- x - 1
"""


@pytest.mark.parametrize("body", [STOPS, LONGER])
def test_the_expectation_is_what_the_states_pay(body: str) -> None:
    program = checked(HEAD + body)
    expected = analyse(program, "f").answer(Quantity("calls")).expected
    game = Game.of(lower(program))
    for a in range(-2, 4):
        for b in range(-2, 5):
            played = game.played("f", {"a": a, "b": b})
            wanted = played.worst if played.expected is None else played.expected
            assert expected.low is not None
            assert expected.high is not None
            assert float(expected.high.value({"a": a, "b": b})) == pytest.approx(float(wanted))
            assert float(expected.low.value({"a": a, "b": b})) == pytest.approx(float(wanted))
