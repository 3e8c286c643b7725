"""Functions of the user as answerers of primitives: arguments by name as plain values, a plain value back."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Literal

import attrs

from aalpl.live.stops import Ended, Unanswered
from aalpl.program.nodes import Primitive
from aalpl.run.backend import Question

Plan = Callable[[Question], Any]
"""Calls a function for a question."""


class Raised(Unanswered):
    """A function of the user raised an exception, which is the `__cause__`."""


@attrs.frozen
class Threaded:
    """A plain function that takes its time: called in threads, so that others go on; see `threaded`."""

    function: Callable[..., Any]
    at_once: int = 32


def threaded(function: Callable[..., Any], at_once: int = 32) -> Threaded:
    """Says that a plain function is called in threads, at most `at_once` of them: branches of a parallel loop then wait
    side by side. It must bear being called by several threads. Others are called where the run is, one at a time."""
    return Threaded(function, at_once)


@attrs.define
class Calls:
    """A backend that calls a function. `pool` has its threads, where it has any."""

    function: Callable[..., Any]
    at_once: int | None = None
    _plans: dict[str, Plan] = attrs.field(factory=dict)
    _pool: Executor | None = None

    def answer(self, question: Question) -> Any:
        """What the function says; what it raises is told with the primitive and the line."""
        name = question.primitive.name
        plan = self._plans.get(name)
        if plan is None:
            plan = self._plans[name] = planned(self.function, question.primitive)
        if self.at_once is not None:
            return self._in_thread(plan, question, name)
        with Telling(name):
            said = plan(question)
        return _awaited(said, name) if inspect.isawaitable(said) else said

    async def _in_thread(self, plan: Plan, question: Question, name: str) -> Any:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self.at_once, thread_name_prefix=name)
        around = contextvars.copy_context()
        called = self._pool.submit(around.run, plan, question)
        waiting = asyncio.wrap_future(called)
        try:
            with Telling(name):
                return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            if not called.cancel():  # nobody can end a thread: what has begun is waited for
                await asyncio.wait([waiting])
            raise

    async def aclose(self) -> None:
        """Ends the threads."""
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None


class Telling:
    """Tells exceptions that leave the block as the end of the run, with the primitive's name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> Literal[False]:
        if isinstance(error, Exception) and not isinstance(error, Ended):
            said = " ".join(str(error).split())[:200]
            words = f"{type(error).__name__}: {said}" if said else type(error).__name__
            raise Raised("function-raised", f"the function for `{self.name}` raised {words}") from error
        return False


async def _awaited(said: Awaitable[Any], name: str) -> Any:
    with Telling(name):
        return await said


def planned(function: Callable[..., Any], primitive: Primitive) -> Plan:
    """How a function is called for a primitive; raises TypeError where it cannot take the arguments."""
    names = [param.name for param in primitive.params]
    try:
        params = inspect.signature(function).parameters
    except ValueError:  # a built-in that does not say
        return lambda question: function(*question.values.values())
    if len(params) == 1 and "question" in params and "question" not in names:
        return function
    kinds = inspect.Parameter
    if any(param.kind in (kinds.POSITIONAL_ONLY, kinds.VAR_POSITIONAL) for param in params.values()):
        _fits(function, primitive, positional=True)
        return lambda question: function(*question.values.values())
    asks = "question" in params and "question" not in names
    _fits(function, primitive, positional=False, question=asks)
    if asks:
        return lambda question: function(question=question, **question.values)
    return lambda question: function(**question.values)


def _fits(
    function: Callable[..., Any], primitive: Primitive, *, positional: bool, question: bool = False
) -> None:
    names = [param.name for param in primitive.params]
    given: Mapping[str, None] = {} if positional else dict.fromkeys([*names, *["question"] * question])
    try:
        inspect.signature(function).bind(*(names if positional else ()), **given)
    except TypeError as error:
        wanted = ", ".join(names) or "no arguments"
        called = getattr(function, "__name__", repr(function))
        raise TypeError(
            f"`{called}` cannot answer `{primitive.name}`, which gives {wanted}: {error}"
        ) from None
