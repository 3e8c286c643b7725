"""Which `max(0, e)` a potential may need: what another loop's guard says, seen from here.

A bound for a loop entered later depends on whether it is entered. Tried are the guards (x > 0 as max(0, x)); guards
pulled back through an assignment (y <- n turns y > 0 into max(0, n)); guards with as much of another guard added as a
step keeps constant (`x <- x - 1; y <- y + 1` turns y > 0 into max(0, x + y)); from below also differences of two guards,
for the minimum of two numbers is the one less the positive part of their difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import chain

from aalpl.cost.potentials.frames import framed, linear
from aalpl.cost.potentials.templates import Product, powers
from aalpl.cost.potentials.turns import Graph, Move
from aalpl.program.size import Size, maximum

MOST = 4


def edges(graph: Graph, names: set[str], below: bool) -> list[Size]:
    """The e of the atoms worth trying, likely ones first."""
    guards = list(dict.fromkeys(fact for node in graph.nodes for fact in node.guard if _plain(fact, names)))
    guards += [f for turn in graph.turns for f in turn.guards if turn.node >= 0 and _plain(f, names)]
    here = sorted(dict.fromkeys(guards), key=lambda guard: not _falls(graph, guard))  # counters come first
    differences = _differences(graph, names) if below else iter(())
    found = chain(_kept(graph, here), _pulled(graph, here, names), differences, (fact + 1 for fact in here))
    return _distinct(found)


def _plain(fact: Size, names: set[str]) -> bool:
    return linear(fact) is not None and fact.free <= names


def _distinct(sizes: Iterable[Size]) -> list[Size]:
    """A few, without repetitions, and without opposites and neighbours of what is there."""
    kept: list[Size] = []
    seen: set[Size] = set()
    for size in sizes:
        if size in seen:
            continue
        seen.add(size)
        if size.constant() is None and not any(
            (size - other).constant() is not None or (size + other).constant() is not None for other in kept
        ):
            kept.append(size)
        if len(kept) == MOST:
            break
    return kept


def _falls(graph: Graph, guard: Size) -> bool:
    """Whether a move makes the number smaller by a constant."""
    steps = ((guard.replace(move.values) - guard).constant() for _, move in _moves(graph))
    return any(step is not None and step < 0 for step in steps)


def _moves(graph: Graph) -> Iterator[tuple[int, Move]]:
    return ((turn.node, move) for turn in graph.turns for move in turn.moves)


def _kept(graph: Graph, guards: Sequence[Size]) -> Iterator[Size]:
    """e + k * g with k > 0 that a move leaves as it is, where g falls and e rises."""
    done: set[tuple[Size, Size, Fraction]] = set()
    for _, move in _moves(graph):
        steps = [(guard, (guard.replace(move.values) - guard).constant()) for guard in guards]
        known = [(guard, step) for guard, step in steps if step]
        for falling, down in known:
            for rising, up in known:
                if down < 0 < up:
                    factor = Fraction(up) / -Fraction(down)
                    if (falling, rising, factor) not in done:
                        done.add((falling, rising, factor))
                        yield (rising + 1 + factor * (falling + 1)) * factor.denominator


def _pulled(graph: Graph, guards: Sequence[Size], names: set[str]) -> Iterator[Size]:
    """Guards after an assignment that is no step."""
    for _, move in _moves(graph):
        for guard in guards:
            after = guard.replace(move.values)
            if (after - guard).constant() is None and _plain(after, names):
                yield after + 1


def _differences(graph: Graph, names: set[str]) -> Iterator[Size]:
    for node in graph.nodes:
        facts = [fact for fact in node.guard or node.facts if _plain(fact, names)]
        for i, one in enumerate(facts):
            for other in facts[i + 1 :]:
                yield one - other


def with_edges(
    graph: Graph, sizes: Sequence[Size], chosen: Sequence[Size], degree: int, reals: Sequence[str]
) -> list[list[Product]]:
    """Products of names, and of one atom with names, at each node the atoms that are open there."""
    plain = powers(sizes, degree)
    lower = powers(sizes, degree - 1)
    result = []
    for number, node in enumerate(graph.nodes):
        frame = framed(node.facts, reals)
        atoms = [maximum(0, e) for e in chosen if frame.sign(e) is None and not _drawn(graph, number, e)]
        result.append(plain + [(*product, atom) for atom in atoms for product in lower])
    return result


def _drawn(graph: Graph, node: int, e: Size) -> bool:
    """Whether the sign is left to chance when the node is entered, where an average of `max` would be needed."""
    return any(
        name in e.replace(move.values).free
        for turn in graph.turns
        for move in turn.moves
        if move.node == node
        for name, _ in turn.draws
    )
