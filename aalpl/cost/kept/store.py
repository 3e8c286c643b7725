"""Where texts are kept for later runs, and the counts of what was found there or in memory."""

from __future__ import annotations

import hashlib
from typing import Any, Protocol

import attrs

from aalpl.cost.kept import codec
from aalpl.report import Source

LIMIT = 1000
"""Functions, and claims, that are kept in memory; those that were not asked for longest go."""


class Store(Protocol):
    """Keeps texts by name; it may lose them, and never fails."""

    def get(self, key: str) -> str | None:
        """What was kept, if it is still there."""

    def put(self, key: str, text: str) -> None:
        """Keeps a text."""


@attrs.define(eq=False)
class Shelf:
    """A store of values, if there is one. `found` and `made` count what was looked up, and what had to be worked out."""

    store: Store | None = None
    found: int = 0
    made: int = 0

    def get(self, key: str, source: Source) -> Any:
        """The value that was kept, its spans in `source`; None where there is none, or none that can be read."""
        text = None if self.store is None else self.store.get(key)
        try:
            return None if text is None else codec.decode(text, source)
        except codec.BROKEN:
            return None

    def put(self, key: str, value: object) -> None:
        """Keeps a value, if it is data."""
        if self.store is not None:
            try:
                self.store.put(key, codec.encode(value))
            except codec.BROKEN:
                return


def named(*parts: str) -> str:
    """The name of what depends on these texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
