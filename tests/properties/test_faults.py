"""Deliberate faults in the solvers are seen: with each of them some bound of a small corpus goes wrong.

The corpus is judged by exploring all behaviours of its programs, as in the other tests of bounds. A fault that would not be
seen would mean that the tests could pass with a wrong solver.
"""

from __future__ import annotations

import pytest
from support.corpus import right, wrong
from support.faults import Fault, applied

FAULTS = (
    Fault(
        "Faulhaber with a binomial too small",
        "aalpl.cost.closed.antidifferences:_faulhaber",
        "Fraction(comb(k + 1, e))",
        "Fraction(comb(k, e))",
        ("above_the_diagonal", "first_half"),
    ),
    Fault(
        "a geometric sum one term short",
        "aalpl.cost.closed.antidifferences:geometric",
        "above = high + 1",
        "above = high",
        ("weighted_powers", "both_children"),
    ),
    Fault(
        "the antidifference of the wrong sign",
        "aalpl.cost.closed.antidifferences:_antidifference",
        "value - ratio",
        "value + ratio",
        ("weighted_powers",),
    ),
    Fault(
        "rounds while x >= 0 are ceil(x/s)",
        "aalpl.cost.closed.crossings:_progression",
        "floor(start / fall) + 1",
        "ceil(start / fall)",
        ("down_to_five", "negative_side"),
    ),
    Fault(
        "rounds of a countdown may be negative",
        "aalpl.cost.closed.crossings:_progression",
        "maximum(0, number)",
        "number",
        ("to_zero_from_both", "until_not_less"),
    ),
    Fault(
        "floor for ceil in a logarithm",
        "aalpl.cost.closed.crossings:_below",
        "floor(_log(limit, some, known) / base) + 1",
        "floor(_log(limit, some, known) / base)",
        ("third_of_it", "heap_building"),
    ),
    Fault(
        "a root without its last round",
        "aalpl.cost.closed.crossings:_parabola",
        "/ (-2 * bend)) + 1",
        "/ (-2 * bend))",
        ("counts_to_square", "falls_later"),
    ),
    Fault(
        "an empty range counts negatively",
        "aalpl.cost.sizes.ranges:count",
        "maximum(0, number)",
        "number",
        ("above_the_diagonal", "band"),
    ),
    Fault(
        "a range without its last number",
        "aalpl.cost.sizes.ranges:count",
        "high - low + 1",
        "high - low",
        ("above_the_diagonal", "nested_square"),
    ),
    Fault(
        "the smaller for the larger",
        "aalpl.cost.sizes.ranges:larger",
        "else maximum(a, b)",
        "else minimum(a, b)",
        ("above_the_diagonal", "band"),
    ),
    Fault(
        "the larger for the smaller",
        "aalpl.cost.sizes.ranges:smaller",
        "return b\n",
        "return a\n",
        ("first_half", "skips_the_diagonal"),
    ),
    Fault(
        "a halving loop forgets what is added",
        "aalpl.cost.closed.recurrences:_divided",
        "(start - each) / growth + each",
        "start / growth",
        ("half_and_more",),
    ),
    Fault(
        "the staircase of a division one step short",
        "aalpl.cost.closed.rounded:_staircase",
        "(whole - 1) / 2",
        "whole / 2",
        ("stride_inside",),
    ),
    Fault(
        "the worst of two ends is the better one",
        "aalpl.cost.bounds.extremes:Bounds._either_end",
        "maximum(*ends) if up > 0",
        "minimum(*ends) if up > 0",
        ("either_sign",),
    ),
    Fault(
        "a limit from the wrong end",
        "aalpl.cost.bounds.extremes:Bounds._end",
        "limits.high if up > 0 else limits.low",
        "limits.low if up > 0 else limits.high",
        ("drains_by_choice", "leaves_at_will"),
    ),
    Fault(
        "what grows is taken to fall",
        "aalpl.cost.bounds.extremes:Bounds._direction",
        "return self.known.sign(size.coefficients(atom).get(1, ZERO))",
        "return 1",
        ("either_side", "stays_or_goes"),
    ),
    Fault(
        "a ranking function need not fall",
        "aalpl.cost.engine.typical:Round.falls",
        "before - now - by",
        "before - now + 1 - by",
        ("stays_or_goes", "insertion"),
    ),
    Fault(
        "a ranking function starts one lower",
        "aalpl.cost.engine.ranking:_linear",
        "larger(first + 1, ZERO, scope.known)",
        "larger(first, ZERO, scope.known)",
        ("stays_or_goes", "drains_by_choice"),
    ),
    Fault(
        "a ranking function may start below zero",
        "aalpl.cost.engine.ranking:_linear",
        "larger(first + 1, ZERO, scope.known)",
        "first + 1",
        ("stays_or_goes", "first_hit"),
    ),
    Fault(
        "halving without its last round",
        "aalpl.cost.engine.ranking:_shrinking",
        '/ apply("log", const(base))) + 1',
        '/ apply("log", const(base)))',
        ("bisection",),
    ),
    Fault(
        "how long it lasts without its slowest part",
        "aalpl.cost.engine.endurance:lasts",
        "smaller(found, rounds, scope.known)",
        "larger(found, rounds, scope.known)",
        ("first_hit", "insertion"),
    ),
    Fault(
        "the least a round takes for the most",
        "aalpl.cost.engine.endurance:_fall",
        "max(most, end)",
        "min(most, end)",
        ("fast_or_slow",),
    ),
    Fault(
        "the larger of two upper bounds put at its smaller",
        "aalpl.cost.engine.combine:_largest",
        "larger(one, two, known)",
        "one + two",
        ("drains_by_choice", "fast_or_slow"),
    ),
    Fault(
        "multipliers may be negative",
        "aalpl.cost.potentials.programs:Program.nonnegative",
        "self.unknown(free=False)",
        "self.unknown(free=True)",
        ("drains_by_choice", "fast_or_slow"),
    ),
    Fault(
        "what the start pays is lost",
        "aalpl.cost.potentials.starts:value_of",
        "total = turn.cost",
        "total = turn.cost * 0",
        ("stops_at_will", "leaves_at_will"),
    ),
    Fault(
        "a turn pays the constant only once",
        "aalpl.cost.potentials.uppers:_turn",
        "if CONSTANT in after else paid",
        "if CONSTANT in after else paid - paid",
        ("leaves_at_will", "fast_or_slow"),
    ),
    Fault(
        "potentials may be negative",
        "aalpl.cost.potentials.uppers:at_least_zero",
        "program.nonnegative(before, view.frame, degree)",
        "pass",
        ("goes_up", "misses_zero"),
    ),
    Fault(
        "the negative case of max(0, e) is not looked at",
        "aalpl.cost.potentials.templates:_split",
        "for fact, side in ((e, 1), (-e - 1, -1)):",
        "for fact, side in ((e, 1),):",
        ("leaves_early", "moves_between"),
    ),
    Fault(
        "of pieces that overlap the better one",
        "aalpl.cost.potentials.pieces:_several",
        "return maximum(0, *(",
        "return minimum(*(",
        ("stops_at_will", "stays_or_goes"),
    ),
    Fault(
        "a bound from above rounded down too far",
        "aalpl.cost.potentials.starts:rounded",
        "return floor(value)",
        "return floor(value) - 1",
        ("bisection", "sift_down"),
    ),
    Fault(
        "a bound from below rounded up too far",
        "aalpl.cost.potentials.starts:rounded",
        "    if side < 0:\n        return ceil(value)",
        "    if side < 0:\n        return ceil(value) + 1",
        ("pays_and_stops", "fast_or_slow"),
    ),
    Fault(
        "invariants need not be inductive",
        "aalpl.cost.rules.invariants:_inductive",
        "if not facts.imply(size.replace(values), budget)",
        "if False",
        ("fibonacci_many", "leaves_at_will"),
    ),
    Fault(
        "integers tightened upwards",
        "aalpl.cost.rules.linear:tight",
        "content.whole.get((), 0) // common",
        "-(-content.whole.get((), 0) // common)",
        ("fibonacci_many", "leaves_at_will"),
    ),
    Fault(
        "a run stops only where it is told to",
        "aalpl.cost.potentials.graph:_Builder._stops",
        "self.stops[location] = found",
        "self.stops[location] = []",
        ("stops_without_a_rule", "stops_half_way"),
    ),
    Fault(
        "what the solver says is rounded, and not checked",
        "aalpl.cost.potentials.programs:Program.least",
        "snapped is not None and self.holds(snapped)",
        "(snapped := [round(each) for each in found]) is not None",
        ("spends_halves",),
    ),
    Fault(
        "runs are taken to end or to pay without limit",
        "aalpl.cost.potentials.front:_Bracketing.bracket",
        "ends = search.paying and bool(self._within(LOWER, search.ends))",
        "ends = True",
        ("waits_for_ever",),
    ),
    Fault(
        "potentials may change without limit",
        "aalpl.cost.potentials.conditions:integrable",
        "    if any(_together(turn) for turn in graph.turns):\n        return False",
        "    return True",
        ("grows_or_stops",),
    ),
    Fault(
        "a retry is paid once",
        "aalpl.cost.chance.cycles:_constant",
        "normal(price / leaves, known)",
        "normal(price, known)",
        ("one_try_each",),
    ),
    Fault(
        "the cases of a loop changed over",
        "aalpl.cost.chance.undecided:by_cases",
        "return here * ends[0] + (1 - here) * ends[1]",
        "return here * ends[1] + (1 - here) * ends[0]",
        ("coin_if_allowed",),
    ),
    Fault(
        "a walk pays at its barrier as if it were inside",
        "aalpl.cost.chance.walks:_rounded",
        "return outside + maximum(0, above) * size",
        "return outside + above * size",
        ("coin", "three_quarters"),
    ),
)
"""Dropped terms and guards, > for >=, max for min, floor for ceil, lost max(0, ·), wrong signs and wrong ends."""


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.says)
def test_a_fault_is_seen(fault: Fault) -> None:
    assert all(right(name) for name in fault.seen)
    with applied(fault):
        assert any(wrong(name) for name in fault.seen)


def test_there_are_many_faults() -> None:
    assert len(FAULTS) >= 25
