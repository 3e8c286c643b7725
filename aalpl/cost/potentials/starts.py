"""What potentials say at the start: one value for each way to begin, put together by their guards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice, permutations, product
from math import prod

import attrs

from aalpl.cost.potentials.frames import MARK, Frame, framed, linear
from aalpl.cost.potentials.graph import Turn
from aalpl.cost.potentials.guards import projected
from aalpl.cost.potentials.moments import NoMoment, expected
from aalpl.cost.potentials.templates import edge
from aalpl.cost.potentials.uppers import Found
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    ONE,
    ZERO,
    Atom,
    Size,
    Sym,
    ceil,
    const,
    floor,
    given,
    is_whole,
    maximum,
    minimum,
    sym,
)

PIECES = 24
SHORT = 4  # terms of a value that is put together with others
TOLD = 3  # how many overlapping pieces are put together from below
POINTS = (0, 1, 3, 40)
POINTED = 120
RESIDUES = 300
KEPT = 3  # how many formulas one minimum has


@attrs.frozen(eq=False)
class Piece:
    """Where all of `guard` is >= 0: this value. `facts` hold there besides."""

    guard: tuple[Size, ...]
    facts: tuple[Size, ...]
    value: Size


def value_of(turn: Turn, found: Found | None) -> Size:
    """What the turn pays and its moves are worth, over the variables at the start. Raises `NoMoment`."""
    total = turn.cost
    for move in turn.moves:
        if found is not None:
            total = total + move.weight * found.at(move.node).replace(move.values)
    return expected(total, dict(turn.draws))


def piece(turn: Turn, value: Size, variables: Iterable[str], side: int, exact: bool) -> Piece | None:
    """The piece of a turn, names that are decided outside put at their limits: 1 for an upper bound, -1 for a lower.

    The guard is what must hold so that there are such names; where `exact` is False it may be less than that."""
    known = set(variables)
    own = sorted(
        {name for size in (*turn.guards, value) for name in size.free} - known - {n for n, _ in turn.draws}
    )
    for name in own:
        if name in value.free:
            limit = _limit(name, turn.facts, value, side)
            if limit is None:
                return None
            value = value.replace({name: limit})
    if set(value.free) - known:
        return None
    guard = projected(turn.guards, own)
    if guard is None:
        if exact:
            return None
        guard = tuple(fact for fact in turn.guards if fact.free <= known)
        value = maximum(
            0, value
        )  # the piece reaches further than the turn: there, too, nothing below 0 is paid
    facts = tuple(fact for fact in turn.facts if fact.free <= known)
    return Piece(needed(guard), (*guard, *facts), value)


def needed(guard: Iterable[Size]) -> tuple[Size, ...]:
    """The guard without what follows from the rest of it at a glance."""
    kept = list(dict.fromkeys(fact for fact in guard if fact.constant() is None))
    for fact in tuple(kept):
        others = [other for other in kept if other is not fact]
        if framed(others).sign(fact) == 1:
            kept = others
    return tuple(kept)


def _limit(name: str, facts: Sequence[Size], value: Size, side: int) -> Size | None:
    """The value of an own name at which the size is largest (or smallest)."""
    rows = [(row[name], fact) for fact in facts if (row := linear(fact)) is not None and name in row]
    if any(name in fact.free and linear(fact) is None for fact in facts):
        return None
    low = [(c, fact - c * sym(name)) for c, fact in rows if c > 0]
    high = [(-c, fact - c * sym(name)) for c, fact in rows if c < 0]
    for c, rest in high:  # name <= rest / c
        for d, other in low:  # name >= -other / d
            width = (rest + other).constant()
            if c == d and width is not None and 0 <= width < c:
                return floor(rest / c)
    atom = next((each for each in value.atoms() if str(each) == name), None)
    if atom is None:  # inside of something
        return None
    slope = value.coefficients(atom)
    if set(slope) - {0, 1} or any(name in size.free for size in slope.values()):
        return None
    rise = slope[1].constant()
    if rise is None:
        return None
    if (rise > 0) == (side > 0):
        return minimum(*(floor(rest / c) for c, rest in high)) if high else None
    return maximum(*(ceil(-rest / c) for c, rest in low)) if low else None


# -- one value of several ------------------------------------------------------------------------------------------


def winners(values: Sequence[Size], frame: Frame, side: int) -> Size:
    """The smallest of upper bounds, the largest of lower ones; those that win at none of some points are left out."""
    values = list(dict.fromkeys(values))
    if len(values) == 1:
        return values[0]
    names = sorted({n for size in (*map(frame.at, values), *frame.extras) for n in size.free})
    choices = [
        POINTS if name.startswith(MARK) else (*POINTS, *(-number for number in POINTS)) for name in names
    ]
    wins: dict[int, set[int]] = {}
    step = max(1, prod(map(len, choices)) // POINTED) | 1
    for point, numbers in enumerate(islice(product(*choices), 0, None, step)):
        at = dict(zip(names, numbers, strict=True))
        seen = _values([frame.at(value) for value in values], frame, at)
        for i, number in enumerate(seen):
            if side * number == min(side * other for other in seen):
                wins.setdefault(i, set()).add(point)
    kept = [values[i] for i in _covering(wins)] or values[:1]
    return minimum(*kept) if side > 0 else maximum(*kept)


def _values(sizes: Sequence[Size], frame: Frame, at: Mapping[str, object]) -> Sequence[Fraction | float]:
    """The sizes at a point, nothing where the facts do not hold there or something is divided by 0."""
    with suppress(ZeroDivisionError):
        if all(extra.value(at) >= 0 for extra in frame.extras):
            return [size.value(at) for size in sizes]
    return ()


def _covering(wins: dict[int, set[int]]) -> list[int]:
    """Few that win everywhere, those first that win most."""
    chosen: list[int] = []
    left = set[int]().union(*wins.values())
    while left and len(chosen) < KEPT:
        best = max(wins, key=lambda i: len(wins[i] & left))
        chosen.append(best)
        left -= wins[best]
    return chosen


def rounded(value: Size, side: int) -> Size:
    """The value of an integer quantity: down from above, up from below."""
    if is_whole(value) or _always_whole(value):
        return value
    if side < 0:
        return ceil(value)
    rest = value.whole.get((), 0)
    if rest == value.under - 1:
        return ceil(value - const(rest) / value.under)
    return floor(value)


def _always_whole(value: Size) -> bool:
    """Whether a polynomial with fractions is an integer at all integers: it is at all residues."""
    names = sorted(value.free)
    if value.under ** len(names) > RESIDUES or any(not isinstance(atom, Sym) for atom in value.atoms()):
        return False
    if any(exponent < 0 for monomial in value.whole for _, exponent in monomial):
        return False
    points = product(range(value.under), repeat=len(names))
    return all(Fraction(value.value(dict(zip(names, at, strict=True)))).denominator == 1 for at in points)


# -- put together --------------------------------------------------------------------------------------------------


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


__all__ = ["NoMoment", "Piece", "piece", "rounded", "together", "value_of", "winners"]
