"""Random programs that chance decides, and what is derived of their expectations held against value iteration.

Programs are of two ints with coins, draws, choices of an adversary, loops of all kinds, returns.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from fractions import Fraction

import attrs

from aalpl.check import load
from aalpl.cost.chance.front import Chance
from aalpl.cost.form.slices import sliced
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Expected
from aalpl.cost.sizes.known import Known
from aalpl.program.nodes import Program
from aalpl.program.size import ONE
from aalpl.report import Source

from .game import Game
from .machine import Unsupported

STARTS = ((0, 0), (1, 2), (3, 1), (-1, 2), (2, -1))
COINS = ("1/2", "1/3", "3/4", "7/8")


class Writer:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.loops = 0

    def program(self) -> str:
        body = [*self.block(2, 1), *self.loop(2, 1), *self.block(1, 1)]
        return "llm step() -> text[0] size 1\ndef f(x: int, y: int):\n" + "\n".join(body) + "\n"

    def block(self, depth: int, indent: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self.random.randint(1, 2)):
            lines += self.statement(depth, indent)
        return lines

    def statement(self, depth: int, indent: int) -> list[str]:
        pad = "  " * indent
        kinds = ["step", "step", "set", "if"] + (["loop", "coin"] if depth else [])
        match self.random.choice(kinds):
            case "step":
                return [pad + "step()"]
            case "set":
                return [pad + self.change()]
            case "coin" | "if":
                return self.branch(depth, indent)
            case _:
                return self.loop(depth - 1, indent)

    def change(self) -> str:
        name = self.random.choice("xy")
        draw = self.random.choice(["Uniform(0..2)", "Uniform(-1..1)", "Binomial(2, 1/3)", "Uniform(1..3)"])
        values = [
            f"{name} - 1",
            f"{name} - 1",
            f"{name} + 1",
            f"{name} - 2",
            "0",
            "3",
            f"{name} - {draw}",
            draw,
        ]
        return f"{name} <- {self.random.choice(values)}"

    def test(self) -> str:
        roll = self.random.random()
        if roll < 0.55:
            return f"flip({self.random.choice(COINS)})"
        if roll < 0.65:
            return "*"
        return self.random.choice(["x > 0", "y > 0", "x > y", "x + y >= 2", "x = 1"])

    def branch(self, depth: int, indent: int) -> list[str]:
        pad = "  " * indent
        lines = [f"{pad}if {self.test()} then", *self.block(max(depth - 1, 0), indent + 1)]
        if self.random.random() < 0.1:
            return [*lines, pad + "  return"]
        if self.random.random() < 0.5:
            lines += [f"{pad}else", *self.block(max(depth - 1, 0), indent + 1)]
        return lines

    def loop(self, depth: int, indent: int) -> list[str]:
        pad = "  " * indent
        inside = self.block(max(depth, 0), indent + 1)
        coin = self.random.choice(COINS)
        name = self.random.choice("xy")
        self.loops += 1
        match self.random.randint(0, 6):
            case 0:
                return [f"{pad}repeat", pad + "  step()", *inside, f"{pad}until flip({coin})"]
            case 1:
                return [f"{pad}while flip({coin}) do", pad + "  step()", *inside]
            case 2:
                low, high = self.random.choice([("1", "3"), ("1", "x"), ("y", "x"), ("0", "y")])
                return [f"{pad}for i{self.loops} in {low}..{high} do", *inside]
            case 3:
                return [
                    f"{pad}while {name} > 0 do",
                    pad + "  step()",
                    *inside,
                    f"{pad}  {name} <- {name} - 1",
                ]
            case 4:
                down = [f"{pad}  if flip({coin}) then", f"{pad}    {name} <- {name} - 1"]
                return [f"{pad}while {name} > 0 do", *inside, *down]
            case 5:
                both = [f"{pad}  if flip({coin}) then", f"{pad}    {name} <- {name} - 1", f"{pad}  else"]
                return [
                    f"{pad}while {name} > 0 and {name} < 4 do",
                    pad + "  step()",
                    *both,
                    f"{pad}    {name} <- {name} + 1",
                ]
            case _:
                more = [f"{pad}  {name} <- {name} - Uniform(0..2)"]
                return [f"{pad}while {name} > 0 do", pad + "  step()", *more]


def derived(found: Program) -> Expected:
    forms = sliced(lower(found), "f")
    form = forms["f"]
    known = Known((*form.outset, *form.domain), form.equalities)
    return Chance(forms, "f", known).paid(lambda event: ONE)


def played(found: Program) -> Iterator[tuple[dict[str, int], float, float, bool]]:
    forms = lower(found)
    for x, y in STARTS:
        start = {"x": x, "y": y}
        try:
            game = Game.of(forms, limit=400).played("f", start)
        except Unsupported:
            continue
        if game.expected is None or game.expected_best is None:
            yield start, float(game.worst), float(game.best), game.complete
        else:
            yield start, game.expected, game.expected_best, game.complete


@attrs.frozen
class Held:
    """What is wrong with what was derived, whether it is finite from above, and upper/exact where that was known."""

    wrong: tuple[str, ...]
    finite: bool
    ratios: tuple[float, ...]


def held(seed: int) -> Held:
    """The random program of this seed against its states."""
    text = Writer(seed).program()
    found, problems = load(Source("f.aalp", text))
    assert found is not None, (text, problems)
    expected = derived(found)
    wrong, ratios = list[str](), list[float]()
    for start, most, least, complete in played(found):
        told = f"{text}\n{start}: {least}..{most}, derived {expected.low} .. {expected.high}"
        if expected.high is not None:
            high = float(Fraction(expected.high.value(start)))
            wrong += [told] if high < most - 1e-6 * max(1.0, most) else []
            if complete and 0 < most < math.inf:
                ratios.append(high / most)
        if complete and expected.reached is not None and math.isfinite(most):
            value = float(expected.reached.value(start))
            wrong += [f"reached {value}: {told}"] if value > most + 1e-6 * max(1.0, most) else []
        if complete and expected.low is not None:
            value = float(expected.low.value(start))
            wrong += [told] if value > least + 1e-6 * max(1.0, least) else []
    return Held(tuple(wrong), expected.high is not None, tuple(ratios))
