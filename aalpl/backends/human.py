"""A person as a model: the question is put in words, and what is typed is read like any other reply.

How a line is asked for is handed in, so that the shell, a notebook or a test can do it. One question at a time: branches
that run side by side wait for each other. What is typed wrongly is asked again, with the reason, as often as the line
of the run says.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import perf_counter

import attrs

from aalpl.live.contract.messages import again
from aalpl.live.contract.shape import Perhaps, Words, shape
from aalpl.live.contract.wording import sentence
from aalpl.live.reply import Reply
from aalpl.run.backend import Question

Ask = Callable[[str], str | Awaitable[str]]
"""Shows a question and gives what was typed."""


@attrs.define
class Human:
    """Asks a person. `ask` may wait in its own time, so that the rest of the run goes on."""

    ask: Ask
    _turn: asyncio.Lock | None = None

    async def answer(self, question: Question) -> Reply:
        """What the person says."""
        if self._turn is None:
            self._turn = asyncio.Lock()
        async with self._turn:
            start = perf_counter()
            said = self.ask(spoken(question))
            typed = await said if inspect.isawaitable(said) else said
            return Reply(typed.strip("\r\n"), seconds=perf_counter() - start)


def spoken(question: Question) -> str:
    """A question as a person reads it: who asks, what was said so far, what is given, what may be answered."""
    if question.earlier:
        return again(question.earlier[-1])
    form = shape(question.contract, question.sizes)
    said = [f"{role}: {text}" for role, text in question.turns]
    given = [f"{name}: {text}" for name, text in question.args.items()]
    hint = sentence(form)
    if isinstance(form, Perhaps) and isinstance(form.value, Words):
        hint = f"{hint} Nothing typed is nothing."
    return "\n".join(filter(None, (f"[{question.primitive.name}]", *said, *given, hint)))
