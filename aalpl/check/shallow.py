"""Refuses programs that nest deeper than anybody reads."""

from __future__ import annotations

from aalpl.check import walk
from aalpl.report import Diagnostic, Label
from aalpl.tree import nodes as t

LIMIT = 100


def too_deep(file: t.File) -> Diagnostic | None:
    """The diagnostic for what nests too deep, if something does."""
    node = walk.depth(file, LIMIT)
    if node is None:
        return None
    return Diagnostic(
        "too-deep",
        f"this nests more than {LIMIT} levels deep",
        Label(node.span, "here"),
        hint="give the inner parts names, or functions of their own",
    )
