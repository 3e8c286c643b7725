"""Bounds for any number of wrong answers, as formulas: which functions they are looked for in (`rivals`)."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.cost.chance.rational import Beyond
from aalpl.cost.reliability.entry import argument, facts_of, strict
from aalpl.cost.reliability.expressions import Truth
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.rivals.bounds import Bounds, bounded
from aalpl.cost.reliability.states import Ended
from aalpl.cost.reliability.unread import without_unread
from aalpl.cost.reliability.values import Refused
from aalpl.program import nodes as p

STATEMENTS, HEADS = 15_000, 1500
"""Statements that may be run, and heads of loops that may be gone on from."""


def whichever(
    program: p.Program, of: p.Function, asked: list[p.Primitive], right: Callable[[Ended], bool]
) -> Bounds | Refused | None:
    """Bounds of a function that asks one primitive of which any number of answers may be wrong, or why there are none; None
    where it is another kind of function."""
    wrong = [each for each in asked if each.right is not None]
    if len(wrong) != 1 or wrong[0].rivals == 1 or wrong[0].family is not None:
        return None
    chance = wrong[0].right
    assert chance is not None
    facts = facts_of(program, of, {}, {})
    machine = Machine(
        without_unread(program),
        {},
        facts,
        apart=strict(program, {}),
        spread=True,
        many=True,
        left=STATEMENTS,
        trees=HEADS,
    )
    try:
        start = machine.begin(of.name, tuple(argument(param, machine) for param in of.params))
        return bounded(machine, start, chance, right)
    except Refused as refused:
        return refused
    except (Truth, Beyond, RecursionError):
        return Refused("the formula is out of proportion")
