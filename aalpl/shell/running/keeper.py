"""Opens what a run is kept in, tells what may be paid twice, and closes it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs

from aalpl.live.journal.caching import Cached, cache
from aalpl.live.journal.file import Doubtful, JournalFile
from aalpl.live.journal.header import Header
from aalpl.live.journal.manner import NEVER, REPLAYED
from aalpl.live.journal.opening import opened, recorded
from aalpl.live.line import Journal
from aalpl.live.stops import Unkept
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.running.answering import Answering
from aalpl.shell.running.kept import Keeping
from aalpl.shell.terminal import Terminal

LISTED = 8  # calls that may be paid twice; more are counted


def replaying(found: Answering, keep: Keeping) -> Answering:
    """For a replay: the models that answered in the journal are replayed, the others simulated again."""
    if keep.journal is None or keep.manner.record != NEVER:
        return found
    with _failing():
        then = recorded(Path(keep.journal)).answerers
    bindings = {
        name: attrs.evolve(each, backend=REPLAYED if name in then else None)
        for name, each in found.bindings.items()
    }
    return attrs.evolve(found, bindings=bindings)


@contextmanager
def keeper(keep: Keeping, header: Header, paper: Terminal) -> Iterator[Keeper]:
    """The open journal with the cache behind it; both are closed at the end."""
    file = None
    with _failing():
        if keep.journal is not None:
            Path(keep.journal).parent.mkdir(parents=True, exist_ok=True)
            file = opened(Path(keep.journal), header, time.time, keep.manner)
    folder = None if keep.cache is None else cache(Path(keep.cache), time.time)
    found = Keeper(file, Cached(file, folder, header.answerers) if folder is not None else file)
    if file is not None and file.doubtful:
        paper.note(_told(file.doubtful))
    try:
        yield found
    finally:
        if folder is not None:
            folder.close()
        if file is not None:
            file.close(found.outcome)


@attrs.define
class Keeper:
    """The journal of a run, what asks it, and how the run ended (None: it was killed)."""

    file: JournalFile | None
    journal: Journal | None
    outcome: str | None = None


def _told(doubtful: tuple[Doubtful, ...]) -> str:
    """The calls that were under way."""
    calls = f"{len(doubtful)} calls were" if len(doubtful) > 1 else "1 call was"
    lines = [f"{calls} under way when the journal ended; what is asked again may be paid twice:"]
    lines += [f"  {each.primitive}  {each.place}" for each in doubtful[:LISTED]]
    if len(doubtful) > LISTED:
        lines.append(f"  … and {len(doubtful) - LISTED} more")
    return "".join(f"{line}\n" for line in lines)


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except Unkept as error:
        raise Failure(error.title, error.hint, code=error.code, exit=Exit.USAGE) from None
