"""A system as single steps, chance read as choice, and the components that runs may go round in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost.rules.entail import Facts
from aalpl.cost.rules.laws import support
from aalpl.cost.rules.nodes import Jump, Rules
from aalpl.program.size import Size, sym


@attrs.frozen(eq=False)
class Step:
    """One outcome of a rule: under `facts` (guard, what holds at the source, what laws allow) pay and make all jumps."""

    number: int
    source: str
    facts: tuple[Size, ...]
    guard: tuple[Size, ...]
    cost: Size
    jumps: tuple[Jump, ...]

    def value(self, jump: Jump, size: Size) -> Size:
        """What a size is behind a jump, over what is before it."""
        return size.replace(dict(jump.values))

    def implies(self, goal: Size) -> bool:
        """Whether `goal >= 0` wherever the step is taken."""
        return Facts(self.facts).imply(goal)


def steps(system: Rules, invariants: Mapping[str, tuple[Size, ...]]) -> tuple[Step, ...]:
    """The steps of a system."""
    found: list[Step] = []
    for rule in system.rules:
        drawn = [fact for name, law in rule.draws for fact in _within(name, *support(law))]
        facts = (*invariants.get(rule.source, ()), *rule.guard, *drawn)
        for outcome in rule.outcomes:
            if outcome.probability is None or outcome.probability != 0:
                found.append(Step(len(found), rule.source, facts, rule.guard, rule.cost, outcome.jumps))
    return tuple(found)


def _within(name: str, low: Size | None, high: Size | None) -> Iterable[Size]:
    if low is not None:
        yield sym(name) - low
    if high is not None:
        yield high - sym(name)


def components(of: Iterable[Step]) -> list[frozenset[str]]:
    """Sets of locations that reach each other, those that runs come to first first (Tarjan 1972, without recursion)."""
    targets: dict[str, list[str]] = {}
    for step in of:
        targets.setdefault(step.source, []).extend(jump.target for jump in step.jumps)
        for jump in step.jumps:
            targets.setdefault(jump.target, [])
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_: list[str] = []
    found: list[frozenset[str]] = []
    for root in targets:
        if root in index:
            continue
        work = [(root, iter(targets[root]))]
        index[root] = low[root] = len(index)
        open_.append(root)
        while work:
            place, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[place])
                if low[place] == index[place]:
                    cut = open_.index(place)
                    found.append(frozenset(open_[cut:]))
                    del open_[cut:]
            elif following not in index:
                index[following] = low[following] = len(index)
                open_.append(following)
                work.append((following, iter(targets[following])))
            elif following in open_:
                low[place] = min(low[place], index[following])
    return found[::-1]
