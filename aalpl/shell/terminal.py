"""What we write on: finds out what standard output and standard error can show, and writes there."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TextIO

import attrs

from aalpl.report.diagnostic import Diagnostic
from aalpl.report.ink import Ink
from aalpl.shell.failure import Failure


@attrs.frozen
class Terminal:
    """Standard output and standard error, each with the ink it takes and whether a person reads it."""

    out: TextIO
    err: TextIO
    ink: Ink
    err_ink: Ink
    pictures: bool
    err_pictures: bool

    def say(self, text: str) -> None:
        """Writes the command's product."""
        self.out.write(self.ink.spell(text))

    def document(self, text: str) -> None:
        """Writes JSON: what the stream cannot hold is escaped as JSON does."""
        self.out.write(text if self.ink.unicode else "".join(map(_escaped, text)))

    def tell(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Writes diagnostics that are the command's product."""
        self.out.write(_drawn(diagnostics, self.ink, self.pictures))

    def complain(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Writes diagnostics that stand in the way of the command's product."""
        self.err.write(_drawn(diagnostics, self.err_ink, self.err_pictures))

    def note(self, text: str) -> None:
        """Writes a remark that is not part of the product."""
        self.err.write(self.err_ink.spell(text))

    def fail(self, failure: Failure) -> None:
        """Writes why the command ends."""
        paint, title = self.err_ink.paint, failure.title
        if self.err_pictures:
            text = f"{paint('error', 'red')}: {paint(title, 'bold')} {paint(f'[{failure.code}]', 'dim')}\n"
            text += f"  {paint('= hint:', 'cyan')} {failure.hint}\n" if failure.hint else ""
        else:
            text = f"aalpl: {failure.code}: {title}" + (f" ({failure.hint})" if failure.hint else "") + "\n"
        self.note(text)


def terminal(*, ascii: bool = False) -> Terminal:
    """The terminal as environment and streams describe it: `NO_COLOR`, `FORCE_COLOR`, encoding, size."""
    out, err = sys.stdout, sys.stderr
    return Terminal(
        out,
        err,
        ink=_ink(out, ascii),
        err_ink=_ink(err, ascii),
        pictures=_read_by_a_person(out),
        err_pictures=_read_by_a_person(err),
    )


def _ink(stream: TextIO, ascii: bool) -> Ink:
    size = shutil.get_terminal_size((100, 40))
    colour = _read_by_a_person(stream) and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
    return Ink(
        colour=colour,
        unicode=not ascii and _shows_unicode(stream),
        width=max(40, size.columns),
        height=max(10, size.lines),
    )


def _read_by_a_person(stream: TextIO) -> bool:
    return bool(os.environ.get("FORCE_COLOR")) or stream.isatty()


def _shows_unicode(stream: TextIO) -> bool:
    try:
        "┌─│^Θ²≤".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _escaped(char: str) -> str:
    return char if char.isascii() else json.dumps(char)[1:-1]


def _drawn(diagnostics: Iterable[Diagnostic], ink: Ink, pictures: bool) -> str:
    from aalpl.report import draw

    found = list(diagnostics)
    if not found:
        return ""
    return draw.pictures(found, ink) if pictures else ink.spell(draw.lines(found))
