"""The front door: an upper bound of what a system pays, component by component.

steps -> how often each is taken -> what each pays at most, there -> the sum
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.potentials.systems import apart
from aalpl.cost.result import Bracket
from aalpl.cost.rounds.steps import Paths, Step, steps
from aalpl.cost.rounds.times import Counter
from aalpl.cost.rules.invariants import entry
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size

STEPS, VARIABLES, LONG = 40, 12, 80


def rounds(system: Rules, invariants: Mapping[str, tuple[Size, ...]], known: Known) -> Bracket:
    """An upper bound, or nothing."""
    if system.reason is not None or len(system.variables) > VARIABLES:
        return Bracket()
    system = apart(system)
    found = steps(system, {system.start: entry(system, known), **invariants})
    if len(found) > STEPS:
        return Bracket()
    own = frozenset(
        name for rule in system.rules for name in (*system.own(rule), *(n for n, _ in rule.draws))
    )
    counter = Counter(system, invariants, known, found, Paths(found, own))
    if not counter.run():
        return Bracket()
    upper = _paid(counter)
    return Bracket(upper=upper, expected_upper=None if system.conditioned else upper)


def _paid(counter: Counter) -> Size | None:
    """The sum over all steps; of those with which a run ends only one is taken."""
    sizes = counter.sizes
    total, last = ZERO, list[Size]()
    for step in counter.steps:
        if not step.cost:
            continue
        each = sizes.above(step, step.cost)
        if each is None:
            return None
        paid = counter.times[step.number] * sizes.positive(each)
        if counter.single and counter.times[step.number] == ONE and _ends(step, counter):
            last.append(paid)
        else:
            total = total + paid
        if len(total.whole) > LONG:
            return None
    return total + sizes.largest(last) if last else total


def _ends(step: Step, counter: Counter) -> bool:
    return not any(counter.paths.after(step, jump) for jump in range(len(step.jumps)))
