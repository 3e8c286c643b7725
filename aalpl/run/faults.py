"""What can go wrong while a program runs: facts first, with their place; worded when they become diagnostics."""

from __future__ import annotations

from typing import Any

import attrs

from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label
from aalpl.report.source import Span


@attrs.frozen
class Complaint:
    """A condition of the program: the code and words of the diagnostic when it is broken.

    `title` and `label` are formats for the values found."""

    code: str
    title: str
    span: Span
    label: str = ""
    hint: str | None = None


class Fault(Exception):
    """A condition of the program does not hold: the complaint, by its number or itself, and the values found."""

    def __init__(self, complaint: int | Complaint, *values: Any) -> None:
        super().__init__(complaint, *values)
        self.complaint = complaint
        self.values = values


class Mistake(Exception):
    """A fault of an operation that does not know its place; the line of the generated code tells it, or the number of
    the site whose request could not be answered."""

    code = "run-error"
    site: int | None = None

    def words(self) -> str:
        """What happened."""
        return str(self)


class OutOfRange(Mistake):
    """`x[low:high]` or (high None) `x[low]` of a value of `length`; `new` is the length of what was to be put there."""

    def __init__(self, low: int, high: int | None, length: int, new: int | None = None) -> None:
        super().__init__(low, high, length, new)
        self.low, self.high, self.length, self.new = low, high, length, new
        self.code = "index-out-of-range" if high is None else "slice-out-of-range"
        if new is not None:
            self.code = "splice-length"

    def words(self) -> str:
        """The bounds and what they should have been within."""
        if self.high is None:
            return f"index {self.low} of a list of {self.length}"
        if self.new is not None:
            return f"{self.new} put in the place of {self.high - self.low}"
        return f"slice {self.low}:{self.high} of a length of {self.length}"


class Unfit(Mistake):
    """Any other operation without an answer: `pop` of an empty list, a logarithm of 0."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def told(complaint: Complaint, values: tuple[Any, ...]) -> Diagnostic:
    """The diagnostic for a broken condition."""
    return Diagnostic(
        complaint.code,
        complaint.title.format(*values),
        Label(complaint.span, complaint.label.format(*values)),
        hint=complaint.hint,
    )


def stop(code: str, title: str, span: Span, hint: str | None = None, label: str = "") -> Diagnosed:
    """The exception that ends a run before it begins."""
    return Diagnosed(Diagnostic(code, title, Label(span, label), hint=hint))
