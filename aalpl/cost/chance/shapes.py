"""A loop taken apart: what a round pays, where it may go with which weight, and which variables matter at all."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.counted import apart
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.walker import Loop, either
from aalpl.cost.engine.conditions import decided, facts, free
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.form.steps import conditioned
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Apply, Size, const

NODES = 150
"""Loops with more states are not unrolled."""

Key = tuple[Size, ...]
"""The numbers that the unrolled variables have."""


@attrs.frozen
class Jump:
    """With this weight: on to the node `key`, the other variables having `values`; `surely` where the loop then goes
    on for sure."""

    key: Key
    values: tuple[Size, ...]
    weight: Size
    surely: bool


@attrs.frozen
class Node:
    """What a round that begins here pays (landings outside included), and how it goes on."""

    price: Size
    jumps: tuple[Jump, ...]
    known: Known


@attrs.frozen
class Shape:
    """`unrolled` variables have a number in each node, those in `rest` do not."""

    loop: Loop
    unrolled: tuple[str, ...]
    rest: tuple[str, ...]
    nodes: Mapping[Key, Node]
    first: Node  # from any values of the variables
    condition: Condition

    @property
    def only(self) -> Node | None:
        """The node, where there is one."""
        return next(iter(self.nodes.values())) if len(self.nodes) == 1 else None

    def at(self, key: Key) -> dict[str, Size]:
        """The unrolled variables at a node."""
        return dict(zip(self.unrolled, key, strict=True))

    def whole(self, found: Mapping[Key, Size]) -> Size:
        """H from any values, from H at the nodes (over `rest`)."""
        if not self.unrolled:
            (inside,) = found.values()
        else:
            inside = self.first.price
            for jump in self.first.jumps:
                values = dict(zip(self.rest, jump.values, strict=True))
                inside = inside + jump.weight * self._landed(jump, found[jump.key].replace(values), values)
        return either(self.loop.condition, inside, self.loop.outside, self.loop.known)

    def _landed(self, jump: Jump, inside: Size, values: dict[str, Size]) -> Size:
        if jump.surely:
            return inside
        there = {**self.at(jump.key), **values}
        outside = brackets.flat(self.loop.outside.replace(there))
        return either(_put(self.loop.condition, there), inside, outside, self.first.known)


def shaped(loop: Loop) -> Shape:
    """The loop taken apart."""
    known = loop.known.plus(*facts(loop.condition))
    price, jumps = landed(loop, {}, known)
    needed = _needed(loop, price, jumps)
    unrolled = [v for v in needed if jumps and all(_number(loop, v, args) for args, _, _ in jumps)]
    while True:
        nodes = _unrolled(loop, needed, unrolled, jumps)
        if isinstance(nodes, dict):
            break
        unrolled.remove(nodes)
    rest = tuple(v for v in needed if v not in unrolled)
    first = node(loop, tuple(unrolled), rest, price, jumps, known)
    if not unrolled:
        nodes = {(): first}
    return Shape(loop, tuple(unrolled), rest, nodes, first, loop.condition)


Landing = tuple[tuple[Size, ...], Size, bool]
"""Values, weight, and whether the loop goes on there for sure."""


def landed(loop: Loop, at: Mapping[str, Size], known: Known) -> tuple[Size, list[Landing]]:
    """A round from the values `at`: landings where the loop is over are paid for at once."""
    inside = brackets.reduced(brackets.flat(loop.inside.replace(at)), known)
    price, jumps = apart(inside, loop.name)
    kept: list[Landing] = []
    for args, weight in jumps:
        there = dict(zip(loop.variables, args, strict=True))
        verdict = decided(_put(loop.condition, there), known)
        if verdict is False:
            price = price + weight * brackets.reduced(brackets.flat(loop.outside.replace(there)), known)
        else:
            kept.append((args, weight, verdict is True))
    return price, kept


def _put(condition: Condition, values: Mapping[str, Size]) -> Condition:
    return conditioned(condition, lambda size: brackets.flat(size.replace(values)))


def _needed(loop: Loop, price: Size, jumps: list[Landing]) -> list[str]:
    """The variables that decide what is paid."""
    wanted = set(price.free).union(*(weight.free for _, weight, _ in jumps))
    if not all(surely for _, _, surely in jumps):
        wanted |= free(loop.condition) | loop.outside.free
    while True:
        more = {
            name
            for args, _, _ in jumps
            for variable, value in zip(loop.variables, args, strict=True)
            if variable in wanted
            for name in value.free
        } - wanted
        if not more:
            return [name for name in loop.variables if name in wanted]
        wanted |= more


def _number(loop: Loop, variable: str, args: tuple[Size, ...]) -> bool:
    return args[loop.variables.index(variable)].constant() is not None


def _unrolled(
    loop: Loop, needed: list[str], unrolled: list[str], jumps: list[Landing]
) -> dict[Key, Node] | str:
    """The nodes; or a variable that is no number after all."""
    if not unrolled:
        return {}
    places = [loop.variables.index(v) for v in unrolled]
    rest = tuple(v for v in needed if v not in unrolled)
    waiting = [tuple(args[i] for i in places) for args, _, _ in jumps]
    nodes: dict[Key, Node] = {}
    while waiting:
        key = waiting.pop()
        if key in nodes:
            continue
        if len(nodes) >= NODES:
            return unrolled[0]
        at = dict(zip(unrolled, key, strict=True))
        known = loop.known.plus(*facts(_put(loop.condition, at)))
        price, landings = landed(loop, at, known)
        for args, _, _ in landings:
            for i, variable in zip(places, unrolled, strict=True):
                if args[i].constant() is None:
                    return variable
        nodes[key] = node(loop, tuple(unrolled), rest, price, landings, known)
        waiting += [jump.key for jump in nodes[key].jumps]
    return nodes


def node(
    loop: Loop,
    unrolled: tuple[str, ...],
    rest: tuple[str, ...],
    price: Size,
    jumps: list[Landing],
    known: Known,
) -> Node:
    merged: dict[tuple[Key, tuple[Size, ...], bool], Size] = {}
    for args, weight, surely in jumps:
        there = dict(zip(loop.variables, args, strict=True))
        place = tuple(there[v] for v in unrolled), tuple(there[v] for v in rest), surely
        merged[place] = merged.get(place, const(0)) + weight
    found = tuple(Jump(key, values, weight, surely) for (key, values, surely), weight in merged.items())
    return Node(price, found, known)


def parts(condition: Condition) -> tuple[Size, ...]:
    """The condition as sizes that are >= 0 together; absolute values and extremes are taken apart."""
    match condition:
        case Holds(size):
            return tuple(_split(size))
        case All(all_):
            return tuple(size for part in all_ for size in parts(part))
        case Any((one,)):
            return parts(one)
        case Any():
            raise Declined("a loop that goes on in one of several cases")


def _split(size: Size) -> list[Size]:
    for atom in sorted(size.atoms(), key=lambda atom: atom.order):
        if not isinstance(atom, Apply) or size.degree(atom) != 1:
            continue
        pieces = size.coefficients(atom)
        factor, rest = pieces[1].constant(), pieces.get(0, const(0))
        if factor is None or set(pieces) - {0, 1}:
            continue
        args = (*atom.args, -atom.args[0]) if atom.function == "abs" else atom.args
        if atom.function in (("abs", "max") if factor < 0 else ("min",)):
            return [piece for arg in args for piece in _split(rest + arg * factor)]
    return [size]


__all__ = ["Jump", "Key", "Node", "Shape", "landed", "node", "parts", "shaped"]
