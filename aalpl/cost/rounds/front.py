"""The front door: an upper bound of what a system pays, component by component.

steps -> how often each is taken -> what each pays at most, there -> the sum
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.result import Bracket
from aalpl.cost.rounds.steps import steps
from aalpl.cost.rounds.times import Counter
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ZERO, Size

STEPS, VARIABLES, LONG = 40, 12, 80


def rounds(system: Rules, invariants: Mapping[str, tuple[Size, ...]], known: Known) -> Bracket:
    """An upper bound, or nothing."""
    if system.reason is not None or len(system.variables) > VARIABLES:
        return Bracket()
    found = steps(system, invariants)
    if len(found) > STEPS:
        return Bracket()
    counter = Counter(system, invariants, known, found)
    if not counter.run():
        return Bracket()
    upper = _paid(counter)
    return Bracket(upper=upper, expected_upper=None if system.conditioned else upper)


def _paid(counter: Counter) -> Size | None:
    sizes = counter.sizes
    total = ZERO
    for step in counter.steps:
        if not step.cost:
            continue
        paid = sizes.above(step, step.cost)
        if paid is None:
            return None
        total = total + counter.times[step.number] * sizes.positive(paid)
        if len(total.whole) > LONG:
            return None
    return total
