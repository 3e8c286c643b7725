"""Reads programs from files and standard input, and writes files whole or not at all."""

from __future__ import annotations

import os
import sys
import tempfile
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
    """Puts `text` at `path`, through a file beside it that takes its place at the end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        if target.exists():
            os.chmod(name, target.stat().st_mode & 0o7777)
        else:
            os.chmod(name, 0o666 & ~_umask())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


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
