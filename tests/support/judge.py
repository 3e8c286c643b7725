"""Holds what is derived for a small program against all its behaviours and against metered runs."""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Analysis, Answer, Quantity
from aalpl.program.nodes import Program
from aalpl.program.size import Size
from aalpl.report import Source
from aalpl.run import execute

from .game import Game, Played
from .machine import Unsupported
from .small import Small

POINTS = ((-2, 1), (0, 0), (1, 3), (4, -1), (6, 6))
LARGEST = POINTS[-1]


@attrs.frozen
class Judged:
    """What is wrong, and how good the bounds are: `bounded` where the worst case has a finite bound that is no constant,
    `awaited` where the expectation has one; `ratio` is upper/worst at the largest values."""

    wrong: tuple[str, ...]
    bounded: bool
    awaited: bool
    ratio: float | None


def program_of(small: Small) -> Program:
    """The checked program."""
    program, diagnostics = load(Source("small.aalp", small.text))
    assert program is not None, f"{diagnostics}\n{small.text}"
    return program


def judged(small: Small, program: Program, limit: int = 400) -> Judged:
    """The bounds of `f` against what it costs."""
    analysis = analyse(program, "f")
    answer = analysis.answer(Quantity("calls"))
    wrong = _against_runs(program, analysis)
    ratio = None
    if small.plain:
        game = Game.of(lower(program), limit=limit, sizes=program.sizes)
        for a, b in POINTS:
            at = {"a": a, "b": b, **dict.fromkeys(program.sizes, 3)}
            try:
                played = game.played("f", at)
            except Unsupported:
                break
            wrong += against(answer, played, at)
            upper = finite(answer.upper)
            if (a, b) == LARGEST and upper is not None and played.complete and played.worst:
                ratio = float(upper.value(at) / played.worst)
    return Judged(
        tuple(f"{each}\n{small.text}" for each in wrong),
        grows(answer.upper),
        grows(answer.expected.high),
        ratio,
    )


def finite(size: Size | None) -> Size | None:
    """A bound that is given in no number of rounds."""
    return None if size is None or any("@" in name for name in size.free) else size


def grows(size: Size | None) -> bool:
    """Whether it is a finite bound, and no constant."""
    return finite(size) is not None and bool(size is not None and size.free)


def against(answer: Answer, played: Played, at: dict[str, Any]) -> list[str]:
    """Worst, best and expected against all behaviours; what is cut off says only how much is paid at least."""
    most = played.expected if played.chance else played.worst
    fewest = played.expected_best if played.chance else played.best
    pairs = [
        ("upper", finite(answer.upper), played.worst, 1, True),
        ("expected high", finite(answer.expected.high), most, 1, True),
        ("lower", finite(answer.lower), played.best, -1, played.complete),
        ("expected low", finite(answer.expected.low), fewest, -1, played.complete),
        ("reached", finite(answer.reached), played.worst, -1, played.complete),
        ("least", finite(answer.least), played.best, 1, played.complete),
    ]
    wrong = []
    for name, size, paid, side, decided in pairs:
        if size is None or paid is None or not decided:
            continue
        try:
            value = size.value(at)
        except (ValueError, ZeroDivisionError) as error:
            wrong.append(f"{name} {size} at {at} has no value: {error}")
            continue
        if side * (float(value) - float(paid)) < -1e-6 * max(1.0, abs(float(paid))) and value != paid:
            wrong.append(f"{name} {size} at {at} is {value}, but {paid} is paid")
    return wrong


def _against_runs(program: Program, analysis: Analysis) -> list[str]:
    """Upper and lower bounds against the meter."""
    wrong = []
    for kind in ("calls", "tokens in"):
        answer = analysis.answer(Quantity(kind))  # type: ignore[arg-type]
        for number, (adversary, (a, b)) in enumerate(
            zip(("worst", "best", "random"), POINTS[2:], strict=True)
        ):
            at = {"a": a, "b": b, **dict.fromkeys(program.sizes, 3)}
            run = execute(program, "f", None, at, seed=number, adversary=adversary, patience=3000)
            if run.diagnostics:
                continue
            paid = run.meter.work(kind)
            for side, size in ((1, finite(answer.upper)), (-1, finite(answer.lower))):
                if size is not None and paid is not None and _worse(size, at, side, paid):
                    wrong.append(f"{kind}: {size} at {at} is on the wrong side of a run that pays {paid}")
    return wrong


def _worse(size: Size, at: dict[str, Any], side: int, paid: Any) -> bool:
    try:
        return side * (size.value(at) - paid) < 0
    except (ValueError, ZeroDivisionError):
        return True
