"""The chat protocol that most endpoints speak, hosted or local: `POST …/chat/completions`.

Endpoints differ in what they call the cap of an answer and in whether they take a schema; which it is, is found out from
their own refusal, once, and remembered as long as the backend lives. With `logprobs` in the binding's `more`, questions
with few answers are asked for a plain word, whose first token tells how likely each answer was.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import attrs

from aalpl.backends import failures
from aalpl.backends.access import PROVIDERS, based, below, host
from aalpl.backends.failures import Failed
from aalpl.backends.http import Endpoint, endpoint
from aalpl.backends.session import Session
from aalpl.backends.usage import count
from aalpl.live.binding import Binding
from aalpl.live.contract import Message, cap, messages, schema
from aalpl.live.contract.chances import TOP, chances, labels
from aalpl.live.contract.schema import ANSWER
from aalpl.live.reply import Reply, Usage
from aalpl.run.backend import Question

CAPS = ("max_completion_tokens", "max_tokens")
FORMATS = ("json_schema", "json_object", None)
UNKNOWN = re.compile(
    r"instead|unsupported|not supported|unknown|unrecogni[sz]ed|unexpected|extra|not permitted", re.I
)
FORMAT = re.compile(r"response_format|schema|grammar|json|guided", re.I)
WRAPPED = f'Write it as JSON: {{"{ANSWER}": …}}'  # who does not know fills the cap with blanks where others are not allowed
LONG = 1024  # answers that may be longer are streamed: silence is then told from work


def make(binding: Binding, key: str | None) -> OpenAI:
    """A backend for one model."""
    home = PROVIDERS["openai"].home
    address = based(binding.address or home)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    wire = endpoint(binding, below(address, "chat/completions"), headers, key)
    return OpenAI(binding, wire, CAPS[host(address) != host(home)])


@attrs.define
class OpenAI:
    """One model. `cap_name` and `formats` are what the endpoint is known to take by now."""

    binding: Binding
    endpoint: Endpoint
    cap_name: str
    formats: Sequence[str | None] = FORMATS

    def sharing(self, session: Session) -> OpenAI:
        """The same over the connections of `session`."""
        return attrs.evolve(self, endpoint=self.endpoint.sharing(session))

    async def aclose(self) -> None:
        """Closes its connections."""
        await self.endpoint.session.aclose()

    async def answer(self, question: Question) -> Reply:
        """The answer; raises `Unanswered`."""
        tried = set()
        while True:
            form, name = self.formats[0], self.cap_name
            tried.add((form, name))
            body = self.body(question)
            try:
                return await self.endpoint.ask(
                    body, partial(self.read, question), Assembled if body.get("stream") else None
                )
            except Failed as failed:
                if failed.status in (400, 422):
                    self._learn(failed.said, body, form, name)
                if (self.formats[0], self.cap_name) in tried:
                    raise

    def body(self, question: Question) -> dict[str, Any]:
        """What is sent."""
        most = cap(question, self.binding)
        body: dict[str, Any] = {"model": self.endpoint.model, "messages": messages(question)}
        if most is not None:
            body[self.cap_name] = most
        form, weighed = self.formats[0], self.binding.more.get("logprobs") and labels(question)
        if form is not None and not weighed and (wanted := schema(question)) is not None:
            body["response_format"] = _format(form, wanted)
            if set(wanted["properties"]) == {ANSWER}:
                _told(body["messages"], WRAPPED)
        if most is None or most > LONG:
            body["stream"] = True
        body.update(self.binding.more)
        if weighed:
            body.setdefault("top_logprobs", TOP)
        elif "logprobs" in body:
            del body["logprobs"]
            body.pop("top_logprobs", None)
        if body.get("stream"):
            body.setdefault("stream_options", {"include_usage": True})
        return body

    def _learn(self, said: str, body: Mapping[str, Any], form: str | None, name: str) -> None:
        """From a refusal of a body with this format and name; another call may have learned it meanwhile."""
        if name in body and name in said and name not in self.binding.more and UNKNOWN.search(said):
            if self.cap_name == name:
                self.cap_name = CAPS[name == CAPS[0]]
            return
        ours = "response_format" in body and "response_format" not in self.binding.more
        if ours and FORMAT.search(said) and self.formats[0] == form:
            self.formats = self.formats[1:]

    def read(self, question: Question, found: Any) -> Reply:
        """A reply as it came."""
        who = self.endpoint.who
        match found:
            case {"choices": [{"message": {} as message, **choice}, *_]}:
                pass
            case {"error": error} if error:
                raise failures.within(who, error, self.endpoint.key)
            case _:
                raise failures.garbled(who, "a reply without choices")
        finish = str(choice.get("finish_reason") or "stop")
        said = _text(message.get("content"))
        if said is None:
            raise failures.garbled(who, "content that is no text")
        if finish == "content_filter" or (message.get("refusal") and not said):
            raise failures.declined(who, str(message.get("refusal") or finish))
        spent = usage(found.get("usage"))
        if finish == "length" and not said and spent.reasoning:
            raise failures.silent(who, spent.tokens_out)
        model, top = found.get("model"), _top(choice.get("logprobs"))
        likely = chances(labels(question), top) if top else None
        return Reply(said, spent, finish, model if isinstance(model, str) else None, likely)


@attrs.define
class Assembled:
    """A streamed reply."""

    said: list[str] = attrs.field(factory=list)
    refusal: list[str] = attrs.field(factory=list)
    rest: dict[str, Any] = attrs.field(factory=dict)
    finish: str | None = None
    logprobs: Any = None

    def take(self, event: Any) -> None:
        """A chunk: a piece of text, how it ended, what it used, or an error."""
        self.rest |= {key: event[key] for key in ("model", "usage", "error") if event.get(key)}
        for choice in event.get("choices", ())[:1]:
            delta, self.logprobs = choice.get("delta") or {}, self.logprobs or choice.get("logprobs")
            self.said.append(_text(delta.get("content")) or "")
            self.refusal.append(delta.get("refusal") or "")
            self.finish = choice.get("finish_reason") or self.finish

    def whole(self) -> Any | None:
        """As it would have come at once."""
        if "error" in self.rest:
            return {"error": self.rest["error"]}
        if self.finish is None:
            return None
        message = {"content": "".join(self.said), "refusal": "".join(self.refusal) or None}
        return {
            **self.rest,
            "choices": [{"message": message, "finish_reason": self.finish, "logprobs": self.logprobs}],
        }


def usage(found: Any) -> Usage:
    """What was used: cached tokens are among those read, tokens of reasoning among those written."""
    if not isinstance(found, dict):
        return Usage()
    read, written = found.get("prompt_tokens_details"), found.get("completion_tokens_details")
    cached = count(read, "cached_tokens")
    return Usage(
        count(found, "prompt_tokens"),
        count(found, "completion_tokens"),
        cached=count(found, "prompt_cache_hit_tokens") if cached is None else cached,
        reasoning=count(written, "reasoning_tokens"),
    )


def _told(said: list[Message], words: str) -> None:
    """Adds words to the first message, which is the same for all calls of a primitive, or to the last."""
    message = said[0] if said[0]["role"] == "system" else said[-1]
    message["content"] = f"{message['content']}\n{words}"


def _top(logprobs: Any) -> list[tuple[str, float]]:
    """The likeliest first tokens; none where the endpoint does not tell."""
    match logprobs:
        case {"content": [{"top_logprobs": [*top]}, *_]}:
            return [(each["token"], each["logprob"]) for each in top if _is_weight(each)]
        case _:
            return []


def _is_weight(each: Any) -> bool:
    return (
        isinstance(each, dict)
        and isinstance(each.get("token"), str)
        and isinstance(each.get("logprob"), int | float)
    )


def _text(content: Any) -> str | None:
    """Text, or parts with text; nothing is an empty text, anything else none."""
    match content:
        case str():
            return content
        case None:
            return ""
        case list():
            return "".join(
                part["text"]
                for part in content
                if isinstance(part, dict) and isinstance(part.get("text"), str)
            )
        case _:
            return None


def _format(form: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if form == "json_object":
        return {"type": form}
    return {"type": form, "json_schema": {"name": "answer", "strict": True, "schema": wanted}}
