"""Bounds whatever wrong answers are equal: a game against nobody knows whom, at given numbers.

Wrong answers of a primitive without `rivals 1` are told apart by number, and each may be one that is still held or another
one: that is picked. The heads of loops are the states of a Markov decision process; what is least and most probable, and
the most and least calls, are found by improving a choice until none is better, and each is the exact value of the choice
found: that no other one is better is checked at every state (Howard, Dynamic Programming and Markov Processes, 1960). All
ways of choosing end with probability 1, which is checked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.reliability.absorbing import components
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.states import At, Draw, Ended, Guard, Pick, State, Such, Tree
from aalpl.cost.reliability.values import Refused
from aalpl.program.prove import Facts

STATES = 8000
"""States that are followed."""

BLOCK = 160
"""States that lead to one another, at most."""

ROUNDS = 60
"""Improvements of a choice."""


@attrs.frozen
class Leaf:
    """A state, or where the run ends: its number, what the end is worth, the calls on the way."""

    state: int | None
    worth: Fraction
    calls: Mapping[str, int]


@attrs.frozen
class Mean:
    """Chance decides."""

    parts: tuple[tuple[Fraction, Node], ...]


@attrs.frozen
class Choice:
    """Nobody knows what decides."""

    parts: tuple[Node, ...]


Node = Leaf | Mean | Choice
Row = dict[int, Fraction]


@attrs.frozen
class Game:
    """The states; state 0 is the beginning."""

    nodes: tuple[Node, ...]

    def value(self, most: bool, worth: Callable[[Leaf], Fraction]) -> Fraction:
        """The most, or the least, that is paid in expectation."""
        values = [Fraction(0)] * len(self.nodes)
        rows = [_row(node, values, None, most, worth) for node in self.nodes]
        for _ in range(ROUNDS):
            values = _solved(rows)
            improved = [_row(node, values, rows[i], most, worth) for i, node in enumerate(self.nodes)]
            if all(one is two for one, two in zip(rows, improved, strict=True)):
                return values[0]
            rows = improved
        raise Refused("no choice of wrong answers was found to be the worst one")

    def ends(self) -> bool:
        """Whether runs end with probability 1 whatever is picked: nothing can keep a run inside a set of states."""
        kept = set(range(len(self.nodes)))
        while True:
            left = {i for i in kept if _keeps(self.nodes[i], kept)}
            if left == kept:
                return not kept
            kept = left


def _keeps(node: Node, kept: set[int]) -> bool:
    match node:
        case Leaf(state):
            return state in kept
        case Mean(parts):
            return all(_keeps(part, kept) for _, part in parts)
        case Choice(parts):
            return any(_keeps(part, kept) for part in parts)


def _row(
    node: Node,
    values: list[Fraction],
    old: tuple[Row, Fraction] | None,
    most: bool,
    worth: Callable[[Leaf], Fraction],
) -> tuple[Row, Fraction]:
    """Where a state leads if at each choice the best is picked, and what that pays at once; the old one where it is as
    good."""
    row, paid = _picked(node, values, most, worth)
    if old is None or _worth((row, paid), values) != _worth(old, values):
        return row, paid
    return old


def _worth(row: tuple[Row, Fraction], values: list[Fraction]) -> Fraction:
    return row[1] + sum((share * values[to] for to, share in row[0].items()), Fraction(0))


def _picked(
    node: Node, values: list[Fraction], most: bool, worth: Callable[[Leaf], Fraction]
) -> tuple[Row, Fraction]:
    match node:
        case Leaf(state):
            return ({} if state is None else {state: Fraction(1)}), worth(node)
        case Mean(parts):
            row: Row = {}
            paid = Fraction(0)
            for share, part in parts:
                inner, more = _picked(part, values, most, worth)
                paid += share * more
                for to, chance in inner.items():
                    row[to] = row.get(to, Fraction(0)) + share * chance
            return row, paid
        case Choice(parts):
            found = [_picked(part, values, most, worth) for part in parts]
            return (max if most else min)(found, key=lambda each: _worth(each, values))


def _solved(rows: list[tuple[Row, Fraction]]) -> list[Fraction]:
    """The values with v = row*v + paid, by elimination within states that lead to one another."""
    inner: list[list[tuple[object, int]]] = [[(share, to) for to, share in row.items()] for row, _ in rows]
    everywhere = len(rows)  # leads to all, so that all are reached
    inner.append([(None, state) for state in range(everywhere)])
    values: dict[int, Fraction] = {}
    for component in reversed(components(inner, everywhere)):
        if component == [everywhere]:
            continue
        if len(component) > BLOCK:
            raise Refused("there are too many states to be followed")
        members = set(component)
        left: dict[int, Row] = {}
        right: dict[int, Fraction] = {}
        for state in component:
            row, paid = rows[state]
            left[state] = {state: Fraction(1)}
            for to, share in row.items():
                if to in members:
                    left[state][to] = left[state].get(to, Fraction(0)) - share
                else:
                    paid += share * values[to]
            right[state] = paid
        values |= _eliminated(component, left, right)
    return [values[i] for i in range(len(rows))]


def _eliminated(states: list[int], left: dict[int, Row], right: dict[int, Fraction]) -> dict[int, Fraction]:
    for i, pivot in enumerate(states):
        head = left[pivot].get(pivot, Fraction(0))
        if not head:
            raise Refused("a loop of which it is not known whether it ends")
        for other in states[i + 1 :]:
            factor = left[other].pop(pivot, None)
            if factor:
                factor /= head
                for to, share in left[pivot].items():
                    if to != pivot:
                        left[other][to] = left[other].get(to, Fraction(0)) - factor * share
                right[other] -= factor * right[pivot]
    found: dict[int, Fraction] = {}
    for pivot in reversed(states):
        rest = sum((share * found[to] for to, share in left[pivot].items() if to != pivot), Fraction(0))
        found[pivot] = (right[pivot] - rest) / left[pivot][pivot]
    return found


# -- from a program ------------------------------------------------------------------------------------------------


def followed(machine: Machine, start: State, worth: Callable[[Ended], bool]) -> Game:
    """The game of a program at numbers; `worth` says whether an end counts."""
    index: dict[State, int] = {start: 0}
    waiting, nodes = [start], []
    for state in waiting:

        def number(target: State) -> int:
            if target not in index:
                if len(index) >= STATES:
                    raise Refused("there are too many states to be followed")
                index[target] = len(index)
                waiting.append(target)
            return index[target]

        nodes.append(_node(machine.tree(state, machine.facts), number, worth, machine.facts))
    game = Game(tuple(nodes))
    if not game.ends():
        raise Refused("whether it ends depends on which wrong answers are equal")
    return game


def _node(tree: Tree, number: Callable[[State], int], worth: Callable[[Ended], bool], facts: Facts) -> Node:
    match tree:
        case At(state, asked):
            return Leaf(number(state), Fraction(0), dict(asked))
        case Ended():
            return Leaf(None, Fraction(int(worth(tree))), dict(tree.asked))
        case Pick(branches):
            return Choice(tuple(_node(each, number, worth, facts) for each in branches))
        case Draw(branches):
            parts = []
            for chance, _, each in branches:
                share = chance.constant()
                if share is None:
                    raise Refused("bounds for all rivals are found at numbers only (`--at`)")
                if share:
                    parts.append((share, _node(each, number, worth, facts)))
            return Mean(tuple(parts))
        case Guard() | Such():
            raise Refused("bounds for all rivals are found at numbers only (`--at`)")
