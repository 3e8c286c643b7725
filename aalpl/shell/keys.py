"""The variables in which keys and addresses are looked up: those of the process, and those of a file where asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from aalpl.backends.access import Access, access
from aalpl.shell.failure import Failure

LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*")


def environment(file: str | None = None) -> Mapping[str, str]:
    """The variables of the process; those of `file` (`NAME=value` lines) where the process has none of that name."""
    return os.environ if file is None else {**variables(file), **os.environ}


def variables(file: str) -> dict[str, str]:
    """The variables of a `.env` file: quotes around values and comments are left out, and nothing is filled in."""
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Failure(f"there is no file `{file}` that can be read", code="no-such-file") from None
    found = {}
    for line in text.splitlines():
        if (match := LINE.fullmatch(line)) is not None:
            found[match[1]] = _value(match[2])
    return found


def _value(text: str) -> str:
    if text[:1] in ("'", '"') and (end := text.find(text[0], 1)) > 0:
        return text[1:end]
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip()


__all__ = ["Access", "access", "environment", "variables"]
