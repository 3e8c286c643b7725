"""Some round of a loop, wherever the loop has got to: how its variables change, and what holds each time.

Of what the loop changes nothing is known at first. Invariants are guessed and checked: what holds of a variable, or of
two, when the condition is tested for the first time (it is at least 0 or 1, no smaller than another one, no larger or
smaller than it was, with the same sum or difference as before) and is kept by a round that begins where all of them hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations

import attrs

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import denied, facts, read_condition
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, family, is_lost
from aalpl.cost.form.nodes import All, Any, Branch, Condition, Count, Cycle, Holds, Steps
from aalpl.program.size import ONE, ZERO, Size, sym

MANY = 3  # of more variables no two are compared
GUESSES = 14  # that are checked
TRIES = 5
WAYS = 16  # if a round has more, it is taken as one, with branches observed


@attrs.frozen
class Path:
    """One way through a round: the state after it and what is known on it."""

    after: State
    scope: Scope


@attrs.frozen
class Round:
    """A round from one test of the condition to the next: the state at the first, and all ways to the second."""

    step: Cycle
    here: State
    paths: tuple[Path, ...]
    invariants: tuple[Size, ...]
    run: Run

    def always(self, measure: Size) -> bool:
        """Whether a number over the variables of the form is >= 0 on every way, before the round."""
        return all(path.scope.known.proves(self.here.read(measure, path.scope.known)) for path in self.paths)

    def falls(self, measure: Size, by: int = 1) -> bool:
        """Whether each way takes at least so much from the measure."""
        return self.compared(measure, lambda before, now: before - now - by)

    def compared(self, measure: Size, gap: Callable[[Size, Size], Size]) -> bool:
        """Whether the gap between a measure before and after is >= 0 on every way, whatever is observed."""
        return all(self._shows(measure, gap, path) for path in self.paths)

    def _shows(self, measure: Size, gap: Callable[[Size, Size], Size], path: Path) -> bool:
        known = path.scope.known
        before, now = self.here.read(measure, known), path.after.read(measure, known)
        if is_lost(before) or is_lost(now):
            return False
        size = gap(before, now)
        if known.proves(size):
            return True
        try:
            return known.proves(Bounds(known, self.run.observables).extreme(size, -1))
        except Unbounded:
            return False

    def twice(self) -> Round:
        """Two rounds, if there is a second one."""
        found: list[Path] = []
        for path in self.paths:
            found += _ways(self.step, path.after, path.scope, self.run)
        return attrs.evolve(self, paths=tuple(found))


def typical(step: Cycle, start: State, inside: Scope, run: Run) -> Round:
    """A round that begins anywhere; `start` is the state at the first test of the condition."""
    here = anywhere(step, start, inside)
    quiet = run.dry()
    kept = tuple(dict.fromkeys(_guesses(step, start, here, inside)))[:GUESSES]
    for _ in range(TRIES):
        scope = attrs.evolve(inside, known=inside.known.plus(*kept))
        round_ = Round(step, here, tuple(_ways(step, here, scope, quiet)), kept, quiet)
        left = tuple(fact for fact in kept if all(_kept(fact, step, path, inside) for path in round_.paths))
        if left == kept:
            return round_
        kept = left
    return Round(step, here, tuple(_ways(step, here, inside, quiet)), (), quiet)


def _kept(fact: Size, step: Cycle, path: Path, inside: Scope) -> bool:
    """Whether the fact holds after the round too."""
    own = mark(inside)
    moved = {f"{name}{FRESH}{own}": path.after.values.get(name, ZERO) for name in _names(step)}
    now = fact.replace(moved)
    return not is_lost(now) and path.scope.known.proves(now)


# -- ways through a round ------------------------------------------------------------------------------------------


def _ways(step: Cycle, here: State, scope: Scope, run: Run) -> list[Path]:
    """All ways from a test of the condition, if it holds, to the next one."""
    begin = here.copy()
    begin.alive, begin.returned, begin.returned_arrays = ONE, {}, {}
    found = list(_through(step.condition, (*step.body, *step.before), begin, scope, run))
    if len(found) <= WAYS:
        return found
    scope = attrs.evolve(scope, known=scope.known.plus(*_first(step.condition, begin, scope)))
    run.execute((*step.body, *step.before), begin, scope, run)
    return [Path(begin, scope)]


def _through(condition: Condition, steps: Steps, state: State, scope: Scope, run: Run) -> Iterator[Path]:
    """The ways through the steps where the condition holds, one for each way in which it may."""
    for group in disjuncts(read_condition(condition, state, scope.known)):
        if any(scope.known.proves(-fact - 1) for fact in group):
            continue
        yield from _along(steps, state.copy(), attrs.evolve(scope, known=scope.known.plus(*group)), run)


def _along(steps: Steps, state: State, scope: Scope, run: Run) -> Iterator[Path]:
    for position, step in enumerate(steps):
        if isinstance(step, Branch):
            rest = steps[position + 1 :]
            yield from _through(step.condition, step.then + rest, state, scope, run)
            yield from _through(denied(step.condition), step.orelse + rest, state, scope, run)
            return
        run.execute((step,), state, scope, run)
        scope = scope.knowing(state.facts)
        if not state.alive:
            return
    yield Path(state, scope)


def disjuncts(condition: Condition) -> list[tuple[Size, ...]]:
    """Facts one group of which holds if the condition does."""
    match condition:
        case Holds(size):
            return [(size,)]
        case Any(parts):
            return [group for part in parts for group in disjuncts(part)]
        case All(parts):
            groups: list[tuple[Size, ...]] = [()]
            for part in parts:
                groups = [(*one, *other) for one in groups for other in disjuncts(part)]
            return groups


def _first(condition: Condition, state: State, scope: Scope) -> tuple[Size, ...]:
    return facts(read_condition(condition, state, scope.known))


def mark(inside: Scope) -> str:
    return ".".join((*inside.indices, "rank"))


def _names(step: Cycle) -> list[str]:
    return sorted(changed(step.before + step.body)[0])


def anywhere(step: Cycle | Count, start: State, inside: Scope) -> State:
    """Some state at the beginning of a round: of what the loop changes, nothing is known."""
    own = mark(inside)
    values, arrays = changed(step.body if isinstance(step, Count) else step.before + step.body)
    if isinstance(step, Count):
        values = {*values, step.index}
    state = start.copy()
    for name in values:
        state.values[name] = sym(f"{name}{FRESH}{own}")
    for name in arrays:
        state.arrays[name] = family(f"{name}{FRESH}{own}", len(start.array(name, 1).index))
    return state


# -- guesses -------------------------------------------------------------------------------------------------------


def _guesses(step: Cycle, start: State, here: State, inside: Scope) -> Iterator[Size]:
    """What might hold at each test, because it holds at the first one."""
    names = [name for name in _names(step) if "%" not in name]
    for name in names:
        now, first = here.values[name], start.values.get(name, ZERO)
        if is_lost(first):
            continue
        yield from (now - least for least in _least(first) if inside.known.proves(first - least))
        yield from (first - now, now - first)
    if len(names) > MANY:
        return
    for one, other in combinations(names, 2):
        first, second = start.values.get(one, ZERO), start.values.get(other, ZERO)
        if is_lost(first) or is_lost(second):
            continue
        now, then = here.values[one], here.values[other]
        for sign in (1, -1):
            gap, change = (first - second) * sign, (now - then) * sign
            yield from (change - least for least in (1, 0) if inside.known.proves(gap - least))
            yield from (change - gap, (now + then - first - second) * sign)


def _least(first: Size) -> tuple[Fraction | int, ...]:
    """Numbers that a variable may never fall below."""
    number = first.constant()
    return (1, 0) if number is None or number in (1, 0) else (number, 1, 0)
