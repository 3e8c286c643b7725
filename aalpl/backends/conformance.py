"""What every backend must do, as tests that its author runs with pytest.

    from aalpl.backends.conformance import BackendTests

    class TestMine(BackendTests):
        def backend(self):
            return make(Binding(backend="mine", model="small"), None)

Each test makes a backend of its own inside a running loop, and closes it where it can be closed. Two more may be given:
`unreachable`, a backend whose service is not there, and `requests`, how many requests the service has had.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any
from unittest import SkipTest

from aalpl.backends.questions import each_kind
from aalpl.live.contract.judging import judged
from aalpl.live.line import Answers
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Unanswered
from aalpl.run.backend import Question
from aalpl.run.conform import conforming

Tried = Callable[[Answers], Awaitable[Any]]
PLAIN = (str, bool, int, type(None), list, dict)
AT_ONCE = 8
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")


class BackendTests:
    """Subclass it in a test module, and make the backend."""

    patience = 60.0
    """The seconds within which all questions of a test are answered."""

    def backend(self) -> Answers:
        """The backend that is tried."""
        raise NotImplementedError

    def unreachable(self) -> Answers:
        """One whose service is not there."""
        raise SkipTest("the author gives no backend without a service")

    def requests(self) -> int:
        """How many requests the service has had so far."""
        raise SkipTest("the author does not count requests")

    def test_answers_every_kind_of_contract_with_plain_values(self) -> None:
        """A string, a bool, an int, None, a list, a dict, or a `Reply` with one of them."""

        async def tried(backend: Answers) -> None:
            for kind, question in each_kind().items():
                said = (await _reply(backend, question)).said
                assert isinstance(said, PLAIN), f"{kind}: a {type(said).__name__} is no plain value"

        self._with(self.backend, tried)

    def test_answers_fit_their_contracts(self) -> None:
        """Perhaps not at once: each question may be asked three times."""

        async def tried(backend: Answers) -> None:
            for kind, question in each_kind().items():
                take = conforming(question.contract)
                tries: list[str] = []
                while len(tries) < 3:
                    reply = await _reply(backend, question)
                    _, wrong = judged(reply, question.contract, question.sizes, take)
                    if wrong is None:
                        break
                    tries.append(f"{reply.said!r} where {wrong[1]} is wanted")
                assert len(tries) < 3, f"{kind}: {'; '.join(tries)}"

        self._with(self.backend, tried)

    def test_counts_are_whole_and_nothing_is_counted_twice(self) -> None:
        """Tokens are unknown or at least 0; those of caches are among the read ones, reasoning among the written."""

        async def tried(backend: Answers) -> None:
            for question in each_kind().values():
                reply = await _reply(backend, question)
                _check(reply.usage)
                assert reply.retries >= 0
                assert reply.seconds >= 0
                chances = reply.chances or {}
                assert all(0 <= chance <= 1 for chance in chances.values())
                assert sum(chances.values()) <= 1 + 1e-6

        self._with(self.backend, tried)

    def test_questions_may_be_asked_at_the_same_time(self) -> None:
        """All are answered; equal ones each by itself."""

        async def tried(backend: Answers) -> None:
            question = each_kind()["choice"]
            replies = await asyncio.gather(*(_reply(backend, question) for _ in range(AT_ONCE)))
            assert len(replies) == AT_ONCE

        self._with(self.backend, tried)

    def test_equal_questions_are_asked_each_by_itself(self) -> None:
        """Votes are independent: a backend remembers no answers."""
        before = self.requests()

        async def tried(backend: Answers) -> None:
            for _ in range(3):
                await _reply(backend, each_kind()["choice"])

        self._with(self.backend, tried)
        assert self.requests() - before >= 3, "an equal question was answered without asking"

    def test_cancelling_leaves_nothing_and_the_next_question_is_answered(self) -> None:
        """A call that is cancelled ends soon, with `CancelledError` or its answer, and leaves no task behind."""

        async def tried(backend: Answers) -> None:
            question = each_kind()["text"]
            for pause in (0.0, 0.01):
                before = asyncio.all_tasks()
                task = asyncio.ensure_future(_reply(backend, question))
                await asyncio.sleep(pause)
                task.cancel()
                await asyncio.wait([task])
                if not task.cancelled():
                    task.result()
                await asyncio.sleep(0)
                left = asyncio.all_tasks() - before
                assert not left, f"left behind: {left}"
            await _reply(backend, question)

        self._with(self.backend, tried)

    def test_a_service_that_is_not_there_is_told(self) -> None:
        """With `Unanswered`, whose code is words with hyphens, and whose title stands alone."""

        async def tried(backend: Answers) -> None:
            error = await _unanswered(backend)
            assert error is not None, "there was an answer"
            assert CODE.fullmatch(error.code), f"`{error.code}` is no code"
            assert error.title
            assert "\n" not in error.title

        self._with(self.unreachable, tried)

    def test_it_may_be_closed_twice(self) -> None:
        """And without ever having been asked."""

        async def tried(backend: Answers) -> None:
            if hasattr(backend, "aclose"):
                await backend.aclose()

        self._with(self.backend, tried)

    def _with(self, make: Callable[[], Answers], tried: Tried) -> None:
        async def go() -> None:
            backend = make()
            try:
                await asyncio.wait_for(tried(backend), self.patience)
            finally:
                if hasattr(backend, "aclose"):
                    await backend.aclose()

        asyncio.run(go())


async def _reply(backend: Answers, question: Question) -> Reply:
    said = backend.answer(question)
    if inspect.isawaitable(said):
        said = await said
    return said if isinstance(said, Reply) else Reply(said)


async def _unanswered(backend: Answers) -> Unanswered | None:
    try:
        await _reply(backend, each_kind()["text"])
    except Unanswered as error:
        return error
    return None


def _check(usage: Usage) -> None:
    counts = (usage.tokens_in, usage.tokens_out, usage.cached, usage.written, usage.reasoning)
    for count in counts:
        assert count is None or (type(count) is int and count >= 0), f"{count!r} is no count"
    if usage.tokens_in is not None:
        assert (usage.cached or 0) + (usage.written or 0) <= usage.tokens_in
    if usage.tokens_out is not None:
        assert (usage.reasoning or 0) <= usage.tokens_out
