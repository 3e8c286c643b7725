"""Runs a command in the process of the test."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout

import attrs

from aalpl.shell.main import call


@attrs.frozen
class Done:
    """The exit code, and what was written."""

    code: int
    out: str
    err: str


def aalpl(*argv: str) -> Done:
    """`aalpl argv`."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        code = call(list(argv))
    texts = []
    for stream in (out, err):
        stream.flush()
        stream.seek(0)
        texts.append(stream.read())
    return Done(code, *texts)
