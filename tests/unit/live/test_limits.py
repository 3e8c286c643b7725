"""Limits: never more at a time, never more in a minute, and nothing held back that may go."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from aalpl.live.limits import Limited, Rate


@given(st.integers(1, 600), st.lists(st.floats(0, 3), min_size=2, max_size=60))
def test_a_rate_is_kept_in_every_window(per_minute: int, pauses: list[float]) -> None:
    """However requests come: in any window of w seconds at most rate * (w + burst) + 1 begin."""
    now = 0.0
    rate = Rate(per_minute, lambda: now)
    starts = []
    for pause in pauses:
        now += pause
        starts.append(now + rate.wait(1))
    assert starts == sorted(starts)
    for i, first in enumerate(starts):
        for count, last in enumerate(starts[i:], 1):
            assert count <= per_minute / 60 * (last - first + rate.burst) + 1 + 1e-6


def test_requests_that_come_slowly_do_not_wait() -> None:
    seconds = iter(range(20))
    rate = Rate(60, lambda: next(seconds))
    assert [rate.wait(1) for _ in range(20)] == [0] * 20


def test_tokens_are_what_is_counted() -> None:
    rate = Rate(600, lambda: 0.0)
    waits = [rate.wait(100) for _ in range(4)]
    assert waits[0] == 0
    assert all(abs(b - a - 10) < 1e-9 for a, b in pairwise(waits))


def test_at_most_so_many_at_a_time() -> None:
    async def go() -> int:
        limits, running, most = Limited(3), 0, 0

        async def one() -> None:
            nonlocal running, most
            async with limits.slot(0):
                running += 1
                most = max(most, running)
                await asyncio.sleep(0.001)
                running -= 1

        await asyncio.gather(*(one() for _ in range(20)))
        return most

    assert asyncio.run(go()) == 3
