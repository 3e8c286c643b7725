"""Counts what a run costs: every call as an event (place, tokens in, tokens out), so that any cost model can be applied.

Events are collected in a list and counted in batches; the digest of a run is that of their whole sequence. A run has
few different events, so keeping how often each occurred is cheap, and exact under every cost model afterwards.

Span is a fold: it adds in sequence and takes the maximum of parallel branches, for every quantity by itself. A branch
is known by the sequence of its events; equal branches are weighed once.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Generator
from itertools import chain
from typing import Any

import attrs

Event = tuple[int, int, int]
"""(number of the site, tokens in, tokens out)"""

Weigh = Callable[[Event], tuple[Any, ...]]
"""The quantities of one event."""

BATCH = 8192


@attrs.define
class Frame:
    """A branch that is running: where its events begin in the list, those before, and the span of what was parallel."""

    start: int
    events: Counter[Event] = attrs.field(factory=Counter)
    inner: tuple[Any, ...] | None = None


class Meter:
    """Takes events by `log.append`; whoever appends calls `flush` when the list has grown to `BATCH`."""

    def __init__(self, weigh: Weigh, keep: bool = False) -> None:
        self.log: list[Event] = []
        self.counts: Counter[Event] = Counter()
        self.hits: Counter[int] = Counter()  # site -> tokens shared with the last call of the same model
        self.trace: list[Event] | None = [] if keep else None
        self.parallel = False
        self._hash = hashlib.blake2b(digest_size=16)
        self._weigh = weigh
        self._frames = [Frame(0)]
        self._top: Counter[Event] = Counter()

    def flush(self) -> None:
        """Counts what was logged."""
        log = self.log
        self.counts.update(log)
        try:
            self._hash.update(array("q", chain.from_iterable(log)).tobytes())
        except OverflowError:
            self._hash.update(repr(log).encode())
        if self.trace is not None:
            self.trace.extend(log)
        frame = self._frames[-1]
        if len(self._frames) > 1 or self.parallel:
            frame.events.update(log[frame.start :])
        for frame in self._frames:
            frame.start = 0
        log.clear()

    def digest(self) -> str:
        """The digest of all events so far, in order."""
        self.flush()
        return self._hash.hexdigest()

    def span(self) -> tuple[Any, ...]:
        """All quantities along the critical path."""
        self.flush()
        if not self.parallel:
            return self._total(self.counts)
        return self._ended(self._frames[0])

    def work(self) -> tuple[Any, ...]:
        """All quantities, added."""
        self.flush()
        return self._total(self.counts)

    # -- parallel branches -----------------------------------------------------------------------------------------

    def fork(self) -> None:
        """Branches begin: what was logged so far belongs to the sequence before them."""
        if not self.parallel:  # the first time: everything so far was sequential
            self.flush()
            self._frames[0].events.update(self.counts)
            self.parallel = True
        frame = self._frames[-1]
        frame.events.update(self.log[frame.start :])

    def join(self, span: tuple[Any, ...] | None) -> None:
        """Branches have ended, with this span for all of them."""
        frame = self._frames[-1]
        frame.start = len(self.log)
        if span is not None:
            frame.inner = span if frame.inner is None else added(frame.inner, span)

    def begin(self) -> None:
        """One branch begins."""
        self._frames.append(Frame(len(self.log)))

    def end(self) -> tuple[Any, tuple[Any, ...] | None]:
        """One branch has ended: what it did, as a key, and its quantities where that is no short sequence."""
        frame = self._frames.pop()
        own = self.log[frame.start :]
        if not frame.events and frame.inner is None and len(own) < 64:
            return tuple(own), None
        frame.events.update(own)
        return None, self._ended(frame)

    def weighed(self, events: tuple[Event, ...]) -> tuple[Any, ...]:
        """The quantities of a short sequence."""
        return self._total(Counter(events))

    def _ended(self, frame: Frame) -> tuple[Any, ...]:
        total = self._total(frame.events)
        return total if frame.inner is None else added(total, frame.inner)

    def _total(self, events: Counter[Event]) -> tuple[Any, ...]:
        totals = [0] * len(self._weigh((0, 0, 0)))
        for event, count in events.items():
            for i, value in enumerate(self._weigh(event)):
                totals[i] += value * count
        return tuple(totals)


def added(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    """Quantity by quantity."""
    return tuple(x + y for x, y in zip(a, b, strict=True))


def largest(a: tuple[Any, ...], b: tuple[Any, ...]) -> tuple[Any, ...]:
    """The larger of each quantity."""
    return tuple(map(max, a, b))


def side_by_side(request: tuple[Any, ...], meter: Meter) -> Generator[Any, Any, Any]:
    """Answers a `Parallel` one branch after the other: a generator that asks the driver to run each of them."""
    _, low, high, workers, branch = request
    results: list[Any] = []
    total: tuple[Any, ...] | None = None
    meter.fork()
    for first in range(low, high + 1, max(1, workers or high + 1 - low)):
        seen: set[Any] = set()
        group: tuple[Any, ...] | None = None
        for i in range(first, min(first + (workers or high + 1 - low), high + 1)):
            meter.begin()
            results.append((yield (0, branch(i))))
            key, weight = meter.end()
            if weight is None:
                if key in seen:
                    continue
                seen.add(key)
                weight = meter.weighed(key)
            group = weight if group is None else largest(group, weight)
        total = group if total is None or group is None else added(total, group)
    meter.join(total)
    return results
