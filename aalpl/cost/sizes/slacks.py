"""Atoms written as polynomials in slacks, which are never negative: the arithmetic of proofs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Atom, Size, Sym, const, sym

SLACK = "§"
ENDS = 4  # how many atoms between two limits one proof tries both ends of
LONG = 40  # a size of more terms is hardly tried at all


@attrs.frozen
class Slacks:
    """Atoms put as polynomials in slacks (`§0`, `§1`, … >= 0), and facts that no atom was left for."""

    solved: Mapping[Atom, Size]
    rest: tuple[Size, ...]
    count: int

    def reduce(self, size: Size) -> Size:
        """The size over slacks and atoms without facts."""
        if not any(atom in self.solved for atom in size.atoms()):
            return size
        return size.map_atoms(lambda atom: self.solved.get(atom) or alone(atom))

    def plus(self, facts: Iterable[Size]) -> Slacks:
        """With more facts."""
        slacks = self
        for fact in facts:
            slacks = slacks._and(fact)
        return slacks

    def equal(self, equality: Size) -> Slacks:
        """With a size that is 0."""
        reduced = self.reduce(equality)
        for atom in _pivots(reduced) + _pivots(-reduced):
            ((_, value),) = ((m, c) for m, c in reduced.terms.items() if m == ((atom, 1),))
            return self._put(atom, alone(atom) - reduced / value, 0)
        return self

    def _and(self, fact: Size) -> Slacks:
        reduced = self.reduce(fact)
        if _positive(reduced):
            return self if not _new_atoms(reduced) else self._pivot(reduced)
        return self._pivot(reduced)

    def _pivot(self, reduced: Size) -> Slacks:
        fresh = sym(f"{SLACK}{self.count}")
        for atom in _pivots(reduced):
            value = reduced.terms[((atom, 1),)]
            replacement = (fresh - reduced) / value + alone(atom)
            if not _is_slack(atom) or _positive(replacement):
                return self._put(atom, replacement, 1)
        return attrs.evolve(self, rest=(*self.rest, reduced))

    def _put(self, atom: Atom, replacement: Size, used: int) -> Slacks:
        def inside(size: Size) -> Size:
            return size.map_atoms(lambda a: replacement if a == atom else alone(a))

        solved = {a: inside(size) if atom in size.atoms() else size for a, size in self.solved.items()}
        solved[atom] = replacement
        rest = tuple(r for r in map(inside, self.rest) if not _positive(r))
        return Slacks(solved, rest, self.count + used)

    def nonnegative(self, size: Size) -> bool:
        """Whether the size is >= 0."""
        return self._tried(self.reduce(size), ENDS, 2)

    def _tried(self, size: Size, ends: int, sums: int) -> bool:
        if _positive(size):
            return True
        if len(size.whole) > LONG:
            ends, sums = min(ends, 1), 0
        if ends:
            for atom, limit in self._boxes(size):
                low, high = size.map_atoms(_put_for(atom, const(0))), size.map_atoms(_put_for(atom, limit))
                if self._tried(low, ends - 1, sums) and self._tried(high, ends - 1, sums):
                    return True
                break
        if sums:
            return any(self._tried(size - used, 0, sums - 1) for used in self._useful(size))
        return False

    def _boxes(self, size: Size) -> Iterator[tuple[Atom, Size]]:
        """Slacks in which the size is linear, with a limit above from the facts left over."""
        for fact in self.rest:
            for monomial, value in fact.whole.items():
                if value < 0 and len(monomial) == 1 and monomial[0][1] == 1:
                    atom = monomial[0][0]
                    limit = alone(atom) - fact * fact.under / value
                    free = atom not in limit.atoms() and _is_slack(atom)
                    if free and _positive(limit) and size.degree(atom) == 1 and atom in _negative_atoms(size):
                        yield atom, limit

    def _useful(self, size: Size) -> Iterator[Size]:
        """Left-over facts, scaled so that taking one away cancels a negative term."""
        for fact in self.rest:
            for monomial, value in size.whole.items():
                there = fact.whole.get(monomial, 0)
                if value < 0 and there < 0:
                    yield fact * Fraction(value * fact.under, there * size.under)


def _put_for(atom: Atom, value: Size) -> Callable[[Atom], Size]:
    return lambda other: value if other == atom else alone(other)


def _is_slack(atom: Atom) -> bool:
    return isinstance(atom, Sym) and atom.name.startswith(SLACK)


def _positive(size: Size) -> bool:
    """Whether all terms are >= 0 because they are made of slacks."""
    return all(
        value > 0 and all(_is_slack(atom) or exponent % 2 == 0 for atom, exponent in monomial)
        for monomial, value in size.whole.items()
    )


def _new_atoms(size: Size) -> bool:
    return any(not _is_slack(atom) for atom in size.atoms())


def _negative_atoms(size: Size) -> set[Atom]:
    return {atom for monomial, value in size.whole.items() if value < 0 for atom, _ in monomial}


def _pivots(size: Size) -> list[Atom]:
    """Atoms that stand alone with a positive coefficient and nowhere else: those without facts first."""
    found = []
    for monomial, value in size.whole.items():
        if value > 0 and len(monomial) == 1 and monomial[0][1] == 1:
            atom = monomial[0][0]
            if sum(any(a == atom for a, _ in other) for other in size.whole) == 1:
                found.append(atom)
    return sorted(found, key=lambda atom: (_is_slack(atom), isinstance(atom, Sym), str(atom)))
