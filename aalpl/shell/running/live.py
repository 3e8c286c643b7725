"""One run on real models, from who answers to what ended it: budgets, the bill, the live line, Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from time import perf_counter
from typing import Any

import attrs

from aalpl.backends.connect import connected, limited
from aalpl.backends.human import Human
from aalpl.live.bill import Bill
from aalpl.live.declared import Declared
from aalpl.live.line import Answers, Journal, Line, Watch
from aalpl.live.perform import Performed, carried_out
from aalpl.live.progress import Progress
from aalpl.live.purse import Wallet
from aalpl.live.stops import Ended, Interrupted, Stopped, Unanswered
from aalpl.live.swaps import Swaps
from aalpl.run.backend import Echo, Exhausted, Question, Scripted
from aalpl.run.prepare import Prepared
from aalpl.shell.failure import Failure
from aalpl.shell.running.answering import Answering
from aalpl.shell.running.line import shown
from aalpl.shell.running.typed import Typed
from aalpl.shell.running.wishes import Wishes
from aalpl.shell.terminal import Terminal


@attrs.frozen
class Plan:
    """A run that may begin. `expected` is how many calls there will be, where that is predicted."""

    prepared: Prepared
    answering: Answering
    wishes: Wishes
    environment: Mapping[str, str] = attrs.field(repr=False)
    script: Any = None
    journal: Journal | None = None
    watches: Sequence[Watch] = ()
    expected: int | None = None


@attrs.frozen
class Lived:
    """What a run was, what it was billed, and how many calls were billed more than was set aside for them."""

    performed: Performed
    bill: Bill
    declared: Declared
    wallet: Wallet | None
    seconds: float


@attrs.frozen
class Script:
    """A script as a backend of a live run."""

    lines: Scripted

    def answer(self, question: Question) -> Any:
        """The next line; its end ends the run."""
        try:
            return self.lines.answer(question)
        except Exhausted:
            name = question.primitive.name
            raise Unanswered("script-exhausted", f"the script has no further answer for `{name}`") from None


def lived(plan: Plan, paper: Terminal) -> Lived:
    """Runs it; Ctrl-C ends the run as a budget does, and once more at once."""
    return asyncio.run(_lived(plan, paper))


async def _lived(plan: Plan, paper: Terminal) -> Lived:
    clock = asyncio.get_running_loop().time
    async with AsyncExitStack() as open_:
        try:
            lines = await open_.enter_async_context(_lines(plan, paper))
        except Unanswered as error:  # no key, no such backend: nothing was sent yet
            raise Failure(error.title, error.hint, code=error.code) from None
        bill, declared, wishes = Bill(lines), Declared(), plan.wishes
        wallet = None
        if wishes.limited:
            currency = plan.answering.models.currency
            wallet = Wallet(wishes.budgets(clock()), clock, words=lambda name: wishes.words(name, currency))
        if not any(binding.backend == "human" for binding in plan.answering.bindings.values()):
            progress = Progress(bill, clock, plan.expected)
            await open_.enter_async_context(shown(progress, plan.answering.models.currency, paper))
        start = perf_counter()
        performed = await _performed(plan, lines, wallet, (bill, declared))
        return Lived(performed, bill, declared, wallet, perf_counter() - start)


async def _performed(
    plan: Plan, lines: Mapping[str, Line], wallet: Wallet | None, watches: tuple[Watch, ...]
) -> Performed:
    loop = asyncio.get_running_loop()
    brake: asyncio.Future[Ended] = loop.create_future()

    def stop(ended: Ended) -> None:
        if not brake.done():
            brake.set_result(ended)

    late = None
    if plan.wishes.seconds is not None:
        title = f"{plan.wishes.words('time', '')} is used up"
        late = loop.call_later(float(plan.wishes.seconds), lambda: stop(Stopped("deadline-reached", title)))
    run = asyncio.ensure_future(
        carried_out(
            plan.prepared,
            lines,
            journal=plan.journal,
            purse=wallet,
            watches=(*watches, *plan.watches),
            brake=brake,
            swaps=Swaps() if plan.wishes.both_ways else None,
        )
    )
    try:
        return await asyncio.shield(run)
    except asyncio.CancelledError:  # Ctrl-C
        stop(Interrupted("interrupted", "the run was interrupted"))
        return await run
    finally:
        if late is not None:
            late.cancel()


@asynccontextmanager
async def _lines(plan: Plan, paper: Terminal) -> AsyncIterator[dict[str, Line]]:
    clock = asyncio.get_running_loop().time
    bindings = plan.answering.bindings
    own = {name: each for name, each in bindings.items() if each.backend in ("scripted", "echo", "human")}
    others = {name: each for name, each in bindings.items() if name not in own}
    script = Script(Scripted(plan.script if plan.script is not None else []))
    async with connected(others, plan.environment) as lines:
        for name, binding in own.items():
            backend: Answers = script
            if binding.backend != "scripted":
                backend = Echo() if binding.backend == "echo" else Human(Typed(paper))
            again = 0 if binding.backend == "scripted" else binding.again
            lines[name] = Line(backend, name, limited(binding, clock), again, binding)
        yield lines
