"""Looks for potentials of growing degree, and says what they are worth at the start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from math import gcd

import attrs

from aalpl.cost.potentials.conditions import diligent, integrable
from aalpl.cost.potentials.edges import MOST, edges, with_edges
from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.graph import graph
from aalpl.cost.potentials.moments import NoMoment
from aalpl.cost.potentials.pieces import Piece, together
from aalpl.cost.potentials.starts import piece, rounded, value_of, winners
from aalpl.cost.potentials.systems import drawn, reals, unchanged, with_facts
from aalpl.cost.potentials.templates import Product, powers
from aalpl.cost.potentials.turns import Graph, TooMany
from aalpl.cost.potentials.uppers import Found, Question, potentials
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.cost.result import Step, related
from aalpl.cost.rules.laws import probabilities
from aalpl.cost.rules.nodes import Rules
from aalpl.program.size import ONE, ZERO, Size, is_whole, sym

DEGREES = 3
UNKNOWNS = 400
SMALL = 250  # unknowns up to which a degree above 2 is tried


@attrs.frozen(eq=False)
class Bound:
    """A bound at the start, in which degree it was found, and whether by its pieces it is known to be exact."""

    size: Size
    stage: tuple[int, bool]  # the degree, and whether with `max`
    pieces: tuple[Piece, ...]
    steps: tuple[Step, ...] = ()


@attrs.define(eq=False, slots=False)
class Search:
    """One system, its invariants, what is known at its start."""

    system: Rules
    invariants: Mapping[str, tuple[Size, ...]]
    facts: tuple[Size, ...]
    certain: bool  # no chance left in the system
    work: Work = attrs.field(factory=Work)
    _graphs: dict[bool, Graph | None] = attrs.field(factory=dict)
    _edges: dict[bool, list[Size]] = attrs.field(factory=dict)

    @cached_property
    def reals(self) -> tuple[str, ...]:
        """Names that need not be integers."""
        return reals(self.system)

    def graph(self, early: bool) -> Graph | None:
        """The nodes and turns; None where they are too many."""
        if early not in self._graphs:
            places = with_facts(self.invariants, unchanged(self.facts, self.system), self.system)
            stops = not (self.system.blocked and self.certain)
            try:
                self._graphs[early] = graph(self.system, places, self.facts, early, self.work, stops)
            except (TooMany, TooLarge):
                self._graphs[early] = None
        return self._graphs[early]

    @cached_property
    def unit(self) -> int | None:
        """An integer that divides what any run pays; None where runs, or expectations, pay fractions."""
        costs = [rule.cost for rule in self.system.rules]
        if not self.certain or not all(is_whole(cost) and cost.free.isdisjoint(self.reals) for cost in costs):
            return None
        return gcd(*(value for cost in costs for value in cost.whole.values())) or 1

    @cached_property
    def prices(self) -> frozenset[str]:
        """Names that are only paid: they decide nothing and never change."""
        rules = self.system.rules
        sizes = [*(fact for rule in rules for fact in rule.guard)]
        sizes += [value for rule in rules for jump in rule.jumps for _, value in jump.values]
        used = {name for size in sizes for name in size.free}
        names = {*self.system.parameters, *self.system.constants}
        return frozenset(names - used)

    @cached_property
    def chances(self) -> frozenset[str]:
        """Names in probabilities."""
        found = [
            o.probability for rule in self.system.rules for o in rule.outcomes if o.probability is not None
        ]
        found += [p for rule in self.system.rules for _, law in rule.draws for p in probabilities(law)]
        return frozenset(name for p in found for name in p.free) & self.prices

    def _factors(self, found: Graph) -> list[Product]:
        """What bounds may be multiples of: the prices as they are paid, and one divided by a probability."""
        prices = self.prices
        paid = [
            tuple(
                sym(str(atom)) for atom, exponent in monomial if str(atom) in prices for _ in range(exponent)
            )
            for turn in (*found.turns, *found.starts)
            for monomial in turn.cost.whole
        ]
        rarely: list[Product] = [(), *((ONE / sym(name),) for name in sorted(self.chances))]
        return [(*p, *r) for p in dict.fromkeys(paid) or [()] for r in rarely]

    @cached_property
    def paying(self) -> bool:
        """Whether nothing that is paid is negative."""
        found = self.graph(False)
        return found is not None and all(
            not turn.cost or framed((*turn.facts, *drawn(turn.draws)), self.reals).sign(turn.cost) == 1
            for turn in (*found.turns, *found.starts)
        )

    # -- the two sides ---------------------------------------------------------------------------------------------

    def upper(self, most: int = DEGREES) -> Bound | None:
        """The least bound from above in the lowest degree in which there is one."""
        late = self.graph(False)
        if late is None or not self.paying:
            return None
        for degree, atoms in _stages(most):
            question = self._question(late, degree, atoms, below=False)
            if question is None:
                continue
            solutions = list(potentials(question))
            if not solutions:
                continue
            bound = self._bound(question, solutions)
            return self._early(degree, atoms) or bound
        return None

    def quick(self, most: int) -> Bound | None:
        """A bound from above without `max`, from the first choice on."""
        for degree in range(1, most + 1):
            if (bound := self._early(degree, False)) is not None:
                return bound
        return None

    def lower(self, most: int, above: Bound | None, plain: bool = False) -> Bound | None:
        """The largest bounds from below, up to a degree, or until the one from above is met."""
        if not self.certain and any(o.also for rule in self.system.rules for o in rule.outcomes):
            return None
        best: Bound | None = None
        for early in (True, False):
            stages = [stage for stage in _stages(most) if not (plain and stage[1])]
            if above is not None and above.stage in stages:
                stages = list(dict.fromkeys([above.stage, *stages]))
            for degree, atoms in stages:
                found = self.graph(early)
                question = None if found is None else self._question(found, degree, atoms, below=True)
                with self.work.half():
                    bound = self._below(question)
                if bound is not None and (best is None or bound.size != best.size):
                    best = bound if best is None else self._larger(best, bound)
                if best is not None and above is not None and meets(best, above):
                    return best
            if best is not None and best.size:
                return best
        return best

    def ends(self, most: int = 2) -> bool:
        """Whether a run that goes on for ever pays without limit."""
        found = self.graph(False)
        if found is None:
            return False
        for degree, atoms in _stages(most):
            question = self._question(found, degree, atoms, below=False)
            if question is not None and diligent(found, question.products, degree, question.reals, self.work):
                return True
        return False

    # -- one linear program ----------------------------------------------------------------------------------------

    def _early(self, degree: int, atoms: bool) -> Bound | None:
        found = self.graph(True)
        question = None if found is None else self._question(found, degree, atoms, below=False)
        if question is None:
            return None
        solutions = list(potentials(question))
        return self._bound(question, solutions) if solutions else None

    def _below(self, question: Question | None) -> Bound | None:
        if question is None:
            return None
        solutions = list(potentials(question))
        if not self.certain and not self._integrable(question, solutions):
            single = solutions if len(solutions) > 1 else []
            solutions = [each for each in single if self._integrable(question, [each])]
        return self._bound(question, solutions) if solutions else None

    def _integrable(self, question: Question, found: Sequence[Found]) -> bool:
        for degree in range(question.degree, question.degree + 2):
            more = self._question(question.graph, degree, question.atoms, below=False)
            if more is not None and integrable(
                question.graph, found, more.products, question.reals, self.work
            ):
                return True
        return False

    def _question(self, found: Graph, degree: int, atoms: bool, below: bool) -> Question | None:
        prices = self.prices
        names = [sym(name) for name in self.system.variables if name not in prices]
        plain = [(*factor, *product) for factor in self._factors(found) for product in powers(names, degree)]
        products: list[list[Product]] = [plain] * len(found.nodes)
        if atoms:
            if below not in self._edges:
                self._edges[below] = edges(found, set(self.system.variables), below)
            chosen = self._edges[below][: MOST if degree == 1 else 2]
            if not chosen:
                return None
            products = with_edges(found, names, chosen, degree, self.reals)
            products = [
                [(*factor, *product) for factor in self._factors(found) for product in each]
                for each in products
            ]
        degree += max(len(factor) for factor in self._factors(found))
        unknowns = sum(map(len, products))
        if unknowns > UNKNOWNS or (degree > 2 and unknowns > SMALL):
            return None
        return Question(found, products, degree, atoms, self.reals, below, self.work)

    def _bound(self, question: Question, solutions: Sequence[Found]) -> Bound | None:
        side = -1 if question.below else 1
        names = {*self.system.variables, *self.system.parameters}
        pieces: list[Piece] = []
        for turn in question.graph.starts:
            try:
                values = [value_of(turn, each) for each in solutions]
            except NoMoment:
                return None
            if (unit := self.unit) is not None:
                values = [rounded(value / unit, side) * unit for value in values]
            if side < 0:
                values.append(ZERO)
            value = winners(values, framed(turn.facts, question.reals), side)
            if not value and side > 0:
                continue
            one = piece(turn, value, names, side, exact=side < 0)
            if one is None and side > 0:
                return None
            if one is None:  # where it can be taken is not seen: nothing is claimed wherever it might be
                guard = tuple(fact for fact in turn.guards if fact.free <= names)
                one = Piece(guard, tuple(fact for fact in turn.facts if fact.free <= names), ZERO)
            pieces.append(one)
        size = together(pieces, side, question.reals)
        if size is None:
            return None
        return Bound(
            size, (question.degree, question.atoms), tuple(pieces), self._told(question, solutions[0])
        )

    def _told(self, question: Question, found: Found) -> tuple[Step, ...]:
        """The potentials at lines of the program."""
        how = "at least" if question.below else "at most"
        what = "`rest`, still to be paid" + ("" if self.certain else " on average")
        text = f"{what} is {how} a potential that changes by what is paid, checked in exact fractions"
        case = "expected" if not self.certain else "best" if question.below else "worst"
        lines = ((node.line, found.at(i)) for i, node in enumerate(question.graph.nodes) if node.line)
        return tuple(
            dict.fromkeys(
                related(line, text, (sym("rest"), ">=" if question.below else "<=", value), case)
                for line, value in lines
            )
        )

    def _larger(self, one: Bound, other: Bound) -> Bound:
        size = winners([one.size, other.size], framed(self.facts, self.reals), -1)
        return attrs.evolve(other, size=size)


def _stages(most: int) -> Iterator[tuple[int, bool]]:
    yield 1, False
    if most >= 1:
        yield 1, True
    if most >= 2:
        yield 2, True
        yield 2, False
    if most >= 3:
        yield 3, False


def meets(lower: Bound, upper: Bound) -> bool:
    """Whether both are seen to be the same."""
    if lower.size == upper.size:
        return True
    return {(frozenset(p.guard), p.value) for p in lower.pieces if p.value} == {
        (frozenset(p.guard), p.value) for p in upper.pieces if p.value
    }
