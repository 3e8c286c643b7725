"""A recurrence in expectation: every draw replaced by its mean, a drawn number that is handed on by a sum over its values.

What one activation draws is independent of what its calls draw. So if v calls itself for e(u), u drawn from a..b, the
expectation of T(e(u)) is (T(e(a)) + … + T(e(b)))/(b - a + 1), T being the expectation; and products of different draws
have the product of their means.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.closed.sums import total
from aalpl.cost.recursion.recurrence import Recurrence, brackets, cases
from aalpl.cost.result import Range
from aalpl.cost.sizes.rewrite import rewrite
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.cost.sizes.tidy import gathered, tidy
from aalpl.program.size import ONE, ZERO, Apply, Atom, Indexed, Size, Sym, given, sym
from aalpl.program.types import Uniform


def averaged(of: Recurrence, ranges: Mapping[str, Range]) -> Recurrence | None:
    """The recurrence of the expectation; None where something observed is not drawn, or inside something else."""
    body = of.body
    for atom in _observed(body, ranges):
        found = _averaged(body, atom, ranges[atom.name], of)
        if found is None:
            return None
        body = found
    if body.free & ranges.keys():
        return None
    return unlooped(attrs.evolve(of, body=tidy(gathered(body), of.known)))


def unlooped(of: Recurrence) -> Recurrence | None:
    """T(v) = q T(v) + E with a chance q < 1 of the very same call is T(v) = E/(1 - q); None where q may be 1."""
    same = Apply(of.unknown, tuple(sym(name) for name in of.params))
    if same not in of.body.atoms():
        return of
    parts = of.body.coefficients(same)
    factor = parts.get(1, ZERO)
    split = cases(factor, of.known, brackets(factor))
    calling = [case for case in split or [] if case.body]
    if set(parts) - {0, 1} or len(calling) != 1:
        return None
    chance, here = calling[0].body, ONE
    for fact in calling[0].facts:
        here = here * given(fact)
    if chance.constant() == 1 or not (of.known.proves(chance) and of.known.proves(1 - chance)):
        return None
    rest = parts.get(0, ZERO)
    return attrs.evolve(of, body=tidy(rest + here * rest * (1 / (1 - chance) - 1), of.known))


def _observed(size: Size, ranges: Mapping[str, Range]) -> list[Sym | Indexed]:
    found: dict[Sym | Indexed, None] = {}

    def collect(atom: Sym | Indexed) -> Size | None:
        if atom.name in ranges:
            found[atom] = None
        return None

    rewrite(size, collect)
    return sorted(found, key=str)


def _averaged(body: Size, atom: Sym | Indexed, limits: Range, of: Recurrence) -> Size | None:
    """The mean over one draw."""
    mean = limits.probability if limits.probability is not None else limits.mean
    if isinstance(limits.law, Uniform) and isinstance(atom, Sym):
        return _uniform(body, atom, limits.law, of)
    if isinstance(atom, Indexed) or mean is None or not _plain(body, atom):
        return None
    return body.map_atoms(lambda other: mean if other == atom else alone(other))


def _plain(body: Size, atom: Atom) -> bool:
    """Whether the atom is a factor of terms and nothing else."""
    inside = {name for other in body.atoms() if other != atom for name in alone(other).free}
    return body.degree(atom) <= 1 and not alone(atom).free & inside


def _uniform(body: Size, atom: Sym, law: Uniform, of: Recurrence) -> Size:
    """The sum over the values, divided by how many there are."""
    with_it, without = ZERO, ZERO
    for monomial, value in body.terms.items():
        term = assembled({monomial: value})
        if atom.name in term.free:
            with_it = with_it + term
        else:
            without = without + term
    index = "drawn°"
    summed = total(index, law.low, law.high, with_it.replace({atom.name: sym(index)}), of.known)
    return without + summed / (law.high - law.low + 1)
