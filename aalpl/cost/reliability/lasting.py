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
from aalpl.cost.reliability.states import At, Ended, State, paths
from aalpl.cost.reliability.values import Refused
from aalpl.cost.reliability.votes import Walk
from aalpl.program import nodes as p
from aalpl.program.size import Size, const


@attrs.frozen
class Lasting:
    """Calls before the loop, calls of each round, what the lead gains a round on average, and where it ends."""

    before: Size
    each: Size
    drift: Size
    goal: Size


def lasting(program: p.Program, function: str) -> list[Lasting]:
    """What decides how long a function takes, where it is one loop with a lead: one answer for each way of getting there.
    Nothing where it is something else."""
    of = program.functions[function]
    machine = Machine(program, {}, facts_of(program, of, {}, {}), {}, False, strict(program, {}))
    try:
        start = machine.begin(of.name, tuple(argument(param, machine) for param in of.params))
        return _lasting(machine, start)
    except (Refused, Truth, Beyond, RecursionError):
        return []


def _lasting(machine: Machine, start: State) -> list[Lasting]:
    found = []
    for path in paths(machine.tree(start, machine.facts)):
        if path.guards or not isinstance(path.target, At):
            return []
        walk = _walked(machine, path.target.state)
        if walk is None:
            return []
        before = sum(calls for _, calls in path.target.asked)
        found.append(Lasting(const(before), const(walk.calls), walk.drift, walk.goal))
    return found


def _walked(machine: Machine, head: State) -> Walk | None:
    passing = Passing(machine, _as_it_is)
    outs = passing.absorb(head, machine.facts)
    if any(isinstance(out, State) for out in outs) or len(passing.walks) != 1 or len(passing.memo) != 1:
        return None
    return passing.walks[0]


def _as_it_is(end: Ended) -> Ended:
    return Ended(end.value)
