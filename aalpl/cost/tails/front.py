"""A bound of a quantity that holds with probability 1 - delta.

By three means, each sound by itself; delta is shared equally by whatever may go wrong (a union bound):
    rounds         N loops of which every round is the last one with probability q have at most
                   ceil(ln(N/delta) / -ln(1-q)) rounds each: (1-q)^n <= delta/N
    all rounds     of N such loops together are at most n, where n*q - sqrt(n*ln(1/delta)/2) >= N: among n rounds there are
                   N last ones (Hoeffding, as below)
    sums           of independent draws c_i*X_i, X_i in {0, 1}: at most their mean + sqrt(ln(1/delta)/2 * sum of c_i^2)
                   (Hoeffding, Probability inequalities for sums of bounded random variables, 1963)
    a lead         that gains g a round on average in steps of at most 1, and ends at d, takes at most n rounds, where
                   n*g - sqrt(2n*ln(1/delta)) >= d (`reliability/lasting.py`)
    expectations   at most E/delta (Markov), where nothing better is known
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.lower.front import lower
from aalpl.cost.reliability.lasting import lasting
from aalpl.cost.result import Analysis, Answer, Quantity, Range
from aalpl.cost.sizes.known import Known
from aalpl.cost.tails.ending import endings
from aalpl.program.nodes import Program
from aalpl.program.size import (
    ONE,
    ZERO,
    Atom,
    Big,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    const,
    maximum,
    minimum,
    power,
)
from aalpl.program.size.polynomial import of_atom
from aalpl.program.types import Bernoulli

HALF = const(Fraction(1, 2))


@attrs.frozen
class Tail:
    """The quantity is at most `bound` but for the probability that was asked; `by` are the inequalities."""

    bound: Size
    by: tuple[str, ...]


@attrs.define
class Tails:
    """Tails of one function's quantities."""

    program: Program
    analysis: Analysis
    delta: Fraction
    _endings: dict[str, Size] | None = None

    def tail(self, quantity: Quantity) -> Tail | None:
        """A bound that is below the worst case; None where there is none."""
        answer = self.analysis.answer(quantity)
        if answer.exact is not None and answer.exact == answer.upper and not answer.conditional:
            return None
        return self._structural(answer) or self._lead(quantity, answer) or self._markov(answer)

    # -- by structure ----------------------------------------------------------------------------------------------

    def _structural(self, answer: Answer) -> Tail | None:
        exact, known = answer.exact, self.analysis.known
        if exact is None or known is None:
            return None
        ranges = dict(self._ranges(exact))
        chances = {name: self._ending(limits) for name, limits in ranges.items() if name.startswith("T@")}
        loops = {n for n, limits in ranges.items() if limits.high is None or chances.get(n) is not None}
        chances = {name: chances.get(name) for name in loops}
        sums = list(self._sums(exact))
        if not (loops or sums) or any(chance is None for chance in chances.values()):
            return None
        share = const(self.delta / (len(loops) + len(sums)))
        for term, mean, squares in sums:
            exact = exact + (mean + power(apply("log", 1 / share) / 2 * squares, HALF)) - term
        limits = dict(self.analysis.observables)
        exact = self._together(exact, chances, share, limits)
        waiting = {name: chance for name, chance in chances.items() if name in exact.free}
        while waiting:
            found = next(((n, m) for n in waiting for m in [_members(exact, n, limits, known)] if m), None)
            if found is None:
                return None
            name, members = found
            chance = waiting.pop(name)
            assert chance is not None
            most, high = _rounds(members / share, chance), limits[name].high
            limits[name] = attrs.evolve(limits[name], high=most if high is None else minimum(most, high))
        bound = _extreme(exact, limits, known)
        by = (("rounds",) if loops else ()) + (("hoeffding",) if sums else ())
        if bound is None or self._loose(bound) or bound == answer.upper:
            return None
        capped = sums and not answer.conditional and answer.upper is not None
        return Tail(minimum(bound, answer.upper) if capped and answer.upper is not None else bound, by)

    def _together(
        self, exact: Size, chances: Mapping[str, Size | None], share: Size, limits: Mapping[str, Range]
    ) -> Size:
        """The form with sums over rounds of loops of which every round may be the last one bounded as a whole."""
        known = self.analysis.known
        assert known is not None
        for atom in exact.atoms():
            name = next((n for n in chances if n in of_atom(atom).free), None)
            if not isinstance(atom, Big) or name is None or exact.degree(atom) != 1:
                continue
            members = _members(exact, name, limits, known)
            rounds = _plain(atom, name)
            chance = chances[name]
            if members is None or chance is None or rounds is None or self._loose(members):
                continue
            factor = exact.coefficients(atom)[1]
            if name in factor.free or name in (exact - factor * of_atom(atom)).free:
                continue
            each = members * _rounds(members / share, chance)
            total = apply("ceil", _reached(members, chance, apply("log", 1 / share) / 2))
            exact = exact - factor * of_atom(atom) + factor * rounds * minimum(each, total)
        return exact

    def _ranges(self, exact: Size) -> Iterator[tuple[str, Range]]:
        for name, limits in self.analysis.observables.items():
            if name in exact.free:
                yield name, limits

    def _ending(self, limits: Range) -> Size | None:
        """How probably a round of an observed loop is its last one, where that is a number or a declared probability."""
        if self._endings is None:
            self._endings = endings(lower(self.program))
        found = self._endings.get(limits.place)
        declared = self.program.sizes
        if found is None or not all(n in declared and declared[n].kind == "prob" for n in found.free):
            return None
        return found

    def _sums(self, exact: Size) -> Iterator[tuple[Size, Size, Size]]:
        """Sums of independent draws in a form: each with its mean and the sum of squares of its factors."""
        for monomial, factor in exact.terms.items():
            if factor <= 0 or not any(isinstance(atom, Big) for atom, _ in monomial):
                continue
            rest = const(factor)
            sums = [
                atom for atom, e in monomial if isinstance(atom, Big) and atom.operator == "sum" and e == 1
            ]
            if len(sums) != 1:
                continue
            for atom, e in monomial:
                if atom is not sums[0]:
                    rest = rest * of_atom(atom) ** e
            split = self._drawn(sums[0])
            if split is not None and not self._loose(rest) and self._positive(rest):
                mean, squares = split
                yield rest * of_atom(sums[0]), rest * mean, rest * rest * squares

    def _drawn(self, of: Big) -> tuple[Size, Size] | None:
        """The mean and the sum of squares of a sum over c_i * X_i, with X_i drawn by itself for each i."""
        atoms = [
            a for a in of.body.atoms() if isinstance(a, Sym | Indexed) and a.name in self.analysis.observables
        ]
        if len(atoms) != 1 or self._loose(of.low) or self._loose(of.high) or of.body.degree(atoms[0]) != 1:
            return None
        (atom,) = atoms
        law = self.analysis.observables[atom.name].law
        own = isinstance(atom, Indexed) and any(index.free == {of.index} for index in atom.indices)
        factors = of.body.coefficients(atom)
        if not own or not isinstance(law, Bernoulli) or factors.get(0, ZERO) or self._loose(law.p):
            return None
        if any(self._loose(each) for each in factors.values()) or not set(law.p.free) <= set(
            self.program.sizes
        ):
            return None
        factor = factors[1]
        mean = big("sum", of.index, of.low, of.high, factor * law.p)
        return mean, big("sum", of.index, of.low, of.high, factor * factor)

    def _loose(self, size: Size) -> bool:
        return any(name in self.analysis.observables for name in size.free)

    def _positive(self, size: Size) -> bool:
        return self.analysis.known is not None and self.analysis.known.proves(size)

    # -- by a lead -------------------------------------------------------------------------------------------------

    def _lead(self, quantity: Quantity, answer: Answer) -> Tail | None:
        if quantity.kind != "calls" or quantity.critical or not answer.conditional:
            return None
        found = lasting(self.program, self.analysis.function)
        if not found:
            return None
        spread = 2 * apply("log", 1 / const(self.delta))
        bounds = [
            each.before + each.each * apply("ceil", _reached(each.goal, each.drift, spread)) for each in found
        ]
        return Tail(maximum(*bounds) if len(bounds) > 1 else bounds[0], ("drift",))

    # -- by the expectation ----------------------------------------------------------------------------------------

    def _markov(self, answer: Answer) -> Tail | None:
        high = answer.expected.high
        if high is None or not answer.conditional or self._loose(high):
            return None
        return Tail(high / const(self.delta), ("markov",))


def _rounds(share: Size, chance: Size) -> Size:
    """The rounds that a loop has more of with probability 1/share at most."""
    return apply("ceil", apply("log", share) / -apply("log", 1 - chance))


def _reached(goal: Size, drift: Size, spread: Size) -> Size:
    """The least n with n*drift - sqrt(n*spread) >= goal."""
    return goal / drift + (spread + power(spread * (spread + 4 * drift * goal), HALF)) / (2 * drift**2)


def _plain(of: Big, name: str) -> Size | None:
    """The factor c of a sum, or sum of sums, of c*T over the members T of a family."""
    if len(of.body.whole) != 1 or of.operator != "sum":
        return None
    ((monomial, factor),) = of.body.terms.items()
    held = [atom for atom, _ in monomial if name in of_atom(atom).free]
    if len(held) != 1 or of.body.degree(held[0]) != 1:
        return None
    rest = of.body.coefficients(held[0])[1]
    if of.index in rest.free or factor <= 0:
        return None
    if isinstance(held[0], Indexed):
        return rest
    inner = _plain(held[0], name) if isinstance(held[0], Big) else None
    return None if inner is None or of.index in inner.free else rest * inner


def _members(exact: Size, name: str, limits: Mapping[str, Range], known: Known) -> Size | None:
    """How many loops of a family there are at most."""
    if Sym(name) in set(_atoms(exact)):
        return ONE
    total = ZERO
    for atom in exact.atoms():
        if isinstance(atom, Big) and name in atom.body.free:
            total = total + _counted(atom, name)
        elif name in of_atom(atom).free:
            return None
    return _extreme(total, limits, known)


def _counted(of: Big, name: str) -> Size:
    """The number of members that a sum goes through: 1 for each of its terms."""
    inner = [a for a in of.body.atoms() if isinstance(a, Big) and name in a.body.free]
    body = ONE if not inner else sum((_counted(each, name) for each in inner), ZERO)
    return big("sum", of.index, of.low, of.high, body)


def _atoms(size: Size) -> Iterator[Atom]:
    yield from size.atoms()


def _extreme(size: Size, limits: Mapping[str, Range], known: Known) -> Size | None:
    if any(limits[name].high is None for name in size.free if name in limits):
        return None
    try:
        inside = Known(known.facts, known.equalities, limits, known.families, known.signed)
        return Bounds(inside, limits).extreme(size, 1)
    except Unbounded:
        return None
