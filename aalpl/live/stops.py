"""Why a run against real models ends before its result: each is one diagnostic at the line that asked."""

from __future__ import annotations

from aalpl.report.diagnostic import Diagnostic, Label
from aalpl.report.source import Span


class Ended(Exception):
    """Ends a run; `code`, `title`, `hint` become the diagnostic at the site that asked."""

    def __init__(self, code: str, title: str, hint: str | None = None) -> None:
        super().__init__(title)
        self.code = code
        self.title = title
        self.hint = hint
        self.span: Span | None = None

    def diagnostic(self, span: Span) -> Diagnostic:
        """The diagnostic, at the place that asked or else at `span`."""
        return Diagnostic(self.code, self.title, Label(self.span or span), hint=self.hint)


class Unanswered(Ended):
    """A backend or the network did not answer (exit code 3)."""


class Lost(Unanswered):
    """An answer that was on its way did not arrive whole (a dropped connection, a timeout, a truncated stream).

    It may have been paid. The asker sends the question again, as often as the binding's `retries` says, after `wait`
    seconds (None: a little longer each time)."""

    def __init__(self, code: str, title: str, hint: str | None = None, wait: float | None = None) -> None:
        super().__init__(code, title, hint)
        self.wait = wait


class Interrupted(Ended):
    """The user stopped the run (exit code 130); it can be resumed."""


class Stopped(Ended):
    """A limit that the user set is reached; the run can be resumed (exit code 4)."""


class Unkept(Ended):
    """The journal of the run cannot be used (exit code 2)."""
