"""Finite chains: how probably each way out is taken, by the exact distribution over the states.

States that no path comes back to are passed once, in order; the others by linear equations for the expected number of
visits, solved exactly: over the rationals where all probabilities are numbers, else over quotients of polynomials.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from aalpl.cost.chance.rational import Beyond, Field, solution
from aalpl.cost.reliability.values import Refused
from aalpl.program.size import ONE, ZERO, Size, const

Out = TypeVar("Out", bound=Hashable)

Step = tuple[Size, int]
"""A probability, and the state that is gone to."""

SYMBOLIC = 24
"""Equations over polynomials that are still solved."""

NUMERIC = 1500
"""Equations over numbers that are still solved."""


def absorbed(
    inner: Sequence[Sequence[Step]], outer: Sequence[Sequence[tuple[Size, Out]]], start: int = 0
) -> dict[Out, Size]:
    """The probability of each way out, from state `start`; `inner` and `outer` are the steps of each state."""
    visits: dict[int, Size] = {start: ONE}
    found: dict[Out, Size] = {}
    for component in components(inner, start):
        entered = {state: visits[state] for state in component if state in visits}
        if not entered:
            continue
        own = visited(component, inner, entered)
        for state, times in own.items():
            for chance, out in outer[state]:
                found[out] = found.get(out, ZERO) + times * chance
            for chance, target in inner[state]:
                if target not in own:
                    visits[target] = visits.get(target, ZERO) + times * chance
    return {out: chance for out, chance in found.items() if chance}


def visited(
    component: Sequence[int], inner: Sequence[Sequence[Step]], entered: Mapping[int, Size]
) -> dict[int, Size]:
    """How often each state of a strongly connected component is visited in expectation."""
    if len(component) == 1:
        (state,) = component
        again = ZERO
        for chance, target in inner[state]:
            again = again + chance if target == state else again
        if again == 1:
            return {state: ZERO}  # it is never left: such runs do not end
        return {state: entered[state] / (1 - again) if again else entered[state]}
    numbers = {s: [(c.constant(), t) for c, t in inner[s] if t in set(component)] for s in component}
    if all(c is not None for steps in numbers.values() for c, _ in steps):
        plain = {s: [(c, t) for c, t in steps if c is not None] for s, steps in numbers.items()}
        return _combined(_numeric(list(component), plain, list(entered)), entered)
    return _symbolic(list(component), inner, entered)


def _combined(times: Mapping[int, Mapping[int, Fraction]], entered: Mapping[int, Size]) -> dict[int, Size]:
    found: dict[int, Size] = {}
    for first, chance in entered.items():
        for state, expected in times[first].items():
            found[state] = found.get(state, ZERO) + chance * const(expected)
    return found


def _numeric(
    states: list[int], steps: Mapping[int, list[tuple[Fraction, int]]], entries: list[int]
) -> dict[int, dict[int, Fraction]]:
    """Expected visits for each entry: the transposed equations, by elimination of sparse rows."""
    if len(states) > NUMERIC:
        raise Refused("there are too many states to be followed")
    rows: dict[int, dict[int, Fraction]] = {s: {s: Fraction(1)} for s in states}
    for source, leading in steps.items():
        for chance, target in leading:
            rows[target][source] = rows[target].get(source, Fraction(0)) - chance
    right: dict[int, dict[int, Fraction]] = {s: ({s: Fraction(1)} if s in entries else {}) for s in states}
    for i, pivot in enumerate(states):
        head = rows[pivot].get(pivot, Fraction(0))
        if not head:
            raise Refused("a loop of which it is not known whether it ends")
        for other in states[i + 1 :]:
            factor = rows[other].pop(pivot, None)
            if factor:
                factor /= head
                _less(rows[other], rows[pivot], factor, pivot)
                _less(right[other], right[pivot], factor, None)
    solved_rows: dict[int, dict[int, Fraction]] = {}
    for pivot in reversed(states):
        total = dict(right[pivot])
        for other, factor in rows[pivot].items():
            if other != pivot:
                _less(total, solved_rows[other], factor, None)
        solved_rows[pivot] = {e: v / rows[pivot][pivot] for e, v in total.items()}
    return {e: {s: solved_rows[s].get(e, Fraction(0)) for s in states} for e in entries}


def _less(
    row: dict[int, Fraction], other: Mapping[int, Fraction], factor: Fraction, without: int | None
) -> None:
    for key, value in other.items():
        if key != without:
            left = row.get(key, Fraction(0)) - factor * value
            if left:
                row[key] = left
            else:
                row.pop(key, None)


def _symbolic(
    states: list[int], inner: Sequence[Sequence[Step]], entered: Mapping[int, Size]
) -> dict[int, Size]:
    if len(states) > SYMBOLIC:
        raise Refused("there are too many states for a formula; at given numbers they can be followed")
    members = {state: i for i, state in enumerate(states)}
    weights = [chance for s in states for chance, t in inner[s] if t in members]
    try:
        field = Field([*weights, *entered.values()])
        rows = [[field.zero] * (len(states) + 1) for _ in states]
        for state, i in members.items():
            rows[i][i] = rows[i][i] + field.one
            rows[i][-1] = field.ratio(entered.get(state, ZERO))
            for chance, target in inner[state]:
                if target in members:
                    j = members[target]
                    rows[j][i] = rows[j][i] - field.ratio(chance)
        times = solution(rows)
        if times is None:
            raise Refused("a loop of which it is not known whether it ends")
        return {state: field.size(times[i]) for state, i in members.items()}
    except Beyond:
        raise Refused("the formula is out of proportion") from None


def components(inner: Sequence[Sequence[tuple[object, int]]], start: int) -> list[list[int]]:
    """The strongly connected components that are reached, those first that lead to others (Tarjan, without recursion)."""
    order: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on: set[int] = set()
    found: list[list[int]] = []
    work: list[tuple[int, int]] = [(start, 0)]
    while work:
        state, at = work.pop()
        if at == 0:
            order[state] = low[state] = len(order)
            stack.append(state)
            on.add(state)
        steps = inner[state]
        for k in range(at, len(steps)):
            target = steps[k][1]
            if target not in order:
                work.append((state, k + 1))
                work.append((target, 0))
                break
            if target in on:
                low[state] = min(low[state], order[target])
        else:
            if low[state] == order[state]:
                component = []
                while True:
                    member = stack.pop()
                    on.discard(member)
                    component.append(member)
                    if member == state:
                        break
                found.append(component[::-1])
            if work:
                parent = work[-1][0]
                low[parent] = min(low[parent], low[state])
    return found[::-1]
