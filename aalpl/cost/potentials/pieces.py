"""Values under guards, put together to one size: of what excludes each other the sum, of the rest the worst."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

import attrs

from aalpl.cost.potentials.frames import Frame, framed
from aalpl.cost.potentials.templates import edge
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Atom, Size, given, maximum, minimum

PIECES = 24
SHORT = 4  # terms of a value that is put together with others
TOLD = 3  # how many overlapping pieces are put together from below


@attrs.frozen(eq=False)
class Piece:
    """Where all of `guard` is >= 0: this value. `facts` hold there besides."""

    guard: tuple[Size, ...]
    facts: tuple[Size, ...]
    value: Size


def needed(guard: Iterable[Size]) -> tuple[Size, ...]:
    """The guard without what follows from the rest of it at a glance."""
    kept = list(dict.fromkeys(fact for fact in guard if fact.constant() is None))
    for fact in tuple(kept):
        others = [other for other in kept if other is not fact]
        if framed(others).sign(fact) == 1:
            kept = others
    return tuple(kept)


def together(pieces: Sequence[Piece], side: int, reals: Sequence[str]) -> Size | None:
    """The bound: of pieces that exclude each other the sum, of others the worst."""
    if len(pieces) > PIECES:
        return None
    result = ZERO
    groups = _overlapping(_apart(_same(pieces, side), side, reals), reals)
    alone = [group[0] for group in groups if len(group) == 1]
    for each in _merged(alone, reals):
        result = result + _guarded(each, each.value)
    for group in groups:
        if len(group) > 1:
            result = result + _several(group, side)
    return result


def _same(pieces: Sequence[Piece], side: int) -> list[Piece]:
    """Pieces with one guard as one: the worst of their values."""
    groups: dict[frozenset[Size], list[Piece]] = {}
    for each in pieces:
        groups.setdefault(frozenset(each.guard), []).append(each)
    joined = []
    for group in groups.values():
        values = list(dict.fromkeys(each.value for each in group))
        shared = tuple(fact for fact in group[0].facts if all(fact in each.facts for each in group))
        worst = maximum(*values) if side > 0 else minimum(*values)
        joined.append(Piece(group[0].guard, shared, worst))
    return joined


def _apart(pieces: Sequence[Piece], side: int, reals: Sequence[str]) -> list[Piece]:
    """The pieces, each without what it shares with another that is worse there, as far as that is one fact's doing."""
    kept = list(pieces)
    for i, j in permutations(range(len(kept)), 2):
        worse, other = kept[i], kept[j]
        shared = framed((*worse.facts, *worse.guard, *other.facts, *other.guard), reals)
        if shared.dead or shared.sign(side * _settled(worse.value - other.value, shared)) != 1:
            continue
        there = framed((*other.facts, *other.guard), reals)
        open_ = [fact for fact in worse.guard if there.sign(fact) != 1]
        if len(open_) == 1 and open_[0].free.isdisjoint(reals):
            guard = needed((*other.guard, -open_[0] - 1))
            kept[j] = Piece(guard, (*guard, *other.facts), other.value)
    return kept


def _settled(size: Size, frame: Frame) -> Size:
    """The size without those `max(0, e)` whose e has a sign in the frame."""

    def settled(atom: Atom) -> Size:
        inside = edge(alone(atom))
        sign = None if inside is None else frame.sign(inside)
        if inside is None or sign is None:
            return alone(atom)
        return inside if sign > 0 else ZERO

    return size.map_atoms(settled)


def _several(group: Sequence[Piece], side: int) -> Size:
    if side > 0:
        return maximum(0, *(_guarded(each, each.value) for each in group))
    if len(group) > TOLD or not all(each.value for each in group):
        return ZERO
    if any(len(each.value.whole) > SHORT for each in group):
        return ZERO
    none = ONE
    for each in group:
        none = none * (1 - _guarded(each, ONE))
    return (1 - none) * maximum(0, minimum(*(each.value for each in group)))


def _guarded(each: Piece, value: Size) -> Size:
    result = ONE
    for fact in each.guard:
        result = result * given(fact)
    return result * value


def _overlapping(pieces: Sequence[Piece], reals: Sequence[str]) -> list[list[Piece]]:
    groups: list[list[Piece]] = []
    for each in pieces:
        touching = [g for g in groups if any(_overlap(each, other, reals) for other in g)]
        groups = [g for g in groups if g not in touching]
        groups.append([each, *(other for g in touching for other in g)])
    return groups


def _overlap(one: Piece, other: Piece, reals: Sequence[str]) -> bool:
    return not framed((*one.facts, *other.facts), reals).dead


def _merged(pieces: list[Piece], reals: Sequence[str]) -> list[Piece]:
    """Pieces that are parts of one formula with `max(0, ·)` joined."""
    again = True
    while again:
        again = False
        for one, other in permutations(pieces, 2):
            joined = _joined(one, other, reals)
            if joined is not None:
                pieces = [p for p in pieces if p is not one and p is not other] + [joined]
                again = True
                break
    return [_without_guard(each, pieces, reals) for each in pieces]


def _joined(one: Piece, other: Piece, reals: Sequence[str]) -> Piece | None:
    mine = [fact for fact in one.guard if fact not in other.guard]
    theirs = [fact for fact in other.guard if fact not in one.guard]
    if len(mine) != 1 or -mine[0] - 1 not in theirs:
        return None
    rest = [fact for fact in theirs if fact != -mine[0] - 1]
    if any(framed(one.guard, reals).sign(fact) != 1 for fact in rest):
        return None
    common = (*(fact for fact in one.guard if fact in other.guard), *rest)
    gain = one.value - other.value
    if not framed(other.facts, reals).at(gain):
        return Piece(needed(common), common, one.value)
    if not framed(one.facts, reals).at(gain):
        return Piece(needed(common), common, other.value)
    first = _across(gain, mine[0], common, reals)
    second = _across(-gain, -mine[0] - 1, common, reals)
    values = [base + more for base, more in ((other.value, first), (one.value, second)) if more is not None]
    common = needed(common)
    return Piece(common, common, min(values, key=lambda size: len(str(size)))) if values else None


def _across(gain: Size, fact: Size, common: tuple[Size, ...], reals: Sequence[str]) -> Size | None:
    """[fact >= 0] * gain without the bracket."""
    if not gain:
        return gain
    inside, outside = framed((*common, fact), reals), framed((*common, -fact - 1), reals)
    if inside.sign(gain) == 1 and outside.sign(-gain) == 1:
        return maximum(0, gain)
    if inside.sign(-gain) == 1 and outside.sign(gain) == 1:
        return minimum(0, gain)
    return None


def _without_guard(each: Piece, pieces: Sequence[Piece], reals: Sequence[str]) -> Piece:
    """[g >= 0] * v as max(0, v), where nothing else is said about g < 0."""
    for fact in each.guard:
        common = tuple(other for other in each.guard if other != fact)
        rest = Piece(common, (*common, -fact - 1), ZERO)
        if any(_overlap(rest, other, reals) for other in pieces if other is not each):
            continue
        value = _across(each.value, fact, common, reals)
        if value is not None:
            return Piece(common, common, value)
    return each
