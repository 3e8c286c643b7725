"""Finite chains: one linear equation for each state, H_s = price_s + sum of weight times H of the next state.

The weights of the ways on are at most 1 together, so the equations have one solution exactly where the chain is left with
probability 1 from every state (Kemeny and Snell 1960); no other solution is used.
"""

from __future__ import annotations

from aalpl.cost.chance import brackets
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import Field, Ratio, solution
from aalpl.cost.chance.shapes import NODES, Key, Node, Shape, shaped
from aalpl.cost.chance.telling import unrolled
from aalpl.cost.chance.undecided import by_cases
from aalpl.cost.chance.walker import Loop, Walker
from aalpl.cost.engine.conditions import decided
from aalpl.cost.form.steps import conditioned
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, big, given, indexed


def chain(shape: Shape) -> Size | None:
    """All that matters takes finitely many values."""
    if shape.rest or not all(jump.surely for node in shape.nodes.values() for jump in node.jumps):
        return None
    return shape.whole(values(dict(shape.nodes), shape.loop))


def values(nodes: dict[Key, Node], loop: Loop) -> dict[Key, Size]:
    """H in every state."""
    keys = list(nodes)
    place = {key: i for i, key in enumerate(keys)}
    sizes = [size for node in nodes.values() for size in (node.price, *(jump.weight for jump in node.jumps))]
    field = Field(sizes)
    rows: list[list[Ratio]] = []
    for i, key in enumerate(keys):
        row = [field.zero] * (len(keys) + 1)
        row[i] = field.one
        for jump in nodes[key].jumps:
            row[place[jump.key]] = row[place[jump.key]] - field.ratio(jump.weight)
        row[-1] = field.ratio(nodes[key].price)
        rows.append(row)
    found = solution(rows)
    if found is None:
        raise Declined(f"the loop at line {loop.span.line} may never end", loop.span)
    return {key: field.size(ratio, loop.known) for key, ratio in zip(keys, found, strict=True)}


# -- loops left open -------------------------------------------------------------------------------------------------


def resolved(size: Size, walker: Walker) -> Size:
    """Open loops that begin in a state of numbers: the states that are reached from it are unrolled."""
    return size.map_atoms(lambda atom: _resolved(atom, walker))


def _resolved(atom: Atom, walker: Walker) -> Size:
    match atom:
        case Apply(name, args) if name in walker.pending:
            found = by_cases(walker.pending[name], lambda loop: begun(loop, args))
            return alone(atom) if found is None else found
        case Apply(function, args):
            return apply(function, *(resolved(arg, walker) for arg in args))
        case Big(operator, index, low, high, body):
            return big(operator, index, low, high, resolved(body, walker))
        case Given(condition):
            return given(resolved(condition, walker))
        case Indexed(name, indices):
            return indexed(name, *(resolved(i, walker) for i in indices))
        case Sym():
            return alone(atom)


def begun(loop: Loop, args: tuple[Size, ...]) -> Size | None:
    """H from a state of numbers, by unrolling; None where it is not one, or there are too many."""
    start = dict(zip(loop.variables, args, strict=True))
    verdict = decided(
        conditioned(loop.condition, lambda size: brackets.flat(size.replace(start))), loop.known
    )
    if verdict is False:
        return brackets.flat(loop.outside.replace(start))
    needed = _mattering(shaped(loop))
    if verdict is None or any(start[name].constant() is None for name in needed):
        return None
    nodes = _states(loop, needed, start, loop.known)
    if nodes is None:
        return None
    found = values(nodes, loop)
    unrolled(loop, needed, found)
    return found[tuple(start[name] for name in needed)]


def _mattering(shape: Shape) -> list[str]:
    return [name for name in shape.loop.variables if name in {*shape.unrolled, *shape.rest}]


def _states(loop: Loop, needed: list[str], start: dict[str, Size], known: Known) -> dict[Key, Node] | None:
    from aalpl.cost.chance.shapes import landed, node

    waiting = [tuple(start[name] for name in needed)]
    nodes: dict[Key, Node] = {}
    while waiting:
        key = waiting.pop()
        if key in nodes:
            continue
        if len(nodes) >= NODES:
            return None
        price, landings = landed(loop, dict(zip(needed, key, strict=True)), known)
        nodes[key] = node(loop, tuple(needed), (), price, landings, known)
        for jump in nodes[key].jumps:
            if not jump.surely or any(value.constant() is None for value in jump.key):
                return None
            waiting.append(jump.key)
    return nodes
