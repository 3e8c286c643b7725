"""A run's journal: every answer is committed before the program sees it, under the place that asked.

Places do not depend on time, so a run that was killed and is started again finds its answers whatever the order in which
they came. A question is written down before it is sent: those without an answer were under way when the run ended, and
may have been paid. Commits go into SQLite's write-ahead log: they survive the end of the process at any moment; a loss of
power may take the last of them, never the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import attrs

from aalpl.live.journal import problems, writing
from aalpl.live.journal.content import Contents, digest, shown
from aalpl.live.journal.manner import FULL, NONE, REPLAYED
from aalpl.live.journal.pool import Key, Pool
from aalpl.live.reply import Reply
from aalpl.run.backend import Question

_FIND = "SELECT CAST(content AS BLOB), CAST(reply AS BLOB), seal FROM calls WHERE run = ? AND key = ? AND attempt = ?"
_ROW = "SELECT CAST(content AS BLOB), CAST(reply AS BLOB), seal FROM calls WHERE id = ?"
_SEND = (
    "INSERT INTO calls(run, key, attempt, place, content, primitive, model, answerer, asked, sends, sent)"
    " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT(run, key, attempt) DO UPDATE SET"
    " content = excluded.content, answerer = excluded.answerer, asked = excluded.asked, sends = sends + 1,"
    " sent = excluded.sent, answered = NULL, reply = NULL, origin = NULL"
)
_ANSWER = "UPDATE calls SET answered = ?, reply = ?, seal = ? WHERE run = ? AND key = ? AND attempt = ?"
_COPY = (
    "INSERT OR REPLACE INTO calls(run, key, attempt, place, content, primitive, model, answerer, asked, sends, sent,"
    " answered, reply, seal, origin) SELECT ?, ?, ?, ?, content, primitive, model, answerer, asked, 0, sent, answered,"
    " reply, seal, ? FROM calls WHERE id = ?"
)
_GIVE = (
    "INSERT OR REPLACE INTO calls(run, key, attempt, place, content, primitive, model, answerer, asked, sends, sent,"
    " answered, reply, seal, origin) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, 0)"
)
_TEXT = "INSERT OR IGNORE INTO texts VALUES(?, ?)"


@attrs.frozen
class Doubtful:
    """A call that was sent and not answered when the last session ended: it may have been paid already."""

    place: str
    primitive: str
    attempt: int


@attrs.define
class JournalFile:
    """An open journal (see `opening`); `lock` is None where it is only read.

    `ask` tells whether answers may be looked for (not when everything is recorded anew), `closed` whether a question
    that has no answer ends the run, `pool` has what may be reused of other runs."""

    name: str
    base: sqlite3.Connection
    lock: sqlite3.Connection | None
    run: int
    clock: Callable[[], float]
    answerers: Mapping[str, str]
    kept: str = FULL
    look: bool = True
    closed: bool = False
    pool: Pool | None = None
    doubtful: tuple[Doubtful, ...] = ()
    found: int = 0  # answers that this session took from the file
    _digests: Contents = attrs.field(factory=Contents, init=False)
    _contents: dict[tuple[str, int], tuple[Key, bytes]] = attrs.field(factory=dict, init=False)

    def recall(self, question: Question) -> Reply | None:
        """The reply in the file; raises `Unkept` where the run in it went another way."""
        key, fingerprint = self._filed(question)
        with problems.telling(self.name):
            row = self.base.execute(_FIND, (self.run, *key)).fetchone() if self.look else None
            reply = None
            if row is not None and row[0] != fingerprint:
                if self.pool is None:
                    raise problems.another_way(question.primitive.name, shown(question.key))
                row = None
            if row is not None and row[1] is not None:
                reply = self._read(*row)
            elif self.pool is not None:
                reply = self._reused(question, key, fingerprint)
        if reply is not None:
            self.found += 1
            del self._contents[question.key, len(question.earlier)]
        elif self.closed:
            raise problems.not_recorded(question.primitive.name, shown(question.key))
        return reply

    def sent(self, question: Question) -> None:
        """Writes the question down."""
        with self._writing() as base:
            base.execute(_SEND, (*self._asked(question, base), self.clock()))

    def answered(self, question: Question, reply: Reply) -> None:
        """Commits the reply."""
        key, _ = self._filed(question)
        data = self._written(question, reply)
        with self._writing(False) as base:
            base.execute(_ANSWER, (self.clock(), *data, self.run, *key))
        self._contents.pop((question.key, len(question.earlier)), None)

    def given(self, question: Question, reply: Reply) -> None:
        """Commits a reply that was not asked for in this run: a cache had it."""
        data, now = self._written(question, reply), self.clock()
        with self._writing() as base:
            base.execute(_GIVE, (*self._asked(question, base), now, now, *data))
        self._contents.pop((question.key, len(question.earlier)), None)

    def close(self, outcome: str | None = None) -> None:
        """Ends the session; `outcome` is how, in a word. The lock is given back."""
        try:
            if self.lock is not None and outcome is not None:
                self.base.execute("UPDATE runs SET outcome = ? WHERE number = ?", (outcome, self.run))
            self.base.close()
        except sqlite3.Error as error:
            raise problems.failed(self.name, error) from None
        finally:
            if self.lock is not None:
                self.lock.close()

    def _filed(self, question: Question) -> tuple[Key, bytes]:
        """What the question is filed under, and its content; looked at once."""
        name = question.key, len(question.earlier)
        if name not in self._contents:
            self._contents[name] = (digest(question.key), name[1]), self._digests.of(question)
        return self._contents[name]

    def _read(self, fingerprint: bytes, data: bytes, seal: int) -> Reply:
        reply = kept_reply(self.name, fingerprint, data, seal)
        if reply is None:
            raise problems.without_replies(self.name)
        return reply

    def _reused(self, question: Question, key: Key, fingerprint: bytes) -> Reply | None:
        assert self.pool is not None
        place = shown(question.key)
        kept = self.pool.take(key, place, fingerprint, answerer(self.answerers, question))
        if kept is None:
            return None
        if self.lock is not None:
            self.base.execute(_COPY, (self.run, *key, place, kept.origin, kept.row))
        return self._read(*self.base.execute(_ROW, (kept.row,)).fetchone())

    def _asked(self, question: Question, base: sqlite3.Connection) -> tuple[object, ...]:
        """The columns of a question; its long texts are written."""
        key, fingerprint = self._filed(question)
        asked = None
        if self.kept == FULL:
            texts: writing.Texts = {}
            asked = writing.question(question, texts)
            base.executemany(_TEXT, texts.items())
        primitive = question.primitive
        who = primitive.name, primitive.model.name, answerer(self.answerers, question)
        return self.run, *key, shown(question.key), fingerprint, *who, asked

    def _written(self, question: Question, reply: Reply) -> tuple[bytes, int]:
        """The bytes of a reply, and their seal."""
        data = writing.reply(reply, said=self.kept != NONE)
        if data is None:
            raise problems.not_plain(question.primitive.name)
        return data, writing.seal(self._filed(question)[1], data)

    @contextmanager
    def _writing(self, several: bool = True) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        base = self.base
        try:
            if several and self.kept == FULL:
                base.execute("BEGIN IMMEDIATE")
            yield base
            if base.in_transaction:
                base.execute("COMMIT")
        except sqlite3.Error as error:
            if base.in_transaction:
                base.execute("ROLLBACK")
            raise problems.failed(self.name, error) from None


def kept_reply(name: str, fingerprint: bytes, data: bytes, seal: int) -> Reply | None:
    """The reply in a row of the journal of that name; None where what was said is not kept."""
    if writing.seal(fingerprint, data) != seal:
        raise problems.no_journal(name, "it is broken")
    return writing.answer(data)


def answerer(answerers: Mapping[str, str], question: Question) -> str | None:
    """Who answers a question, in words; None where that does not matter, because nobody is asked."""
    primitive = question.primitive
    for name in (primitive.name, primitive.model.name, "*"):
        if name in answerers:
            return None if answerers[name] == REPLAYED else answerers[name]
    return None
