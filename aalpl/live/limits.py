"""How many calls of a model at a time, and how many calls and tokens in a minute.

A rate is kept as a schedule: of r per minute, each takes 60/r seconds, and what was not used for a short while may be
used at once (the virtual scheduling algorithm of ITU-T I.371, annex A). Waiting is in the order of arrival.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import attrs

MINUTE = 60.0


@attrs.define
class Rate:
    """At most `per_minute` times (seconds + `burst`) / 60, and one, in that many seconds.

    `clock` gives seconds; `burst` is how many seconds' worth may come at once."""

    per_minute: float
    clock: Callable[[], float]
    burst: float = 1.0
    due: float | None = None

    def wait(self, amount: float) -> float:
        """Takes `amount`; the seconds until it may begin."""
        now = self.clock()
        due = now if self.due is None else max(self.due, now - self.burst)
        self.due = due + amount * MINUTE / self.per_minute
        return max(0.0, due - now)


@attrs.define
class Limited:
    """The limits of one model: `concurrency` calls at a time, rates of requests and of tokens."""

    concurrency: int | None = None
    requests: Rate | None = None
    tokens: Rate | None = None
    _places: asyncio.Semaphore | None = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._places = None if self.concurrency is None else asyncio.Semaphore(self.concurrency)

    def slot(self, tokens: int) -> AbstractAsyncContextManager[None]:
        """A place for one call that is expected to read and write `tokens`."""
        return self._slot(tokens)

    @asynccontextmanager
    async def _slot(self, tokens: int) -> AsyncIterator[None]:
        seconds = max(
            0.0 if self.requests is None else self.requests.wait(1),
            0.0 if self.tokens is None else self.tokens.wait(tokens),
        )
        if seconds:
            await asyncio.sleep(seconds)
        if self._places is None:
            yield
            return
        async with self._places:
            yield
