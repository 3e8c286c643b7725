"""Finds other files: the standard library by what it defines, used files by their path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs

from aalpl import assets
from aalpl.report import Diagnostic, Source
from aalpl.tree import nodes as t
from aalpl.tree import parse

Parsed = tuple[t.File | None, list[Diagnostic]]

_DEFINITION = re.compile(r"^(?:def|oracle|measure|llm|type)\s+([A-Za-z_]\w*'*)", re.MULTILINE)


@attrs.define(eq=False)
class Library:
    """The standard library, read and parsed only as far as it is asked for."""

    paths: Mapping[str, Path] = attrs.Factory(assets.library)
    texts: dict[str, str] = attrs.Factory(dict)
    parsed: dict[str, Parsed] = attrs.Factory(dict)
    index: dict[str, str] | None = None

    def names(self) -> Mapping[str, str]:
        """Each definition's name, with the module that holds it."""
        if self.index is None:
            self.index = {
                name: module for module in self.paths for name in _DEFINITION.findall(self.text(module))
            }
        return self.index

    def text(self, module: str) -> str:
        """The text of a module."""
        if module not in self.texts:
            self.texts[module] = self.paths[module].read_text(encoding="utf-8")
        return self.texts[module]

    def file(self, module: str) -> Parsed:
        """A module's tree."""
        if module not in self.parsed:
            self.parsed[module] = parse(Source(f"{module}.aalp", self.text(module)))
        return self.parsed[module]


Reader = Callable[[str], Source | None]
"""Gives the text of a used file by the path written, or None where there is none."""


def beside(source: Source) -> Reader:
    """Reads used files from the folder of `source`."""
    folder = Path(source.name).parent

    def read(path: str) -> Source | None:
        file = folder / path
        try:
            return Source(str(file), file.read_text(encoding="utf-8-sig"))
        except (OSError, ValueError):
            return None

    return read
