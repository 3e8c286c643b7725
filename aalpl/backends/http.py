"""Requests to a model over HTTP: timeouts, what may be tried again and when, and what cannot be helped.

A request that was certainly not paid is repeated at most `retries` times. Between attempts it waits for a random time whose
bound doubles, and at least as long as the server asked; while a server has asked for patience no other call of the same
model goes out either.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from math import isfinite
from time import perf_counter, time
from typing import TYPE_CHECKING, Any, Protocol, Self

import attrs

from aalpl.backends import failures
from aalpl.backends.access import host
from aalpl.backends.events import events
from aalpl.backends.failures import Failed
from aalpl.backends.session import Session
from aalpl.live.binding import Binding, Timeouts
from aalpl.live.reply import Reply
from aalpl.live.stops import Lost

if TYPE_CHECKING:
    from aiohttp import ClientResponse, ClientTimeout

ONCE = {"Connection": "close"}  # for streams: llama.cpp closes after them and does not say so
LONGEST = 30.0  # seconds between attempts, where the server asks for nothing else


class Assembly(Protocol):
    """Puts a streamed reply together."""

    def take(self, event: Any) -> None:
        """The next event."""

    def whole(self) -> Any | None:
        """The reply as it would have come at once; None where its end is missing."""


Read = Callable[[Any], Reply]
"""Reads a reply; raises `Failed` where it does not say what it should."""


@attrs.define
class Endpoint:
    """Where requests go, and all that attempts have in common. `headers` hold the key, and nothing here shows them.

    `pause` is the longest time before the second attempt, in seconds."""

    url: str
    model: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    key: str | None = attrs.field(repr=False)
    timeouts: Timeouts
    retries: int
    session: Session
    pause: float = 0.5
    quiet: float = 0.0  # when, by the clock of the loop, the server may be asked again
    _limits: tuple[ClientTimeout, ClientTimeout] | None = attrs.field(default=None, init=False)

    @property
    def who(self) -> str:
        """The model and its host, for messages."""
        return f"`{self.model}` at {host(self.url)}"

    def sharing(self, session: Session) -> Self:
        """The same over the connections of `session`."""
        return attrs.evolve(self, session=session)

    async def ask(
        self, body: Mapping[str, Any], read: Read, assembly: Callable[[], Assembly] | None
    ) -> Reply:
        """The reply; streamed where there is an `assembly`. Raises `Failed` after the last attempt, and `Lost`."""
        data = json.dumps(body).encode()
        try:
            return await self._once(data, read, assembly)
        except Failed as failed:
            if not failed.again or not self.retries:
                raise
            return await self._again(failed, lambda: self._once(data, read, assembly))

    async def _again(self, failed: Failed, attempt: Callable[[], Any]) -> Reply:
        """Further attempts; the first has failed already."""
        from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        begun: list[Failed] = [failed]
        pausing = AsyncRetrying(
            sleep=asyncio.sleep,
            stop=stop_after_attempt(self.retries + 1),
            wait=wait_random_exponential(self.pause, LONGEST),
            retry=retry_if_exception(lambda error: isinstance(error, Failed) and error.again),
            reraise=True,
        )
        async for each in pausing:
            with each:
                if begun:
                    raise begun.pop()
                reply: Reply = await attempt()
                return attrs.evolve(reply, retries=each.retry_state.attempt_number - 1)
        raise failed

    async def _once(self, data: bytes, read: Read, assembly: Callable[[], Assembly] | None) -> Reply:
        if self.quiet:
            await self._patience()
        async with self.session.places():
            return await self._sent(data, read, assembly)

    async def _sent(self, data: bytes, read: Read, assembly: Callable[[], Assembly] | None) -> Reply:
        import aiohttp

        start = perf_counter()
        try:
            async with self.session.opened().post(
                self.url,
                data=data,
                headers=self.headers if assembly is None else {**self.headers, **ONCE},
                timeout=self._timeout(assembly),
                allow_redirects=False,
                proxy=self.session.proxy(self.url),
            ) as response:
                if response.status != 200:
                    raise await self._refused(response)
                if assembly is not None and response.content_type == "text/event-stream":
                    found = await self._streamed(response, assembly())
                else:
                    found = self._parsed(await response.read())
                return attrs.evolve(read(found), seconds=perf_counter() - start)
        except aiohttp.ConnectionTimeoutError:
            raise failures.unconnected(self.who, self.timeouts.connect) from None
        except aiohttp.SocketTimeoutError:
            raise failures.late(self.who, self.timeouts.first, first=True) from None
        except TimeoutError:
            raise failures.late(self.who, self.timeouts.total, first=False) from None
        except (aiohttp.InvalidURL, aiohttp.ClientSSLError) as error:
            raise failures.unreachable(self.who, error, again=False) from None
        except aiohttp.ClientConnectorError as error:
            raise failures.unreachable(self.who, error, again=True) from None
        except (aiohttp.ClientError, OSError) as error:
            raise failures.broken(self.who, error) from None

    async def _streamed(self, response: ClientResponse, assembly: Assembly) -> Any:
        try:
            async for event in events(response.content.iter_any()):
                assembly.take(event)
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise failures.garbled(self.who, "events that cannot be read") from None
        found = assembly.whole()
        if found is None:
            raise failures.garbled(self.who, "a stream that ended too early")
        return found

    def _parsed(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError:
            raise failures.garbled(self.who, "no JSON", body, self.key) from None

    async def _refused(self, response: ClientResponse) -> Failed | Lost:
        failed = failures.refused(self.who, response.status, await response.content.read(1 << 16), self.key)
        wait = patience(response.headers)
        if wait is None or isinstance(failed, Lost):
            return failed
        if wait > self.timeouts.total:
            failed.again, failed.hint = False, f"{failed.hint}; it asks to wait for {wait:.0f} seconds"
        else:
            self.quiet = max(self.quiet, asyncio.get_running_loop().time() + wait)
        return failed

    async def _patience(self) -> None:
        clock = asyncio.get_running_loop().time
        while (left := self.quiet - clock()) > 0:
            await asyncio.sleep(left)

    def _timeout(self, assembly: Callable[[], Assembly] | None) -> ClientTimeout:
        if self._limits is None:
            from aiohttp import ClientTimeout

            connect, first, total = self.timeouts.connect, self.timeouts.first, self.timeouts.total
            self._limits = (
                ClientTimeout(total=total, sock_connect=connect),
                ClientTimeout(total=total, sock_connect=connect, sock_read=first),
            )
        return self._limits[assembly is not None]


def patience(headers: Mapping[str, str]) -> float | None:
    """The seconds that a server asks to wait for: a number, a date, or a number of milliseconds."""
    for name, unit in (("retry-after-ms", 1000.0), ("Retry-After", 1.0)):
        text = headers.get(name, "").strip()
        try:
            if isfinite(seconds := float(text) / unit):
                return max(0.0, seconds)
        except ValueError:
            pass
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - time())
        except (ValueError, TypeError, OverflowError):
            pass
    return None


def endpoint(binding: Binding, url: str, headers: Mapping[str, str], key: str | None) -> Endpoint:
    """The endpoint of a binding, with connections of its own."""
    model = binding.model or "default"
    return Endpoint(url, model, headers, key, binding.timeouts, binding.retries, Session())
