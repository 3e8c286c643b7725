"""What was worked out before, on disk: small files named by a digest of all that they depend on.

The digest covers the software itself, by the sizes and times of its files, so nothing of an older version is ever found.
Files are written whole or not at all; one that cannot be read, or that does not say what was written, is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

from aalpl import __version__
from aalpl.cost.kept import Memo

ROOM = 256 * 1024
"""Bytes that are kept in each of the 256 folders of a cache; the oldest files go first."""


@attrs.frozen
class Cache:
    """A folder of texts, each under its key."""

    folder: Path
    software: str
    room: int = ROOM

    def get(self, key: str) -> str | None:
        """What was kept; None where there is nothing, or nothing that can be read."""
        try:
            data = self._file(key).read_bytes()
        except OSError:
            return None
        digest, _, text = data.partition(b"\n")
        return text.decode("utf-8", "surrogatepass") if digest == _digest(text) else None

    def put(self, key: str, text: str) -> None:
        """Keeps a text, if there is room; a disk that is full or read-only is no reason to stop."""
        data = text.encode("utf-8", "surrogatepass")
        data = _digest(data) + b"\n" + data
        file = self._file(key)
        if len(data) > self.room:
            return
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._make_room(file.parent, len(data))
            _write(file, data)
        except OSError:
            return

    def _file(self, key: str) -> Path:
        name = hashlib.sha256(f"{self.software}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / f"{name[2:]}.kept"

    def _make_room(self, folder: Path, size: int) -> None:
        """Deletes the oldest files until there is room for so many bytes."""
        with os.scandir(folder) as entries:
            found = [
                (s.st_mtime_ns, e.path, s.st_size) for e in entries if (s := e.stat(follow_symlinks=False))
            ]
        total = size + sum(length for _, _, length in found)
        for _, path, length in sorted(found):
            if total <= self.room:
                return
            with contextlib.suppress(OSError):  # another process may have deleted it
                os.unlink(path)
            total -= length


def _write(file: Path, data: bytes) -> None:
    """Through a file beside it that takes its place at the end."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(data)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest().encode("ascii")


def memo(*, no_cache: bool) -> Memo:
    """What was derived before: by this run, and (if wanted) by those before it."""
    return Memo(None if no_cache else opened("answers"))


_BEGAN = time.time()
_MARGIN = 5.0  # seconds: what was loaded before this file was


def opened(name: str) -> Cache | None:
    """The cache of that name in the user's folder for such things; None where there is no such folder.

    None, too, where the software has changed since it was loaded: nobody could say which one an answer is of."""
    from platformdirs import user_cache_path

    try:
        found = Software.installed()
        if found.newest > _BEGAN - _MARGIN:
            return None
        return Cache(user_cache_path("aalpl", appauthor=False) / name, found.name)
    except (OSError, RuntimeError):
        return None


@attrs.frozen
class Software:
    """What this software is: its version with the sizes and times of its files, and the time of the newest."""

    name: str
    newest: float

    @classmethod
    def installed(cls) -> Software:
        """As it is on disk now."""
        root = Path(__file__).parents[1]
        files = sorted(_files(root))
        told = " ".join(f"{path}:{status.st_size}:{status.st_mtime_ns}" for path, status in files)
        newest = max(status.st_mtime for _, status in files)
        return cls(f"{__version__} {hashlib.sha256(told.encode()).hexdigest()}", newest)


def _files(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _files(Path(entry.path))
            elif entry.name.endswith((".py", ".json", ".aalp")):
                yield entry.path, entry.stat()
