"""A cache of answers across runs: a question that another run asked, with all it says, is not asked again.

Repeated samples stay samples. An answer is found under its content and its place; one from another place is taken only
where it is the only one with that content; and none is taken twice in a run. So seven votes with equal prompts are seven
requests, and have the same seven answers in the next run. What goes wrong with a cache is no reason to stop: then the model is asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from aalpl.live.journal import writing
from aalpl.live.journal.content import Contents, digest
from aalpl.live.journal.file import JournalFile, answerer
from aalpl.live.journal.tables import private
from aalpl.live.reply import Reply
from aalpl.run.backend import Question

NAME = "answers.sqlite"

SCHEMA = """
CREATE TABLE IF NOT EXISTS answers(
    content BLOB NOT NULL, answerer TEXT NOT NULL, place BLOB NOT NULL,
    reply BLOB NOT NULL, seal INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY(content, answerer, place)
) WITHOUT ROWID
"""


@attrs.define
class Cache:
    """The answers of a folder; `used` are those that this run had already, by content, answerer and place."""

    base: sqlite3.Connection
    clock: Callable[[], float]
    used: set[tuple[bytes, str, bytes]] = attrs.field(factory=set)

    def find(self, content: bytes, who: str, place: bytes) -> Reply | None:
        """An answer to that."""
        try:
            rows = self.base.execute(
                "SELECT place, reply, seal FROM answers WHERE content = ? AND answerer = ? LIMIT 2",
                (content, who),
            ).fetchall()
            if len(rows) > 1:
                rows = self.base.execute(
                    "SELECT place, reply, seal FROM answers WHERE content = ? AND answerer = ? AND place = ?",
                    (content, who, place),
                ).fetchall()
            if not rows:
                return None
            where, data, seal = rows[0]
            if (content, who, where) in self.used or writing.seal(content, data) != seal:
                return None
            reply = writing.answer(data)
        except (sqlite3.Error, ValueError, TypeError):
            return None
        self.used.add((content, who, where))
        if where != place and reply is not None:
            self.keep(content, who, place, reply)  # so that the next run has it at the same place
        return reply

    def keep(self, content: bytes, who: str, place: bytes, reply: Reply) -> None:
        """Puts an answer there."""
        data = writing.reply(reply, said=True)
        if data is None:
            return
        self.used.add((content, who, place))
        row = content, who, place, data, writing.seal(content, data), self.clock()
        try:
            self.base.execute("INSERT OR REPLACE INTO answers VALUES(?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error:
            return

    def close(self) -> None:
        """Ends it."""
        self.base.close()


def cache(folder: Path, clock: Callable[[], float]) -> Cache | None:
    """The cache in a folder, which is made where it is missing; None where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        private(folder / NAME)
        base = sqlite3.connect(folder / NAME, timeout=5, isolation_level=None)
    except (OSError, sqlite3.Error):
        return None
    try:
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(SCHEMA)
    except sqlite3.Error:
        base.close()
        return None
    return Cache(base, clock)


@attrs.define
class Cached:
    """A journal (or none) with a cache behind it."""

    journal: JournalFile | None
    cache: Cache
    answerers: Mapping[str, str]
    _contents: Contents = attrs.field(factory=Contents, init=False)

    def recall(self, question: Question) -> Reply | None:
        """The journal's reply, else the cache's, which the journal keeps from now on."""
        if self.journal is not None and (known := self.journal.recall(question)) is not None:
            return known
        found = self.cache.find(*self._filed(question))
        if found is not None and self.journal is not None:
            self.journal.given(question, found)
        return found

    def sent(self, question: Question) -> None:
        """Written down before the question goes out."""
        if self.journal is not None:
            self.journal.sent(question)

    def answered(self, question: Question, reply: Reply) -> None:
        """Committed before the program sees the answer."""
        if self.journal is not None:
            self.journal.answered(question, reply)
        self.cache.keep(*self._filed(question), reply)

    def _filed(self, question: Question) -> tuple[bytes, str, bytes]:
        return self._contents.of(question), answerer(self.answerers, question) or "", digest(question.key)
