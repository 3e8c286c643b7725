"""What a function pays by its transition system: against all its behaviours, for several costs, asked once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from support.game import Game

from aalpl.check import load
from aalpl.cost.form.nodes import Event
from aalpl.cost.lower.front import lower
from aalpl.cost.rules.bounded import Systems
from aalpl.cost.rules.flatten import one_call
from aalpl.cost.rules.nodes import Charge
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size, sym
from aalpl.report import Source

HEAD = """\
llm ping(i: int) -> text[2]  size 3
llm ask() -> bool  size 1

"""

PROGRAMS = {
    "a loop": """\
def f(x: int, y: int):
    while x > 0 do
        ping(x)
        x <- x - 1
    ask()
""",
    "weights by state": """\
def f(x: int, y: int):
    while x > y do
        if ask() then x <- x - 1 else y <- y + 2
        ping(x)
""",
    "called twice": """\
def inner(n: int) -> int:
    while n > 1 do
        ping(n)
        n <- n - 2
    return n

def f(x: int, y: int):
    z <- inner(x)
    w <- inner(y + z)
    if w > 0 then ping(w)
""",
    "left early": """\
def f(x: int, y: int):
    for i in 1..x do
        if i > y then
            return
        ping(i)
    ask()
""",
    "calls itself": """\
def f(x: int, y: int):
    if x > 0 then
        ping(x)
        f(x - 1, y)
        f(x - 2, y)
""",
}


def inputs(event: Event) -> Size:
    return event.inputs


def written(event: Event) -> Size:
    return event.outputs * 5


AT_MOST = """\
def f(x: int, y: int):
    while x > 0 do
        if ask() at most 2 times then
            ping(y)
            ping(y)
        x <- x - 1
"""

BESIDE = """\
def f(x: int, y: int):
    parallel for i in 1..x do
        z <- y
        while z > 0 do
            z <- z - 1
            ping(i)
"""

CHARGES: dict[str, Charge] = {"calls": one_call, "inputs": inputs, "five for a token": written}


@pytest.mark.parametrize("name", PROGRAMS)
def test_bounds_hold_for_every_behaviour(name: str) -> None:
    program, problems = load(Source("program.aalp", HEAD + PROGRAMS[name]))
    assert program is not None, problems
    forms = lower(program)
    systems = Systems(forms, Known())
    for title, charge in CHARGES.items():
        found = systems.bracket("f", charge)
        assert found.upper is not None, title
        assert found.lower is not None, title
        game = Game.of(forms, charge=charge)
        for x, y in product(range(-2, 5), repeat=2):
            at = {"x": x, "y": y}
            played = game.played("f", at)
            assert found.upper.value(at) >= played.worst, (title, at, str(found.upper))
            assert found.lower.value(at) <= played.best, (title, at, str(found.lower))
            if found.reached is not None:
                assert found.reached.value(at) <= played.worst, (title, at, str(found.reached))
            if found.least is not None:
                assert found.least.value(at) >= played.best, (title, at, str(found.least))


@pytest.mark.parametrize(
    ("text", "worst", "best"),
    [
        (AT_MOST, lambda x, y: max(0, x) + 2 * min(2, max(0, x)), lambda x, y: max(0, x)),
        (BESIDE, lambda x, y: max(0, x) * max(0, y), lambda x, y: max(0, x) * max(0, y)),
    ],
)
def test_hypotheses_are_counted_and_branches_start_alike(
    text: str, worst: Callable[[int, int], int], best: Callable[[int, int], int]
) -> None:
    program, problems = load(Source("program.aalp", HEAD + text))
    assert program is not None, problems
    found = Systems(lower(program), Known()).bracket("f", one_call)
    assert found.upper is not None
    assert found.lower is not None
    for x, y in product(range(-2, 7), repeat=2):
        at = {"x": x, "y": y}
        assert worst(x, y) <= found.upper.value(at) <= worst(x, y) + 2, (at, str(found.upper))
        assert found.lower.value(at) <= best(x, y), (at, str(found.lower))


def test_what_is_paid_in_all_stands_outside() -> None:
    program, problems = load(Source("program.aalp", HEAD + PROGRAMS["a loop"]))
    assert program is not None, problems
    systems = Systems(lower(program), Known((sym("price"),)))
    plain = systems.bracket("f", one_call)
    priced = systems.bracket("f", lambda event: sym("price") * 7)
    assert plain.upper is not None
    assert priced.upper == plain.upper * sym("price") * 7
    assert len(systems._found) == 1
