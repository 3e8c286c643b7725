"""What was worked out before, on disk: small JSON files named by a digest of all that they depend on.

The digest covers the software itself, by the sizes and times of its files, so nothing of an older version is ever found.
Files are written whole or not at all; one that cannot be read is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import attrs

from aalpl import __version__


@attrs.frozen
class Cache:
    """A folder of answers, each under its key."""

    folder: Path
    software: str

    def key(self, text: str) -> str:
        """The name under which what depends on `text` is kept."""
        return hashlib.sha256(f"{self.software}\0{text}".encode()).hexdigest()

    def get(self, key: str) -> dict[str, str] | None:
        """What was kept; None where there is nothing, or nothing that can be read."""
        try:
            found = json.loads(self._file(key).read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        whole = isinstance(found, dict) and all(isinstance(value, str) for value in found.values())
        return found if whole and "outcome" in found else None

    def put(self, key: str, value: Mapping[str, str]) -> None:
        """Keeps an answer; a disk that is full or read-only is no reason to stop."""
        file = self._file(key)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=file.parent, suffix=".new")
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                json.dump(dict(value), out)
            os.replace(name, file)
        except OSError:
            return

    def _file(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def opened(name: str) -> Cache | None:
    """The cache of that name in the user's folder for such things; None where there is no such folder."""
    from platformdirs import user_cache_path

    try:
        return Cache(user_cache_path("aalpl", appauthor=False) / name, software())
    except (OSError, RuntimeError):
        return None


def software() -> str:
    """What this software is: its version, and the sizes and times of its files."""
    root = Path(__file__).parents[1]
    return f"{__version__} {hashlib.sha256(' '.join(sorted(_files(root))).encode()).hexdigest()}"


def _files(folder: Path) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir() and entry.name != "__pycache__":
                yield from _files(Path(entry.path))
            elif entry.name.endswith((".py", ".json", ".aalp")):
                status = entry.stat()
                yield f"{entry.path}:{status.st_size}:{status.st_mtime_ns}"
