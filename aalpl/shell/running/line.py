"""The line that tells how a run goes: on a terminal only, on standard error, gone when the run ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aalpl.live.progress import Progress, Stand
from aalpl.shell.numbers import spoken
from aalpl.shell.running.wishes import amount
from aalpl.shell.terminal import Terminal

EVERY = 0.25  # seconds


@asynccontextmanager
async def shown(progress: Progress, currency: str, paper: Terminal) -> AsyncIterator[None]:
    """Shows the line while what is inside runs."""
    if not (paper.err_pictures and paper.err.isatty()):
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    console = Console(file=paper.err, no_color=not paper.err_ink.colour, highlight=False)
    with Live(
        console=console, transient=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
    ) as live:

        async def show() -> None:
            while True:
                words = paper.err_ink.spell(line(progress.stand(), currency))
                live.update(Text(words, no_wrap=True, overflow="ellipsis"), refresh=True)
                await asyncio.sleep(EVERY)

        task = asyncio.ensure_future(show())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def line(stand: Stand, currency: str) -> str:
    """`12 of 40 calls · 4 running · 5,120 tokens · 0.0123 USD · 12 s, 28 s left`"""
    calls = spoken(stand.done + stand.kept) + (
        "" if stand.expected is None else f" of {spoken(stand.expected)}"
    )
    parts = [f"{calls} calls" + (f" ({spoken(stand.kept)} from the journal)" if stand.kept else "")]
    parts.append(f"{spoken(stand.running)} running")
    parts.append(f"{spoken(stand.tokens)} tokens")
    if stand.cost:
        parts.append(f"{amount(stand.cost)} {currency}")
    time = clocked(stand.seconds)
    parts.append(time if stand.left is None else f"{time}, {clocked(stand.left)} left")
    return " · ".join(parts)


def clocked(seconds: float) -> str:
    """`12 s`, `3:05`, `1:02:10`"""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
