"""What the user says of the models behind a program: who answers, what it costs, how much at a time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import attrs

MILLION = 10**6


@attrs.frozen
class Timeouts:
    """Seconds until a connection stands, until the first word comes, until the answer is whole."""

    connect: float = 10.0
    first: float = 120.0
    total: float = 600.0


@attrs.frozen
class Binding:
    """What stands behind one model; `None` is unknown, or no limit.

    `backend` is a registered name and `model` what the backend calls the model; `address` ends in `/v1`; `key` names the
    environment variable with the key, and is never the key. Prices are per million tokens: read, read from the cache,
    put into the cache, written; `price_call` per call. `ratio` is how many of the provider's tokens one of ours is at
    most, for caps and reservations; `most` the cap where the contract has none. `again` is how often an answer that the
    contract refuses is asked for again, `retries` how often a call whose way failed is repeated. `scores` says that
    a question for a `real` is answered with P(yes). `more` goes into the body of every request as it is."""

    price_in: Fraction | None = None
    price_out: Fraction | None = None
    price_call: Fraction = Fraction(0)
    price_cached: Fraction | None = None
    price_written: Fraction | None = None
    size: Fraction | None = None
    overhead: Fraction | None = None
    window: int | None = None
    backend: str | None = None
    model: str | None = None
    address: str | None = None
    key: str | None = None
    concurrency: int | None = None
    requests_per_minute: float | None = None
    tokens_per_minute: float | None = None
    timeouts: Timeouts = Timeouts()
    retries: int = 4
    again: int = 2
    ratio: Fraction = Fraction(2)
    most: int | None = None
    scores: bool = False
    more: Mapping[str, Any] = attrs.field(factory=dict)

    def money(self, read: Fraction, written: Fraction, calls: Fraction) -> Fraction | None:
        """What so many tokens and calls cost; unknown where a price that is needed is."""
        if (read and self.price_in is None) or (written and self.price_out is None):
            return None
        tokens = read * (self.price_in or 0) + written * (self.price_out or 0)
        return tokens / MILLION + calls * self.price_call
