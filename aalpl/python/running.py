"""One run with answerers: budgets, a deadline, a journal, the bill; all that was opened for it is closed at its end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from os import PathLike
from pathlib import Path
from typing import Any

import attrs

from aalpl.live.bill import Bill
from aalpl.live.binding import Binding
from aalpl.live.line import Journal, Purse, Watch
from aalpl.live.perform import Performed, perform
from aalpl.live.purse import Budgets, Wallet
from aalpl.live.stops import Ended, Stopped
from aalpl.program import nodes as p
from aalpl.python.binding import Answerer, Budget, Kept, lines
from aalpl.run.prepare import Options


@attrs.frozen
class Live:
    """How a run is made: what it may take, where its answers are kept, who is told."""

    budget: Budget | Purse | None = None
    journal: str | PathLike[str] | Kept | Journal | None = None
    watches: Sequence[Watch] = ()
    ahead: int | None = None


@attrs.define
class Opened:
    """The journal of a run, and how the run ended (None: it was cancelled)."""

    journal: Journal | None
    outcome: str | None = None


async def performed(
    program: p.Program,
    function: str,
    given: Mapping[str, Any],
    sizes: Mapping[str, Any],
    options: Options,
    bound: Mapping[str, Answerer],
    live: Live,
) -> tuple[Performed, Bill]:
    """The run, and what it was billed. Raises `Diagnosed` where it cannot begin, `Ended` where nobody can answer."""
    async with lines(bound) as answering:
        bill = Bill(answering)
        with _kept(live.journal, program, function, given, sizes, options, bound) as kept:
            found = await perform(
                program, function, given, sizes, lines=answering, journal=kept.journal, purse=_purse(live.budget),
                watches=(bill, *live.watches), options=options, ahead=live.ahead, brake=_brake(live.budget),
            )  # fmt: skip
            kept.outcome = found.run.diagnostics[0].code if found.run.diagnostics else "finished"
        return found, bill


@contextmanager
def _kept(
    journal: str | PathLike[str] | Kept | Journal | None,
    program: p.Program,
    function: str,
    given: Mapping[str, Any],
    sizes: Mapping[str, Any],
    options: Options,
    bound: Mapping[str, Answerer],
) -> Iterator[Opened]:
    """The journal, opened where it is a file."""
    if not isinstance(journal, str | PathLike | Kept):
        yield Opened(journal)
        return
    from aalpl.live.journal.header import header
    from aalpl.live.journal.manner import Manner
    from aalpl.live.journal.opening import opened

    said = journal if isinstance(journal, Kept) else Kept(journal)

    answerers = {name: _words(answerer) for name, answerer in bound.items()}
    about = header(program, function, given, sizes, options, answerers)
    file = opened(Path(said.path), about, time.time, Manner(said.record, said.reuse, said.content))
    found = Opened(file)
    try:
        yield found
    finally:
        file.close(found.outcome)


def _words(answerer: Answerer) -> str:
    """Who answers, as it is written down: a function by its name."""
    if isinstance(answerer, str):
        return answerer
    if isinstance(answerer, Binding):
        return f"{answerer.backend}/{answerer.model}"
    function = getattr(answerer, "function", answerer)
    return f"python/{getattr(function, '__qualname__', type(function).__qualname__)}"


def _purse(budget: Budget | Purse | None) -> Purse | None:
    if not isinstance(budget, Budget):
        return budget
    cost = None if budget.cost is None else Fraction(str(budget.cost))
    return Wallet(Budgets(budget.calls, budget.tokens, cost), time.monotonic)


@attrs.frozen
class Late:
    """Waits until the time is used up."""

    seconds: float

    def __await__(self) -> Generator[Any, None, Ended]:
        yield from asyncio.sleep(self.seconds).__await__()
        return Stopped("deadline-reached", f"the {self.seconds:g} seconds of this run are used up")


def _brake(budget: Budget | Purse | None) -> Late | None:
    return Late(budget.seconds) if isinstance(budget, Budget) and budget.seconds is not None else None
