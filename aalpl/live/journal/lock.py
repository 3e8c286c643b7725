"""One run at a time writes to a journal: a lock that ends with the process, however it ends.

It is a transaction that is never ended, on an empty database beside the journal: SQLite knows how to lock a file on every
system, and the system gives the lock back. The empty file stays; taking it away could let two runs in.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from aalpl.live.journal.problems import in_use
from aalpl.live.journal.tables import private


def locked(path: Path) -> sqlite3.Connection:
    """Holds the lock of the journal at `path` until it is closed; raises `Unkept` where another run has it."""
    real = path.resolve()  # one lock for all names of a file
    beside = real.with_name(f"{real.name}-lock")
    private(beside)
    lock = sqlite3.connect(beside, timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        lock.close()
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise in_use(str(path)) from None
        raise
    return lock
