"""Holds what is derived for a small program against all its behaviours and against metered runs.

One quantity is asked of each program, another one each time, and it is read off the same analysis by both. Worst and best are
the extremes of what all behaviours pay from a few starts, expectations are iterated; where behaviours cannot be
followed (lists, hypotheses) there are the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import attrs

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.form.nodes import Event
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Answer, Bracket, Quantity
from aalpl.cost.rules.bounded import Systems
from aalpl.program.nodes import Program
from aalpl.program.size import ONE, Size
from aalpl.report import Source
from aalpl.run import execute

from .game import INFINITE, Game, Played
from .machine import Unsupported
from .small import Small, generate

POINTS = ((-2, 1), (0, 0), (1, 3), (4, -1), (3, 7), (2, 2), (6, 6))
LARGEST = POINTS[-1]
CHARGES: dict[str, Callable[[Event], Size]] = {
    "calls": lambda event: ONE,
    "tokens in": lambda event: event.inputs,
    "tokens out": lambda event: event.outputs,
    "tokens": lambda event: event.inputs + event.outputs,
}
ASKED = ("calls", "calls", "tokens in", "calls", "tokens", "calls", "tokens in", "tokens out")
RUNS = (("worst", LARGEST), ("random", (3, 7)), ("best", (4, -1)))
MORE_RUNS = (("random", LARGEST), ("best", (3, 7)), ("worst", (1, 3)))


@attrs.frozen
class Judged:
    """What is wrong, and how good the bounds are: `bounded` where the worst case has a finite bound that is no constant,
    `awaited` where the expectation has one; `ratio` is upper/worst at the largest values."""

    constructs: frozenset[str]
    wrong: tuple[str, ...]
    bounded: bool
    awaited: bool
    ratio: float | None


def judged(seed: int) -> Judged:
    """The random program of this seed, with all engines."""
    small = generate(seed)
    return judged_program(small, program_of(small), seed)


def judged_by_structure(seed: int) -> Judged:
    """Without rules, so that what structure says is not hidden by what they say better."""
    theirs = Systems.bracket
    Systems.bracket = lambda *_: Bracket()  # type: ignore[method-assign, assignment]
    try:
        return judged(seed)
    finally:
        Systems.bracket = theirs  # type: ignore[method-assign]


def program_of(small: Small) -> Program:
    """The checked program."""
    program, diagnostics = load(Source("small.aalp", small.text))
    assert program is not None, f"{diagnostics}\n{small.text}"
    return program


def judged_program(small: Small, program: Program, seed: int, limit: int = 400) -> Judged:
    """The bounds of `f` against what it costs."""
    kind = ASKED[seed % len(ASKED)] if "x: text" in small.text else "calls"
    answer = analyse(program, "f").answer(Quantity(kind))  # type: ignore[arg-type]
    wrong, worst = list[str](), dict[tuple[int, int], Any]()
    explored = small.plain
    if explored:
        game = Game.of(lower(program), CHARGES[kind], limit, program.sizes)
        game.ending = True  # that is what lower bounds speak of
        try:
            for a, b in POINTS:
                at = _entry(program, a, b)
                played = game.played("f", at)
                wrong += against(answer, played, at)
                worst[a, b] = played.worst if played.complete else None
        except Unsupported:
            explored = False
    for at, paid in _metered(program, kind, seed, RUNS if explored else RUNS + MORE_RUNS):
        wrong += [
            f"{kind}: {size} at {at} is on the wrong side of a run that pays {paid}"
            for side, size in ((1, finite(answer.upper)), (-1, finite(answer.lower)))
            if size is not None and _worse(size, at, side, paid)
        ]
        if not explored:
            place = at["a"], at["b"]
            worst[place] = max(paid, worst.get(place, 0))
    upper, most = finite(answer.upper), worst.get(LARGEST)
    ratio = (
        float(upper.value(_entry(program, *LARGEST)) / most)
        if upper is not None and most and not wrong
        else None
    )
    said = tuple(f"seed {seed}, {kind}: {each}\n{small.text}" for each in wrong)
    return Judged(small.constructs, said, grows(answer.upper), grows(answer.expected.high), ratio)


def _entry(program: Program, a: int, b: int) -> dict[str, Any]:
    return {"a": a, "b": b, **dict.fromkeys(program.sizes, 3)}


def _metered(program: Program, kind: str, seed: int, runs: Any) -> Iterator[tuple[dict[str, Any], Any]]:
    """What runs pay that end."""
    for adversary, (a, b) in runs:
        at = _entry(program, a, b)
        run = execute(program, "f", None, at, seed=seed, adversary=adversary, patience=2000)
        paid = None if run.diagnostics else run.meter.work(kind)
        if paid is not None:
            yield at, paid


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
        ("least", finite(answer.least), played.best, 1, played.complete and played.best != INFINITE),
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


def _worse(size: Size, at: dict[str, Any], side: int, paid: Any) -> bool:
    try:
        return side * (size.value(at) - paid) < 0
    except (ValueError, ZeroDivisionError):
        return True
