"""The front door: bounds of what a system of rules pays, from its start to its end.

make ready -> choices and turns -> potentials of growing degree -> values at the start
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.graph import Graph, TooMany, graph
from aalpl.cost.potentials.starts import NoMoment, best_of, piece, rounded, together, value_of
from aalpl.cost.potentials.systems import apart, demonic, reals, refused, unchanged, with_facts
from aalpl.cost.potentials.templates import Product, powers
from aalpl.cost.potentials.uppers import Found, Question, potentials
from aalpl.cost.result import Bracket, Unknown
from aalpl.cost.rules.nodes import Rules
from aalpl.program.size import Size, is_whole, sym

DEGREES = (1, 2, 3)
UNKNOWNS = 600

Invariants = Mapping[str, tuple[Size, ...]]


def bracket(system: Rules, invariants: Invariants, known: Sequence[Size] = ()) -> Bracket:
    """Bounds of what the system pays; `invariants` hold at its locations, `known` at its start."""
    why = refused(system)
    if why is not None:
        return Bracket(reason=Unknown(why))
    facts = tuple(dict.fromkeys((*system.facts, *known)))
    ready = _Ready(apart(system), invariants, facts)
    return ready.bracket()


@attrs.define
class _Ready:
    system: Rules
    invariants: Invariants
    facts: tuple[Size, ...]

    def bracket(self) -> Bracket:
        worst = demonic(self.system) if self.system.random else self.system
        upper = self._upper(worst, whole=True)
        expected = upper
        if self.system.random:
            expected = None if self.system.conditioned else self._upper(self.system, whole=False)
        return Bracket(upper=upper, expected_upper=expected)

    def _graphs(self, system: Rules) -> Iterator[Graph]:
        always = unchanged(self.facts, system)
        places = with_facts(self.invariants, always, system)
        for early in (True, False):
            try:
                yield graph(system, places, self.facts, early)
            except TooMany:
                continue

    def _upper(self, system: Rules, whole: bool) -> Size | None:
        graphs = [found for found in self._graphs(system) if self._paying(found, system)]
        for degree in DEGREES:
            for found in graphs:
                stage = _question(found, system, degree)
                solutions = [] if stage is None else list(potentials(stage))
                if stage is not None and solutions:
                    return self._start(stage, solutions, 1, whole)
        return None

    def _paying(self, found: Graph, system: Rules) -> bool:
        """Whether nothing that is paid is negative."""
        real = reals(system)
        return all(
            not turn.cost or framed(turn.facts, real).sign(turn.cost) == 1
            for turn in (*found.turns, *found.starts)
        )

    def _start(self, stage: Question, solutions: list[Found], side: int, whole: bool) -> Size | None:
        pieces = []
        names = {*self.system.variables, *self.system.parameters}
        for turn in stage.graph.starts:
            try:
                values = [value_of(turn, each) for each in solutions]
            except NoMoment:
                return None
            if whole and all(is_whole(t.cost) for t in (*stage.graph.turns, *stage.graph.starts)):
                values = [rounded(value, side) for value in values]
            value = best_of(values, framed(turn.facts, stage.reals), side)
            if not value:
                continue
            one = piece(turn, value, names, side, exact=side < 0)
            if one is None:
                return None
            pieces.append(one)
        return together(pieces, side, stage.reals)


def _question(found: Graph, system: Rules, degree: int) -> Question | None:
    """The question in a degree."""
    names = [sym(name) for name in system.variables]
    products: list[Product] = powers(names, degree)
    if len(products) * len(found.nodes) > UNKNOWNS:
        return None
    return Question(found, [products] * len(found.nodes), degree, reals(system), below=False)
