"""Questions and replies as bytes: JSON, long texts apart so that each is kept once."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import attrs

from aalpl.live.journal.content import digest
from aalpl.live.reply import Reply, Usage
from aalpl.run.backend import Question

LONG = 200  # characters: longer ones are kept apart

Texts = dict[bytes, bytes]
"""Long texts by their digests."""

_USAGE = tuple(field.name for field in attrs.fields(Usage))


def dumped(value: Any) -> bytes:
    """JSON; half a surrogate pair is no reason to lose an answer."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def loaded(data: bytes) -> Any:
    """What `dumped` wrote."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def question(asked: Question, texts: Texts) -> bytes:
    """What was asked; long texts are added to `texts`."""

    def kept(text: str) -> str | dict[str, str]:
        if len(text) <= LONG:
            return text
        name = digest(text)
        texts[name] = text.encode("utf-8", "surrogatepass")
        return {"text": name.hex()}

    told: dict[str, Any] = {"args": {name: kept(text) for name, text in asked.args.items()}}
    if asked.index is not None:
        told["index"] = asked.index
    if asked.turns:
        told["turns"] = [[role, kept(text)] for role, text in asked.turns]
    elif asked.transcript is not None:
        told["transcript"] = kept(asked.transcript)
    if asked.earlier:
        told["refused"] = [[kept(each.said), each.found, each.wanted] for each in asked.earlier]
    return dumped(told)


def reply(of: Reply, *, said: bool) -> bytes | None:
    """A reply, with what was `said` if wanted; None where that would not come back as it is."""
    usage = {name: value for name in _USAGE if (value := getattr(of.usage, name)) is not None}
    told: dict[str, Any] = {"usage": usage, "seconds": round(of.seconds, 6)}
    if said:
        if not _plain(of.said):
            return None
        told["said"] = of.said
        if of.chances is not None:
            told["chances"] = dict(of.chances)
    if of.finish != "stop":
        told["finish"] = of.finish
    if of.model is not None:
        told["model"] = of.model
    if of.retries:
        told["retries"] = of.retries
    return dumped(told)


def answer(data: bytes) -> Reply | None:
    """The reply that was written; None where what was said is not kept."""
    told = loaded(data)
    if "said" not in told:
        return None
    usage = Usage(**told["usage"])
    return Reply(
        told["said"],
        usage,
        told.get("finish", "stop"),
        told.get("model"),
        told.get("chances"),
        told["seconds"],
        told.get("retries", 0),
    )


def seal(content: bytes, data: bytes) -> int:
    """A checksum: a reply whose bytes were changed is no reply."""
    return crc32(data, crc32(content))


def _plain(value: Any) -> bool:
    """Whether JSON gives back the same value."""
    kind = type(value)
    if kind is list:
        return all(map(_plain, value))
    if kind is dict:
        return all(type(name) is str and _plain(each) for name, each in value.items())
    return value is None or kind in (str, bool, int, float)
