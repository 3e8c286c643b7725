"""Answers of older runs that an edited program may take: each at most once, first where it stood, then where its function does."""

from __future__ import annotations

import sqlite3
from collections import deque

import attrs

from aalpl.live.journal.content import path

Key = tuple[bytes, int]
"""The digest of a place, and the attempt."""


@attrs.frozen
class Kept:
    """An answer: its row, and the row where it came from first."""

    row: int
    origin: int


@attrs.define
class Pool:
    """What is left: by place or by function path, each with the content and who answered (None: whoever)."""

    places: dict[tuple[Key, bytes, str | None], deque[Kept]] = attrs.field(factory=dict)
    functions: dict[tuple[str, bytes, str | None], deque[Kept]] = attrs.field(factory=dict)
    used: set[int] = attrs.field(factory=set)

    @classmethod
    def of(cls, base: sqlite3.Connection, run: int) -> Pool:
        """What runs before `run` have, without what `run` has taken already; the latest first."""
        found = cls()
        taken = "SELECT origin FROM calls WHERE run = ? AND origin > 0"
        found.used.update(origin for (origin,) in base.execute(taken, (run,)))
        rows = base.execute(
            "SELECT id, key, attempt, CAST(place AS TEXT), content, answerer, origin FROM calls"
            " WHERE run < ? AND reply IS NOT NULL ORDER BY run DESC, id",
            (run,),
        )
        for row, key, attempt, place, content, answerer, origin in rows:
            kept = Kept(row, origin or row)
            for who in {answerer, None}:
                found.places.setdefault(((key, attempt), content, who), deque()).append(kept)
                found.functions.setdefault((path(place), content, who), deque()).append(kept)
        return found

    def take(self, key: Key, place: str, content: bytes, answerer: str | None) -> Kept | None:
        """An answer to such a question, which nobody will get again."""
        here = self.places.get((key, content, answerer))
        return self._first(here) or self._first(self.functions.get((path(place), content, answerer)))

    def _first(self, several: deque[Kept] | None) -> Kept | None:
        while several:
            kept = several.popleft()
            if kept.origin not in self.used:
                self.used.add(kept.origin)
                return kept
        return None
