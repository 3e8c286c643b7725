"""Budgets of a run: what a call can take at worst is set aside before it is sent, and settled after it with what was billed.

A call that does not fit now, but may when others that are under way turn out cheaper, waits, in order of arrival. Only
when nothing is under way any more does it end the run: so nothing that is paid for is thrown away, and as many calls
happen as the budget allows. At every moment spent + set aside <= budget, and what is settled is at most what was set
aside; a provider that bills more than that is seen (`exceeded`).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from fractions import Fraction

import attrs

from aalpl.live.line import Line
from aalpl.live.reply import Reply
from aalpl.live.stops import Stopped
from aalpl.live.worst import NOTHING, Taken, Weigh, charged, dearest, heaviest
from aalpl.run.backend import Question


@attrs.frozen
class Budgets:
    """The most that a run may take; None is no limit. `until` is a time of the purse's clock."""

    calls: int | None = None
    tokens: int | None = None
    cost: Fraction | None = None
    until: float | None = None

    def allow(self, taken: Taken) -> bool:
        """Whether all of it fits."""
        return self.broken(taken) is None

    def broken(self, taken: Taken) -> str | None:
        """The first budget that is too small for it."""
        if self.calls is not None and taken.calls > self.calls:
            return "calls"
        if self.tokens is not None and taken.tokens > self.tokens:
            return "tokens"
        if self.cost is not None and taken.cost > self.cost:
            return "cost"
        return None


@attrs.frozen(eq=False)
class Reserved:
    """What is set aside for one call, and under which binding."""

    worst: Taken
    line: Line


@attrs.define
class Wallet:
    """The purse of one run. `words` says a budget's name and size to a person."""

    budgets: Budgets
    clock: Callable[[], float]
    weigh: Weigh = heaviest
    words: Callable[[str], str] = lambda name: f"the budget of {name}"
    spent: Taken = NOTHING
    held: Taken = NOTHING
    under_way: int = 0
    exceeded: int = 0
    stopped: bool = False
    _waiting: deque[tuple[Taken, asyncio.Future[None]]] = attrs.field(factory=deque)

    async def reserve(self, question: Question, line: Line) -> Reserved:
        """Sets aside the worst case of a call; raises `Stopped` where it cannot fit any more."""
        if self.budgets.until is not None and self.clock() >= self.budgets.until:
            raise Stopped("deadline-reached", f"{self.words('time')} is used up")
        worst = self._worst(question, line)
        if self.stopped or self._waiting or not self.budgets.allow(self.spent + self.held + worst):
            await self._turn(worst)
        else:
            self._hold(worst)
        return Reserved(worst, line)

    def settle(self, reserved: Reserved, reply: Reply | None, lost: bool) -> None:
        """Gives back what was not needed: all of it where the call failed before it was paid."""
        self._release(reserved.worst)
        if reply is not None:
            found = self._billed(reserved, reply)
            self.exceeded += found.tokens > reserved.worst.tokens or found.cost > reserved.worst.cost
            self.spent += found
        elif lost:
            self.spent += reserved.worst
        self._grant()

    def _worst(self, question: Question, line: Line) -> Taken:
        read, written = self.weigh(question, line.binding)
        if written is None:
            if self.budgets.tokens is not None or self.budgets.cost is not None:
                name = question.primitive.name
                hint = f"give the answer of `{name}` a bound, or its model a `most`"
                raise Stopped("unbounded-call", f"nothing bounds what an answer of `{name}` costs", hint)
            written = 0
        cost = Fraction(0)
        if self.budgets.cost is not None:
            known = dearest(line.binding, read, written)
            if known is None:
                hint = "put `in` and `out` into models.toml"
                raise Stopped("unpriced-call", f"`{question.primitive.model.name}` has no price", hint)
            cost = known
        return Taken(1, read + written, cost)

    def _billed(self, reserved: Reserved, reply: Reply) -> Taken:
        """What a reply was billed; as much as was set aside where the provider does not say."""
        usage, worst = reply.usage, reserved.worst
        if usage.tokens_in is None or usage.tokens_out is None:
            return worst
        cost = charged(reserved.line.binding, usage) if self.budgets.cost is not None else Fraction(0)
        return Taken(1, usage.tokens_in + usage.tokens_out, worst.cost if cost is None else cost)

    async def _turn(self, worst: Taken) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((worst, turn))
        self._grant()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._release(worst)  # its turn had come, but nobody was there any more
            self._grant()
            raise

    def _grant(self) -> None:
        """Lets those go on that wait and fit now; refuses the first of them when nothing can make it fit any more."""
        while self._waiting and not self.stopped:
            worst, turn = self._waiting[0]
            if not turn.done():
                wanted = self.spent + self.held + worst
                if self.budgets.allow(wanted):
                    self._hold(worst)
                    turn.set_result(None)
                elif self.under_way:
                    return
                else:
                    self.stopped = True
                    turn.set_exception(self._stop(wanted))
            self._waiting.popleft()

    def _stop(self, wanted: Taken) -> Stopped:
        name = self.budgets.broken(wanted) or "calls"
        return Stopped(CODES[name], f"{self.words(name)} does not allow another call")

    def _hold(self, worst: Taken) -> None:
        self.held += worst
        self.under_way += 1

    def _release(self, worst: Taken) -> None:
        self.held -= worst
        self.under_way -= 1


CODES = {"calls": "calls-spent", "tokens": "tokens-spent", "cost": "money-spent"}
