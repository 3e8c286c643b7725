"""What a solver answers about a recurrence."""

from __future__ import annotations

import attrs

from aalpl.cost.result import Step
from aalpl.program.size import Size


@attrs.frozen
class Solution:
    """What the outermost call pays: exactly, or at least `lower` and at most `upper` (None: not found, see `reason`).

    Some behaviour pays at least `reached`, and `expected` is the expectation, where that is known.
    What is `rough` may be far from the truth: other engines may do better."""

    exact: Size | None = None
    lower: Size | None = None
    upper: Size | None = None
    reached: Size | None = None
    expected: Size | None = None
    rough: bool = False
    reason: str = ""
    derivation: tuple[Step, ...] = ()

    def where(self, holds: Size, other: Solution) -> Solution:
        """This one where `holds` is 1, the other where it is 0."""

        def either(one: Size | None, two: Size | None) -> Size | None:
            return None if one is None or two is None else holds * one + (1 - holds) * two

        return Solution(
            either(self.exact, other.exact),
            either(self.lower, other.lower),
            either(self.upper, other.upper),
            either(self.reached, other.reached),
            either(self.expected, other.expected),
            self.rough or other.rough,
            self.reason or other.reason,
            tuple(dict.fromkeys((*self.derivation, *other.derivation))),
        )

    def plus(self, exact: Size, *derivation: Step) -> Solution:
        """Of what pays so much more."""

        def more(size: Size | None) -> Size | None:
            return None if size is None else size + exact

        return Solution(
            more(self.exact),
            more(self.lower),
            more(self.upper),
            more(self.reached),
            more(self.expected),
            self.rough,
            self.reason,
            (*derivation, *self.derivation),
        )


def exactly(size: Size, *derivation: Step) -> Solution:
    """A closed form."""
    return Solution(size, size, size, size, size, derivation=derivation)
