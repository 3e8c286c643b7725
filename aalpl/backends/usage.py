"""Reads numbers out of what providers count: what is no number of at least 0 is unknown."""

from __future__ import annotations

from typing import Any


def count(found: Any, name: str) -> int | None:
    """The field of that name."""
    number = found.get(name) if isinstance(found, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) and number >= 0 else None
