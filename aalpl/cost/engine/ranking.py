"""An upper bound of the rounds of a loop, where a number falls in each of them.

If the condition says e >= 0 and every round, from one test of the condition to the next, makes e smaller by at least
one, then the condition holds at most max(0, e + 1) times, e taken at the first test: a linear ranking function. Tried
are the parts of the condition, sums of two of them (a walk that lowers one or the other), and what the program says
`decreases`. Which way a round goes is bounded over all that may be observed in it; so nothing is believed, all is
proved. Measures that shrink by a factor bound the rounds by a logarithm. Other ranking functions are other modules'
business.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from aalpl.cost.engine.conditions import free, indicator, read_condition
from aalpl.cost.engine.growing import at_most
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.engine.typical import Round
from aalpl.cost.form.nodes import All, Any, Condition, Havoc, Holds
from aalpl.cost.sizes.known import LOST
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Size, apply, const, floor, given, maximum, sym

BASES = (3, 2)


def ranked(of: Round, start: State, scope: Scope, run: Run) -> Size | None:
    """How often the condition holds at most; `start` is the state at its first test."""
    found: Size | None = None
    for measure in _measures(of):
        for way in (_shrinking, at_most, _linear):
            told = way(measure, of, start, scope)
            if told is not None:
                break
        else:
            continue
        why, limit = told
        run.tell(of.step.span.line, f"`{measure}` {why}", limit)
        found = limit if found is None else smaller(found, limit, scope.known)
    return found


def _first(measure: Size, of: Round, start: State, scope: Scope) -> Size | None:
    """The measure at the first test of the condition."""
    first = start.read(measure, scope.known)
    if any(FRESH in name and of.step.place in name for name in first.free) or is_lost(first):
        return None
    return first


def _linear(measure: Size, of: Round, start: State, scope: Scope) -> tuple[str, Size] | None:
    first = _first(measure, of, start, scope)
    if first is None or not of.falls(measure):
        return None
    limit = larger(first + 1, ZERO, scope.known)
    if measure not in tuple(_parts(of.step.condition)):
        limit = limit * _begins(of, start, scope)
    return "falls in every round and is >= 0 while the condition holds; rounds are at most", limit


def _begins(of: Round, start: State, scope: Scope) -> Size:
    """1 where the condition holds at the first test, as far as that is known beforehand."""
    condition = read_condition(of.step.condition, start, scope.known)
    names = free(condition)
    several = isinstance(condition, Any)
    if several or any(name in of.run.observables or FRESH in name or name.startswith(LOST) for name in names):
        return ONE
    return tidy(indicator(condition), scope.known)


def _shrinking(measure: Size, of: Round, start: State, scope: Scope) -> tuple[str, Size] | None:
    """The measure m = e + 1 >= 1 shrinks to m/c in each round, or to m/2 in two of them and by 1 in each.

    The last of T rounds begins with m >= 1. So c^(T-1) <= m at first; or T = 2k + 1 with 2^k <= m, or T = 2k + 2, when
    the round before begins with m >= 2, so that 2^(k+1) <= m: in both cases T <= 2 log2(m) + 1."""
    first = _first(measure, of, start, scope)
    if first is None:
        return None
    some, size = tidy(given(first), scope.known), tidy(maximum(1, first + 1), scope.known)
    for base in BASES:
        if of.compared(measure, lambda before, now, base=base: before + 1 - (now + 1) * base):  # type: ignore[misc]
            rounds = floor(apply("log", size) / apply("log", const(base))) + 1
            return f"+ 1 is divided by {base} in every round; rounds are at most", some * rounds
    if of.falls(measure) and of.twice().compared(measure, lambda before, now: before - 1 - now * 2):
        rounds = floor(apply("log", size) / apply("log", const(2))) * 2 + 1
        return "+ 1 is halved in every two rounds; rounds are at most", some * rounds
    return None


def _measures(of: Round) -> Iterator[Size]:
    """Numbers (over variables of the form) that are >= 0 where the condition holds."""
    step = of.step
    parts = tuple(_parts(step.condition))
    yield from parts
    answers = _answered(of)
    for one, other in combinations([part for part in parts if not part.free & answers], 2):
        yield one + other
    if not parts:
        yield from _positive(of)
    if step.decreases is not None:
        for measure in (step.decreases - 1, step.decreases):
            if of.always(measure):
                yield measure
                return


def _answered(of: Round) -> frozenset[str]:
    """What is asked of a model, an oracle or an adversary anew at each test: such an answer bounds no later one."""
    return frozenset(each.variable for each in of.step.before if isinstance(each, Havoc))


def _positive(of: Round) -> Iterator[Size]:
    """Sums of variables that are positive by the invariants, where the condition has no part that always holds.

    Of two different numbers that are at least 1 the sum is at least 3."""
    condition = of.step.condition
    names = sorted(
        name for name, value in of.here.values.items() if FRESH in str(value) and of.always(sym(name) - 1)
    )
    for one, other in combinations(names, 2):
        apart = sym(one) - sym(other)
        differ = condition in (
            Any((Holds(apart - 1), Holds(-apart - 1))),
            Any((Holds(-apart - 1), Holds(apart - 1))),
        )
        yield sym(one) + sym(other) - (3 if differ else 2)


def _parts(condition: Condition) -> Iterator[Size]:
    match condition:
        case Holds(size):
            yield size
        case All(parts):
            for part in parts:
                yield from _parts(part)
        case Any((one,)):
            yield from _parts(one)
        case Any():
            pass
