"""Where a system of rules may be between two choices, and every way it may go on from there.

A *node* is a location together with the guard that a choice was made under: a bound there may use the guard, which is
what makes bounds tight at the last round of a loop. A *turn* is one way to go on from a node until the next nodes that
lie on cycles: what is paid, and where to, under facts that hold if it goes that way. Rules that lie on no cycle are
followed on the spot. What is drawn does not decide the way before it is averaged: where it does, the location becomes a
node of its own, with no guard.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.guards import none_of
from aalpl.cost.potentials.turns import Graph, Move, Node, TooMany, Turn, Values
from aalpl.cost.potentials.work import Work
from aalpl.cost.rules.laws import translated
from aalpl.cost.rules.nodes import Rule, Rules
from aalpl.program.size import ONE, ZERO, Size, sym
from aalpl.program.types import Law

WAYS = 24  # how many ways to go on from one choice are told apart
OPTION = 120  # what it costs to look at a rule
ROUNDS = 400  # how many are looked at for that


_Jump = tuple[Size, Values, str]


@attrs.frozen(eq=False)
class _Way:
    """A way half gone: jumps still to be followed."""

    facts: tuple[Size, ...]
    guards: tuple[Size, ...]
    cost: Size
    moves: tuple[Move, ...]
    pending: tuple[_Jump, ...]
    draws: tuple[tuple[str, Law], ...]
    held: tuple[_Jump, ...] = ()


def graph(
    system: Rules,
    invariants: Mapping[str, tuple[Size, ...]],
    facts: tuple[Size, ...],
    early: bool,
    work: Work,
    stops: bool = True,
) -> Graph:
    """The nodes and turns of a system. Ways from the start end at a choice in a cycle or, where `early`, before it.

    Where no rule is enabled the system stops; without `stops`, that is no run at all. Raises `TooMany`, `TooLarge`."""
    return _Builder(system, invariants, facts, early, work, stops).build()


@attrs.define
class _Builder:
    system: Rules
    invariants: Mapping[str, tuple[Size, ...]]
    facts: tuple[Size, ...]
    early: bool
    work: Work
    may_stop: bool
    at: dict[str, list[Rule]] = attrs.field(factory=dict)
    cyclic: set[int] = attrs.field(factory=set)
    numbers: dict[tuple[str, tuple[Size, ...]], int] = attrs.field(factory=dict)
    nodes: list[Node] = attrs.field(factory=list)
    members: list[list[Rule]] = attrs.field(factory=list)
    begun: dict[int, list[_Way]] = attrs.field(factory=dict)
    stops: dict[str, list[tuple[Size, ...]]] = attrs.field(factory=dict)
    fresh: int = 0

    def build(self) -> Graph:
        for rule in self.system.rules:
            self.at.setdefault(rule.source, []).append(rule)
        self.cyclic = cyclic_rules(self.system.rules)
        start = _Way(self.facts, (), ZERO, (), ((ONE, {}, self.system.start),), ())
        turns: list[Turn] = []
        starts: list[Turn] = []
        for way in self._ways(start, early=self.early):
            turn = self._begun(way) if way.held else self._turn(-1, way)
            if turn not in starts:
                starts.append(turn)
        number = 0
        while number < len(self.nodes):
            turns += self._turns(number)
            number += 1
        return Graph(tuple(self.nodes), tuple(turns), tuple(starts))

    def _begun(self, way: _Way) -> Turn:
        """The start of a way that was held before a cycle, as a node of its own."""
        on = attrs.evolve(way, guards=(), pending=way.held, held=())
        for number in self.begun:
            node = self.nodes[number]
            if frozenset(node.facts) == frozenset(way.facts) and node.guard == way.guards:
                self.begun[number].append(on)
                break
        else:
            number = len(self.nodes)
            self.nodes.append(Node(self.system.start, way.guards, way.facts))
            self.members.append([])
            self.begun[number] = [on]
        return Turn(-1, way.facts, way.guards, ZERO, (Move(ONE, {}, number),))

    def _turns(self, number: int) -> Iterator[Turn]:
        node = self.nodes[number]
        if number in self.begun:
            yield from (self._turn(number, way) for on in self.begun[number] for way in self._ways(on))
            return
        if not self.members[number]:  # a location as it is
            first = _Way(node.facts, (), ZERO, (), ((ONE, {}, node.location),), ())
            yield from (self._turn(number, way) for way in self._ways(first, opened=True))
        for rule in self.members[number]:
            first = _Way(node.facts, (), rule.cost, (), (), rule.draws)
            pending = tuple(
                (outcome.probability or ONE, dict(jump.values), jump.target)
                for outcome in rule.outcomes
                for jump in outcome.jumps
            )
            yield from (self._turn(number, way) for way in self._ways(attrs.evolve(first, pending=pending)))

    def _turn(self, node: int, way: _Way) -> Turn:
        return Turn(node, way.facts, way.guards, way.cost, way.moves, way.draws)

    def _ways(self, first: _Way, opened: bool = False, early: bool = False) -> list[_Way]:
        """All ways to go on; where they are too many, locations are taken as they are."""
        try:
            return self._followed(first, False, early)
        except TooMany:
            if opened or first.pending == ((ONE, {}, self.system.start),):
                raise
            return self._followed(first, True, False)

    def _followed(self, first: _Way, coarse: bool, early: bool) -> list[_Way]:
        done: list[_Way] = []
        stack = [first]
        budget = ROUNDS
        while stack:
            budget -= 1
            way = stack.pop()
            if not way.pending:
                done.append(way)
            else:
                stack.extend(self._options(way, coarse, early))
            if len(done) > WAYS or not budget:
                raise TooMany
        return done

    def _options(self, way: _Way, coarse: bool, early: bool) -> Iterator[_Way]:
        (weight, values, location), *rest = way.pending
        pending = tuple(rest)
        rules = self.at.get(location, [])
        if early and way.guards and self.cyclic_rules_of(location):
            yield attrs.evolve(way, pending=pending, held=(*way.held, way.pending[0]))
            return
        known = self.invariants.get(location, ())
        self.work.pay(OPTION * (1 + len(rules)))
        drawn = {name for name, _ in way.draws}
        reads = {name for rule in rules for fact in rule.guard for name in _put(fact, values).free} | {
            name for fact in known for name in _put(fact, values).free
        }
        if rules and (coarse or reads & drawn):
            move = Move(weight, values, self._number(location, (), []))
            yield attrs.evolve(way, moves=(*way.moves, move), pending=pending)
            return
        for case in self._stops(location) if rules and self.may_stop else [()] * (not rules):
            yield from self._with(attrs.evolve(way, pending=pending), case, known, values)
        for guard, members in _grouped(rules, self.cyclic):
            if members[0] in self.cyclic_rules_of(location):
                number = self._number(location, guard, members)
                names = self._renamed(members, values)
                move = Move(weight, values, number)
                next_ = attrs.evolve(way, moves=(*way.moves, move), pending=pending)
                yield from self._with(next_, guard, known, names)
                continue
            for rule in members:
                names = self._renamed([rule], values)
                jumps = tuple(
                    (
                        weight * _put(outcome.probability or ONE, names),
                        {**values, **{name: _put(value, names) for name, value in jump.values}},
                        jump.target,
                    )
                    for outcome in rule.outcomes
                    for jump in outcome.jumps
                )
                draws = tuple(_drawn(name, law, names) for name, law in rule.draws)
                next_ = attrs.evolve(
                    way,
                    cost=way.cost + weight * _put(rule.cost, names),
                    pending=(*jumps, *pending),
                    draws=(*way.draws, *draws),
                )
                yield from self._with(next_, guard, known, names)

    def cyclic_rules_of(self, location: str) -> list[Rule]:
        return [rule for rule in self.at.get(location, []) if id(rule) in self.cyclic]

    def _with(
        self, way: _Way, guard: Sequence[Size], known: Sequence[Size], values: Values
    ) -> Iterator[_Way]:
        drawn = {name for name, _ in way.draws}
        guards = tuple(_put(fact, values) for fact in guard)
        more = (*guards, *(_put(fact, values) for fact in known))
        facts = tuple(dict.fromkeys((*way.facts, *(fact for fact in more if drawn.isdisjoint(fact.free)))))
        if len(facts) == len(way.facts) or not framed(facts, self.system.parameters).dead:
            yield attrs.evolve(way, facts=facts, guards=(*way.guards, *guards))

    def _renamed(self, rules: Sequence[Rule], values: Values) -> dict[str, Size]:
        """The values, and new names for what these rules draw or leave open."""
        names = dict(values)
        for rule in rules:
            for name in (*self.system.own(rule), *(name for name, _ in rule.draws)):
                if name not in names or name in values:
                    self.fresh += 1
                    names[name] = sym(f"{name}'{self.fresh}")
        return names

    def _stops(self, location: str) -> list[tuple[Size, ...]]:
        if location not in self.stops:
            rules = self.at[location]
            found = none_of(rules, self.system, self.invariants.get(location, ()))
            self.stops[location] = found
        return self.stops[location]

    def _number(self, location: str, guard: tuple[Size, ...], members: list[Rule]) -> int:
        key = (location, guard)
        if not members:
            key = (location, (ONE,))
        if key not in self.numbers:
            self.numbers[key] = len(self.nodes)
            facts = tuple(dict.fromkeys((*guard, *self.invariants.get(location, ()))))
            lines = [rule.line for rule in members or self.at.get(location, []) if rule.line]
            self.nodes.append(Node(location, guard, facts, min(lines, default=0)))
            self.members.append(list(members))
        return self.numbers[key]


def _drawn(name: str, law: Law, names: Values) -> tuple[str, Law]:
    (renamed,) = names[name].free
    return renamed, translated(law, lambda size: _put(size, names))


def _put(size: Size, values: Values) -> Size:
    return size.replace(values) if values else size


def _grouped(rules: Sequence[Rule], cyclic: set[int]) -> list[tuple[tuple[Size, ...], list[Rule]]]:
    """Rules with one guard together, those on cycles apart."""
    groups: dict[tuple[object, bool], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((frozenset(rule.guard), id(rule) in cyclic), []).append(rule)
    return [(members[0].guard, members) for members in groups.values()]


def cyclic_rules(rules: Sequence[Rule]) -> set[int]:
    """The ids of rules that may be used again after they were used."""
    targets = {id(rule): {jump.target for jump in rule.jumps} for rule in rules}
    after: dict[str, set[str]] = {}
    for rule in rules:
        after.setdefault(rule.source, set()).update(targets[id(rule)])
    reach: dict[str, set[str]] = {}
    for location in after:
        seen: set[str] = set()
        stack = [location]
        while stack:
            for next_ in after.get(stack.pop(), ()):
                if next_ not in seen:
                    seen.add(next_)
                    stack.append(next_)
        reach[location] = seen
    return {
        id(rule)
        for rule in rules
        if any(rule.source == target or rule.source in reach.get(target, ()) for target in targets[id(rule)])
    }
