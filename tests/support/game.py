"""All behaviours of a form at once: the least and the most it can pay, and the expectation, from given values.

The states that a run can be in at loop heads and choices are the nodes of a graph, its edges are paid for. The worst case
is the longest path, the best the shortest, an expectation the least solution of V = pay + max (or min, or mean) V after.
Chance counts like choice in the worst and best case: outcomes of positive probability. A state space that is too large is
cut off; then `complete` is False, and `worst` is at least reached, `best` no bound at all.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.form import nodes as f
from aalpl.program.size import ONE, Size
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

from .machine import Assign, Back, Code, Enter, Fork, Guess, Jump, Number, Pay, Unsupported, compiled, number

State = tuple[Any, ...]
Paid = int | Fraction | float
INFINITE = math.inf
DEEPEST = 60  # activations


@attrs.frozen
class Played:
    """What all behaviours pay from one start; `chance` is whether something was drawn."""

    worst: Paid
    best: Paid
    expected: float | None
    expected_best: float | None
    complete: bool
    chance: bool


@attrs.frozen
class Node:
    """What is paid from here to each next state, and with which probability (None: the adversary's choice)."""

    edges: tuple[tuple[Paid, State | None], ...]
    odds: tuple[float, ...] | None


def calls(event: f.Event) -> Size:
    """Each call counts 1."""
    return ONE


@attrs.define
class Game:
    """A form with its graph of states, which grows as starts are asked for."""

    code: Code
    limit: int
    sizes: frozenset[str] = frozenset()  # names that mean the same in all functions
    fixed: dict[str, Any] = attrs.field(factory=dict)
    nodes: dict[State, Node] = attrs.field(factory=dict)
    frontier: set[State] = attrs.field(factory=set)
    ending: bool = (
        False  # whether `best` is of runs that end; else one that goes on for ever without paying counts too
    )

    @classmethod
    def of(
        cls,
        forms: Mapping[str, f.Form],
        charge: Callable[[f.Event], Size] = calls,
        limit: int = 20_000,
        sizes: Iterable[str] = (),
    ) -> Game:
        """The game of these functions; `sizes` are names that mean the same in all of them."""
        return cls(compiled(forms, charge), limit, frozenset(sizes))

    def start(self, function: str, entry: Mapping[str, Any]) -> State:
        """The state in which a function begins."""
        fixed = {name: value for name, value in entry.items() if name in self.sizes}
        if fixed != self.fixed:
            self.fixed, self.nodes, self.frontier = fixed, {}, set()
        return self.saved(self.code.starts[function], dict(entry), ())

    def saved(self, at: int, values: Mapping[str, Any], around: State) -> State:
        """A state, without what does not matter any more."""
        live = self.code.live[at]
        return (at, tuple(sorted((name, values[name]) for name in live if name in values)), around)

    # -- the graph -------------------------------------------------------------------------------------------------

    def explored(self, begin: State) -> list[State]:
        """All states that can be reached."""
        seen, todo = {begin}, deque([begin])
        while todo:
            state = todo.popleft()
            if state not in self.nodes:
                if len(self.nodes) >= self.limit or len(state[2]) > DEEPEST:
                    self.frontier.add(state)
                    continue
                self.nodes[state] = self.node(state)
            for _, after in self.nodes[state].edges:
                if after is not None and after not in seen:
                    seen.add(after)
                    todo.append(after)
        return list(seen)

    def node(self, state: State) -> Node:
        """Runs on from a state to the next ones."""
        at, pairs, around = state
        values = dict(pairs)
        paid: Paid = 0
        while True:
            match self.code.instructions[at]:
                case Assign(targets):
                    values.update([(name, value(values)) for name, value in targets])
                case Pay(amount):
                    paid += amount(values)
                case Jump(target):
                    if target in self.code.heads:
                        return Node(((paid, self.saved(target, values, around)),), None)
                    at = target
                    continue
                case Fork(test, orelse):
                    found = test(values)
                    if found is None:
                        ways = (self.saved(at + 1, values, around), self.saved(orelse, values, around))
                        return Node(tuple((paid, way) for way in ways), None)
                    if not found:
                        at = orelse
                        continue
                case Guess(variable, low, high, law):
                    odds = drawn(law, values, low, high)
                    ways = tuple(
                        (paid, self.saved(at + 1, {**values, variable: each}, around)) for each, _ in odds
                    )
                    return Node(ways, None if law is None else tuple(float(p) for _, p in odds))
                case Enter(function, args, _):
                    inside = {**self.fixed, **{name: value(values) for name, value in args}}
                    outer = (*around, (at, tuple(sorted(self.kept(at, values).items()))))
                    return Node(((paid, self.saved(self.code.starts[function], inside, outer)),), None)
                case Back():
                    if not around:
                        return Node(((paid, None),), None)
                    (back, outside), around = around[-1], around[:-1]
                    call = self.code.instructions[back]
                    assert isinstance(call, Enter)
                    theirs = {mine: values.get(other, 0) for mine, other in call.results}
                    values, at = {**dict(outside), **theirs}, back
            at += 1

    def kept(self, at: int, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: values[name] for name in self.code.live[at + 1] if name in values}

    # -- values ----------------------------------------------------------------------------------------------------

    def played(self, function: str, entry: Mapping[str, Any]) -> Played:
        """What is paid from one start."""
        begin = self.start(function, entry)
        states = self.explored(begin)
        complete = not (self.frontier & set(states))
        components = list(_components(begin, self.nodes))
        chance = any(s in self.nodes and self.nodes[s].odds is not None for s in states)
        expected = self.solved(components, max, begin) if chance else None
        expected_best = self.solved(components, min, begin) if chance else None
        most, least = self.extreme(components, max, begin), self.extreme(components, min, begin)
        return Played(most, least, expected, expected_best, complete, chance)

    def extreme(self, components: list[list[State]], pick: Callable[..., Paid], begin: State) -> Paid:
        """The longest or shortest way, chance counting like choice."""
        found: dict[State | None, Paid] = {None: 0, **dict.fromkeys(self.frontier, 0)}
        for component in components:
            inside = [s for s in component if s in self.nodes]
            if not inside:
                continue
            if len(inside) == 1 and all(after != inside[0] for _, after in self.nodes[inside[0]].edges):
                found[inside[0]] = pick(paid + found[after] for paid, after in self.nodes[inside[0]].edges)
            elif pick is max:
                found.update(dict.fromkeys(inside, self._around(inside, found)))
            else:
                self._shortest(inside, found)
        return found[begin]

    def _around(self, inside: list[State], found: dict[State | None, Paid]) -> Paid:
        """The most that a cycle pays: anything where a way round it costs, else the dearest way out."""
        members, out = set(inside), 0
        for state in inside:
            for paid, after in self.nodes[state].edges:
                if after in members and paid > 0:
                    return INFINITE
                if after not in members:
                    out = max(out, paid + found[after])
        return out

    def _shortest(self, inside: list[State], found: dict[State | None, Paid]) -> None:
        """Dijkstra's algorithm backwards from the ways out, and from cycles that cost nothing."""
        members = set(inside)
        into: dict[State, list[tuple[Paid, State]]] = {state: [] for state in inside}
        free = set[State]() if self.ending else self._free(inside)
        todo: list[tuple[Paid, int, State]] = [(0, i, s) for i, s in enumerate(inside) if s in free]
        for i, state in enumerate(inside):
            for paid, after in self.nodes[state].edges:
                if after in members:
                    assert after is not None
                    into[after].append((paid, state))
                else:
                    todo.append((paid + found[after], i, state))
        found.update(dict.fromkeys(inside, INFINITE))
        number_of = {state: i for i, state in enumerate(inside)}
        heapq.heapify(todo)
        while todo:
            far, _, state = heapq.heappop(todo)
            if far < found[state]:
                found[state] = far
                for paid, before in into[state]:
                    heapq.heappush(todo, (far + paid, number_of[before], before))

    def _free(self, inside: list[State]) -> set[State]:
        """The states on cycles that cost nothing."""
        members = set(inside)
        free = {
            s: Node(tuple(e for e in self.nodes[s].edges if e[1] in members and not e[0]), None)
            for s in inside
        }
        on: set[State] = set()
        for state in inside:
            if state not in on:
                for part in _components(state, free):
                    if len(part) > 1 or any(after == part[0] for _, after in free[part[0]].edges):
                        on.update(part)
        return on

    def solved(self, components: list[list[State]], pick: Callable[..., Any], begin: State) -> float:
        """The expectation where the adversary picks, by value iteration from below in each cycle."""
        found: dict[State | None, float] = {None: 0.0, **dict.fromkeys(self.frontier, 0.0)}
        for component in components:
            inside = [s for s in component if s in self.nodes]
            found.update(dict.fromkeys(inside, 0.0))
            alone = len(inside) == 1 and all(after not in inside for _, after in self.nodes[inside[0]].edges)
            for _ in range(1 if alone else 20_000):
                change = 0.0
                for state in inside:
                    now = self._after(self.nodes[state], found, pick)
                    if now != found[state]:
                        change = max(change, now - found[state])
                        found[state] = now
                if change < 1e-12 * max(1.0, found[inside[0]] if inside else 1.0):
                    break
        return found[begin]

    def _after(self, node: Node, found: dict[State | None, float], pick: Callable[..., Any]) -> float:
        ways = [float(paid) + found[after] for paid, after in node.edges]
        if node.odds is None:
            return float(pick(ways))
        return sum(p * way for p, way in zip(node.odds, ways, strict=True))


def drawn(law: Law | None, values: dict[str, Any], low: Number, high: Number) -> list[tuple[int, Fraction]]:
    """The values that something may take, with their probabilities (1 each where the adversary chooses)."""

    def at(size: Size) -> Any:
        return number(size)(values)

    match law:
        case None:
            found = [(i, Fraction(1)) for i in range(math.ceil(low(values)), math.floor(high(values)) + 1)]
        case Bernoulli(p):
            chance = Fraction(at(p))
            found = [(1, chance), (0, 1 - chance)]
        case Uniform(a, b):
            run = range(math.ceil(at(a)), math.floor(at(b)) + 1)
            found = [(i, Fraction(1, len(run))) for i in run]
        case Binomial(n, p):
            count, chance = at(n), Fraction(at(p))
            found = [
                (i, math.comb(count, i) * chance**i * (1 - chance) ** (count - i)) for i in range(count + 1)
            ]
        case Geometric():
            raise Unsupported("an unbounded law")
    found = [(each, p) for each, p in found if p > 0]
    if not found:
        raise Unsupported("nothing to choose from")
    return found


def _components(begin: State, nodes: Mapping[State, Node]) -> Iterable[list[State]]:
    """Strongly connected components, those that are reached first first (Tarjan 1972, without recursion)."""
    order: dict[State, int] = {}
    low: dict[State, int] = {}
    stack: list[State] = []
    on: set[State] = set()
    todo: list[tuple[State, int]] = [(begin, 0)]
    while todo:
        state, position = todo.pop()
        if not position:
            order[state] = low[state] = len(order)
            stack.append(state)
            on.add(state)
        after = [a for _, a in nodes[state].edges if a is not None] if state in nodes else []
        for i in range(position, len(after)):
            if after[i] not in order:
                todo += [(state, i + 1), (after[i], 0)]
                break
            if after[i] in on:
                low[state] = min(low[state], order[after[i]])
        else:
            if low[state] == order[state]:
                component = []
                while not component or component[-1] != state:
                    component.append(stack.pop())
                    on.discard(component[-1])
                yield component
            if todo:
                parent = todo[-1][0]
                low[parent] = min(low[parent], low[state])
