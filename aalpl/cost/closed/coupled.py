"""Variables that take each other's places: each depends, some rounds later, on nothing but itself.

Where x' = u(x, y), y' = v(x, y) and p rounds together make each variable a function of itself alone (a swap, a rotation,
two steps on crossed legs), every p-th value is solved by itself, for each start x_0, …, x_{p-1}, and

    x_i = [i = 0 mod p] f_0(i/p) + … + [i = p - 1 mod p] f_{p-1}((i - p + 1)/p).
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.closed import recurrences
from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ZERO, Size, Sym, apply, const, given, sym

PERIODS = (2, 3, 4)
MOST = 4  # variables
TERMS = 8  # of one round's change

Values = Mapping[str, Size]


def solve(updates: Values, starts: Values, rounds: Rounds) -> dict[str, Size] | None:
    """All variables at the beginning of the round at hand; None where no few rounds part them."""
    if not 2 <= len(updates) <= MOST or rounds.low != ZERO:
        return None
    if any(len(update.whole) > TERMS or not _plain(update, updates) for update in updates.values()):
        return None
    for period in PERIODS:
        found = _with_period(period, updates, starts, rounds)
        if found is not None:
            return found
    return None


def _plain(update: Size, updates: Values) -> bool:
    """Whether each term has one of the variables at most, once, and none stands inside a function."""
    for monomial in update.whole:
        inside = [
            atom for atom, _ in monomial if not isinstance(atom, Sym) and alone(atom).free & updates.keys()
        ]
        degree = sum(abs(e) for atom, e in monomial if isinstance(atom, Sym) and atom.name in updates)
        if inside or degree > 1:
            return False
    return True


def _with_period(period: int, updates: Values, starts: Values, rounds: Rounds) -> dict[str, Size] | None:
    here: Values = {name: sym(name) for name in updates}
    for step in range(period):
        here = _after(updates, here, rounds.now + step, rounds)
    if any(value.free & updates.keys() - {name} for name, value in here.items()):
        return None
    turn = f"{rounds.index}.turn"
    first, result = starts, dict.fromkeys(updates, ZERO)
    for residue in range(period):
        inner = attrs.evolve(rounds, index=turn, known=rounds.known.plus(sym(turn)))
        at = {rounds.index: sym(turn) * period + residue}
        back = {turn: (rounds.now - residue) / period}
        for name, update in here.items():
            value = recurrences.solve(name, update.replace(at), first[name], inner)
            if value is None:
                return None
            result[name] = result[name] + _is(rounds.now, residue, period) * value.replace(back)
        first = _after(updates, first, const(residue), rounds)
    return result


def _after(updates: Values, here: Values, round_: Size, rounds: Rounds) -> Values:
    """All variables one round later."""
    at = {rounds.index: round_, **here}
    return {name: update.replace(at) for name, update in updates.items()}


def _is(index: Size, residue: int, period: int) -> Size:
    rest = apply("mod", index, const(period))
    result = ZERO + 1
    if residue > 0:
        result = result * given(rest - residue)
    if residue < period - 1:
        result = result * given(residue - rest)
    return result
