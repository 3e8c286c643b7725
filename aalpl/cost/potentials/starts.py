"""What potentials say at the start: one value for each way to begin, put together by their guards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import islice, product
from math import prod

from aalpl.cost.potentials.frames import MARK, Frame, linear
from aalpl.cost.potentials.guards import projected
from aalpl.cost.potentials.moments import expected
from aalpl.cost.potentials.pieces import Piece, needed
from aalpl.cost.potentials.turns import Turn
from aalpl.cost.potentials.uppers import Found
from aalpl.program.size import (
    Size,
    Sym,
    ceil,
    const,
    floor,
    is_whole,
    maximum,
    minimum,
    sym,
)

POINTS = (0, 1, 3, 40)
POINTED = 120
RESIDUES = 300
KEPT = 3  # how many formulas one minimum has


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
