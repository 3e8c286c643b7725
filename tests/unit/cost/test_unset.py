"""Bounds speak of what is given at the start, not of variables that are set later."""

from __future__ import annotations

from itertools import product

from support.game import Game
from support.running import checked

from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Quantity

TEXT = """\
llm step() -> text[0]  size 1
llm read(x: text) -> text[2]  size 2

def f(a: int, b: int):
    t <- "two words"
    for i in 0..a / 2 do
        for j in i..max(0, b) do
            step()
            for k in 1..2*j by 3 do
                t <- read(t)
"""


def test_no_bound_speaks_of_a_later_variable() -> None:
    program = checked(TEXT)
    answer = analyse(program, "f").answer(Quantity("tokens in"))
    game = Game.of(lower(program), lambda event: event.inputs)
    for a, b in product(range(-2, 7), repeat=2):
        at = {"a": a, "b": b}
        played = game.played("f", at)
        assert answer.upper is None or answer.upper.value(at) >= played.worst
        assert answer.lower is not None
        assert answer.lower.value(at) <= played.best
