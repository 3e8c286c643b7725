"""Proofs of `size >= 0` by regions: on each side of every bracket, maximum and minimum the size is a plainer one.

`max(0, 2*x)` and `2*x if x > 0 else 0` differ as written; where x >= 0 and where x <= -1 they do not. A region in which the
conditions contradict each other is left out.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.claims.normal import identical
from aalpl.cost.growth.scale import Scale
from aalpl.cost.sizes.known import Known
from aalpl.program.cases import alternatives, put, splits
from aalpl.program.prove import Facts
from aalpl.program.size import ZERO, Apply, Atom, Big, Given, Size, apply, big, given

DEPTH = 6
REGIONS = 96


class _Spent(Exception):
    """Too many regions."""


@attrs.frozen
class Domain:
    """The sizes that are meant: `facts` hold of them; `known` knows where probabilities and constants lie."""

    facts: Facts
    known: Scale

    def positive(self, size: Size) -> bool:
        """Whether the size is above 0 for sure."""
        return (
            self.known.positive(size) if size.free <= self.known.fixed else self.facts.proves_positive(size)
        )

    def proves(self, goal: Size) -> bool:
        """Whether `goal >= 0` on the whole domain."""
        if self.facts.proves(goal) or self._zero(goal) or self._known(goal):
            return True
        try:
            return _everywhere(self, goal, DEPTH, [REGIONS])
        except _Spent:
            return False

    def holds(self, goal: Size) -> bool:
        """The same without regions."""
        return self.facts.proves(goal) or self._zero(goal)

    def _known(self, goal: Size) -> bool:
        """What powers, logarithms and roundings say of themselves, where all symbols stand for integers."""
        others = self.known.fixed | frozenset(self.facts.reals)
        whole = tuple(size for size in self.facts.known if size.free.isdisjoint(others))
        return goal.free.isdisjoint(others) and Known(whole).proves(goal)

    def _zero(self, goal: Size) -> bool:
        return identical(self.facts.rewritten(goal), ZERO, self.positive)


def _everywhere(domain: Domain, goal: Size, depth: int, left: list[int]) -> bool:
    facts = domain.facts
    goal = _plainer(facts, facts.rewritten(goal))
    if domain.holds(goal):
        return True
    if not depth:
        return False
    if (both := next(_both_ways(goal), None)) is not None:
        return all(_everywhere(domain, way, depth - 1, left) for way in both)
    atom = next(_splitting(goal), None)
    if atom is None:
        weaker = _weakened(goal, facts)
        return weaker != goal and domain.holds(weaker)
    for value, conditions in alternatives(atom):
        left[0] -= 1
        if left[0] < 0:
            raise _Spent
        region = facts.adding(*conditions)
        if region.contradictory:
            continue
        inside = attrs.evolve(domain, facts=region)
        if not _everywhere(inside, _put(goal, atom, value), depth - 1, left):
            return False
    return True


def _splitting(size: Size) -> Iterator[Atom]:
    """Atoms that are one thing on one side and another on the other, wherever they stand; those inside others first."""
    for atom in sorted(size.atoms(), key=lambda a: a.order):
        match atom:
            case Apply(_, args):
                for arg in args:
                    yield from _splitting(arg)
            case Given(condition):
                yield from _splitting(condition)
            case Big(_, index, low, high, body):
                yield from _splitting(low)
                yield from _splitting(high)
                yield from (a for a in _splitting(body) if index not in Size({((a, 1),): 1}).free)
            case _:
                pass
        if splits(atom):
            yield atom


def _put(size: Size, atom: Atom, value: Size) -> Size:
    """With `value` in the place of an atom at every depth."""

    def change(other: Atom) -> Size:
        if other == atom:
            return value
        match other:
            case Apply(function, args):
                return apply(function, *(_put(arg, atom, value) for arg in args))
            case Given(condition):
                return given(_put(condition, atom, value))
            case Big(operator, index, low, high, body):
                return big(
                    operator,
                    index,
                    _put(low, atom, value),
                    _put(high, atom, value),
                    _put(body, atom, value),
                )
            case _:
                return Size({((other, 1),): 1})

    return size.map_atoms(change)


def _plainer(facts: Facts, size: Size) -> Size:
    """With the brackets, maxima and minima that the facts decide."""
    for atom in sorted(set(_splitting(size)), key=lambda a: a.order):
        for value, conditions in alternatives(atom):
            if all(facts.proves(condition) for condition in conditions):
                size = put(size, atom, value) if atom in size.atoms() else _put(size, atom, value)
                break
    return size


def _both_ways(size: Size) -> Iterator[tuple[Size, Size]]:
    """Where floor(x) and ceil(x) both occur: x is an integer, or they differ by 1."""
    roundings = {a for a in size.atoms() if isinstance(a, Apply) and a.function in ("floor", "ceil")}
    for atom in sorted(roundings, key=lambda a: a.order):
        up = Apply("ceil", atom.args)
        if atom.function == "floor" and up in roundings:
            whole = _put(_put(size, atom, atom.args[0]), up, atom.args[0])
            yield whole, _put(size, up, Size({((atom, 1),): 1}) + 1)


def _weakened(size: Size, facts: Facts) -> Size:
    """At most this size: a sum of minima that is taken off is at most as often one of their sides as it has terms."""
    for atom in size.atoms():
        match atom:
            case Big("sum", index, low, high, body) if size.degree(atom) == 1:
                factor = size.coefficients(atom)[1].constant()
                sides = [side for side in _sides(body) if index not in side.free]
                number = high - low + 1
                if factor is not None and factor < 0 and sides and facts.proves(number):
                    size = put(size, atom, sides[0] * number)
            case _:
                pass
    return size


def _sides(size: Size) -> tuple[Size, ...]:
    """The arguments of a minimum; the size itself where it is none."""
    for atom in size.atoms():
        if isinstance(atom, Apply) and atom.function == "min" and size == Size({((atom, 1),): 1}):
            return atom.args
    return (size,)
