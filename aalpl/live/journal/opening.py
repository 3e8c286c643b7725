"""Opens a journal for a run: the run in it goes on, or another one begins, or the file is refused."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

import attrs

from aalpl.live.journal import problems
from aalpl.live.journal.file import Doubtful, JournalFile, kept_reply
from aalpl.live.journal.header import Header
from aalpl.live.journal.lock import locked
from aalpl.live.journal.manner import ALWAYS, NEVER, ONCE, REPLAYED, Manner
from aalpl.live.journal.pool import Pool
from aalpl.live.journal.tables import reading, writing


def opened(
    path: Path, header: Header, clock: Callable[[], float], manner: Manner | None = None
) -> JournalFile:
    """The journal at `path` for a run with this header; raises `Unkept` where that cannot be.

    `clock` gives seconds since 1970."""
    manner = manner or Manner()
    with problems.telling(str(path)):
        return (
            _read(path, header, clock, manner)
            if manner.record == NEVER
            else _written(path, header, clock, manner)
        )


def recorded(path: Path) -> Header:
    """What the last run in the journal at `path` was."""
    with problems.telling(str(path)), closing(reading(path)) as base:
        row = base.execute("SELECT header FROM runs ORDER BY number DESC").fetchone()
        if row is None:
            raise problems.missing(str(path))
        return Header.loaded(row[0])


def _written(path: Path, header: Header, clock: Callable[[], float], manner: Manner) -> JournalFile:
    with ExitStack() as failing:
        lock = locked(path)
        failing.callback(lock.close)
        base = writing(path)
        failing.callback(base.close)
        found = _chosen(base, lock, path, header, clock, manner)
        failing.pop_all()
    return found


def _chosen(
    base: sqlite3.Connection,
    lock: sqlite3.Connection,
    path: Path,
    header: Header,
    clock: Callable[[], float],
    manner: Manner,
) -> JournalFile:
    """The run that goes on, or a new one."""
    last, same = _runs(base, header)
    fresh = manner.record == ALWAYS or same is None
    if fresh and last is not None and manner.record != ALWAYS and not manner.reuse:
        raise problems.other_run(str(path), _differences(base, header))
    if same is None or fresh:
        run = _begun(base, header, manner.reuse, clock)
    else:
        run = same
        base.execute(
            "UPDATE runs SET reuses = max(reuses, ?), outcome = NULL WHERE number = ?", (manner.reuse, run)
        )
    reuses = _reuses(base, run)
    if reuses or not fresh:
        _with_replies(base, path, None if reuses else run)
    return JournalFile(
        str(path), base, lock, run, clock, header.answerers, manner.content,
        look=not fresh,
        closed=manner.record == ONCE and not fresh,
        pool=Pool.of(base, run) if reuses else None,
        doubtful=_doubtful(base, last if fresh and manner.reuse else run),
    )  # fmt: skip


def _read(path: Path, header: Header, clock: Callable[[], float], manner: Manner) -> JournalFile:
    """For a replay: nothing is written, and who answered then does not matter now."""
    header = attrs.evolve(header, answerers=dict.fromkeys(("*", *header.answerers), REPLAYED))
    with ExitStack() as failing:
        base = reading(path)
        failing.callback(base.close)
        last, same = _runs(base, header)
        if last is None:
            raise problems.missing(str(path))
        if same is None and not manner.reuse:
            raise problems.other_run(str(path), _differences(base, header))
        run = same or last + 1
        _with_replies(base, path, same)
        pool = Pool.of(base, run) if manner.reuse or _reuses(base, run) else None
        failing.pop_all()
    return JournalFile(
        str(path), base, None, run, clock, header.answerers, manner.content, closed=True, pool=pool
    )


def _runs(base: sqlite3.Connection, header: Header) -> tuple[int | None, int | None]:
    """The number of the last run in the file, and of the last one like this."""
    last = None
    for number, text in base.execute("SELECT number, header FROM runs ORDER BY number DESC"):
        last = last or number
        if not any(Header.loaded(text).differences(header)):
            return last, number
    return last, None


def _reuses(base: sqlite3.Connection, run: int) -> bool:
    row = base.execute("SELECT reuses FROM runs WHERE number = ?", (run,)).fetchone()
    return bool(row and row[0])


def _differences(base: sqlite3.Connection, header: Header) -> list[str]:
    (text,) = base.execute("SELECT header FROM runs ORDER BY number DESC").fetchone()
    return list(Header.loaded(text).differences(header))


def _begun(base: sqlite3.Connection, header: Header, reuses: bool, clock: Callable[[], float]) -> int:
    row = (header.dumped(), reuses, clock())
    number = base.execute("INSERT INTO runs(header, reuses, began) VALUES(?, ?, ?)", row).lastrowid
    assert number is not None
    return number


def _with_replies(base: sqlite3.Connection, path: Path, run: int | None) -> None:
    """Raises where answers (of one run, or of any) were kept without what was said."""
    where, values = ("", ()) if run is None else (" AND run = ?", (run,))
    found = base.execute(
        f"SELECT CAST(content AS BLOB), CAST(reply AS BLOB), seal FROM calls WHERE reply IS NOT NULL{where} LIMIT 1",
        values,
    ).fetchone()
    if found is not None and kept_reply(str(path), *found) is None:
        raise problems.without_replies(str(path))


def _doubtful(base: sqlite3.Connection, run: int | None) -> tuple[Doubtful, ...]:
    rows = base.execute(
        "SELECT place, primitive, attempt FROM calls WHERE run = ? AND reply IS NULL ORDER BY id", (run,)
    )
    return tuple(Doubtful(*row) for row in rows)
