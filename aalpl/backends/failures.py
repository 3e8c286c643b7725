"""What goes wrong between us and a model, in words that name the model, the host and what the server said, never a key.

There are two kinds. `Failed` was not paid: no connection, or a status that refuses. It is repeated here where that may
help. `Lost` may have been paid, since the request was taken; the asker decides, so that budgets count it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from aalpl.live.stops import Lost, Unanswered

PASSING = frozenset({408, 409, 425, 429})  # and everything from 500 on
GATEWAY = frozenset({504, 524})  # what stands between gave up waiting; the model may have answered
SPENT = "insufficient_quota"  # a 429 that no waiting helps
LASTING = ("invalid", "authentication", "permission", "not_found", "insufficient")  # kinds of errors
SHOWN = 240
SECRET = re.compile(r"\b(?:sk|pk|gsk|xai|hf)[-_][\w*.-]{6,}|\bBearer\s+\S+", re.IGNORECASE)


class Failed(Unanswered):
    """One attempt that failed; `again` where another may help.

    `status` is that of HTTP where there was one, `said` what the server wrote."""

    def __init__(
        self,
        code: str,
        title: str,
        hint: str | None = None,
        *,
        again: bool = False,
        status: int | None = None,
        said: str = "",
    ) -> None:
        super().__init__(code, title, hint)
        self.again, self.status, self.said = again, status, said


def refused(who: str, status: int, body: bytes, key: str | None) -> Failed | Lost:
    """A status that is no 200; `who` is the model and its host."""
    said = clean(message(body), key)
    code, advice = _kind(status)
    again = passing(status) and SPENT not in said
    hint = "; ".join(part for part in (f"the server said: {said}" if said else "", advice) if part)
    if status in GATEWAY:
        return Lost("late-reply", f"{who} answered {status}", hint or None)
    return Failed(code, f"{who} answered {status}", hint or None, again=again, status=status, said=said)


def garbled(who: str, what: str, body: bytes = b"", key: str | None = None) -> Lost:
    """A reply that does not say what replies of this protocol say."""
    said = clean(body[: SHOWN * 2].decode("utf-8", "replace"), key)
    return Lost("garbled-reply", f"{who} sent {what}", f"it begins with: {said}" if said else None)


def within(who: str, error: Any, key: str | None) -> Failed | Lost:
    """An error that is told inside of a reply, after its status was sent."""
    said = clean(_told(error) or json.dumps(error), key)
    match error:
        case {"code": int(status)} | {"status": int(status)}:
            again = passing(status)
        case {"type": str(kind)}:
            again = not kind.startswith(LASTING)
        case _:
            again = True
    words = ("failed-reply", f"{who} failed within its reply", f"the server said: {said}")
    return Lost(*words) if again else Failed(*words)


def declined(who: str, said: str) -> Failed:
    """The model, or what stands before it, would not answer."""
    return Failed("declined-call", f"{who} declined to answer", f"it said: {clean(said)}")


def silent(who: str, spent: int | None) -> Failed:
    """All tokens were used before the first word that can be seen."""
    count = "all its" if spent is None else f"{spent:,}"
    hint = "allow more with `most` of the model, or ask for less reasoning with `more`"
    return Failed("silent-reply", f"{who} used {count} tokens and said nothing", hint)


def unconnected(who: str, seconds: float) -> Failed:
    """No connection in time."""
    title = f"{who} made no connection within {seconds:g} seconds"
    return Failed("late-reply", title, "check `address`, or raise `timeout.connect` of the model", again=True)


def late(who: str, seconds: float, first: bool) -> Lost:
    """No word, or no end, in time."""
    what, field = ("sent no word", "first") if first else ("did not finish", "total")
    return Lost(
        "late-reply", f"{who} {what} within {seconds:g} seconds", f"raise `timeout.{field}` of the model"
    )


def unreachable(who: str, error: Exception, *, again: bool) -> Failed:
    """No connection."""
    return Failed("unreachable-backend", f"there is no connection to {who}", _system(error), again=again)


def broken(who: str, error: Exception) -> Lost:
    """A connection that broke before the reply was whole."""
    return Lost("broken-connection", f"the connection to {who} broke", _system(error))


def _system(error: Exception) -> str:
    return f"the system said: {clean(str(error) or type(error).__name__)}"


def passing(status: int) -> bool:
    """Whether what a status says may be over soon."""
    return status in PASSING or status >= 500


def clean(text: str, key: str | None = None) -> str:
    """A server's words, short and on one line, without what is or looks like a key."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: SHOWN * 8]).split())
    if key:
        text = text.replace(key, "…")
    text = SECRET.sub("…", text)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def message(body: bytes) -> str:
    """What a body says is wrong, in any of the usual forms, else the body."""
    text = body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return _told(found) or text


def _told(found: Any) -> str:
    match found:
        case str():
            return found
        case {"error": error} if error:
            return _told(error)
        case {"message": str(said), "code": str(code)} if code not in said:
            return f"{said} ({code})"
        case {"message": str(said)} | {"detail": str(said)} | {"type": str(said)}:
            return said
        case {"detail": found} | {"message": found}:
            return json.dumps(found)
        case _:
            return ""


def _kind(status: int) -> tuple[str, str]:
    """The code of a status, and what to do about it."""
    if status in (401, 403):
        return "refused-key", "check the key and what it may use"
    if status == 404:
        return "refused-call", "check `model` and `address`"
    if status == 429:
        return "busy-backend", "lower `concurrency` or `requests-per-minute` of the model"
    if 300 <= status < 400:
        return "refused-call", "the address has moved: correct `address`"
    if passing(status):
        return "failing-backend", ""
    return "refused-call", ""
