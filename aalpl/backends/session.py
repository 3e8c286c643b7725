"""The connections of a run: one HTTP session, opened when it is first used and closed at the end of the run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING

import attrs

from aalpl.backends.proxies import proxy

if TYPE_CHECKING:
    from aiohttp import ClientSession


@attrs.define
class Session:
    """Shared by all models of a run; belongs to the loop in which it is opened.

    Connections are kept alive. How many calls are under way at a time is said by the limits of each model; here only
    what the system allows a process is kept, with a quarter of it left for others. `environment` may name proxies."""

    environment: Mapping[str, str] = attrs.field(factory=dict, repr=False)
    _proxies: dict[str, str | None] = attrs.field(factory=dict, repr=False)
    _opened: ClientSession | None = None
    _places: AbstractAsyncContextManager[None] | None = None

    def places(self) -> AbstractAsyncContextManager[None]:
        """A place for one connection."""
        if self._places is None:
            most = allowed()
            self._places = nullcontext() if most is None else asyncio.Semaphore(max(1, most * 3 // 4))
        return self._places

    def opened(self) -> ClientSession:
        """The session itself."""
        if self._opened is None:
            import aiohttp

            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
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
