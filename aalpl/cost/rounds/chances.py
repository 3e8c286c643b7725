"""Rounds times sizes in expectation.

Steps here are whole rules. A linear f >= 0 (at every value that a jump inside leads to) that falls by at least 1 on average
with some rules, and grows on average with none, bounds how often those are taken on average by f at entry: what is left of f
and the number of rounds so far are together a supermartingale (Chakarov and Sankaranarayanan 2013). How large a variable is
where a later part is entered is a number that is known plus a random one whose mean is known: what is added to it, so often,
on average, as the rules that add are taken. Only such sums are averaged; products need a factor that is bounded in every run
(Meyer, Hark and Giesl 2021).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.moments import NoMoment, expected
from aalpl.cost.potentials.programs import CONSTANT, Program
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.cost.rounds.ranking import SCALE, Linear
from aalpl.cost.rounds.search import Search
from aalpl.cost.rounds.sizes import Sizes
from aalpl.cost.rounds.steps import Paths, Step, whole, within
from aalpl.cost.rules.laws import support
from aalpl.cost.rules.nodes import Jump, Rules
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.program.types import Law

DEPTH = 6


@attrs.frozen(eq=False)
class Chance(Step):
    """A rule: each of its jumps is made with its weight; `draws` are independent of all else, `real` are facts about
    probabilities."""

    weights: tuple[Size, ...] = ()
    draws: tuple[tuple[str, Law], ...] = ()
    real: tuple[Size, ...] = ()


@attrs.frozen
class Mixed:
    """At most `sure` plus something random >= 0 whose mean is at most `mean`."""

    sure: Size
    mean: Size = ZERO


def rules_as_steps(system: Rules, invariants: Mapping[str, tuple[Size, ...]]) -> tuple[Chance, ...] | None:
    """The rules of a system; None where one makes several jumps at once."""
    found: list[Chance] = []
    for rule in system.rules:
        if any(outcome.also for outcome in rule.outcomes):
            return None
        drawn = [fact for name, law in rule.draws for fact in within(name, *support(law))]
        facts = (*invariants.get(rule.source, ()), *rule.guard, *drawn)
        integers = whole(facts, system)
        jumps = tuple(Jump(outcome.target, outcome.values) for outcome in rule.outcomes)
        weights = tuple(ONE if o.probability is None else o.probability for o in rule.outcomes)
        number = len(found)
        found.append(
            Chance(
                number,
                rule.source,
                integers,
                rule.guard,
                rule.cost,
                jumps,
                rule.line,
                weights=weights,
                draws=rule.draws,
                real=tuple(fact for fact in facts if fact not in integers),
            )
        )
    return tuple(found)


@attrs.define
class Expecting:
    """How often rules are taken on average, as far as is known. `worst` bounds sizes in every run."""

    system: Rules
    steps: tuple[Chance, ...]
    paths: Paths
    worst: Sizes
    work: Work = attrs.field(factory=Work)
    times: dict[int, Size] = attrs.field(factory=dict)
    once: set[int] = attrs.field(factory=set)
    _open: set[tuple[str, str, int]] = attrs.field(factory=set)

    def paid(self) -> Size | None:
        """What is paid on average, at most."""
        if not self._loop(self.steps, 0):
            return None
        total = ZERO
        for step in self.steps:
            if not step.cost:
                continue
            most = self.mixed(step, step.cost)
            times = self.times[step.number]
            if most is None or (most.mean and step.number not in self.once):
                return None
            total = total + times * self.worst.positive(most.sure) + most.mean
        return total

    # -- how often ---------------------------------------------------------------------------------------------------

    def _loop(self, steps: Sequence[Step], depth: int) -> bool:
        for part in self.paths.components(steps):
            entries = [
                (step, jump)
                for step in self.steps
                if all(step.number != other.number for other in part)
                for jump in self.paths.inner(step, part)
            ]
            if any(step.number not in self.times for step, _ in entries):
                return False
            if len(part) > 1 or self.paths.inner(part[0], part):
                if depth > DEPTH or not self._rank(part, entries, depth):
                    return False
                left = [step for step in part if step.number not in self.times]
                if left and not self._loop(left, depth + 1):
                    return False
            else:
                self.times[part[0].number] = ONE if not depth else self._sum(entries)
                self.once |= set() if depth else {part[0].number}
        return True

    def _sum(self, entries: Sequence[tuple[Step, Jump]]) -> Size:
        total = ZERO
        for step, _ in entries:
            total = total + self.times[step.number]
        return total

    def _rank(self, part: Sequence[Step], entries: Sequence[tuple[Step, Jump]], depth: int) -> bool:
        search = Search(part, entries, self.paths, self.system.variables, self.system.parameters, self.work)
        progress = False
        for numbers, function in _falling(search):
            new = [number for number in numbers if number not in self.times]
            often = self._often(function, entries, depth) if new else None
            if often is not None:
                self.times.update(dict.fromkeys(new, often))
                progress = True
        return progress

    def _often(
        self, function: Mapping[str, Size], entries: Sequence[tuple[Step, Jump]], depth: int
    ) -> Size | None:
        """The function at entry: once in a run, or in all, at each entry as often as that is made on average."""
        sure, total = list[Size](), ZERO
        for step, jump in entries:
            if jump.target not in function:
                continue
            value = step.value(jump, function[jump.target])
            most = Mixed(ZERO) if step.implies(-value) else self.mixed(step, value)
            if most is None or (depth and most.mean):
                return None
            here = self.worst.positive(most.sure)
            sure.append(here if not depth else ZERO)
            total = total + (most.mean if not depth else self.times[step.number] * here)
        return total + self.worst.largest(sure) if sure else total

    # -- how large ---------------------------------------------------------------------------------------------------

    def mixed(self, step: Step, size: Size) -> Mixed | None:
        """What a size is at most where a rule is taken."""
        whole = self.worst.above(step, size)
        if whole is not None:
            return Mixed(whole)
        sure, mean = ZERO, ZERO
        for monomial, value in size.terms.items():
            term = Size({monomial: 1}) * value
            known = self.worst.above(step, term)
            if known is not None:
                sure = sure + known
                continue
            if len(monomial) != 1 or monomial[0][1] != 1:
                return None
            end = self._end(step.source, str(monomial[0][0]), 1 if value > 0 else -1)
            if end is None:
                return None
            sure, mean = sure + end.sure * abs(value), mean + end.mean * abs(value)
        return Mixed(sure, mean)

    def _end(self, place: str, name: str, sign: int) -> Mixed | None:
        """What `sign` times a variable is at most at a location."""
        key = (place, name, sign)
        if key in self._open:
            return None
        self._open.add(key)
        found = self._changed(place, name, sign)
        self._open.discard(key)
        return found

    def _changed(self, place: str, name: str, sign: int) -> Mixed | None:
        component = self.worst.component(place)
        if self.system.start in component or name not in self.system.variables:
            return None
        base, mean = list[Size](), ZERO
        before = sym(name) * sign
        for step in self.steps:
            for jump, weight in zip(step.jumps, step.weights, strict=True):
                if jump.target not in component:
                    continue
                value = step.value(jump, sym(name)) * sign
                if step.source not in component:
                    entry = self.mixed(step, value)
                    if entry is None:
                        return None
                    base.append(entry.sure)
                    mean = mean + entry.mean
                elif value != before and not step.implies(before - value):
                    change = self._change(step, name, value, before, weight)
                    if change is None:
                        return None
                    base += [] if change.mean else [change.sure]
                    mean = mean + change.mean
        return Mixed(self.worst.largest(base), mean) if base else None

    def _change(self, step: Step, name: str, value: Size, before: Size, weight: Size) -> Mixed | None:
        """What a jump sets a variable to, or adds to it in all, on average."""
        if name not in value.free:
            most = self.worst.above(step, value)
            return None if most is None else Mixed(most)
        times, rest = self.times.get(step.number), value - before
        most = None if name in rest.free else self.worst.above(step, rest)
        if times is None or most is None:
            return None
        return Mixed(ZERO, times * weight * self.worst.positive(most))


# -- rankings ------------------------------------------------------------------------------------------------------


def _falling(search: Search) -> Iterator[tuple[frozenset[int], Mapping[str, Size]]]:
    """Functions that fall on average with some steps: with one at a time, then with as many as possible."""
    try:
        together = _least(search, search.steps)
        if together is None:
            return
        for step in search.steps if len(together[0]) > 1 else ():
            if step.number in together[0] and (alone := _least(search, [step])) is not None:
                yield alone
        yield together
    except (TooLarge, NoMoment):
        return


def _least(search: Search, wanted: Sequence[Step]) -> tuple[frozenset[int], Mapping[str, Size]] | None:
    numbers = {step.number for step in wanted}
    program = Program(search.work)
    linear = Linear(program, search.variables)
    weights: dict[int, float] = {}
    falls: dict[int, int] = {}
    for step in search.steps:
        assert isinstance(step, Chance)
        frame = framed((*step.facts, *step.real), search.reals)
        if frame.dead:
            continue
        fall = falls[step.number] = program.unknown(free=False)
        most = ONE if step.number in numbers else ZERO
        program.nonnegative({fall: const(-1), CONSTANT: most}, framed(()), 1)
        weights[fall] = -SCALE
        inner = search.inner(step)
        form: dict[int, Size] = {fall: const(-1)}
        linear.enter(form, step.source, [frame.at(sym(name)) for name in search.variables], 1)
        for jump, weight in zip(step.jumps, step.weights, strict=True):
            if not any(jump is other for other in inner):
                continue
            values = [step.value(jump, sym(name)) for name in search.variables]
            means = [frame.at(expected(value, dict(step.draws)) * weight) for value in values]
            linear.enter(form, jump.target, means, -1, frame.at(weight))
            after: dict[int, Size] = {}
            linear.enter(after, jump.target, [frame.at(value) for value in values], 1)
            program.nonnegative(after, frame, 1)
        program.nonnegative(form, frame, 1 + max(_degree(size) for size in form.values()) // 2)
        before: dict[int, Size] = {}
        linear.enter(before, step.source, [frame.at(sym(name)) for name in search.variables], 1)
        program.nonnegative(before, frame, 1)
    linear.objective(weights)
    values_found = program.least(weights)
    if values_found is None:
        return None
    chosen = frozenset(number for number, column in falls.items() if values_found[column] == 1)
    if not chosen:
        return None
    return chosen, {place: linear.size(place, values_found) for place in linear.columns}


def _degree(size: Size) -> int:
    return max((sum(e for _, e in monomial) for monomial in size.whole), default=0)
