"""Counted loops that only go from shape to shape: a power of the probability of keeping what is kept.

Shapes that go on in the same way are one. From the shape at the entry a round either keeps it, with probability a, or
leads to where the end is decided; after n rounds it has been kept with probability a^n (a product, where a depends on
the round).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

import attrs

from aalpl.cost.reliability.states import UNTOLD, Calls, Counting
from aalpl.cost.reliability.system import Location, System, index_of
from aalpl.cost.reliability.tidy import tidied
from aalpl.program.size import ONE, ZERO, Apply, Size, big, const, maximum, power, sym
from aalpl.program.size.polynomial import of_atom

Outs = dict[Hashable, Size]


@attrs.frozen
class Block:
    """Shapes that go on alike: how they end, where a round leads, how a round may leave."""

    ends: Mapping[Hashable, Size]
    steps: Mapping[int, Size]
    leaves: Mapping[Hashable, Size]


def powers(system: System) -> Outs | None:
    """The ways out of a counted loop without counters, or None."""
    rounds = _rounds(system)
    if rounds is None:
        return None
    index, low, high = rounds
    blocks = _blocks(system, index, high)
    if blocks is None:
        return None
    settled = {i: ends for i, block in enumerate(blocks) if (ends := _settled(i, block)) is not None}
    n = high - low + 1
    n = n if system.facts.proves(n) else maximum(0, n)
    found = _kept(0, blocks, settled, n, (index, low, high), system)
    if found is not None:
        found |= _calls(system, n)
    return found


def _calls(system: System, n: Size) -> Outs:
    """The calls of all rounds, where every round of every shape makes as many; else they are not told."""
    each: list[dict[str, Size]] = []
    for place in system.places:
        here: dict[str, Size] = {}
        for rule in place.rules:
            if rule.to is None and rule.calls:
                return {UNTOLD: ONE}
            for name, calls in rule.calls:
                here[name] = here.get(name, ZERO) + calls
        each.append(here)
    if any(
        here != each[0] or any(set(c.free) & set(system.places[0].open.values()) for c in here.values())
        for here in each
    ):
        return {UNTOLD: ONE}
    return {Calls(name): n * calls for name, calls in each[0].items()}


def _rounds(system: System) -> tuple[str, Size, Size] | None:
    """The index's name, the first and the last round of a loop that counts by 1."""
    first = system.places[0]
    index = _index(first)
    rest = first.state().rest
    if index is None or not isinstance(rest, Counting):
        return None
    high = rest.high
    low = system.entered[index_of(first.shape) or 0]
    if not isinstance(high, Size) or rest.step != ONE or any(n in high.free for n in first.open.values()):
        return None
    if any(set(place.open) - {index_of(place.shape)} for place in system.places):
        return None
    return index, low, high


def _index(place: Location) -> str | None:
    at = index_of(place.shape)
    return None if at is None else place.open.get(at)


def _blocks(system: System, index: str, high: Size) -> list[Block] | None:
    """The locations, those that go on alike put together, the entry's first."""
    plain: list[tuple[dict[Hashable, Size], dict[int, Size], dict[Hashable, Size]]] = []
    for place in system.places:
        own = _index(place)
        if own is None:
            return None
        ends: dict[Hashable, Size] = {}
        steps: dict[int, Size] = {}
        leaves: dict[Hashable, Size] = {}
        going = high - sym(own)
        known = system.known(place)
        for rule in place.rules:
            stays = known.adding(*rule.guards).proves(going)
            guards = [g for g in rule.guards if g not in (going, -going - 1)]
            if guards:
                return None
            weight = rule.weight.replace({own: sym(index)})
            if rule.to is not None:
                steps[rule.to] = steps.get(rule.to, ZERO) + weight
            else:
                side = leaves if stays else ends
                side[rule.out] = side.get(rule.out, ZERO) + weight
        plain.append((_tidied(ends), _tidied(steps), _tidied(leaves)))
    classes = [0] * len(plain)
    while True:
        keys: dict[Hashable, int] = {}
        new = []
        for ends, steps, leaves in plain:
            merged = _merged(steps, classes)
            key = (frozenset(ends.items()), frozenset(merged.items()), frozenset(leaves.items()))
            new.append(keys.setdefault(key, len(keys)))
        if new == classes:
            break
        if len(set(new)) == len(set(classes)) and classes != [0] * len(plain):
            classes = new
            break
        classes = new
    found: list[Block] = []
    for c in range(len(set(classes))):
        ends, steps, leaves = plain[classes.index(c)]
        found.append(Block(ends, _merged(steps, classes), leaves))
    return found


def _merged(steps: Mapping[int, Size], classes: list[int]) -> dict[int, Size]:
    """Where a round leads, by class."""
    found: dict[int, Size] = {}
    for to, weight in steps.items():
        found[classes[to]] = found.get(classes[to], ZERO) + weight
    return _tidied(found)


Key = TypeVar("Key", bound=Hashable)


def _tidied(chances: Mapping[Key, Size]) -> dict[Key, Size]:
    return {key: tidied(chance) for key, chance in chances.items()}


def _settled(number: int, block: Block) -> Outs | None:
    """How a block ends whatever the number of rounds: it is never left."""
    if set(block.steps) <= {number} and not block.leaves:
        return dict(block.ends)
    return None


def _kept(
    number: int,
    blocks: list[Block],
    settled: Mapping[int, Outs],
    n: Size,
    rounds: tuple[str, Size, Size],
    system: System,
) -> Outs | None:
    if number in settled:
        return dict(settled[number])
    block = blocks[number]
    index, low, high = rounds
    kept = block.steps.get(number, ZERO)
    others = {to: weight for to, weight in block.steps.items() if to != number}
    if not set(others) <= set(settled):
        return None
    lost: Outs = dict(block.leaves)
    for to, weight in others.items():
        for out, chance in settled[to].items():
            lost[out] = lost.get(out, ZERO) + weight * chance
    if index in kept.free or any(index in weight.free for weight in lost.values()):
        if len(lost) != 1 or not system.facts.proves(high - low + 1):
            return None
        all_kept = big("prod", index, low, high, kept)
        (out,) = lost
        share = 1 - all_kept
    else:
        all_kept = raised_to(kept, n) if kept else ZERO
        if not kept and not system.facts.proves(n - 1):
            return None
        out = None
        share = (1 - all_kept) / (1 - kept)
    found = {end: all_kept * chance for end, chance in block.ends.items()}
    for end, weight in lost.items():
        part = share if end == out and index in kept.free else share * weight
        found[end] = found.get(end, ZERO) + part
    return found


def raised_to(base: Size, exponent: Size) -> Size:
    """A power, that of a product factor by factor, that of a power with its exponent multiplied."""
    if len(base.whole) != 1 or base.constant() is not None:
        return power(base, exponent)
    ((monomial, coefficient),) = base.terms.items()
    if coefficient < 0:
        return power(base, exponent)
    result = power(const(coefficient), exponent) if coefficient != 1 else ONE
    for atom, times in monomial:
        if isinstance(atom, Apply) and atom.function == "pow":
            result = result * power(atom.args[0], atom.args[1] * times * exponent)
        else:
            result = result * power(of_atom(atom), exponent * times)
    return result
