"""The smallest or largest whole number for which a condition holds: by a formula turned round, or by search; the
condition is decided at the number and at its neighbour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.solving import inverse
from aalpl.cost.solving.balls import PRECISIONS, SHOWN, Unsure, Unvalued, ball, exact, whole
from aalpl.cost.solving.sides import Sides
from aalpl.program import nodes as p
from aalpl.program.size import Size, apply

Values = Mapping[str, Fraction]

FARTHEST = 1 << 44
"""No larger number is looked for."""

CHECKED = 64
"""So many numbers on the far side of the answer are tried."""


class Unsolved(Exception):
    """There is no such number, or it is not known; the text says why."""


@attrs.frozen
class Solution:
    """`value` is the smallest (largest) number; `here` and `beside` are the left side at it and at the neighbour that
    fails (None where there is none); `formula` gives the value wherever signs are as here; `turned` says that it is
    by the formula, so that no smaller (larger) one can be overlooked; otherwise `tried` numbers beyond it were tried."""

    name: str
    value: int
    smallest: bool
    here: Any
    beside: Any
    formula: Size | None
    tried: int


class Solver:
    """Answers one question at several values; formulas are derived once."""

    def __init__(self, program: p.Program, claim: p.Claim, name: str, least: int = 1) -> None:
        ends = {claim.right: claim.relation == "<=", claim.left: claim.relation == ">="}
        self.sides = Sides(program, ends)
        self.claim, self.name, self.least = claim, name, least

    def solve(self, at: Values, smallest: bool | None = None) -> Solution:
        """The number for which the claim holds at the values `at`."""
        return solve(Question(self.sides, self.claim, self.name, dict(at), self.least), smallest)

    def number(self, term: p.ClaimTerm, at: Values) -> Any:
        """A term at these values, as a ball."""
        return Question(self.sides, self.claim, self.name, dict(at), self.least).ball(term, at)


def solve(question: Question, smallest: bool | None) -> Solution:
    """By a formula where there is one, else by search."""
    bound, least = question.turned(), question.least
    if smallest is None:
        smallest = bound[1] if bound is not None else question.rising()
    if bound is not None and bound[1] == smallest:
        formula = apply("ceil" if smallest else "floor", bound[0])
        value = question.rounded(bound[0], up=smallest)
        value = max(least, value)
        if question.ends_at(value, smallest):
            return question.solution(value, smallest, formula, 0)
    value = question.searched(smallest)
    return question.solution(value, smallest, None, question.tried(value, smallest))


@attrs.define
class Question:
    """A condition on one number."""

    sides: Sides
    claim: p.Claim
    name: str
    at: dict[str, Fraction]
    least: int
    _known: dict[int, bool] = attrs.field(factory=dict)

    def values(self, value: int) -> Values:
        """All values."""
        return {**self.at, self.name: Fraction(value)}

    # -- deciding --------------------------------------------------------------------------------------------------

    def holds(self, value: int) -> bool:
        """Whether the condition holds."""
        if value not in self._known:
            self._known[value] = self._decided(value)
        return self._known[value]

    def _decided(self, value: int) -> bool:
        import flint

        at = self.values(value)
        for bits in PRECISIONS:
            with flint.ctx.workprec(bits):
                try:
                    apart = self.sides.ball(self.claim.left, at) - self.sides.ball(self.claim.right, at)
                except Unsure:
                    continue
                if apart > 0:
                    return self.claim.relation == ">="
                if apart < 0:
                    return self.claim.relation == "<="
        left, right = self.sides.exact(self.claim.left, at), self.sides.exact(self.claim.right, at)
        if left is None or right is None:
            raise Unsolved(f"at {self.name} = {value} both sides are too close to be told apart")
        return left >= right if self.claim.relation == ">=" else left <= right

    def number(self, value: int) -> Any:
        """The left side, as a ball."""
        return self.ball(self.claim.left, self.values(value))

    def ball(self, term: p.ClaimTerm, at: Values) -> Any:
        """A term, as a ball that is narrow enough to be shown."""
        import flint

        for bits in PRECISIONS:
            with flint.ctx.workprec(bits):
                try:
                    found = self.sides.ball(term, at)
                except Unsure:
                    continue
                if found.rel_accuracy_bits() > SHOWN or found.is_exact():
                    return found
        raise Unsolved("a number is not known well enough to be shown")

    # -- by formula ------------------------------------------------------------------------------------------------

    def turned(self) -> tuple[Size, bool] | None:
        """The bound that the condition puts on the number, and whether it is a lower one."""
        left, right = self.sides.formula(self.claim.left), self.sides.formula(self.claim.right)
        if left is None or right is None or self.claim.relation == "=":
            return None
        if self.name not in left.free:
            left, right = right, left
            at_least = self.claim.relation == "<="
        else:
            at_least = self.claim.relation == ">="
        try:
            return inverse.turned(left, at_least, right, self.name, self._sign)
        except (Unvalued, Unsolved, ZeroDivisionError):
            return None

    def _sign(self, size: Size) -> int:
        import flint

        known = exact(size, self.at)
        if known is not None:
            return (known > 0) - (known < 0)
        for bits in PRECISIONS:
            with flint.ctx.workprec(bits):
                try:
                    found = ball(size, self.at)
                except Unsure:
                    continue
                if found > 0 or found < 0:
                    return 1 if found > 0 else -1
        raise Unsolved("a sign is not decided")

    def rounded(self, size: Size, *, up: bool) -> int:
        """The bound as a whole number."""
        import flint

        for bits in PRECISIONS:
            with flint.ctx.workprec(bits):
                try:
                    return whole(size, self.at, up=up)
                except Unsure:
                    continue
        raise Unsolved("the number is too close to a whole one to be rounded")

    def ends_at(self, value: int, smallest: bool) -> bool:
        """Whether the condition holds there and not at the neighbour beyond."""
        if not self.holds(value):
            return False
        if smallest:
            return value <= self.least or not self.holds(value - 1)
        return not self.holds(value + 1)

    # -- by search -------------------------------------------------------------------------------------------------

    def rising(self) -> bool:
        """Whether it is a smallest number that is asked for: the condition does not hold at the least one."""
        if not self.holds(self.least):
            return True
        return all(self.holds(self.least + (1 << k)) for k in range(12))

    def searched(self, smallest: bool) -> int:
        """By doubling and halving."""
        low, step = self.least, 1
        if self.holds(low) == smallest:
            if smallest:
                return low
            raise Unsolved(f"it does not even hold at {self.name} = {low}")
        while self.holds(low + step) != smallest:
            low, step = low + step, 2 * step
            if low > FARTHEST:
                raise Unsolved(f"no {self.name} up to {low:,} was found")
        high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            if self.holds(middle) == smallest:
                high = middle
            else:
                low = middle
        return high if smallest else low

    def tried(self, value: int, smallest: bool) -> int:
        """How many numbers beyond the answer were tried; raises where one of them holds."""
        count = 0
        for other in self._beyond(value, smallest):
            count += 1
            if self.holds(other):
                raise Unsolved(
                    f"it holds at {self.name} = {other} and at {value}, but not everywhere between: "
                    "there is no one number from which on it holds"
                )
        return count

    def _beyond(self, value: int, smallest: bool) -> Iterator[int]:
        if smallest:
            width = value - self.least
            if width <= CHECKED:
                yield from range(self.least, value)
            else:
                yield from sorted({self.least + width * k // CHECKED for k in range(CHECKED)} | {value - 1})
        else:
            yield from sorted({value + 1 + (value * k) // CHECKED for k in range(CHECKED)})

    def solution(self, value: int, smallest: bool, formula: Size | None, tried: int) -> Solution:
        """The answer with the left side at it and beside it."""
        other = value - 1 if smallest else value + 1
        beside = self.number(other) if other >= self.least else None
        return Solution(self.name, value, smallest, self.number(value), beside, formula, tried)
