"""The connections of a run: one HTTP session, opened when it is first used and closed at the end of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from aalpl.backends.proxies import proxy

if TYPE_CHECKING:
    from aiohttp import ClientSession

MANY = 1024
"""Connections at a time where nobody says how many: more of them only take longer to open."""

KEPT = 4.0
"""Seconds that an idle connection is kept: servers commonly close theirs after 5, and a call may not meet that."""


@attrs.define
class Session:
    """Shared by all models of a run; belongs to the loop in which it is opened.

    Connections are kept alive. How many calls are under way at a time is said by the limits of each model; without any
    there are at most `most`, and never more than three quarters of what the system allows a process. `environment` may
    name proxies."""

    environment: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    most: int = MANY
    _proxies: dict[str, str | None] = attrs.field(factory=dict, repr=False)
    _opened: ClientSession | None = None
    _places: asyncio.Semaphore | None = None

    def places(self) -> asyncio.Semaphore:
        """A place for one connection."""
        if self._places is None:
            allow = allowed()
            self._places = asyncio.Semaphore(
                self.most if allow is None else max(1, min(self.most, allow * 3 // 4))
            )
        return self._places

    def opened(self) -> ClientSession:
        """The session itself."""
        if self._opened is None:
            import aiohttp

            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=KEPT)
            self._opened = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": "aalpl", "Content-Type": "application/json"},
            )
        return self._opened

    def proxy(self, url: str) -> str | None:
        """What requests to an address go through."""
        if url not in self._proxies:
            self._proxies[url] = proxy(url, self.environment)
        return self._proxies[url]

    async def aclose(self) -> None:
        """Closes all connections; it may be opened again."""
        opened, self._opened, self._places = self._opened, None, None
        if opened is not None:
            await opened.close()


def allowed() -> int | None:
    """How many files and connections the system allows this process; None where it does not say."""
    try:
        import resource
    except ImportError:  # not on Windows
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
