"""How far a run is: what is done and under way, what it cost so far, and how long it will still take."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from aalpl.live.bill import Bill


@attrs.frozen
class Stand:
    """A run at one moment. `left` are seconds, None where that cannot be said; `cost` counts what is known."""

    done: int
    kept: int
    running: int
    expected: int | None
    tokens: int
    cost: Fraction
    seconds: float
    left: float | None


@attrs.define
class Progress:
    """Reads a bill; `expected` is how many calls there will be, where that is predicted."""

    bill: Bill
    clock: Callable[[], float]
    expected: int | None = None
    begun: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.begun = self.clock()

    def stand(self) -> Stand:
        """The run as it stands now."""
        bill, seconds = self.bill, self.clock() - self.begun
        return Stand(
            bill.done,
            bill.kept,
            bill.running,
            self.expected,
            bill.tokens,
            bill.cost,
            seconds,
            self._left(seconds),
        )

    def _left(self, seconds: float) -> float | None:
        """As long for each call that is missing as for each that was sent; what the journal has takes no time."""
        if self.expected is None or not self.bill.done:
            return None
        missing = max(0, self.expected - self.bill.done - self.bill.kept)
        return missing * seconds / self.bill.done
