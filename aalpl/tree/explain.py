"""Words."""

from __future__ import annotations
from aalpl.report import Diagnostic, Source, Label, Span


def explain(source, tokens, index, start):
    return Diagnostic(
        "syntax", f"unexpected {tokens[index]}", Label(Span(source, tokens[index].start, tokens[index].end))
    )


def too_deep(source, d):
    return Diagnostic("nesting-too-deep", "nested too deep", Label(Span(source, d.start, d.end)))
