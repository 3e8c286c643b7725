"""Collects what is wrong with a program, so that one mistake gives one diagnostic.

Two things keep a mistake from being told twice. A name that is declared nowhere is told once, wherever it is used,
and names that one missing line would have declared are told together. An error of types blames what the value came
from (variables, parameters, results); a later error that blames one of the same things stays silent.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from aalpl.report import Diagnostic, Label, Severity, Span
from aalpl.tree.nodes import Name

Origin = tuple[str, str]
"""Where a value's type comes from: (function, parameter or variable), or (function, "") for a result."""


@attrs.frozen
class Missing:
    """The first use of a name that is declared nowhere, what it was used as, and what was within reach there."""

    name: str
    role: str  # "size", "variable", "function", "type", "model", "cost model", "module", "capability"
    span: Span
    known: tuple[str, ...]
    others: tuple[Label, ...] = ()


@attrs.define(eq=False)
class Problems:
    """The diagnostics found so far, with what is needed not to repeat oneself."""

    found: list[Diagnostic] = attrs.Factory(list)
    missing: dict[str, Missing] = attrs.Factory(dict)
    blamed: set[Origin] = attrs.Factory(set)

    def error(
        self,
        code: str,
        title: str,
        span: Span,
        label: str = "",
        *,
        others: Iterable[Label] = (),
        hint: str | None = None,
        blame: Iterable[Origin] = (),
    ) -> None:
        """Tells an error, unless something it blames was blamed before."""
        origins = set(blame)
        if origins & self.blamed:
            return
        self.blamed |= origins
        self.found.append(Diagnostic(code, title, Label(span, label), tuple(others), hint))

    def warn(self, code: str, title: str, span: Span, label: str = "", *, hint: str | None = None) -> None:
        """Tells of something that is legal and probably not meant."""
        self.found.append(Diagnostic(code, title, Label(span, label), (), hint, Severity.WARNING))

    def hint(self, code: str, title: str, span: Span, label: str = "", *, hint: str | None = None) -> None:
        """Tells of something that could be left out or said better."""
        self.found.append(Diagnostic(code, title, Label(span, label), (), hint, Severity.HINT))

    def undeclared(self, name: Name, role: str, known: Iterable[str], others: Iterable[Label] = ()) -> None:
        """Notes a name that is declared nowhere."""
        first = self.missing.get(name.id)
        if first is None or (first.role == "variable" and role == "size"):
            span = name.span if first is None else first.span
            self.missing[name.id] = Missing(name.id, role, span, tuple(known), tuple(others))

    def failed(self) -> bool:
        """Whether there is an error among them."""
        return bool(self.missing) or any(d.severity is Severity.ERROR for d in self.found)

    def mark(self) -> tuple[int, dict[str, Missing], set[Origin]]:
        """Where we are, to come `back` to."""
        return len(self.found), dict(self.missing), set(self.blamed)

    def back(self, mark: tuple[int, dict[str, Missing], set[Origin]]) -> None:
        """Forgets what was found since `mark`."""
        del self.found[mark[0] :]
        self.missing, self.blamed = dict(mark[1]), set(mark[2])
