"""Runs a program whose answers take time: one task for every branch that is under way, each with a stack of its own.

The order of everything that can be seen (results, events, draws) is that of the program. What a branch draws depends on
the seed and its place alone; so a run that is done again from its journal goes the same way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from types import GeneratorType
from typing import Any

import attrs

from aalpl.live.place import Place
from aalpl.live.record import Emitted, Forked, Record
from aalpl.run.drive import DEPTH, Handler, Request
from aalpl.run.faults import Mistake, Unfit
from aalpl.run.meter import Event
from aalpl.run.sites import ParallelSite, Site

Asked = Callable[[Request, Place], Awaitable[tuple[Any, Event | Emitted]]]
"""Answers a call: the value, and the event for the meter."""

Stand = Callable[[str], None]
"""Told the place before something is drawn there."""


@attrs.frozen
class Driver:
    """`handlers` answer at once, `asked` in their own time; both by number of the site.

    `log` is where handlers put events; `ahead` how many branches of one parallel loop may be under way (None: all)."""

    sites: Sequence[Site]
    labels: Mapping[int, str]
    handlers: Sequence[Handler]
    asked: Mapping[int, Asked]
    names: Mapping[str, str]  # Python name -> function
    log: list[Event]
    stand: Stand
    ahead: int | None = None

    async def run(self, begun: Generator[Request, Any, Any], place: Place, record: Record) -> Any:
        """The result of a function that has begun at `place`; what it does is added to `record`."""
        stack: list[tuple[Callable[[Any], Request], Place]] = []
        send: Callable[[Any], Request] = begun.send
        value: Any = None
        request: Request = (0,)
        while True:
            try:
                while True:
                    request = send(value)
                    number = request[0]
                    if not number:
                        called = request[1]
                    elif number in self.asked:
                        value, event = await self.asked[number](request, place)
                        record.append(event)
                        continue
                    elif isinstance(self.sites[number - 1], ParallelSite):
                        value = await self._branches(request, place, record)
                        continue
                    else:
                        value = self._at_once(request, place, record)
                        if value.__class__ is not GeneratorType:
                            continue
                        called = value
                    if len(stack) > DEPTH:
                        raise Unfit("recursion-too-deep", f"{DEPTH:,} calls within each other")
                    stack.append((send, place))
                    place = place.below(self.names.get(called.__name__, called.__name__))
                    send, value = called.send, None
            except StopIteration as ended:
                value = ended.value
                self._drain(record)
                if not stack:
                    return value
                send, place = stack.pop()
            except Mistake as mistake:
                mistake.site = mistake.site or request[0]
                raise

    def _at_once(self, request: Request, place: Place, record: Record) -> Any:
        number = request[0]
        self.stand(f"{place.key()}/{place.next(self.labels[number])}")
        value = self.handlers[number](request)
        self._drain(record)
        return value

    def _drain(self, record: Record) -> None:
        if self.log:
            record.extend(self.log)
            self.log.clear()

    async def _branches(self, request: Request, place: Place, record: Record) -> list[Any]:
        """Runs the branches of a parallel loop; results and events in the order of the index."""
        number, low, high, workers, branch = request
        count = max(0, high + 1 - low)
        step = place.next(self.labels[number])
        results: list[Any] = [None] * count
        records: tuple[Record, ...] = tuple([] for _ in range(count))
        record.append(Forked(records, workers))
        waiting = iter(range(count))

        async def worker() -> None:
            for at in waiting:
                own = Place(place, f"{step}[{low + at}]")
                results[at] = await self.run(branch(low + at), own, records[at])

        under_way = min(each for each in (count, workers, self.ahead) if each is not None)
        await together(worker() for _ in range(max(0, under_way)))
        return results


async def together(several: Iterator[Coroutine[Any, Any, None]]) -> None:
    """Waits for all; when one fails or this is cancelled, the others are cancelled and waited for."""
    tasks = [asyncio.ensure_future(each) for each in several]
    if not tasks:
        return
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:  # the first in order, so that the same failures tell the same story
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
