"""The OpenAI chat protocol: what is sent, what is read, what is learned from endpoints that are a little different."""

from __future__ import annotations

import asyncio
import json
from math import log
from typing import Any

import attrs
import pytest
from support.server import Request, Server

from aalpl.backends import openai
from aalpl.backends.failures import Failed
from aalpl.backends.openai import usage
from aalpl.backends.questions import asking, each_kind
from aalpl.live.binding import Binding
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Lost, Unanswered
from aalpl.program.types import Text

streamed_or_not = pytest.mark.parametrize("more", [{}, {"stream": True}], ids=["whole", "streamed"])


def asked(server: Server, *kinds: str, **more: Any) -> list[Reply]:
    """The replies to questions asked one after the other."""
    made = openai.make(Binding(backend="openai", model="tiny", address=server.address, **more), None)
    made = attrs.evolve(made, endpoint=attrs.evolve(made.endpoint, pause=0.01))

    async def go() -> list[Reply]:
        try:
            return [await made.answer(each_kind()[kind]) for kind in kinds or ("text",)]
        finally:
            await made.aclose()

    return asyncio.run(go())


def changed(**change: Any) -> Any:
    """A server's reply with fields of its choice changed."""

    def alter(request: Request, reply: dict[str, Any]) -> Any:
        message = (
            {**reply["choices"][0]["message"], **change.pop("message", {})} if "message" in change else None
        )
        choice = {**reply["choices"][0], **({"message": message} if message else {})}
        return {**reply, "choices": [{**choice, **change}]}

    return alter


def test_what_is_sent() -> None:
    with Server() as server:
        asked(server, "text", "choice", more={"temperature": 0.5, "seed": 7})
    plain, choice = (request.body for request in server.log)
    assert plain["model"] == "tiny"
    assert [message["role"] for message in plain["messages"]] == ["system", "user"]
    assert (plain["temperature"], plain["seed"], plain["max_tokens"]) == (0.5, 7, 32)
    assert "response_format" not in plain
    wanted = choice["response_format"]
    assert wanted["type"] == "json_schema"
    assert 'JSON: {"answer": …}' in choice["messages"][0]["content"]
    assert "JSON" not in plain["messages"][0]["content"]
    assert wanted["json_schema"]["schema"]["properties"]["answer"]["enum"] == ["praise", "complaint"]
    assert "Authorization" not in server.log[0].headers


def test_what_may_be_long_is_streamed() -> None:
    with Server() as server:
        asked(server)
        assert "stream" not in server.log[-1].body
        asked(server, ratio=1000)
        assert server.log[-1].body["stream"]
        assert server.log[-1].body["stream_options"] == {"include_usage": True}
        asked(server, ratio=1000, more={"stream": False})
        assert not server.log[-1].body["stream"]


def test_an_answer_without_a_bound_has_no_cap() -> None:
    made = openai.make(Binding(model="tiny"), None)
    body = made.body(asking("Tell a story.", Text()))
    assert "max_tokens" not in body
    assert "max_completion_tokens" not in body
    assert body["stream"]
    assert (
        openai.make(Binding(model="tiny", most=99), None).body(asking("Tell a story.", Text()))[
            "max_completion_tokens"
        ]
        == 99
    )


def refusing(field: str, words: str, status: int = 400) -> Any:
    """Refuses bodies with a field."""

    def refuse(request: Request) -> tuple[int, Any] | None:
        return (status, {"error": {"message": words}}) if field in request.body else None

    return refuse


def test_what_a_cap_is_called_is_learned_once() -> None:
    words = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    with Server(refuse=refusing("max_tokens", words)) as server:
        replies = asked(server, "text", "text")
    assert [reply.said for reply in replies] == ["yes", "yes"]
    assert ["max_tokens" in request.body for request in server.log] == [True, False, False]
    assert all("max_completion_tokens" in request.body for request in server.log[1:])


def test_an_endpoint_that_wants_neither_name_is_not_asked_forever() -> None:
    refuse = lambda request: (400, {"error": f"max_tokens max_completion_tokens are unsupported"})  # noqa: E731, F541
    with Server(refuse=refuse) as server, pytest.raises(Failed, match="answered 400"):
        asked(server)
    assert len(server.log) == 2


def test_a_cap_that_is_too_large_is_no_other_name() -> None:
    with Server(refuse=refusing("max_tokens", "max_tokens is too large")) as server, pytest.raises(Failed):
        asked(server)
    assert len(server.log) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_an_endpoint_without_schemas_is_learned_once(status: int) -> None:
    with Server(refuse=refusing("response_format", "unknown field response_format", status)) as server:
        replies = asked(server, "choice", "truth")
    assert [reply.said for reply in replies] == ["yes", "yes"]
    forms = [request.body.get("response_format", {}).get("type") for request in server.log]
    assert forms == ["json_schema", "json_object", None, None]


def test_calls_at_the_same_time_learn_together() -> None:
    async def go(server: Server) -> None:
        made = openai.make(Binding(model="tiny", address=server.address), None)
        await asyncio.gather(*(made.answer(each_kind()["choice"]) for _ in range(10)))
        await made.aclose()

    with Server(refuse=refusing("response_format", "no schema here"), latency=0.02) as server:
        asyncio.run(go(server))
    assert len(server.answered) == 10
    assert len(server.log) <= 30


def test_what_the_user_says_is_not_changed() -> None:
    form = {"type": "text"}
    with Server(refuse=refusing("response_format", "no response_format")) as server, pytest.raises(Failed):
        asked(server, "choice", more={"response_format": form})
    assert len(server.log) == 1
    assert server.log[0].body["response_format"] == form


@streamed_or_not
def test_tokens_are_counted_once(more: Any) -> None:
    told = {
        "prompt_tokens": 100, "completion_tokens": 50, "total_tokens": 150,
        "prompt_tokens_details": {"cached_tokens": 64}, "completion_tokens_details": {"reasoning_tokens": 40},
    }  # fmt: skip
    with Server(alter=lambda request, reply: {**reply, "usage": told}) as server:
        (reply,) = asked(server, more=more)
    assert reply.usage == Usage(100, 50, cached=64, reasoning=40)


@pytest.mark.parametrize(
    "told", [None, [], "many", {}, {"prompt_tokens": "9"}, {"prompt_tokens": -1}, {"prompt_tokens": True}]
)
def test_what_is_not_told_is_unknown(told: Any) -> None:
    assert usage(told) == Usage()


@streamed_or_not
def test_how_an_answer_ended(more: Any) -> None:
    with Server(reply=lambda request: "a long answ", alter=changed(finish_reason="length")) as server:
        (reply,) = asked(server, more=more)
    assert (reply.said, reply.finish) == ("a long answ", "length")


@streamed_or_not
def test_reasoning_without_a_word_is_told(more: Any) -> None:
    """Asking again would cost the same and end the same."""
    told = {
        "prompt_tokens": 9,
        "completion_tokens": 32,
        "completion_tokens_details": {"reasoning_tokens": 32},
    }

    def alter(request: Request, reply: Any) -> Any:
        return {**changed(finish_reason="length")(request, reply), "usage": told}

    with Server(reply=lambda request: "", alter=alter) as server, pytest.raises(Unanswered) as failed:
        asked(server, more=more)
    assert failed.value.code == "silent-reply"
    assert "32 tokens" in failed.value.title
    assert "`most`" in (failed.value.hint or "")


@streamed_or_not
def test_a_cap_that_only_blanks_reached_is_a_reply(more: Any) -> None:
    with Server(reply=lambda request: "", alter=changed(finish_reason="length")) as server:
        (reply,) = asked(server, more=more)
    assert (reply.said, reply.finish) == ("", "length")


@streamed_or_not
def test_a_filter_is_told(more: Any) -> None:
    with Server(alter=changed(finish_reason="content_filter")) as server, pytest.raises(Unanswered) as failed:
        asked(server, more=more)
    assert failed.value.code == "declined-call"
    assert len(server.log) == 1


def test_a_refusal_is_told() -> None:
    with (
        Server(alter=changed(message={"content": None, "refusal": "I cannot help"})) as server,
        pytest.raises(Unanswered) as failed,
    ):
        asked(server)
    assert "I cannot help" in (failed.value.hint or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, ""),
        ("", ""),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "ab"),
        ([{"type": "image"}], ""),
    ],
)
def test_contents(content: Any, said: str) -> None:
    with Server(alter=changed(message={"content": content})) as server:
        (reply,) = asked(server)
    assert reply.said == said


@pytest.mark.parametrize(
    "reply",
    [{}, [], None, 7, "text", {"choices": []}, {"choices": {}}, {"choices": [None]}, {"choices": [{}]},
     {"choices": [{"message": None}]}, {"choices": [{"message": "text"}]}, {"choices": [{"message": {"content": 7}}]},
     {"choices": [{"message": {"content": {"text": "a"}}}]}],
)  # fmt: skip
def test_replies_that_are_none(reply: Any) -> None:
    with Server(alter=lambda request, whole: reply) as server, pytest.raises(Lost) as lost:
        asked(server)
    assert lost.value.code == "garbled-reply"


@pytest.mark.parametrize(("code", "kind"), [(502, Lost), (429, Lost), (400, Failed), (402, Failed)])
def test_errors_inside_of_replies(code: int, kind: type[Unanswered]) -> None:
    body = {"error": {"message": "upstream", "code": code}}
    with Server(alter=lambda request, whole: body) as server, pytest.raises(kind) as failed:
        asked(server)
    assert failed.value.code == "failed-reply"
    assert "upstream" in (failed.value.hint or "")


@streamed_or_not
def test_chances_of_few_answers(more: Any) -> None:
    """Two tokens that begin the same answer count together; what begins none counts for none."""
    top = [{"token": "compl", "logprob": log(0.5)}, {"token": " Complaint", "logprob": log(0.1)},
           {"token": "praise", "logprob": log(0.2)}, {"token": "the", "logprob": log(0.2)}]  # fmt: skip
    told = {"content": [{"token": "compl", "logprob": log(0.5), "top_logprobs": top}]}
    with Server(reply=lambda request: "complaint", alter=changed(logprobs=told)) as server:
        (reply, other) = asked(server, "choice", "text", more={**more, "logprobs": True})
    body = server.log[0].body
    assert (body["logprobs"], body["top_logprobs"]) == (True, 20)
    assert "response_format" not in body
    assert "logprobs" not in server.log[1].body
    assert reply.chances == pytest.approx({"complaint": 0.75, "praise": 0.25})
    assert other.chances is None


@pytest.mark.parametrize(
    "told", [None, {}, {"content": None}, {"content": []}, {"content": [{"top_logprobs": [7, {}]}]}]
)
def test_chances_that_are_not_told(told: Any) -> None:
    with Server(reply=lambda request: "praise", alter=changed(logprobs=told)) as server:
        (reply,) = asked(server, "choice", more={"logprobs": True})
    assert (reply.said, reply.chances) == ("praise", None)


def test_a_stream_that_comes_whole_is_read() -> None:
    """Some endpoints do not stream whatever they are asked."""
    whole = {"choices": [{"message": {"content": "whole"}, "finish_reason": "stop"}]}
    with Server(refuse=lambda request: (200, whole)) as server:
        (reply,) = asked(server, more={"stream": True})
    assert reply.said == "whole"


def test_texts_of_all_kinds_arrive() -> None:
    said = 'é ß 中 \U0001f600 \u2028 "quotes" \\ \n\t'
    with Server(reply=lambda request: json.dumps(said)) as server:
        for more in ({}, {"stream": True}):
            (reply,) = asked(server, more=more)
            assert json.loads(reply.said) == said
