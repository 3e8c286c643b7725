"""Anthropic's protocol: what is sent, what is read, whole and streamed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import attrs
import pytest
from support.server import Request, Server

from aalpl.backends import anthropic
from aalpl.backends.anthropic import usage
from aalpl.backends.questions import asking, each_kind, words
from aalpl.live.binding import Binding
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Lost, Unanswered
from aalpl.program.types import Text

streamed_or_not = pytest.mark.parametrize("more", [{}, {"stream": True}], ids=["whole", "streamed"])


def asked(server: Server, question: Any = "text", **more: Any) -> Reply:
    binding = Binding(backend="anthropic", model="tiny", address=server.address, **more)
    made = anthropic.make(binding, "sk-ant-key")

    async def go() -> Reply:
        try:
            return await made.answer(each_kind()[question] if isinstance(question, str) else question)
        finally:
            await made.aclose()

    return asyncio.run(go())


def test_what_is_sent() -> None:
    with Server() as server:
        asked(server, more={"temperature": 0.5})
    (request,) = server.log
    assert request.path == "/v1/messages"
    assert request.headers["anthropic-version"] == "2023-06-01"
    assert request.headers["x-api-key"] == "sk-ant-key"
    assert request.body["system"].startswith("Answer")
    assert [message["role"] for message in request.body["messages"]] == ["user"]
    assert (request.body["max_tokens"], request.body["temperature"]) == (32, 0.5)
    assert "cache_control" not in json.dumps(request.body)


@pytest.mark.parametrize("suffix", ["", "/"])
def test_their_own_way_to_write_addresses(suffix: str) -> None:
    """Their variable holds an address without `/v1`."""
    with Server() as server:
        binding = Binding(model="tiny", address=server.address.removesuffix("/v1") + suffix)
        assert anthropic.make(binding, None).endpoint.url == f"{server.address}/messages"
    binding = Binding(model="tiny", address="https://gate.example/anthropic")
    assert anthropic.make(binding, None).endpoint.url == "https://gate.example/anthropic/v1/messages"


def test_every_request_has_a_cap() -> None:
    body = anthropic.make(Binding(model="tiny"), None).body(asking("Tell a story.", Text()))
    assert body["max_tokens"] == 4096
    assert body["stream"]


@streamed_or_not
def test_structured_answers_are_asked_for_in_words(more: Any) -> None:
    with Server(reply=lambda request: '{"thing": "parcel", "days": 2}') as server:
        reply = asked(server, "record", more=more)
    assert "tools" not in server.log[0].body
    assert "JSON" in server.log[0].body["system"]
    assert reply.said == '{"thing": "parcel", "days": 2}'


def test_thoughts_are_left_out() -> None:
    parts = [{"type": "thinking", "thinking": "hm", "signature": "x"}, {"type": "text", "text": "complaint"}]
    with Server(alter=lambda request, reply: {**reply, "content": parts}) as server:
        assert asked(server, "choice").said == "complaint"


def test_a_conversation_is_kept_in_the_cache() -> None:
    question = attrs.evolve(
        asking("And now?", words(9), (0, 9)), transcript="hello\ngood day", turns=(("user", "hello"), ("assistant", "good day"))
    )  # fmt: skip
    with Server() as server:
        asked(server, question)
    said = server.log[0].body["messages"]
    marked = ["cache_control" in json.dumps(message) for message in said]
    assert [message["role"] for message in said] == ["user", "assistant", "user"]
    assert marked == [False, True, False]


@streamed_or_not
def test_tokens_are_counted_once(more: Any) -> None:
    """Their `input_tokens` leave out what came from the cache and what was put into it."""
    told = {
        "input_tokens": 10,
        "cache_read_input_tokens": 70,
        "cache_creation_input_tokens": 20,
        "output_tokens": 5,
    }
    with Server(alter=lambda request, reply: {**reply, "usage": told}) as server:
        reply = asked(server, more=more)
    assert reply.usage == Usage(100, 5, cached=70, written=20)


@pytest.mark.parametrize("told", [None, [], {}, {"input_tokens": "9", "output_tokens": -1}])
def test_what_is_not_told_is_unknown(told: Any) -> None:
    assert usage(told) == Usage()


@streamed_or_not
@pytest.mark.parametrize(
    ("reason", "finish"),
    [("end_turn", "stop"), ("stop_sequence", "stop"), ("max_tokens", "length"),
     ("model_context_window_exceeded", "length"), ("pause_turn", "pause_turn")],
)  # fmt: skip
def test_how_an_answer_ended(reason: str, finish: str, more: Any) -> None:
    with Server(alter=lambda request, reply: {**reply, "stop_reason": reason}) as server:
        assert asked(server, more=more).finish == finish


@streamed_or_not
def test_a_refusal_is_told(more: Any) -> None:
    with (
        Server(alter=lambda request, reply: {**reply, "stop_reason": "refusal"}) as server,
        pytest.raises(Unanswered) as failed,
    ):
        asked(server, more=more)
    assert failed.value.code == "declined-call"


@streamed_or_not
def test_thoughts_without_a_word_are_told(more: Any) -> None:
    part = {"type": "thinking", "thinking": "hm"}

    def alter(request: Request, reply: Any) -> Any:
        return {**reply, "content": [part], "stop_reason": "max_tokens"}

    with Server(reply=lambda request: "", alter=alter) as server, pytest.raises(Unanswered) as failed:
        asked(server, more=more)
    assert failed.value.code == "silent-reply"


@pytest.mark.parametrize(
    "reply",
    [{}, [], None, 7, "text", {"content": None}, {"content": "text"}, {"content": {}}, {"content": [7]}],
)
def test_replies_that_are_none(reply: Any) -> None:
    with Server(alter=lambda request, whole: reply) as server, pytest.raises(Lost) as lost:
        asked(server)
    assert lost.value.code == "garbled-reply"
