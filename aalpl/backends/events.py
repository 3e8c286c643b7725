"""Reads server-sent events: what a streamed reply is made of (WHATWG HTML, section 9.2; only `data` matters here)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

END = "[DONE]"


async def events(pieces: AsyncIterator[bytes]) -> AsyncIterator[Any]:
    """The events in order, as JSON; raises ValueError where one is none."""
    data: list[bytes] = []
    async for line in lines(pieces):
        if line.startswith(b"data:"):
            data.append(line[5:].removeprefix(b" "))
        elif not line and data:
            text, data = b"\n".join(data).decode(), []
            if text.strip() == END:
                return
            yield json.loads(text)


async def lines(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines, however they were cut."""
    rest: list[bytes] = []
    async for piece in pieces:
        *whole, last = piece.split(b"\n")
        for line in whole:
            yield b"".join((*rest, line)).rstrip(b"\r")
            rest.clear()
        rest.append(last)
    yield b"".join(rest)
