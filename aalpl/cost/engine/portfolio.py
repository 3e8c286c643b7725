"""How often the condition of a loop holds, from the first round on, before it fails for the first time.

Where the state in every round is known (see `rounds`), the condition is one over the number of the round. A part of it
is asked for its first failure (see `closed.crossings`); of parts that must all hold the first failure counts, of parts
one of which must hold the last one, if none of them comes back. A variable that has another formula in the first rounds
makes a condition that is asked for these rounds one by one. Solvers may decline; what they answer is an equation.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.cost.closed.crossings import Lasting, lasting
from aalpl.cost.engine.conditions import indicator
from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Given, Size, Sym, maximum, minimum, sym

FIRST = 3
"""How many rounds at the beginning may have formulas of their own."""

PERIOD = 8
"""The longest period that is looked at."""


@attrs.frozen
class Test:
    """The condition of a loop in its round `index` (0 at first), when the state is solved."""

    condition: Condition
    index: str
    known: Known

    def at(self, round_: Size) -> Condition:
        """The condition in another round."""
        return mapped(self.condition, lambda size: size.replace({self.index: round_}))


Solver = Callable[[Test], Size | None]


def held(test: Test) -> Size | None:
    """In how many rounds the condition holds before it fails for the first time."""
    for solver in PORTFOLIO:
        found = solver(test)
        if found is not None:
            return found
    return None


def mapped(condition: Condition, change: Callable[[Size], Size]) -> Condition:
    """The condition with each size changed."""
    match condition:
        case Holds(size):
            return Holds(change(size))
        case All(parts):
            return All(tuple(mapped(part, change) for part in parts))
        case Any(parts):
            return Any(tuple(mapped(part, change) for part in parts))


# -- solvers -------------------------------------------------------------------------------------------------------


def never(test: Test) -> Size | None:
    """The condition is false at once."""
    match test.condition:
        case Holds(size):
            start = size.replace({test.index: ZERO})
            return ZERO if test.known.proves(-start - 1) else None
        case All(parts):
            found = any(never(attrs.evolve(test, condition=part)) is not None for part in parts)
            return ZERO if found else None
        case Any(parts):
            found = all(never(attrs.evolve(test, condition=part)) is not None for part in parts)
            return ZERO if found else None


def crossing(test: Test) -> Size | None:
    """Each part by its first failure."""
    found = _lasting(test.condition, test)
    if found is None or found.rounds is None:
        return None
    return found.guard * found.rounds


def _lasting(condition: Condition, test: Test) -> Lasting | None:
    match condition:
        case Holds(size):
            found = lasting(size, test.index, test.known)
            opened = _opened(size, test.index) if found is None else None
            return found if opened is None else _lasting(opened, test)
        case All(parts):
            return _all([_lasting(part, test) for part in parts])
        case Any((one,)):
            return _lasting(one, test)
        case Any(parts):
            return _any([_lasting(part, test) for part in parts])


def _all(parts: list[Lasting | None]) -> Lasting | None:
    """Until the first of them fails."""
    guard, rounds, once = ONE, list[Size](), True
    for part in parts:
        if part is None:
            return None
        guard, once = guard * part.guard, once and part.once
        if part.rounds is not None:
            rounds.append(part.rounds)
    return Lasting(guard, minimum(*rounds) if rounds else None, once)


def _any(parts: list[Lasting | None]) -> Lasting | None:
    """Until the last of them fails, if none of them ever comes back."""
    rounds: list[Size] = []
    for part in parts:
        if part is None or not part.once:
            return None
        if part.rounds is not None:
            rounds.append(part.guard * part.rounds)
        elif part.guard == 1:
            return Lasting(ONE, None)
        elif part.guard != 0:
            return None
    return Lasting(ONE, maximum(0, *rounds) if rounds else ZERO)


def _opened(size: Size, index: str) -> Condition | None:
    """max(a, b) + c >= 0 is a + c >= 0 or b + c >= 0; of a minimum both; of a negative one the other."""
    for atom in sorted(size.atoms(), key=str):
        if isinstance(atom, Apply) and atom.function in ("max", "min") and index in alone(atom).free:
            parts = size.coefficients(atom)
            factor = parts.get(1, ZERO).constant()
            if factor is None or not set(parts) <= {0, 1}:
                continue
            rest = parts.get(0, ZERO)
            either = (atom.function == "max") == (factor > 0)
            sizes = tuple(Holds(arg * factor + rest) for arg in atom.args)
            return Any(sizes) if either else All(sizes)
    return None


def until_equal(test: Test) -> Size | None:
    """`e != 0` where e falls by one from a number that is not negative, or rises by one from one not positive."""
    match test.condition:
        case Any((Holds(above), Holds(below))) if above + below == -2:
            above = above + 1
            for size in (above, -above):
                start = size.replace({test.index: ZERO})
                if size == start - sym(test.index) and test.known.proves(start):
                    return start
    return None


def one_by_one(test: Test) -> Size | None:
    """The first rounds, whose formulas are others, and then the rest."""
    for size in _sizes(test.condition):
        for atom in size.atoms():
            if isinstance(atom, Given) and 1 <= _border(atom.condition, test.index) <= FIRST:
                first = indicator(mapped(test.at(ZERO), lambda size: tidy(size, test.known)))
                later = mapped(test.at(sym(test.index) + 1), lambda size: tidy(size, test.known))
                rest = held(attrs.evolve(test, condition=later))
                return None if rest is None else first * (1 + rest)
    return None


def by_residues(test: Test) -> Size | None:
    """Every p-th round by itself, where remainders of the round by p are in the condition."""
    period = _period(test)
    if period is None:
        return None
    found: list[Size] = []
    for residue in range(period):
        at = test.at(sym(test.index) * period + residue)
        part = mapped(at, lambda size: tidy(size, test.known))
        inner = attrs.evolve(test, condition=part)
        rounds = None if _period(inner) == period else held(inner)  # the remainder is still there: give up
        if rounds is None:
            return None
        found.append(rounds * period + residue)
    return minimum(*found)


def _period(test: Test) -> int | None:
    """The number by which a remainder of the round is taken."""
    atoms = {atom for size in _sizes(test.condition) for atom in size.atoms()}
    inside = {inner for atom in atoms if isinstance(atom, Given) for inner in atom.condition.atoms()}
    for atom in sorted(atoms | inside, key=str):
        if isinstance(atom, Apply) and atom.function == "mod" and test.index in atom.args[0].free:
            number = atom.args[1].constant()
            if number is not None and number.denominator == 1 and 2 <= number <= PERIOD:
                return int(number)
    return None


def _border(condition: Size, index: str) -> int:
    """The k of a condition r >= k; 0 of any other."""
    number = (sym(index) - condition).constant()
    return int(number) if number is not None and Sym(index) in condition.atoms() else 0


def _sizes(condition: Condition) -> list[Size]:
    match condition:
        case Holds(size):
            return [size]
        case All(parts) | Any(parts):
            return [size for part in parts for size in _sizes(part)]


PORTFOLIO: tuple[Solver, ...] = (never, crossing, until_equal, one_by_one, by_residues)
