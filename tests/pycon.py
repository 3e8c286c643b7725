"""Runs the `pycon` blocks of a document as one Python session, in a folder with the files that the document has."""

from __future__ import annotations

import doctest
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from console import named

from aalpl.cases.document import blocks

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.IGNORE_EXCEPTION_DETAIL


def failures(text: str, name: str) -> Iterator[str]:
    """What a session shows otherwise than written; `...` stands for anything."""
    here, modules, path = Path.cwd(), set(sys.modules), list(sys.path)
    space: dict[str, object] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        sys.path.insert(0, folder)
        try:
            for block in blocks(text):
                if named(block):
                    Path(block.words).write_text(block.text, encoding="utf-8")
                elif block.kind == "pycon":
                    yield from _session(block.text, name, block.first, space)
        finally:
            os.chdir(here)
            sys.path[:] = path
            for module in set(sys.modules) - modules:
                if str(getattr(sys.modules[module], "__file__", "")).startswith(folder):
                    del sys.modules[module]


def _session(text: str, name: str, first: int, space: dict[str, object]) -> Iterator[str]:
    test = doctest.DocTestParser().get_doctest(text, {}, name, name, first - 1)
    test.globs = space
    told: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(test, out=told.append, clear_globs=False)
    if told:
        yield "".join(told)
