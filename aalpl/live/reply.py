"""What a backend gives back: the answer, and what it says it counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs


@attrs.frozen
class Usage:
    """Tokens as the provider bills them; None is unknown.

    `cached` of `tokens_in` were read from a cache, `written` of them were put into one; `reasoning` of `tokens_out`
    were never shown. None of them is counted twice."""

    tokens_in: int | None = None
    tokens_out: int | None = None
    cached: int | None = None
    written: int | None = None
    reasoning: int | None = None


@attrs.frozen
class Reply:
    """An answer as it came.

    `said` is a string to be read as the contract says, or a plain value (a bool, an int, None for nothing, a list, a
    dict). `finish` is `stop`, `length` where the cap cut it off, or what the provider calls it. `chances` are the
    probabilities of the options of a choice, where the backend knows them. `seconds` is how long it took, `retries`
    how often the way there failed before."""

    said: Any
    usage: Usage = Usage()
    finish: str = "stop"
    model: str | None = None
    chances: Mapping[str, float] | None = None
    seconds: float = 0.0
    retries: int = 0
