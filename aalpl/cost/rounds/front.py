"""The front door: an upper bound of what a system pays, component by component.

steps -> for each way to begin: how often each step is taken -> what each pays at most, there -> the sum
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from aalpl.cost.potentials.guards import projected
from aalpl.cost.potentials.pieces import Piece, needed, together
from aalpl.cost.potentials.systems import apart
from aalpl.cost.potentials.work import ALL, Work
from aalpl.cost.result import Bracket, related
from aalpl.cost.result import Step as Told
from aalpl.cost.rounds.chances import Expecting, rules_as_steps
from aalpl.cost.rounds.search import Ranked
from aalpl.cost.rounds.steps import Paths, Step, steps
from aalpl.cost.rounds.times import Counter
from aalpl.cost.rules.invariants import entry
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, sym

STEPS, STARTS, VARIABLES, LONG = 40, 6, 12, 60


def rounds(
    system: Rules, invariants: Mapping[str, tuple[Size, ...]], known: Known, units: int = ALL
) -> Bracket:
    """An upper bound, or nothing; with so much work, half of which is left for the expectation."""
    if system.reason is not None or len(system.variables) > VARIABLES:
        return Bracket()
    system = apart(system)
    found = steps(system, {system.start: entry(system, known), **invariants})
    starts = [step for step in found if step.source == system.start]
    if len(found) > STEPS or len(starts) > STARTS:
        return Bracket()
    own = frozenset(
        name for rule in system.rules for name in (*system.own(rule), *(drawn for drawn, _ in rule.draws))
    )
    paths = Paths(found, own)
    inside = [step for step in found if step.source != system.start]
    averaged = system.random and not system.conditioned
    work = Work(units, units // 2 if averaged else 0)
    pieces: list[Piece] = []
    lost = False
    derivation: dict[Told, None] = {}
    for start in starts:
        one = _piece(start, inside, paths, system, invariants, known, derivation, work)
        if one is None:
            lost = True
            break
        pieces += [one] if one.value else []
    work.kept = 0
    mean = _expected(system, invariants, known, own, work) if averaged else None
    if lost:
        return Bracket(expected_upper=mean)
    upper = together(pieces, 1, system.parameters)
    expected = None if system.conditioned else upper if mean is None else mean
    return Bracket(upper=upper, expected_upper=expected, derivation=tuple(derivation))


def _expected(
    system: Rules, invariants: Mapping[str, tuple[Size, ...]], known: Known, own: frozenset[str], work: Work
) -> Size | None:
    """A bound of the expectation, for each way to begin, put together."""
    held = {system.start: entry(system, known), **invariants}
    whole = rules_as_steps(system, held)
    if whole is None:
        return None
    single = steps(system, held)
    sizes = Counter(system, invariants, known, single, Paths(single, own), work)
    sizes.run()
    paths = Paths(whole, own)
    pieces: list[Piece] = []
    for start in whole:
        if start.source != system.start:
            continue
        guard = _guard(start, system)
        here = known.plus(*guard)
        reached = {start.number, *(step.number for step in _reached(start, whole, paths))}
        part = tuple(step for step in whole if step.number in reached)
        worst = attrs.evolve(sizes.sizes, known=here)
        value = Expecting(system, part, paths, worst, work).paid()
        if value is None:
            return None
        pieces += [Piece(needed(guard), start.facts, tidy(value, here))] if value else []
    return together(pieces, 1, system.parameters)


def _guard(start: Step, system: Rules) -> tuple[Size, ...]:
    """What the guard asks of the variables alone."""
    names = {*system.variables, *system.parameters}
    others = {name for size in start.facts for name in size.free} - names
    guard = projected(start.guard, others)
    return tuple(size for size in start.guard if size.free <= names) if guard is None else guard


def _piece(
    start: Step,
    inside: list[Step],
    paths: Paths,
    system: Rules,
    invariants: Mapping[str, tuple[Size, ...]],
    known: Known,
    derivation: dict[Told, None],
    work: Work,
) -> Piece | None:
    """What is paid by runs that begin with a step, where its guard holds."""
    guard = _guard(start, system)
    here = known.plus(*guard)
    counter = Counter(system, invariants, here, (start, *_reached(start, inside, paths)), paths, work)
    value = _paid(counter) if counter.run() else None
    derivation.update((_told(ranked, number, counter), None) for ranked, number in counter.counted)
    return None if value is None else Piece(needed(guard), start.facts, tidy(value, here))


def _told(ranked: Ranked, number: Size, counter: Counter) -> Told:
    """How the rounds of some steps were counted."""
    lines = [step.line for step in counter.steps if step.number in ranked.steps and step.line]
    by = [str(next(iter(function.values()))) for function in ranked.functions if function]
    match ranked.kind:
        case "falls":
            text = f"rounds by `{by[0]}`, which falls with each"
        case "forks":
            text = f"a tree whose height `{by[0]}` falls with each of up to {ranked.factor} branches"
        case "phases":
            text = f"rounds by {', then '.join(f'`{each}`' for each in by)}: each falls once the one before is used up"
        case "shrinks":
            text = f"rounds by `{by[0]}`, which is divided by {ranked.factor} at least with each"
        case "grows":
            text = f"rounds by growth by a factor of {ranked.factor}, up to `{by[0]}`"
    return related(min(lines, default=0), text, (sym("rounds"), "<=", number), "worst")


def _reached(start: Step, inside: Sequence[Step], paths: Paths) -> list[Step]:
    """The steps that can be taken behind one."""
    seen: set[int] = set()
    waiting = [start]
    while waiting:
        step = waiting.pop()
        for jump in range(len(step.jumps)):
            for other in paths.after(step, jump):
                if other.number not in seen:
                    seen.add(other.number)
                    waiting.append(other)
    return [step for step in inside if step.number in seen]


def _paid(counter: Counter) -> Size | None:
    """The sum over all steps; of those with which a run ends only one is taken, those counted as one are so paid."""
    sizes = counter.sizes
    total, last, shared = ZERO, list[Size](), _together(counter)
    for step in counter.steps:
        if not step.cost:
            continue
        each = sizes.above(step, step.cost)
        if each is None:
            return None
        paid = counter.times[step.number] * sizes.positive(each)
        if step.number in shared:
            others = shared[step.number]
            prices = [sizes.above(other, other.cost) for other in others]
            if step is not others[0] and all(price == each for price in prices):
                continue
        if counter.single and counter.times[step.number] == ONE and _ends(step, counter):
            last.append(paid)
        else:
            total = total + paid
        if len(total.whole) > LONG:
            return None
    return total + sizes.largest(last) if last else total


def _together(counter: Counter) -> dict[int, list[Step]]:
    """For each step that pays those that one ranking counts, all of them together."""
    found: dict[int, list[Step]] = {}
    for ranked, _ in counter.counted:
        group = [s for s in counter.steps if s.number in ranked.steps and s.number not in found and s.cost]
        found.update((step.number, group) for step in group)
    return found


def _ends(step: Step, counter: Counter) -> bool:
    return not any(counter.paths.after(step, jump) for jump in range(len(step.jumps)))
