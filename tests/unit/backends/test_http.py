"""The way over HTTP: each thing that can go wrong, what is tried again, what is said in the end."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import attrs
import pytest
from support.server import Server

from aalpl.backends import anthropic, openai
from aalpl.backends.failures import Failed, clean, message
from aalpl.backends.http import patience
from aalpl.backends.questions import each_kind
from aalpl.backends.session import Session
from aalpl.live.binding import Binding, Timeouts
from aalpl.live.reply import Reply
from aalpl.live.stops import Lost, Unanswered

MAKES = {"openai": openai.make, "anthropic": anthropic.make}
KEY = "sk-very-secret-0123456789"
both = pytest.mark.parametrize("protocol", ["openai", "anthropic"])
streamed_or_not = pytest.mark.parametrize("more", [{}, {"stream": True}], ids=["whole", "streamed"])


def backend(protocol: str, address: str, **more: Any) -> Any:
    made: Any = MAKES[protocol](Binding(backend=protocol, model="tiny", address=address, **more), KEY)
    return attrs.evolve(made, endpoint=attrs.evolve(made.endpoint, pause=0.01))


def asked(protocol: str, server: Server, kind: str = "text", **more: Any) -> Reply:
    async def go() -> Reply:
        made = backend(protocol, server.address, **more)
        try:
            reply: Reply = await made.answer(each_kind()[kind])
            return reply
        finally:
            await made.aclose()

    return asyncio.run(go())


def first(*faults: str) -> Callable[[int], str | None]:
    return lambda number: faults[number] if number < len(faults) else None


@both
@streamed_or_not
def test_an_answer_with_what_was_used(protocol: str, more: Any) -> None:
    with Server(reply=lambda request: "the box") as server:
        reply = asked(protocol, server, more=more)
    (request,) = server.log
    assert reply.said == "the box"
    assert (reply.finish, reply.model, reply.retries) == ("stop", "tiny", 0)
    assert reply.usage.tokens_out == 2
    assert reply.usage.tokens_in is not None
    assert reply.usage.tokens_in > 10
    assert reply.seconds > 0
    assert request.body["max_tokens"] == 32
    assert bool(request.body.get("stream")) == bool(more)


@both
@streamed_or_not
@pytest.mark.parametrize("status", ["408", "409", "429", "500", "503", "529"])
def test_what_may_pass_is_tried_again(protocol: str, status: str, more: Any) -> None:
    with Server(faults=first(status, status)) as server:
        reply = asked(protocol, server, more=more)
    assert (reply.said, reply.retries) == ("yes", 2)
    assert len(server.log) == 3


@both
@pytest.mark.parametrize("status", ["400", "401", "403", "404", "413", "422"])
def test_what_will_not_pass_is_told_at_once(protocol: str, status: str) -> None:
    with Server(faults=lambda number: status) as server, pytest.raises(Failed) as failed:
        asked(protocol, server)
    assert len(server.log) == 1
    assert "`tiny` at 127.0.0.1:" in failed.value.title
    assert status in failed.value.title
    assert f"test fault {status}" in (failed.value.hint or "")


@both
def test_tries_are_bounded(protocol: str) -> None:
    for retries in (0, 2):
        with Server(faults=lambda number: "500") as server, pytest.raises(Failed) as failed:
            asked(protocol, server, retries=retries)
        assert len(server.log) == 1 + retries
        assert failed.value.code == "failing-backend"


@both
@pytest.mark.parametrize("form", [str, lambda seconds: formatdate(time.time() + seconds + 1, usegmt=True)])
def test_a_server_that_asks_for_patience_has_it(protocol: str, form: Callable[[float], str]) -> None:
    with Server(faults=first("429"), retry_after=form(1)) as server:
        reply = asked(protocol, server)
    assert reply.retries == 1
    assert 1 <= server.log[1].at - server.log[0].at < 4


def test_patience_is_asked_of_all_calls_of_a_model() -> None:
    async def go(server: Server) -> None:
        made = backend("openai", server.address)
        one = asyncio.create_task(made.answer(each_kind()["text"]))
        while not server.log:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        await asyncio.gather(one, *(made.answer(each_kind()["text"]) for _ in range(5)))
        await made.aclose()

    with Server(faults=first("429"), retry_after=1) as server:
        asyncio.run(go(server))
    assert len(server.log) == 7
    assert min(request.at for request in server.log[1:]) - server.log[0].at >= 1


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for() -> None:
    with Server(faults=lambda number: "429", retry_after=9999) as server, pytest.raises(Failed) as failed:
        asked("openai", server)
    assert len(server.log) == 1
    assert "9999 seconds" in (failed.value.hint or "")


def test_a_quota_that_is_used_up_does_not_come_back() -> None:
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    with Server(refuse=lambda request: (429, body)) as server, pytest.raises(Failed, match="429"):
        asked("openai", server)
    assert len(server.log) == 1


LOST = {
    "504": "late-reply",
    "drop": "broken-connection",
    "no json": "garbled-reply",
    "no choices": "garbled-reply",
    "truncated": "garbled-reply",
    "cut": "broken-connection",
    "error inside": "failed-reply",
}


@both
@pytest.mark.parametrize("fault", LOST)
def test_what_may_have_been_paid_is_left_to_the_asker(protocol: str, fault: str) -> None:
    with Server(faults=lambda number: fault) as server, pytest.raises(Lost) as lost:
        asked(protocol, server)
    assert len(server.log) == 1
    assert lost.value.code == LOST[fault]
    assert "`tiny` at 127.0.0.1:" in lost.value.title


@both
@pytest.mark.parametrize("fault", ["drop", "no json", "truncated", "cut", "error inside"])
def test_a_stream_that_ends_too_early_is_no_answer(protocol: str, fault: str) -> None:
    with Server(reply=lambda request: "a long answer " * 9, faults=lambda number: fault) as server:
        with pytest.raises(Lost):
            asked(protocol, server, more={"stream": True})
        assert len(server.log) == 1


@both
@streamed_or_not
@pytest.mark.parametrize("fault", ["stall", "stall inside"])
def test_silence_ends(protocol: str, fault: str, more: Any) -> None:
    limits = Timeouts(first=0.2 if more else 60, total=60 if more else 0.2)
    start = time.monotonic()
    with Server(faults=lambda number: fault) as server:
        with pytest.raises(Lost) as lost:
            asked(protocol, server, more=more, timeouts=limits)
        assert time.monotonic() - start < 5
    assert lost.value.code == "late-reply"
    assert "within 0.2 seconds" in lost.value.title
    assert ("timeout.first" if more else "timeout.total") in (lost.value.hint or "")


@both
def test_nobody_there(protocol: str) -> None:
    with Server() as server:
        address = server.address
    made = backend(protocol, address, retries=2)

    async def go() -> None:
        with pytest.raises(Failed) as failed:
            await made.answer(each_kind()["text"])
        assert failed.value.code == "unreachable-backend"
        assert failed.value.again
        await made.aclose()

    asyncio.run(go())


@both
@pytest.mark.parametrize(
    "address", ["http://256.0.0.1:99999/v1", "http://[::1", "https://127.0.0.1:1/v1", "nothing"]
)
def test_addresses_that_are_none(protocol: str, address: str) -> None:
    async def go() -> None:
        made = backend(protocol, address, retries=0)
        try:
            await made.answer(each_kind()["text"])
        finally:
            await made.aclose()

    with pytest.raises(Unanswered):
        asyncio.run(go())


@both
def test_an_address_that_has_moved_gets_no_key(protocol: str) -> None:
    with Server(faults=lambda number: "302") as server, pytest.raises(Failed) as failed:
        asked(protocol, server)
    assert "correct `address`" in (failed.value.hint or "")


@both
def test_keys_are_sent_and_never_told(protocol: str) -> None:
    echo = {"error": {"message": f"Incorrect key {KEY} (Bearer {KEY})", "type": "invalid_request_error"}}
    with Server(refuse=lambda request: (401, echo)) as server, pytest.raises(Failed) as failed:
        asked(protocol, server)
    headers = server.log[0].headers
    assert (headers.get("Authorization") or headers.get("x-api-key") or "").removeprefix("Bearer ") == KEY
    error = failed.value
    assert KEY not in repr((error.title, error.hint, error.said, error.args, str(error)))
    assert error.__cause__ is None
    assert error.code == "refused-key"
    assert KEY not in repr(backend(protocol, server.address))


@both
def test_cancelling_leaves_nothing(protocol: str) -> None:
    """Warnings are errors here: an unclosed connection or a task that nobody waited for would fail this."""

    async def go(server: Server) -> int:
        made = backend(protocol, server.address)
        tasks = [asyncio.create_task(made.answer(each_kind()["text"])) for _ in range(20)]
        while server.running < 20:
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        found = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(each, asyncio.CancelledError) for each in found)
        await made.aclose()
        return len(asyncio.all_tasks())

    with Server(latency=5) as server:
        assert asyncio.run(go(server)) == 1
    gc.collect()


def test_no_more_connections_than_the_system_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aalpl.backends.session.allowed", lambda: 8)

    async def go(server: Server) -> None:
        made = backend("openai", server.address)
        await asyncio.gather(*(made.answer(each_kind()["text"]) for _ in range(40)))
        await made.aclose()

    with Server(latency=0.02) as server:
        asyncio.run(go(server))
    assert (len(server.log), server.most) == (40, 6)


def test_a_proxy_is_asked() -> None:
    """It sees the whole address of a request that is not encrypted."""

    async def go(server: Server) -> Reply:
        through = {"http_proxy": server.address.removesuffix("/v1")}
        made = openai.make(Binding(model="tiny", address="http://model.example/v1"), None).sharing(
            Session(through)
        )
        reply = await made.answer(each_kind()["text"])
        await made.aclose()
        return reply

    with Server() as server:
        assert asyncio.run(go(server)).said == "yes"
    assert server.log[0].headers["Host"] == "model.example"


@pytest.mark.parametrize(("more", "connections"), [({}, 1), ({"stream": True}, 5)])
def test_connections_are_kept_but_after_streams(more: Any, connections: int) -> None:
    """A common server closes them after a stream without saying so: the next call would be lost."""

    async def go(server: Server) -> None:
        made = backend("openai", server.address, more=more)
        for _ in range(5):
            await made.answer(each_kind()["text"])
        await made.aclose()

    with Server() as server:
        asyncio.run(go(server))
    assert len({request.peer for request in server.log}) == connections


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, None), ({"Retry-After": "2.5"}, 2.5), ({"Retry-After": "-1"}, 0), ({"Retry-After": "soon"}, None),
     ({"retry-after-ms": "1500", "Retry-After": "9"}, 1.5), ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
     ({"Retry-After": "nan"}, None), ({"Retry-After": "inf"}, None)],
)  # fmt: skip
def test_how_patience_is_asked_for(headers: dict[str, str], seconds: float | None) -> None:
    assert patience(headers) == seconds


@pytest.mark.parametrize(
    ("body", "said"),
    [(b'{"error": {"message": "no such model", "code": "model_not_found"}}', "no such model (model_not_found)"),
     (b'{"error": "model is loading"}', "model is loading"), (b'{"detail": "not here"}', "not here"),
     (b'{"message": "busy"}', "busy"), (b"<html>\n bad\tgateway", "<html> bad gateway"), (b"", ""), (b"\xff", "\ufffd"),
     (b'{"error": {}}', '{"error": {}}'), (b"[1]", "[1]")],
)  # fmt: skip
def test_what_servers_say(body: bytes, said: str) -> None:
    assert clean(message(body)) == said


def test_what_servers_say_is_short() -> None:
    assert len(clean("word " * 1000)) <= 240
    assert "\x1b" not in clean("\x1b[31mred")
