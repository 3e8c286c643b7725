"""Puts diagnostics in order, and leaves out what follows from others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aalpl.report import Diagnostic, Severity


def errors(found: Iterable[Diagnostic]) -> bool:
    """Whether there is an error among them."""
    return any(each.severity is Severity.ERROR for each in found)


def ordered(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """In the order of the text; of several errors on one line those about names, else the first."""
    known = {_line(each) for each in found if each.code == "unknown-name"}
    kept: list[Diagnostic] = []
    for each in sorted(found, key=_place):
        follows = each.severity is Severity.ERROR and each.code != "unknown-name"
        if follows and _line(each) in known:
            continue
        if follows:
            known.add(_line(each))
        kept.append(each)
    return kept


def _line(of: Diagnostic) -> tuple[str, int]:
    return of.label.span.source.name, of.label.span.line


def _place(of: Diagnostic) -> tuple[str, int]:
    return of.label.span.source.name, of.label.span.start
