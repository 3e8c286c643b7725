"""What can be wrong with a journal: facts as exceptions that end a run, or keep it from beginning."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from aalpl.live.stops import Unkept


def in_use(path: str) -> Unkept:
    """Another run has the journal."""
    hint = "wait until that run has ended, or name another file"
    return Unkept("journal-in-use", f"another run is writing to `{path}`", hint)


def other_run(path: str, differences: Sequence[str]) -> Unkept:
    """The journal is of a run that was something else."""
    hint = "name another file, or keep what is unchanged with `--reuse`"
    return Unkept("other-run", f"`{path}` is of another run: {'; '.join(differences)}", hint)


def no_journal(path: str, why: str) -> Unkept:
    """The file is something else, or broken."""
    return Unkept(
        "no-journal", f"`{path}` is no journal: {why}", "name another file; this one is left as it is"
    )


def missing(path: str) -> Unkept:
    """There is nothing to replay."""
    return Unkept("no-journal", f"there is no journal `{path}`", "record one with `aalpl run --journal`")


def without_replies(path: str) -> Unkept:
    """The journal was kept without what it would need to be resumed."""
    title = f"`{path}` keeps no replies, so the run in it cannot be resumed"
    return Unkept(
        "replies-not-kept", title, "name another file and leave `--journal-content` at `full` or `hash`"
    )


def another_way(primitive: str, place: str) -> Unkept:
    """The run came to a place of the journal with another question."""
    title = f"`{primitive}` is asked something else than the journal has at `{place}`"
    hint = "a host function gives other values than it gave then; keep what still fits with `--reuse`"
    return Unkept("went-another-way", title, hint)


def not_recorded(primitive: str, place: str) -> Unkept:
    """A replay came to a question that was never answered."""
    title = f"the journal has no answer of `{primitive}` at `{place}`"
    return Unkept("not-recorded", title, "leave out `--record`, so that it is asked and kept")


def not_plain(primitive: str) -> Unkept:
    """A backend gave something that cannot be written down."""
    title = f"an answer of `{primitive}` cannot be kept in a journal"
    return Unkept(
        "journal-failed", title, "let it be a text, a number, true or false, or lists and records of these"
    )


def failed(path: str, error: Exception) -> Unkept:
    """The system does not let us read or write."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return no_journal(path, "it is broken, or of another program")
    why = f"{error.strerror or error}" if isinstance(error, OSError) else f"{error}"
    hint = "make room or name another file; the same command goes on from what is kept"
    return Unkept("journal-failed", f"the journal `{path}` cannot be used: {why.lower()}", hint)


@contextmanager
def telling(path: str) -> Iterator[None]:
    """What the system refuses is told of the journal."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise failed(path, error) from None
    except ValueError:  # what is no text where a text should be
        raise no_journal(path, "it is broken") from None
