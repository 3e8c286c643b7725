"""The one exception of the Python front: what is wrong with a program, or what ended a run of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aalpl.live.stops import Stopped
from aalpl.report import draw
from aalpl.report.diagnostic import Diagnosed, Diagnostic

if TYPE_CHECKING:
    from aalpl.python.result import Result


class Failed(Diagnosed):
    """A program that means nothing, a run that cannot begin, or one that ended before its result.

    `diagnostics` say what and where; `result` is what had been done until then, if anything was. An exception that a
    function of yours raised is the `__cause__`."""

    def __init__(self, diagnostics: Sequence[Diagnostic], result: Result | None = None) -> None:
        super().__init__(*diagnostics)
        self.result = result

    def __str__(self) -> str:
        told = (self._told(d) for d in self.diagnostics)
        return "\n".join(told) or "the program is empty"

    @staticmethod
    def _told(diagnostic: Diagnostic) -> str:
        line, label = draw.lines([diagnostic]).rstrip(), diagnostic.label.text
        return f"{line}; {label}" if label else line

    @property
    def stopped(self) -> bool:
        """Whether a budget or a deadline ended the run, so that it can be gone on with from its journal."""
        return isinstance(self.__cause__, Stopped)
