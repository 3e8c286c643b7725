"""How much work is left: counted, not timed, so that answers do not depend on the machine.

One unit is about a microsecond: a term of a product, an entry of a linear program, a fraction of a pivot.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import attrs

ALL = 300_000


class TooLarge(Exception):
    """More than is tried: a linear program beyond limits, or no work left."""


@attrs.define(eq=False)
class Work:
    """Units that are left; those below `kept` are for later."""

    left: int = ALL
    kept: int = 0

    def pay(self, units: int) -> None:
        """Spends units. Raises `TooLarge` where none are left."""
        self.left -= units
        if self.left < self.kept:
            raise TooLarge

    @contextmanager
    def half(self) -> Iterator[None]:
        """No more than half of what is left now is spent inside."""
        before = self.kept
        self.kept = max(before, (self.left + before) // 2)
        try:
            yield
        finally:
            self.kept = before

    @property
    def spent(self) -> bool:
        """Whether nothing is left for now."""
        return self.left <= self.kept
