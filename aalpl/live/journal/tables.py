"""The database of a journal: its tables, and how it is opened.

`runs` has what each run was; a new one begins where an edited program reuses an older one's answers. `calls` has one row
for each attempt at each place: written when it is sent, completed when it is answered. `texts` keeps long texts once.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import ExitStack
from pathlib import Path

from aalpl.live.journal.problems import missing, no_journal

MAGIC = 0x61616C70  # "aalp"
VERSION = 1
PAGES = 4000  # of the write-ahead log, after which it goes into the file

SCHEMA = f"""
CREATE TABLE runs(
    number INTEGER PRIMARY KEY,
    header TEXT NOT NULL,      -- JSON: what the run was
    reuses INTEGER NOT NULL,   -- whether answers of older runs may be taken
    began REAL NOT NULL,       -- seconds since 1970
    outcome TEXT               -- how the last session ended; NULL while one is under way, or was killed
);
CREATE TABLE calls(
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL,
    key BLOB NOT NULL,         -- digest of the place
    attempt INTEGER NOT NULL,  -- how many answers were refused before
    place TEXT NOT NULL,
    content BLOB NOT NULL,     -- digest of what is asked
    primitive TEXT NOT NULL,
    model TEXT NOT NULL,       -- the program's name for it
    answerer TEXT,             -- who was asked
    asked BLOB,                -- JSON; NULL where prompts are not kept
    sends INTEGER NOT NULL,    -- how often it was sent
    sent REAL,
    answered REAL,
    reply BLOB,                -- JSON; NULL until it is answered
    seal INTEGER,              -- checksum of content and reply
    origin INTEGER,            -- the row of an older run whose reply this is; 0: a cache had it
    UNIQUE(run, key, attempt)
);
CREATE TABLE texts(digest BLOB PRIMARY KEY, text BLOB NOT NULL) WITHOUT ROWID;
PRAGMA application_id = {MAGIC};
PRAGMA user_version = {VERSION};
"""


def private(path: Path) -> None:
    """Makes an empty file that only its owner can read, if there is none."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return


def writing(path: Path) -> sqlite3.Connection:
    """The journal at `path` for a run that holds its lock; a new one where there is none."""
    private(path)
    with ExitStack() as failing:
        base = sqlite3.connect(path, timeout=10, isolation_level=None)
        failing.callback(base.close)
        if not base.execute("PRAGMA page_count").fetchone()[0]:  # killed in here, the file is empty again
            base.executescript(f"BEGIN; {SCHEMA} COMMIT;")
        examined(base, path)
        base.execute("PRAGMA journal_mode = WAL")
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute(f"PRAGMA wal_autocheckpoint = {PAGES}")
        failing.pop_all()
    return base


def reading(path: Path) -> sqlite3.Connection:
    """The journal at `path`, only to be read; a run may be writing to it."""
    if not path.is_file():
        raise missing(str(path))
    real = path.resolve()
    alone = not real.with_name(f"{real.name}-wal").exists()
    still = alone and not os.access(real.parent, os.W_OK)  # then nobody can write, and SQLite needs to know
    with ExitStack() as failing:
        base = sqlite3.connect(f"{real.as_uri()}?mode=ro{'&immutable=1' if still else ''}", uri=True)
        failing.callback(base.close)
        examined(base, path)
        failing.pop_all()
    return base


def examined(base: sqlite3.Connection, path: Path) -> None:
    """Raises `Unkept` where this is no journal of ours, or a broken one."""
    if base.execute("PRAGMA application_id").fetchone()[0] != MAGIC:
        raise no_journal(str(path), "it is of another program" if path.stat().st_size else "it is empty")
    version = base.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise no_journal(str(path), f"its form is {version}, this aalpl reads {VERSION}")
    found = base.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise no_journal(str(path), "it is broken")
