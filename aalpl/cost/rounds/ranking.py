"""Functions that say how often steps of a component can be taken.

A *ranking* f (linear, one for each location) falls by at least 1 with some steps, where it is at least 1 before, and grows
with none: those steps are taken at most max(0, f at entry) times (Podelski and Rybalchenko 2004; by parts: Alias et al. 2010,
Brockschmidt et al. 2016). *Phases* f1, f2: f1 falls with each step, f2 by 1 less f1; while f2 >= 1 the steps are taken at most
twice, with a third phase four times, as often as the largest of them is at entry (Ben-Amram and Genaim 2017; the factors
follow by summing the falls). A *shrinking* size f >= 1 with c f' <= f is shrunk at most log_c(f) + 1 times, or log_c(f) times where it
is at least 1 after as well.

Linear programs propose, with exact certificates; `Ranked` says what was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Literal

import attrs

from aalpl.cost.potentials.frames import Frame, framed
from aalpl.cost.potentials.programs import CONSTANT, Program, TooLarge
from aalpl.cost.rounds.steps import Paths, Step
from aalpl.cost.rules.entail import Facts
from aalpl.cost.rules.nodes import Jump
from aalpl.program.size import ONE, ZERO, Size, const, sym

LIMIT = 40
FACTORS = tuple(map(Fraction, ("4", "3", "2", "3/2", "4/3")))
SCALE = 1e5
SLOPE = 20.0


@attrs.frozen
class Ranked:
    """These steps are taken at most so often, from an entry where the functions (of each location) have a value."""

    kind: Literal["falls", "phases", "shrinks", "grows"]
    steps: frozenset[int]
    functions: tuple[Mapping[str, Size], ...]
    factor: Fraction = Fraction(1)
    more: int = 1


@attrs.define
class Search:
    """Steps that follow each other, and where runs come to them from elsewhere."""

    steps: Sequence[Step]
    entries: Sequence[tuple[Step, Jump]]
    paths: Paths
    variables: Sequence[str]
    reals: Sequence[str]

    def inner(self, step: Step) -> list[Jump]:
        """The jumps of a step behind which another of the steps can be taken."""
        return self.paths.inner(step, self.steps)

    @property
    def places(self) -> tuple[str, ...]:
        """Where steps start."""
        return tuple(dict.fromkeys(step.source for step in self.steps))

    @property
    def forked(self) -> bool:
        """Whether a step goes on in two ways at once inside."""
        return any(len(self.inner(step)) > 1 for step in self.steps)

    def found(self) -> Iterator[Ranked]:
        """What says how often steps are taken, the best kinds first."""
        if self.forked:
            return
        yield from sorted(shrinking(self), key=lambda ranked: -len(ranked.steps))
        try:
            together = falling(self, self.steps)
            if together is not None:
                for step in self.steps if len(together.steps) > 1 else ():
                    if step.number in together.steps and (alone := falling(self, [step])) is not None:
                        yield alone
                yield together
                return
            for depth in (2, 3):
                for chosen in [self.steps, *([step] for step in self.steps if len(self.steps) > 1)]:
                    phased = phases(self, chosen, depth)
                    if phased is not None:
                        yield phased
                        return
        except TooLarge:
            return


# -- linear programs -----------------------------------------------------------------------------------------------


@attrs.define
class _Linear:
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

    def enter(self, form: dict[int, Size], place: str, values: Sequence[Size], sign: int) -> None:
        """Adds the function of a location, at values, to a form."""
        for (up, down), value in zip(self.at(place), (*values, ONE), strict=True):
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
    program = Program()
    linear = _Linear(program, search.variables)
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
    program = Program()
    linears = [_Linear(program, search.variables) for _ in range(depth)]
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


# -- shrinking -----------------------------------------------------------------------------------------------------


def shrinking(search: Search) -> Iterator[Ranked]:
    """Sizes that some steps divide and none increases; and limits that some steps' growth comes up to."""
    facts = {step.number: Facts(step.facts) for step in search.steps}
    for size in _candidates(search):
        same = dict.fromkeys(search.places, size)
        changes = [
            (step, size - step.value(jump, size)) for step in search.steps for jump in search.inner(step)
        ]
        if all(facts[step.number].imply(change) for step, change in changes):
            for factor in FACTORS:
                chosen = [
                    step for step in search.steps if _divides(search, step, size, factor, facts[step.number])
                ]
                if chosen:
                    after = [(step, step.value(j, size) - 1) for step in chosen for j in search.inner(step)]
                    more = 0 if all(facts[step.number].imply(goal) for step, goal in after) else 1
                    numbers = frozenset(step.number for step in chosen)
                    yield Ranked("shrinks", numbers, (same,), factor, more)
                    break
    yield from _growing(search, facts)


def _divides(search: Search, step: Step, size: Size, factor: Fraction, facts: Facts) -> bool:
    if not facts.imply(size - 1):
        return False
    return all(facts.imply(size - step.value(jump, size) * factor) for jump in search.inner(step))


def _growing(search: Search, facts: Mapping[int, Facts]) -> Iterator[Ranked]:
    """x >= 1 grows by a factor with some steps, which ask that it is at most y, and falls with none, nor does y grow."""
    for grown in search.variables:
        x = sym(grown)
        if not all(facts[step.number].imply(x - 1) for step in search.steps):
            continue
        jumps = [(step, step.value(jump, x)) for step in search.steps for jump in search.inner(step)]
        if not all(facts[step.number].imply(after - x) for step, after in jumps):
            continue
        for factor in FACTORS:
            chosen = {
                step.number
                for step in search.steps
                if all(facts[step.number].imply(step.value(j, x) - x * factor) for j in search.inner(step))
            }
            if not chosen:
                continue
            for limit in _limits(search, x, chosen):
                steady = all(
                    facts[step.number].imply(limit - step.value(jump, limit))
                    for step in search.steps
                    for jump in search.inner(step)
                )
                asked = all(facts[number].imply(limit - x) for number in chosen)
                if steady and asked:
                    same = dict.fromkeys(search.places, limit)
                    more = (
                        0 if all(_stays(search, number, facts[number], limit - x) for number in chosen) else 1
                    )
                    yield Ranked("grows", frozenset(chosen), (same,), factor, more)
                    return
            break


def _stays(search: Search, number: int, facts: Facts, gap: Size) -> bool:
    """Whether the limit holds behind a step too."""
    return all(
        facts.imply(step.value(jump, gap))
        for step in search.steps
        if step.number == number
        for jump in search.inner(step)
    )


def _limits(search: Search, x: Size, chosen: set[int]) -> list[Size]:
    """What guards say that x is at most."""
    (name,) = x.free
    found: dict[Size, None] = {}
    for step in search.steps:
        if step.number in chosen:
            for fact in step.facts:
                rest = fact + x
                if name in fact.free and name not in rest.free:
                    found[rest] = None
    return list(found)


def _candidates(search: Search) -> list[Size]:
    """Sizes that may be divided: variables that change, sums of two of them, guards."""
    changed = sorted(
        {name for step in search.steps for jump in search.inner(step) for name, _ in jump.values}
    )
    names = [name for name in changed if name in search.variables]
    singles = [sym(name) for name in names]
    sums = [a + b for i, a in enumerate(singles) for b in singles[i + 1 :]]
    gaps = [a - b for a in singles for b in singles if a is not b]
    guards = [fact + 1 for step in search.steps for fact in step.guard if fact.free <= set(search.variables)]
    return list(dict.fromkeys((*singles, *sums[:6], *gaps[:6], *guards[:8])))
