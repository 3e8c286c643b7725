"""Reads programs from files and standard input, and writes files whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EISDIR
from pathlib import Path

from aalpl.report.source import Source
from aalpl.shell.failure import Failure, nearest
from aalpl.tree import decode, read_source


def read(path: str) -> Source:
    """The program at `path`, or on standard input for `-`; fails where there is none."""
    if path == "-":
        return Source("<stdin>", decode(sys.stdin.buffer.read()))
    file = Path(path)
    if file.is_dir():
        inside = sorted(file.glob("*.aalp"))
        hint = f"name a file, such as `{inside[0]}`" if inside else "name a file"
        raise Failure(f"`{path}` is a folder", hint, code="no-such-file")
    if not file.exists():
        raise Failure(f"there is no file `{path}`", _missing(file), code="no-such-file")
    return read_source(file, path)


def write(path: Path, text: str) -> None:
    """Puts `text` at `path`, through a file beside it that takes its place at the end; fails where that cannot be."""
    with _telling(path):
        name = _beside(path)
        try:
            with open(name, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(name, _mode(path))
            os.replace(name, path.resolve())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def writable(path: Path) -> None:
    """Fails where nothing could be written at `path`: to be asked before work begins that is to be kept there."""
    with _telling(path):
        if path.is_dir():
            raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
        Path(_beside(path)).unlink()


def _beside(path: Path) -> str:
    """A new file in the folder of `path`, which is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name[:80]}.")
    os.close(handle)
    return name


@contextmanager
def _telling(path: Path) -> Iterator[None]:
    """What the system refuses is told of the path that was given, not of the files beside it."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        hint = "name a file in a folder that can be written to"
        raise Failure(f"`{path}` cannot be written: {why}", hint, code="cannot-write") from None


def _mode(path: Path) -> int:
    """The rights of the file that is replaced; of a new one those that the process gives."""
    return path.stat().st_mode & 0o7777 if path.exists() else 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _missing(file: Path) -> str:
    """What may have been meant by a file that is not there: one beside it, or a shipped example."""
    from aalpl import assets

    beside = [str(p) for p in sorted(file.parent.glob("*.aalp"))] if file.parent.is_dir() else []
    guess = nearest(str(file), beside)
    if guess is not None:
        return f"did you mean `{guess}`?"
    examples = {name.rpartition("/")[2]: name for name in assets.examples()}
    shipped = nearest(file.stem, list(examples))
    if shipped is not None:
        return f"`aalpl example {examples[shipped]} --copy` puts the example of that name here"
    return "`aalpl example` lists programs to start from"
