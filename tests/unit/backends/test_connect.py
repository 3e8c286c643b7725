"""From bindings to lines: limits that hold, one set of connections, all of it closed again."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest
from support.server import Server

from aalpl.backends.connect import connected
from aalpl.backends.questions import each_kind
from aalpl.check import load
from aalpl.live.binding import Binding
from aalpl.live.perform import Performed, perform
from aalpl.live.stops import Unanswered
from aalpl.report import Source

MANY = """\
size n, k
llm ask(x: text[n]) -> text[<= 9] size m
def f(x: text[n]) -> list[k] of text:
    ys <- parallel for i in 0..k-1 yield ask(x)
    return ys
"""


def performed(server: Server, text: str = MANY, k: int = 40, **more: Any) -> Performed:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    binding = Binding(backend="openai", model="tiny", address=server.address, **more)

    async def go() -> Performed:
        async with connected({"*": binding}, {}) as lines:
            found = await perform(program, "f", None, {"n": 3, "k": k}, lines=lines)
        assert len(asyncio.all_tasks()) == 1
        return found

    return asyncio.run(go())


@pytest.mark.parametrize("concurrency", [1, 7])
def test_calls_at_a_time_are_bounded(concurrency: int) -> None:
    with Server(latency=0.01) as server:
        found = performed(server, concurrency=concurrency)
    assert not found.run.diagnostics
    assert found.run.meter.calls == len(server.log) == 40
    assert server.most == concurrency


def test_without_a_bound_all_go_at_once() -> None:
    with Server(latency=0.5) as server:
        performed(server, k=60)
    assert server.most == 60


def test_calls_in_a_minute_are_bounded() -> None:
    with Server() as server:
        performed(server, k=5, requests_per_minute=600)
    starts = [request.at for request in server.log]
    assert starts[-1] - starts[0] > 0.25


@pytest.mark.parametrize("fault", ["429", "503", "drop", "no json", "truncated", "cut"])
def test_a_run_gets_over_faults(fault: str) -> None:
    with Server(faults=lambda number: fault if number in (0, 3, 4) else None) as server:
        found = performed(server, k=6, concurrency=2)
    assert not found.run.diagnostics
    assert len(server.log) == 9
    assert found.run.meter.calls == 6


def test_what_cannot_be_helped_is_told_at_the_line_that_asked() -> None:
    with Server(faults=lambda number: "401") as server:
        found = performed(server, k=50)
    (told,) = found.run.diagnostics
    assert isinstance(found.ended, Unanswered)
    assert (told.code, told.label.span.line) == ("refused-key", 4)


def test_equal_questions_are_asked_each_by_itself() -> None:
    with Server() as server:
        performed(server, k=7)
    assert len({str(request.body) for request in server.log}) == 1
    assert len(server.log) == 7


@pytest.mark.parametrize(
    ("binding", "environment", "code"),
    [(Binding(backend="nothing"), {}, "no-backend"), (Binding(backend="openai"), {}, "no-key"),
     (Binding(backend="openai", address="http://[::1"), {}, "unreachable-backend")],
)  # fmt: skip
def test_what_cannot_be_connected(binding: Binding, environment: dict[str, str], code: str) -> None:
    async def go() -> None:
        async with connected({"M": binding}, environment):
            pass

    with pytest.raises(Unanswered) as failed:
        asyncio.run(go())
    assert failed.value.code == code


def test_models_that_nobody_answers_are_left_out() -> None:
    async def go() -> list[str]:
        bindings = {"M": Binding(), "N": Binding(backend="openai", address="http://127.0.0.1:9/v1")}
        async with connected(bindings, {}) as lines:
            return list(lines)

    assert asyncio.run(go()) == ["N"]


def test_models_share_connections() -> None:
    async def go(server: Server) -> None:
        binding = Binding(backend="openai", model="tiny", address=server.address)
        async with connected({"M": binding, "N": binding}, {}) as lines:
            for name in ("M", "N", "M"):
                await lines[name].backend.answer(each_kind()["text"])

    with Server() as server:
        asyncio.run(go(server))
    assert len({request.peer for request in server.log}) == 1


def test_a_run_that_is_cancelled_leaves_nothing() -> None:
    """Warnings are errors here: an unclosed connection or a task that nobody waited for would fail this."""
    program, _ = load(Source("program.aalp", MANY))
    assert program is not None

    async def go(server: Server) -> int:
        binding = Binding(backend="openai", model="tiny", address=server.address, concurrency=20)

        async def run() -> None:
            async with connected({"*": binding}, {}) as lines:
                await perform(program, "f", None, {"n": 3, "k": 100}, lines=lines)

        task = asyncio.create_task(run())
        while server.running < 20:
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        return len(asyncio.all_tasks())

    with Server(latency=5) as server:
        assert asyncio.run(go(server)) == 1
        assert len(server.log) == 20
    gc.collect()


def test_a_key_is_in_no_diagnostic_and_no_question() -> None:
    key = "sk-secret-0123456789"

    async def go(server: Server) -> Performed:
        binding = Binding(backend="openai", model="tiny", address=server.address, key="MY_KEY")
        async with connected({"*": binding}, {"MY_KEY": key}) as lines:
            assert key not in repr(lines)
            program, _ = load(Source("program.aalp", MANY))
            assert program is not None
            return await perform(program, "f", None, {"n": 3, "k": 2}, lines=lines)

    with Server(refuse=lambda request: (401, {"error": f"wrong key {key} sent as Bearer {key}"})) as server:
        found = asyncio.run(go(server))
    assert server.log[0].headers["Authorization"] == f"Bearer {key}"
    assert found.run.diagnostics
    assert key not in repr(found.run.diagnostics)
