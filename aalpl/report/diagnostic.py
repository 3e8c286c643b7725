"""What is wrong, where, and what to do about it: diagnostics as values."""

from __future__ import annotations

from enum import StrEnum

import attrs

from aalpl.report.source import Span


class Severity(StrEnum):
    """How much a diagnostic weighs: only errors fail, warnings fail under `--strict`."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@attrs.frozen
class Label:
    """A place in the text and a few words about it."""

    span: Span
    text: str = ""


@attrs.frozen
class Diagnostic:
    """One mistake: a kebab-case code, a title that stands alone, the place, other places, a hint that begins with a verb."""

    code: str
    title: str
    label: Label
    others: tuple[Label, ...] = ()
    hint: str | None = None
    severity: Severity = Severity.ERROR


class Diagnosed(Exception):
    """Raised where a stage cannot go on; carries the diagnostics to show."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.title for d in diagnostics))
        self.diagnostics = diagnostics
