"""Lines that a person types, for the backend `human`: questions go where remarks go, answers come from standard input."""

from __future__ import annotations

import asyncio
import sys
import threading

import attrs

from aalpl.live.stops import Unanswered
from aalpl.shell.terminal import Terminal


@attrs.frozen
class Typed:
    """Asks at the terminal; the rest of the run goes on meanwhile."""

    paper: Terminal

    async def __call__(self, shown: str) -> str:
        """The next line. The thread that waits for it does not keep the program from ending."""
        self.paper.note(f"{shown}\n> ")
        loop = asyncio.get_running_loop()
        line: asyncio.Future[str] = loop.create_future()

        def put(text: str) -> None:
            if not line.done():
                line.set_result(text)

        def wait() -> None:
            text = sys.stdin.readline()
            if not loop.is_closed():
                loop.call_soon_threadsafe(put, text)

        threading.Thread(target=wait, daemon=True).start()
        found = await line
        if not found:
            raise Unanswered("declined-call", "nobody answers any more: the input has ended")
        return found
