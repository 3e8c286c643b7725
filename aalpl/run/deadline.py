"""Work that may be given up: stopped by the clock wherever it stands, even in a loop that asks nobody."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeVar

T = TypeVar("T")
_GENERATED = "<aalpl"  # file names of generated code begin so; only its calls and lines are watched


class _Late(BaseException):
    """The time is over; no handler inside the work may keep it."""


def until(end: float, work: Callable[[], T]) -> T | None:
    """What `work` gives, or None where it is not done when `time.monotonic()` passes `end`.

    The work runs under a trace function of this thread, which is put back afterwards."""

    def look(frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(_GENERATED):
            return None  # never inside a callback of the interpreter, which would swallow what is raised
        if time.monotonic() > end:
            raise _Late
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        return work()
    except _Late:
        return None
    finally:
        sys.settrace(before)
