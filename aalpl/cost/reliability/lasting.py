"""A function that is one loop, decided by a lead that grows on average: how long it may take but for a small probability.

After n rounds the lead is at least n*drift - sqrt(2n*ln(1/delta)) but for probability delta (Hoeffding 1963: steps between -1
and 1), and where it has reached the goal the loop has ended.
"""

from __future__ import annotations

import attrs

from aalpl.cost.chance.rational import Beyond
from aalpl.cost.reliability.entry import argument, facts_of, strict
from aalpl.cost.reliability.expressions import Truth
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.passing import Passing
from aalpl.cost.reliability.states import Calls, Ended, State
from aalpl.cost.reliability.values import Refused
from aalpl.program import nodes as p
from aalpl.program.size import ONE, ZERO, Size


@attrs.frozen
class Lasting:
    """Calls before the loop, calls of each round, what the lead gains a round on average, and where it ends."""

    before: Size
    each: Size
    drift: Size
    goal: Size


def lasting(program: p.Program, function: str) -> Lasting | None:
    """What decides how long a function takes, where it is one loop with a lead; answers of no questions are assumed."""
    of = program.functions[function]
    machine = Machine(program, {}, facts_of(program, of, {}, {}), {}, False, strict(program, {}))
    passing = Passing(machine, lambda end: Ended(end.value))
    try:
        start = machine.begin(of.name, tuple(argument(param, machine) for param in of.params))
        return _lasting(passing, start)
    except (Refused, Truth, Beyond, RecursionError):
        return None


def _lasting(passing: Passing, start: State) -> Lasting | None:
    before, heads = ZERO, []
    for target, guards, weight in passing.onwards(start):
        if guards or isinstance(target, Ended):
            return None
        if isinstance(target, Calls):
            before = before + weight
        else:
            heads.append((target, weight))
    if len(heads) != 1 or heads[0][1] != ONE:
        return None
    outs = passing.absorb(heads[0][0], passing.machine.facts)
    if any(isinstance(out, State) for out in outs) or len(passing.walks) != 1 or len(passing.memo) != 1:
        return None
    (walk,) = passing.walks
    return Lasting(before, sum(walk.calls.values(), ZERO), walk.drift, walk.goal)
