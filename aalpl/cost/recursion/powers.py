"""Divide and conquer of a number that is a power: T(n) = sum_j a_j T(n/b, rounded somehow) + g(n) for n = c b^d.

On the way down nothing is rounded: a part of b P is P. So all calls hand over the same, and the sum over levels is exact.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.recursion.chain import LEVEL, Chain, depth, summed
from aalpl.cost.recursion.levels import exact_log
from aalpl.cost.recursion.parts import Parts, parts
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.solution import Solution
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, Atom, Size, const, power, sym


def powers(of: Recurrence) -> Solution | None:
    """The closed form at a power of the number that entries are divided by."""
    found = parts(of)
    if found is None or found.base is None:
        return None
    start, back = _as_power(of, const(found.base))
    if start is None or not _halved(found):
        return None
    whole = Chain(
        found.number,
        {found.name: sym(found.name) / found.base},
        found.condition,
        found.paid,
        found.last,
    )
    if not _divides(of, whole, start, found.base):
        return None
    solution = summed(attrs.evolve(of, start={**of.start, found.name: start}), whole)
    if solution is None or solution.exact is None:
        return None
    exact = solution.exact.map_atoms(lambda atom: back.get(atom) or alone(atom))
    return attrs.evolve(solution, exact=exact, lower=exact, upper=exact)


def _halved(found: Parts) -> bool:
    """Whether each part of b P is P."""
    assert found.base is not None
    at = {found.name: sym("P") * found.base}
    return all(arg.replace(at) == sym("P") for arg, _ in found.calls)


def _divides(of: Recurrence, whole: Chain, start: Size, base: int) -> bool:
    """Whether the entry is a whole number on every level that is reached."""
    found = exact_log(start, const(base))
    here = start / power(const(base), sym(LEVEL))
    number = depth(whole.condition, {of.params[0]: here}, of.known.plus(sym(LEVEL)))
    if found is None or number is None:
        return False
    rest = found[0].constant()
    return rest is not None and rest.denominator == 1 and of.known.proves(found[1] - tidy(number, of.known))


def _as_power(of: Recurrence, base: Size) -> tuple[Size | None, Mapping[Atom, Size]]:
    """Where the recurrence is entered, as c base^d; and what the power was called."""
    (name,) = of.params
    start = of.start[name]
    if (found := exact_log(start, base)) is not None and found[1].constant() is None:
        return start, {}
    for equality in of.known.equalities:
        for monomial, value in equality.terms.items():
            if len(monomial) != 1 or monomial[0][1] != 1 or alone(monomial[0][0]) != start:
                continue
            other = start - equality / value
            found = exact_log(other, base)
            if found is not None and found[1].constant() is None and start.free.isdisjoint(other.free):
                whole = power(base, found[1])
                atoms = list(whole.atoms())
                plain = len(atoms) == 1 and whole == alone(atoms[0]) and isinstance(atoms[0], Apply)
                return other, {atoms[0]: start / found[0]} if plain else {}
    return None, {}
