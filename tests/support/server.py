"""A server for tests that speaks the OpenAI and Anthropic chat protocols on a loopback port, keeps a log, and fails on demand.

    with Server(reply=lambda request: "yes", latency=0.05) as server:
        ... server.address, server.log, server.most

`reply` makes the text of an answer from a request; `faults` says, for the n-th request (from 0), what goes wrong: one of
FAULTS, or a status. `refuse` gives a status and a body for what the server will not take; `alter` changes whole replies.
It runs in a thread with a loop of its own, so that it outlives the processes that tests kill.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from typing import Any

import attrs
from aiohttp import web

Reply = Callable[["Request"], str]
Faults = Callable[[int], str | None]
Refuse = Callable[["Request"], tuple[int, Any] | None]
Alter = Callable[["Request", dict[str, Any]], Any]
FAULTS = ("drop", "stall", "no json", "no choices", "truncated", "cut", "stall inside", "error inside")


@attrs.frozen
class Request:
    """One request as it came: which protocol, its body and headers, when."""

    number: int
    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    at: float
    peer: Any = None

    @property
    def said(self) -> str:
        """The last message."""
        content = self.body["messages"][-1]["content"]
        return content if isinstance(content, str) else "".join(part.get("text", "") for part in content)


@attrs.define
class Server:
    """The server; `log` has every request, `answered` those to which a whole answer was sent, `most` at a time."""

    reply: Reply = lambda request: "yes"
    latency: float = 0.0
    faults: Faults = lambda number: None
    retry_after: float | str | None = None
    refuse: Refuse = lambda request: None
    alter: Alter = lambda request, reply: reply
    log: list[Request] = attrs.field(factory=list)
    answered: list[Request] = attrs.field(factory=list)
    running: int = 0
    most: int = 0
    address: str = ""
    _loop: asyncio.AbstractEventLoop | None = None
    _thread: threading.Thread | None = None
    _stop: asyncio.Event | None = None

    def __enter__(self) -> Server:
        ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(client_max_size=1 << 26)
        app.router.add_post("/v1/chat/completions", self._answer)
        app.router.add_post("/v1/messages", self._answer)
        app.router.add_get("/v1/models", _models)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, backlog=4096)
        await site.start()
        assert site._server is not None
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[attr-defined]
        self.address = f"http://127.0.0.1:{port}/v1"
        ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _answer(self, http: web.Request) -> web.StreamResponse:
        body = await http.json()
        peer = None if http.transport is None else http.transport.get_extra_info("peername")
        asked = Request(len(self.log), http.path, body, dict(http.headers), time.monotonic(), peer)
        self.log.append(asked)
        self.running += 1
        self.most = max(self.most, self.running)
        try:
            fault = self.faults(asked.number)
            if (refused := self.refuse(asked)) is not None:
                return web.json_response(refused[1], status=refused[0])
            if fault is not None and fault.isdecimal():
                wait = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
                error = {"error": {"message": f"test fault {fault}", "type": "test"}}
                return web.json_response(error, status=int(fault), headers=wait)
            if fault == "drop":
                assert http.transport is not None
                http.transport.abort()
                return web.Response()
            if fault == "stall":
                await asyncio.sleep(3600)
            if self.latency:
                await asyncio.sleep(self.latency)
            if fault == "no json":
                return web.Response(text="<html>bad gateway</html>", content_type="text/html")
            text = self.reply(asked)
            if body.get("stream"):
                return await self._streamed(http, asked, text, fault)
            found = self.alter(asked, _whole(asked, text))
            if fault == "no choices":
                found = {"object": "error"}
            if fault == "error inside":
                found = {"error": ERROR}
            sent = json.dumps(found)
            if fault in ("cut", "stall inside"):
                return await self._broken(http, sent, fault)
            if fault == "truncated":
                return web.Response(text=sent[: len(sent) // 2], content_type="application/json")
            response = web.Response(text=sent, content_type="application/json")
            await response.prepare(http)
            await response.write_eof()
            if fault is None:
                self.answered.append(asked)
            return response
        finally:
            self.running -= 1

    async def _streamed(
        self, http: web.Request, asked: Request, text: str, fault: str | None
    ) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(http)
        events = [*_events(asked, self.alter(asked, _whole(asked, text)), text)]
        if fault in ("truncated", "cut", "stall inside", "error inside"):
            events = events[: len(events) // 2]
        if fault == "error inside":
            events.append(("error", {"type": "error", "error": ERROR}))
        if fault == "no json":
            events.insert(1, ("", "{nothing"))
        for name, event in events:
            head = f"event: {name}\n" if name else ""
            data = event if isinstance(event, str) else json.dumps(event)
            await response.write(f"{head}data: {data}\n\n".encode())
        if fault == "cut":
            assert http.transport is not None
            http.transport.abort()
        if fault == "stall inside":
            await asyncio.sleep(3600)
        await response.write_eof()
        if fault is None:
            self.answered.append(asked)
        return response

    async def _broken(self, http: web.Request, sent: str, fault: str) -> web.StreamResponse:
        """Half of what its length says."""
        response = web.StreamResponse(
            headers={"Content-Type": "application/json", "Content-Length": str(len(sent))}
        )
        await response.prepare(http)
        await response.write(sent[: len(sent) // 2].encode())
        if fault == "stall inside":
            await asyncio.sleep(3600)
        assert http.transport is not None
        http.transport.close()
        return response


ERROR = {"type": "overloaded_error", "message": "test fault inside"}


async def _models(http: web.Request) -> web.Response:
    return web.json_response({"object": "list", "data": [{"id": "test", "object": "model"}]})


def count(text: str) -> int:
    """Tokens as this server bills them: one for every four characters begun."""
    return -(-len(text) // 4)


def _read(asked: Request) -> int:
    return sum(3 + count(json.dumps(message["content"])) for message in asked.body["messages"])


def _whole(asked: Request, text: str) -> dict[str, Any]:
    if asked.path.endswith("/messages"):
        return {
            "id": f"msg_{asked.number}", "type": "message", "role": "assistant", "model": asked.body.get("model"),
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
            "usage": {"input_tokens": _read(asked), "output_tokens": count(text)},
        }  # fmt: skip
    return {
        "id": f"chatcmpl-{asked.number}", "object": "chat.completion", "model": asked.body.get("model"),
        "choices": [{"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}],
        "usage": {
            "prompt_tokens": _read(asked), "completion_tokens": count(text),
            "total_tokens": _read(asked) + count(text),
        },
    }  # fmt: skip


def _events(asked: Request, whole: dict[str, Any], text: str) -> list[tuple[str, Any]]:
    pieces = [text[i : i + 8] for i in range(0, len(text), 8)]
    if asked.path.endswith("/messages"):
        start = {**whole, "content": [], "stop_reason": None, "usage": {**whole["usage"], "output_tokens": 1}}
        begun, deltas = (
            {"type": "text", "text": ""},
            [{"type": "text_delta", "text": piece} for piece in pieces],
        )
        if whole["content"] and whole["content"][0]["type"] == "thinking":
            begun, deltas = {**whole["content"][0]}, [{"type": "thinking_delta", "thinking": "more"}]
        return [
            ("message_start", {"type": "message_start", "message": start}),
            ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": begun}),
            *[("content_block_delta", {"type": "content_block_delta", "index": 0, "delta": piece}) for piece in deltas],
            ("content_block_stop", {"type": "content_block_stop", "index": 0}),
            ("message_delta", {"type": "message_delta", "delta": {"stop_reason": whole["stop_reason"]}, "usage": {"output_tokens": whole["usage"]["output_tokens"]}}),
            ("message_stop", {"type": "message_stop"}),
        ]  # fmt: skip
    head = {
        "id": f"chatcmpl-{asked.number}",
        "object": "chat.completion.chunk",
        "model": asked.body.get("model"),
    }
    first = {"delta": {"role": "assistant", "content": ""}, "logprobs": whole["choices"][0].get("logprobs")}
    return [
        ("", {**head, "choices": [{"index": 0, **first, "finish_reason": None}]}),
        *[("", {**head, "choices": [{"index": 0, "delta": {"content": p}, "finish_reason": None}]}) for p in pieces],
        ("", {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": whole["choices"][0]["finish_reason"]}]}),
        ("", {**head, "choices": [], "usage": whole["usage"]}),
        ("", "[DONE]"),
    ]  # fmt: skip
