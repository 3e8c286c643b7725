"""What a provider bills for what we count: so much for each call, and so much for each token of ours.

    billed = overhead + ratio * payload

Both are fitted to the calls of a run by least squares, exactly. The overhead is everything that is the same in every call:
the marks of the chat, the sentence that says what may be answered, the braces of JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import attrs


@attrs.frozen
class Fitted:
    """Tokens billed for a call: `overhead`, and `ratio` for each token of ours."""

    overhead: Fraction
    ratio: Fraction

    def billed(self, payload: int, calls: int = 1) -> Fraction:
        """What so many calls are billed that read, or write, so many tokens together."""
        return self.overhead * calls + self.ratio * payload


def fitted(calls: Iterable[tuple[int, int]]) -> Fitted | None:
    """The fit to calls, each with its payload and its bill; None where there are none.

    Calls that all have one payload tell no ratio; all of it is overhead then."""
    points = list(calls)
    n = len(points)
    if not n:
        return None
    x, y = sum(p for p, _ in points), sum(b for _, b in points)
    spread = n * sum(p * p for p, _ in points) - x * x
    if not spread:
        return Fitted(Fraction(y, n), Fraction(0))
    ratio = Fraction(n * sum(p * b for p, b in points) - x * y, spread)
    return Fitted((y - ratio * x) / n, ratio)
