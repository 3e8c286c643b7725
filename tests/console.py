"""Runs the console blocks of a document: `$ aalpl …` lines, each with the output that follows it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path

from aalpl.cases.document import Block, blocks
from aalpl.shell.main import call

_FILE = re.compile(r"[\w-]+\.\w+")


def differences(text: str) -> Iterator[str]:
    """What the sessions of a document print otherwise than written. Blocks with a file's name (```aalp x.aalp) are files there."""
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for block in blocks(text):
                if named(block):
                    Path(block.words).write_text(block.text, encoding="utf-8")
                elif block.kind == "console":
                    yield from _session(block)
        finally:
            os.chdir(here)


def named(block: Block) -> bool:
    """Whether a block is a file."""
    return _FILE.fullmatch(block.words) is not None


def output(line: str) -> str:
    """Everything that one `aalpl …` command prints, both streams as one."""
    paper = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(paper), contextlib.redirect_stderr(paper):
        call(shlex.split(line.partition("#")[0])[1:])
    paper.seek(0)
    return paper.read()


def matches(expected: str, found: str) -> bool:
    """Whether the texts agree; a line of only `…` stands for any lines, one inside a line for anything."""
    pattern = "".join(_pattern(line) for line in _lines(expected))
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(found))) is not None


def _pattern(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*"
    return ".*".join(re.escape(part) for part in line.split("…")) + r" *\n"


def _session(block: Block) -> Iterator[str]:
    for command, expected in _commands(block):
        if not command.startswith("aalpl"):
            yield f"line {block.first}: only aalpl commands can be run here: {command}"
            continue
        found = output(command)
        if not matches(expected, found):
            yield f"line {block.first}: $ {command}\n--- expected\n{expected}--- found\n{found}"


def _commands(block: Block) -> Iterator[tuple[str, str]]:
    command, rows = "", list[str]()
    for line in block.text.splitlines():
        if line.startswith("$ "):
            if command:
                yield command, "".join(rows)
            command, rows = line[2:], []
        else:
            rows.append(f"{line}\n")
    if command:
        yield command, "".join(rows)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").splitlines()]
