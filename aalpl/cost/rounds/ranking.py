"""Functions that say how often steps of a component can be taken.

A *ranking* f (linear, one for each location) falls by at least 1 with some steps, where it is at least 1 before, and grows
with none: those steps are taken at most max(0, f at entry) times (Podelski and Rybalchenko 2004; by parts: Alias et al. 2010,
Brockschmidt et al. 2016). *Phases* f1, f2: f1 falls with each step, f2 by 1 less f1; while f2 >= 1 the steps are taken at most
twice, with a third phase four times, as often as the largest of them is at entry (Ben-Amram and Genaim 2017; the factors
follow by summing the falls). A *shrinking* size f >= 1 with c f' <= f is shrunk at most log_c(f) + 1 times, or log_c(f) times where it
is at least 1 after as well. Where steps go on in b ways at once and f falls with all of them, a tree of height f has
(b^f - 1)/(b - 1) nodes.

Linear programs propose, with exact certificates; `Ranked` says what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from aalpl.cost.potentials.frames import Frame, framed
from aalpl.cost.potentials.programs import CONSTANT, Program
from aalpl.cost.potentials.work import TooLarge
from aalpl.cost.rounds.search import Ranked, Search
from aalpl.cost.rounds.shrinking import shrinking
from aalpl.cost.rounds.steps import Step
from aalpl.cost.rules.nodes import Jump
from aalpl.program.size import ONE, ZERO, Size, const, sym

LIMIT = 40
SCALE = 1e5
SLOPE = 20.0
ENTERED = 15  # what it costs to add a value


def rankings(search: Search) -> Iterator[Ranked]:
    """What says how often steps are taken, the best kinds first."""
    if search.forked:
        yield from _forked(search)
        return
    try:
        yield from sorted(shrinking(search), key=lambda ranked: -len(ranked.steps))
        together = falling(search, search.steps)
        if together is not None:
            for step in search.steps if len(together.steps) > 1 else ():
                if step.number in together.steps and (alone := falling(search, [step])) is not None:
                    yield alone
            yield together
            return
        for depth in (2, 3):
            for chosen in [search.steps, *([step] for step in search.steps if len(search.steps) > 1)]:
                phased = phases(search, chosen, depth)
                if phased is not None:
                    yield phased
                    return
    except TooLarge:
        return


def _forked(search: Search) -> Iterator[Ranked]:
    """Where steps go on in several ways at once: all must fall, then paths are short, and a tree has so many nodes."""
    widest = max(len(search.inner(step)) for step in search.steps)
    try:
        found = falling(search, search.steps)
    except TooLarge:
        return
    if found is not None and len(found.steps) == len(search.steps):
        yield attrs.evolve(found, kind="forks", factor=Fraction(widest))


@attrs.define
class Linear:
    """Unknown linear functions, one for each location: coefficients as differences of two numbers >= 0."""

    program: Program
    variables: Sequence[str]
    columns: dict[str, list[tuple[int, int]]] = attrs.field(factory=dict)

    def at(self, place: str) -> list[tuple[int, int]]:
        """The columns of the function of a location; its coefficients are no larger than a limit."""
        if place not in self.columns:
            pairs = [
                (self.program.unknown(free=False), self.program.unknown(free=False))
                for _ in (*self.variables, "")
            ]
            for pair in pairs:
                for column in pair:
                    self.program.nonnegative({column: const(-1), CONSTANT: const(LIMIT)}, Frame({}), 1)
            self.columns[place] = pairs
        return self.columns[place]

    def enter(
        self, form: dict[int, Size], place: str, values: Sequence[Size], sign: int, one: Size = ONE
    ) -> None:
        """Adds the function of a location, at values, to a form; `one` is the factor of its constant."""
        self.program.work.pay(ENTERED * len(values))
        for (up, down), value in zip(self.at(place), (*values, one), strict=True):
            form[up] = form.get(up, ZERO) + value * sign
            form[down] = form.get(down, ZERO) - value * sign

    def size(self, place: str, values: Sequence[int | Fraction]) -> Size:
        """The function that was found."""
        total = ZERO
        for (up, down), name in zip(self.at(place), (*self.variables, ""), strict=True):
            total = total + (sym(name) if name else ONE) * Fraction(values[up] - values[down])
        return total

    def objective(self, weights: dict[int, float]) -> None:
        """Few and small coefficients, then small constants."""
        for pairs in self.columns.values():
            *coefficients, (up, down) = pairs
            for one, other in coefficients:
                weights[one] = weights[other] = SLOPE
            weights[up], weights[down] = 1.0, -1.0


def _sizes(search: Search, frame: Frame, step: Step, jump: Jump) -> tuple[list[Size], list[Size]]:
    """The variables before and behind a jump, in the coordinates of the step."""
    before = [frame.at(sym(name)) for name in search.variables]
    after = [frame.at(step.value(jump, sym(name))) for name in search.variables]
    return before, after


def falling(search: Search, wanted: Sequence[Step]) -> Ranked | None:
    """The linear ranking with which the most of the wanted steps fall."""
    numbers = {step.number for step in wanted}
    program = Program(search.work)
    linear = Linear(program, search.variables)
    weights: dict[int, float] = {}
    falls: dict[int, int] = {}
    for step in search.steps:
        frame = framed(step.facts, search.reals)
        if frame.dead:
            continue
        fall = falls[step.number] = program.unknown(free=False)
        most = ONE if step.number in numbers else ZERO
        program.nonnegative({fall: const(-1), CONSTANT: most}, Frame({}), 1)
        weights[fall] = -SCALE
        for jump in search.inner(step):
            before, after = _sizes(search, frame, step, jump)
            form: dict[int, Size] = {fall: const(-1)}
            linear.enter(form, step.source, before, 1)
            linear.enter(form, jump.target, after, -1)
            program.nonnegative(form, frame, 1)
            form = {fall: const(-1)}
            linear.enter(form, step.source, before, 1)
            program.nonnegative(form, frame, 1)
    linear.objective(weights)
    values = program.least(weights)
    if values is None:
        return None
    chosen = frozenset(number for number, column in falls.items() if values[column] == 1)
    if not chosen:
        return None
    return Ranked("falls", chosen, ({place: linear.size(place, values) for place in linear.columns},))


def phases(search: Search, chosen: Sequence[Step], depth: int) -> Ranked | None:
    """Nested phases in which all chosen steps fall and no other grows."""
    program = Program(search.work)
    linears = [Linear(program, search.variables) for _ in range(depth)]
    weights: dict[int, float] = {}
    numbers = {step.number for step in chosen}
    for step in search.steps:
        frame = framed(step.facts, search.reals)
        if frame.dead:
            continue
        fall = 1 if step.number in numbers else 0
        for jump in search.inner(step):
            before, after = _sizes(search, frame, step, jump)
            for i, linear in enumerate(linears):
                form: dict[int, Size] = {CONSTANT: const(-fall)}
                if fall and i:
                    linears[i - 1].enter(form, step.source, before, 1)
                linear.enter(form, step.source, before, 1)
                linear.enter(form, jump.target, after, -1)
                program.nonnegative(form, frame, 1)
            if fall:
                form = {CONSTANT: const(-1)}
                linears[-1].enter(form, step.source, before, 1)
                program.nonnegative(form, frame, 1)
    for linear in linears:
        linear.objective(weights)
    values = program.least(weights)
    if values is None:
        return None
    functions = tuple({place: linear.size(place, values) for place in linear.columns} for linear in linears)
    return Ranked("phases", frozenset(numbers), functions, Fraction(2 if depth == 2 else 4))
