"""Anthropic's protocol: `POST …/messages`.

The system text stands apart and every request has a cap. Structured answers are asked for in words and read as JSON: a tool
with a schema would cost some hundred tokens more in every call, which no budget knows of. In a conversation the messages so
far are marked for the cache, since the next call begins with them.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import attrs

from aalpl.backends import failures
from aalpl.backends.access import PROVIDERS, based, below
from aalpl.backends.http import Endpoint, endpoint
from aalpl.backends.session import Session
from aalpl.backends.usage import count
from aalpl.live.binding import Binding
from aalpl.live.contract import cap, messages
from aalpl.live.reply import Reply, Usage
from aalpl.run.backend import Question

VERSION = "2023-06-01"
MOST = 4096  # the cap where neither the contract nor the binding has one: the protocol demands one
LONG = 1024  # answers that may be longer are streamed
ENDS = {"end_turn": "stop", "stop_sequence": "stop", "max_tokens": "length"}
FULL = "model_context_window_exceeded"


def make(binding: Binding, key: str | None) -> Anthropic:
    """A backend for one model."""
    address = based(binding.address or PROVIDERS["anthropic"].home)
    if not urlsplit(address).path.endswith("/v1"):  # their own variable says it without
        address = below(address, "v1")
    headers = {"anthropic-version": VERSION} | ({"x-api-key": key} if key else {})
    return Anthropic(binding, endpoint(binding, below(address, "messages"), headers, key))


@attrs.frozen
class Anthropic:
    """One model."""

    binding: Binding
    endpoint: Endpoint

    def sharing(self, session: Session) -> Anthropic:
        """The same over the connections of `session`."""
        return attrs.evolve(self, endpoint=self.endpoint.sharing(session))

    async def aclose(self) -> None:
        """Closes its connections."""
        await self.endpoint.session.aclose()

    async def answer(self, question: Question) -> Reply:
        """The answer; raises `Unanswered`."""
        body = self.body(question)
        return await self.endpoint.ask(body, self.read, Assembled if body.get("stream") else None)

    def body(self, question: Question) -> dict[str, Any]:
        """What is sent."""
        said = messages(question)
        system = "\n\n".join(message["content"] for message in said if message["role"] == "system")
        turns: list[dict[str, Any]] = [{**message} for message in said if message["role"] != "system"]
        most = cap(question, self.binding) or MOST
        body: dict[str, Any] = {"model": self.endpoint.model, "max_tokens": most, "messages": turns}
        if system:
            body["system"] = system
        if question.transcript is not None and len(turns) > 1:
            _keep(turns[-2])
        if most > LONG:
            body["stream"] = True
        body.update(self.binding.more)
        return body

    def read(self, found: Any) -> Reply:
        """A reply as it came."""
        who = self.endpoint.who
        match found:
            case {"type": "error", "error": error} | {"error": error} if error:
                raise failures.within(who, error, self.endpoint.key)
            case {"content": [*parts]} if all(isinstance(part, dict) for part in parts):
                said = _said(parts)
            case _:
                raise failures.garbled(who, "a reply without content")
        reason = str(found.get("stop_reason") or "end_turn")
        finish = "length" if reason == FULL else ENDS.get(reason, reason)
        if finish == "refusal":
            raise failures.declined(who, said or reason)
        spent = usage(found.get("usage"))
        if finish == "length" and not said and any(part.get("type") == "thinking" for part in parts):
            raise failures.silent(who, spent.tokens_out)
        model = found.get("model")
        return Reply(said, spent, finish, model if isinstance(model, str) else None)


@attrs.define
class Assembled:
    """A streamed reply."""

    message: dict[str, Any] = attrs.field(factory=dict)
    parts: list[dict[str, Any]] = attrs.field(factory=list)
    ended: bool = False

    def take(self, event: Any) -> None:
        """The next event."""
        match event:
            case {"type": "message_start", "message": {} as message}:
                self.message = {**message}
            case {"type": "content_block_start", "content_block": {} as part}:
                self.parts.append({**part})
            case {"type": "content_block_delta", "delta": {"text": str(piece)}}:
                self.parts.append({"type": "text", "text": piece})
            case {"type": "message_delta", "delta": {} as delta}:
                used = {
                    name: value for name, value in (event.get("usage") or {}).items() if value is not None
                }
                self.message |= delta
                self.message["usage"] = {**(self.message.get("usage") or {}), **used}
            case {"type": "message_stop"}:
                self.ended = True
            case {"type": "error", "error": error}:
                self.message["error"], self.ended = error, True
            case _:  # pings, signatures, and what is not known yet
                pass

    def whole(self) -> Any | None:
        """As it would have come at once."""
        return {**self.message, "content": self.parts} if self.ended else None


def usage(found: Any) -> Usage:
    """What was used: `input_tokens` has neither what was read from the cache nor what was put into it."""
    cached, written = count(found, "cache_read_input_tokens"), count(found, "cache_creation_input_tokens")
    fresh = count(found, "input_tokens")
    read = None if fresh is None else fresh + (cached or 0) + (written or 0)
    return Usage(read, count(found, "output_tokens"), cached, written)


def _said(parts: list[dict[str, Any]]) -> str:
    """The text; thoughts are left out."""
    return "".join(part["text"] for part in parts if isinstance(part.get("text"), str))


def _keep(message: dict[str, Any]) -> None:
    """Marks the end of what later requests begin with."""
    text = {"type": "text", "text": message["content"], "cache_control": {"type": "ephemeral"}}
    message["content"] = [text]
