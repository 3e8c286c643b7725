"""The connections of a run: one HTTP session, opened when it is first used and closed at the end of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from aiohttp import ClientSession


@attrs.define
class Session:
    """Shared by all models of a run; belongs to the loop in which it is opened.

    Connections are kept alive and their number has no limit of its own: how many calls are under way at a time is
    said by the limits of each model."""

    _opened: ClientSession | None = None

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

    async def aclose(self) -> None:
        """Closes all connections; it may be opened again."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.close()
