"""Files to sources: whatever the bytes, a source, and a diagnostic where they are no text."""

from __future__ import annotations

from pathlib import Path

from aalpl.report import Diagnostic, Label, Source, Span

_NO_CONTROL = {*range(32)} - {9, 10, 12, 13}


def read_source(path: Path, name: str | None = None) -> tuple[Source, list[Diagnostic]]:
    """The text of a file, its line ends made `\\n`, and what is wrong with its bytes; OSError as `open` gives it."""
    return decode(path.read_bytes(), name or str(path))


def decode(data: bytes, name: str) -> tuple[Source, list[Diagnostic]]:
    """The text of some bytes that should be UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        readable = data.decode("utf-8-sig", errors="replace")
        return _garbage(name, readable, len(data[: error.start].decode("utf-8-sig")))
    bad = next((i for i, char in enumerate(text) if ord(char) in _NO_CONTROL), None)
    if bad is not None:
        return _garbage(name, text, bad)
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n")), []


def _garbage(name: str, text: str, offset: int) -> tuple[Source, list[Diagnostic]]:
    source = Source(name, text)
    label = Label(Span(source, offset, min(offset + 1, len(text))), "the first byte that is not")
    return source, [
        Diagnostic(
            "not-text", f"`{name}` is no UTF-8 text", label, hint="save the program as plain UTF-8 text"
        )
    ]
