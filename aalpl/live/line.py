"""What stands behind a primitive in a run: who answers, how many at a time, how often again."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any, Protocol

import attrs

from aalpl.live.binding import Binding
from aalpl.live.reply import Reply
from aalpl.program.nodes import Primitive
from aalpl.run.backend import Question


class Answers(Protocol):
    """A backend: one method. It may answer at once or in its own time, with a plain value or a `Reply`."""

    def answer(self, question: Question) -> Any | Awaitable[Any]:
        """The answer."""


class Limits(Protocol):
    """How many calls and tokens at a time."""

    def slot(self, tokens: int) -> AbstractAsyncContextManager[None]:
        """Waits until a call that reads and writes `tokens` (an estimate) may begin; gives the place back after it."""


class Journal(Protocol):
    """Remembers answers by the question's key and how often it was refused before."""

    def recall(self, question: Question) -> Reply | None:
        """The reply of an earlier run, if this is answered already."""

    def sent(self, question: Question) -> None:
        """Written down before the question goes out."""

    def answered(self, question: Question, reply: Reply) -> None:
        """Committed before the program sees the answer."""


class Purse(Protocol):
    """Keeps budgets: what a call can cost at worst is set aside before it and settled after it."""

    async def reserve(self, question: Question, line: Line) -> Any:
        """Sets aside, when what is under way leaves enough; raises `Stopped` where a budget does not allow it."""

    def settle(self, reserved: Any, reply: Reply | None, lost: bool) -> None:
        """Settles; without a reply the call failed, and where it is `lost` it may have been paid all the same."""


class Watch(Protocol):
    """Is told what happens: progress, bills, traces."""

    def began(self, question: Question) -> None:
        """A call is sent."""

    def ended(self, question: Question, reply: Reply, paid: bool) -> None:
        """A call is answered; not `paid` where the journal had the answer."""

    def refused(self, question: Question, reply: Reply) -> None:
        """The contract does not allow an answer; it may be asked again."""

    def failed(self, question: Question, lost: bool) -> None:
        """A call that was sent has no answer; where it is `lost` it may have been paid, and may be sent again."""


@attrs.frozen
class Unlimited:
    """No limits."""

    def slot(self, tokens: int) -> AbstractAsyncContextManager[None]:
        """Nothing to wait for."""
        return nullcontext()


@attrs.frozen
class Line:
    """Who answers a primitive, under which `name` of a model, within which limits.

    `again` is how often an answer that the contract refuses is asked for again. A call that failed for certain before
    it was paid is repeated by the backend itself; one that is `Lost` is sent again from here, so that a budget can
    count both. `binding` has the prices and how often."""

    backend: Answers
    name: str = ""
    limits: Limits = Unlimited()
    again: int = 2
    binding: Binding = Binding()


Lines = Mapping[str, Line]
"""Who answers: by the name of the primitive, else of its model, else `*`. What nobody answers is simulated."""


def line_of(primitive: Primitive, lines: Lines) -> Line | None:
    """Who answers a primitive; None where it is simulated."""
    for name in (primitive.name, primitive.model.name, "*"):
        if name in lines:
            return lines[name]
    return None
