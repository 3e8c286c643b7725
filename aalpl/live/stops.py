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


class Stopped(Ended):
    """A limit that the user set is reached; the run can be resumed (exit code 4)."""
