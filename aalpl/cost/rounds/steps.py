"""A system as single steps, chance read as choice, and the components that runs may go round in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import attrs

from aalpl.cost.rules.entail import Facts
from aalpl.cost.rules.laws import support
from aalpl.cost.rules.linear import impossible
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
    line: int = 0

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
        drawn = [fact for name, law in rule.draws for fact in within(name, *support(law))]
        facts = whole((*invariants.get(rule.source, ()), *rule.guard, *drawn), system)
        for outcome in rule.outcomes:
            if outcome.probability is None or outcome.probability != 0:
                number = len(found)
                found.append(
                    Step(number, rule.source, facts, rule.guard, rule.cost, outcome.jumps, rule.line)
                )
    return tuple(found)


def whole(facts: Iterable[Size], system: Rules) -> tuple[Size, ...]:
    """The facts that speak of integers only."""
    return tuple(fact for fact in facts if fact.free.isdisjoint(system.parameters))


def within(name: str, low: Size | None, high: Size | None) -> Iterable[Size]:
    """That a name lies between limits."""
    if low is not None:
        yield sym(name) - low
    if high is not None:
        yield high - sym(name)


@attrs.define
class Paths:
    """Which steps can be taken next, behind which jump of which step."""

    steps: tuple[Step, ...]
    own: frozenset[str]
    _after: dict[tuple[int, int], tuple[Step, ...]] = attrs.field(factory=dict)

    def after(self, step: Step, jump: int) -> tuple[Step, ...]:
        """The steps that can be taken behind a jump."""
        key = (step.number, jump)
        if key not in self._after:
            to = step.jumps[jump]
            self._after[key] = tuple(
                other
                for other in self.steps
                if other.source == to.target and not impossible(self._both(step, to, other))
            )
        return self._after[key]

    def _both(self, step: Step, to: Jump, other: Step) -> tuple[Size, ...]:
        """What holds where both are taken one after the other, over the values before the first."""
        values = {name: sym(f"{name}~") for name in {n for f in other.facts for n in f.free} & self.own}
        values.update(to.values)
        return (*step.facts, *(fact.replace(values) for fact in other.facts))

    def components(self, among: Iterable[Step]) -> list[tuple[Step, ...]]:
        """Sets of steps that follow each other round and round, or single steps; those that come first first."""
        inside = {step.number: step for step in among}
        targets = {
            number: [
                other.number
                for jump in range(len(step.jumps))
                for other in self.after(step, jump)
                if other.number in inside
            ]
            for number, step in inside.items()
        }
        return [tuple(inside[number] for number in part) for part in strongly_connected(targets)]

    def inner(self, step: Step, among: Iterable[Step]) -> list[Jump]:
        """The jumps of a step behind which one of these can be taken."""
        numbers = {other.number for other in among}
        return [
            to for i, to in enumerate(step.jumps) if any(o.number in numbers for o in self.after(step, i))
        ]


def strongly_connected(targets: Mapping[int, Sequence[int]]) -> list[list[int]]:
    """The components of a graph, in the order of its edges (Tarjan 1972, without recursion)."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    open_: list[int] = []
    found: list[list[int]] = []
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
                    found.append(sorted(open_[cut:]))
                    del open_[cut:]
            elif following not in index:
                index[following] = low[following] = len(index)
                open_.append(following)
                work.append((following, iter(targets[following])))
            elif following in open_:
                low[place] = min(low[place], index[following])
    return found[::-1]
