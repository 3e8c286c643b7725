"""Numbers as chances: a question for a `real` is put as one for yes or no, and its answer is P(yes).

A small model that says `yes` to nearly everything still finds one thing likelier than another; so a program that sorts or
selects by such a score does far better with it than by comparing two at a time. The program says `-> real`, and models.toml
`scores = true` for the model; every other question goes through as it is.
"""

from __future__ import annotations

import inspect

import attrs

from aalpl.live.line import Answers
from aalpl.live.reply import Reply
from aalpl.live.stops import Unanswered
from aalpl.program.types import Bool, Real
from aalpl.run.backend import Question

PLACES = 6
"""Chances are kept to so many decimal places."""


@attrs.frozen
class Scored:
    """Answers with chances where a number is wanted; `backend` answers."""

    backend: Answers

    async def aclose(self) -> None:
        """Closes the backend, where it holds something."""
        close = getattr(self.backend, "aclose", None)
        if close is not None:
            await close()

    async def answer(self, question: Question) -> Reply:
        """The backend's answer, or how likely it is that it says yes."""
        scored = isinstance(question.contract, Real)
        asked = attrs.evolve(question, contract=Bool(), sizes=()) if scored else question
        said = self.backend.answer(asked)
        if inspect.isawaitable(said):
            said = await said
        reply = said if isinstance(said, Reply) else Reply(said)
        if not scored:
            return reply
        if reply.chances is None:
            title = f"the model of `{question.primitive.name}` does not tell how likely its answers are"
            hint = "leave out `scores`, or ask for it: `more = { logprobs = true }`"
            raise Unanswered("no-chances", title, hint)
        return attrs.evolve(reply, said=round(reply.chances["yes"], PLACES))
