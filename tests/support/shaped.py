"""Compares what is derived for a shape with what all its behaviours pay."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

import attrs

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.program.types import Int
from aalpl.report import Source

from .game import INFINITE, Game, Paid
from .shapes import Shape


@attrs.frozen
class Compared:
    """What is wrong with the bounds, and by which factor each is off at most (None: no bound, or one in rounds)."""

    wrong: tuple[str, ...]
    worst: float | None
    best: float | None
    answer: Answer
    points: int


def program_of(text: str) -> Program:
    """The checked program."""
    program, diagnostics = load(Source("shape.aalp", text))
    assert program is not None, diagnostics
    return program


def box(program: Program, name: str, low: int, high: int) -> Iterator[dict[str, int]]:
    """All values of the int parameters within these limits and their types."""
    params = [each for each in program.functions[name].params if isinstance(each.type, Int)]
    top = high if len(params) < 3 else min(high, low + 5)
    runs = []
    for each in params:
        assert isinstance(each.type, Int)
        at_least, at_most = _end(each.type.low, low), _end(each.type.high, top)
        runs.append(range(max(low, at_least), min(top, at_most) + 1))
    for values in itertools.product(*runs):
        yield {each.name: value for each, value in zip(params, values, strict=True)}


def _end(size: Size | None, other: int) -> int:
    number = None if size is None else size.constant()
    return other if number is None else int(number)


def compared(shape: Shape, limit: int = 1500) -> Compared:
    """The bounds of a shape against all behaviours at all values in its box."""
    program = program_of(shape.text)
    answer = analyse(program, shape.name).answer(Quantity("calls"))
    game = Game.of(lower(program), limit=limit)
    wrong: list[str] = []
    above: list[float] = [1.0]
    below: list[float] = [1.0]
    upper, lower_ = finite(answer.upper), finite(answer.surely if answer.conditional else answer.lower)
    points = 0
    for at in box(program, shape.name, shape.low, shape.high):
        played = game.played(shape.name, at)
        points += 1
        if upper is not None:
            found = upper.value(at)
            if found < played.worst:
                wrong.append(f"at {at}: at most {found} of {upper}, but {played.worst} are paid")
            elif played.complete:
                above.append(factor(found, played.worst))
        if lower_ is not None and played.complete:
            found = lower_.value(at)
            if found > played.best:
                wrong.append(f"at {at}: at least {found} of {lower_}, but {played.best} are enough")
            else:
                below.append(factor(played.best, found))
    return Compared(
        tuple(wrong),
        None if upper is None else max(above),
        None if lower_ is None else max(below),
        answer,
        points,
    )


def finite(size: Size | None) -> Size | None:
    """A bound that is given in no number of rounds."""
    return None if size is None or any("@" in name for name in size.free) else size


def factor(large: Fraction | float, small: Paid) -> float:
    """By how much one is larger: 1 where they are equal; where they are small one call is added to both."""
    if large == small:
        return 1.0
    if small == INFINITE or large == math.inf:
        return math.inf
    return float(large + 1) / float(small + 1)
