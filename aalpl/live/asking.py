"""The way of one call: journal, budget, limits, backend, journal again, contract, and once more where it is refused."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Sequence
from time import perf_counter
from typing import Any

import attrs

from aalpl.live.contract.judging import fault, judged, refused
from aalpl.live.contract.turns import turns
from aalpl.live.driver import Asked
from aalpl.live.line import Journal, Line, Purse, Watch
from aalpl.live.place import Place
from aalpl.live.record import Emit, Emitted
from aalpl.live.reply import Reply
from aalpl.live.stops import Ended, Lost, Unanswered
from aalpl.live.worst import heaviest
from aalpl.run.backend import Question, Refused, distinct, question
from aalpl.run.conform import conforming
from aalpl.run.drive import Request
from aalpl.run.meter import Event
from aalpl.run.sim.facts import remember
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite
from aalpl.run.values import counter

SHORT = 0.25
"""Seconds; twice that before a lost call is sent again for the first time, then twice as long each time."""

TURN = 64
"""After so many answers others get a turn, deadlines and Ctrl-C: where all answers come at once (a function, a script, a
journal) they would get none. Counted, not timed, so that a script is read in the same order each time."""


@attrs.define
class Turns:
    """How many answers there were since others had a turn."""

    count: int = 0

    async def give(self) -> None:
        """Lets others run, if that is due."""
        self.count += 1
        if self.count == TURN:
            self.count = 0
            await asyncio.sleep(0)


@attrs.frozen
class Asker:
    """Makes the ways of calls. `journal` and `purse` may be missing; every one of `watches` is told."""

    world: World
    journal: Journal | None = None
    purse: Purse | None = None
    watches: Sequence[Watch] = ()
    fit: bool = False
    turns: Turns = attrs.field(factory=Turns)

    def asked(self, site: AskSite, label: str, line: Line, emit: Emit | None) -> Asked:
        """How calls at `site` are answered; `label` is its step in places."""
        take, count, rivals = conforming(site.type, self.fit), counter(site.type), distinct(site)

        async def answer(request: Request, place: Place) -> tuple[Any, Event | Emitted]:
            key = f"{place.key()}/{place.next(label)}"
            said = turns(request[2][0], site.primitive.model.name) if site.conversation else ()
            first = attrs.evolve(question(site, request), key=key, turns=said)
            earlier: tuple[Refused, ...] = ()
            while True:
                now = attrs.evolve(first, earlier=earlier) if earlier else first
                try:
                    reply = await self.reply(now, line)
                except Ended as ended:
                    ended.span = ended.span or site.span
                    raise
                value, wrong = judged(reply, site.type, request[4], take)
                if wrong is None:
                    break
                self._refused(now, reply)
                if len(earlier) >= line.again:
                    raise fault(site, reply, wrong)
                earlier = (*earlier, refused(reply, wrong))
            await self.turns.give()
            rivals(request, value)
            if request[5] is not None and value is not None:
                remember(site, request, value, self.world)
            written = count(value)
            if emit is not None:
                return value, Emitted(emit, request, written)
            return value, (request[0], request[1], written)

        return answer

    async def reply(self, asked: Question, line: Line) -> Reply:
        """The journal's reply, or the backend's."""
        if self.journal is not None and (known := self.journal.recall(asked)) is not None:
            for watch in self.watches:
                watch.ended(asked, known, False)
            return known
        lost, amount = 0, expected(asked, line)
        while True:
            try:
                async with line.limits.slot(amount):
                    reply = await self._paid(asked, line)
                break
            except Lost as error:
                if lost >= line.binding.retries:
                    raise
                lost += 1
                await asyncio.sleep(SHORT * 2**lost if error.wait is None else error.wait)
        for watch in self.watches:
            watch.ended(asked, reply, True)
        return reply if not lost else attrs.evolve(reply, retries=reply.retries + lost)

    async def _paid(self, asked: Question, line: Line) -> Reply:
        """The backend's reply, in the journal and paid from the purse; what may have been paid counts as paid."""
        reserved = None if self.purse is None else await self.purse.reserve(asked, line)
        reply, lost = None, True
        try:
            reply = await self._sent(asked, line)
            if self.journal is not None:
                self.journal.answered(asked, reply)
            return reply
        except Unanswered as error:
            lost = isinstance(error, Lost)
            raise
        finally:
            if self.purse is not None:
                self.purse.settle(reserved, reply, lost)
            if reply is None:
                for watch in self.watches:
                    watch.failed(asked, lost)

    async def _sent(self, asked: Question, line: Line) -> Reply:
        if self.journal is not None:
            self.journal.sent(asked)
        for watch in self.watches:
            watch.began(asked)
        start = perf_counter()
        said = line.backend.answer(asked)
        if inspect.isawaitable(said):
            said = await said
        if isinstance(said, Reply):
            return said
        return Reply(said, seconds=perf_counter() - start)

    def _refused(self, asked: Question, reply: Reply) -> None:
        for watch in self.watches:
            watch.refused(asked, reply)


def expected(asked: Question, line: Line) -> int:
    """What a call counts against a rate of tokens: as providers do, with the whole cap; 0 where there is no such rate."""
    if line.binding.tokens_per_minute is None:
        return 0
    read, written = heaviest(asked, line.binding)
    return read + (written or 0)
