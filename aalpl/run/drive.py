"""Runs a program: sends answers into its generators and collects requests, with a stack of its own.

The fast driver is one loop; `Stepper` does the same one request at a time and is what the REPL and the tests use.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from types import GeneratorType
from typing import Any

import attrs

from aalpl.run.faults import Mistake, Unfit

Request = tuple[Any, ...]
Handler = Callable[[Request], Any]
"""Answers one request; or gives a generator whose result is the answer."""

DEPTH = 1_000_000
"""So deep a recursion is taken for one without end."""


def drive(program: Generator[Request, Any, Any], handlers: Sequence[Handler]) -> Any:
    """The result of a program; `handlers` are its sites', by number (0 is unused)."""
    stack: list[Callable[[Any], Request]] = []
    send: Callable[[Any], Request] = program.send
    value: Any = None
    request: Request = (0,)
    while True:
        try:
            while True:
                request = send(value)
                number = request[0]
                if number:
                    value = handlers[number](request)
                    if value.__class__ is not GeneratorType:
                        continue
                    called = value
                else:
                    called = request[1]
                    if len(stack) > DEPTH:
                        raise Unfit("recursion-too-deep", f"{DEPTH:,} calls within each other")
                stack.append(send)
                send = called.send
                value = None
        except StopIteration as ended:
            value = ended.value
            if not stack:
                return value
            send = stack.pop()
        except Mistake as mistake:
            mistake.site = request[0]
            raise


@attrs.define
class Stepper:
    """A program stopped at a request: `pending`, or its `result` when `done`."""

    handlers: Sequence[Handler]
    stack: list[Generator[Request, Any, Any]]
    pending: Request | None = None
    done: bool = False
    result: Any = None

    def step(self) -> Request | None:
        """Answers the pending request and goes on to the next; the request that was answered."""
        answered = self.pending
        value = None
        if answered is not None:
            try:
                value = self.handlers[answered[0]](answered)
            except Mistake as mistake:
                mistake.site = answered[0]
                raise
            if isinstance(value, GeneratorType):
                self.stack.append(value)
                value = None
        self.pending = self._advance(value)
        return answered

    def answer(self, value: Any) -> None:
        """Gives the pending request this answer instead of the handler's."""
        self.pending = self._advance(value)

    def run(self) -> Any:
        """Steps to the end."""
        while not self.done:
            self.step()
        return self.result

    def _advance(self, value: Any) -> Request | None:
        while self.stack:
            try:
                request = self.stack[-1].send(value)
            except StopIteration as ended:
                self.stack.pop()
                value = ended.value
                continue
            if request[0]:
                return request
            self.stack.append(request[1])
            value = None
        self.done, self.result = True, value
        return None
