"""Files to sources, whatever their bytes: what is no text the parser tells, at its place."""

from __future__ import annotations

from pathlib import Path

from aalpl.report import Source


def read_source(path: Path, name: str | None = None) -> Source:
    """The text of a file; OSError as `open` gives it."""
    return Source(name or str(path), decode(path.read_bytes()))


def decode(data: bytes) -> str:
    """Bytes as UTF-8 text with `\\n` at line ends; U+FFFD stands for what is not UTF-8."""
    text = data.decode("utf_8_sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
