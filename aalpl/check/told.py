"""Sees to it that the type of everything is known: what goes on from here counts tokens by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.check import walk
from aalpl.program import nodes as p
from aalpl.program.types import Unknown

if TYPE_CHECKING:
    from aalpl.check.checker import Checker


def tell(checker: Checker) -> None:
    """Tells of values whose type nothing says, in a program without other errors."""
    if checker.problems.failed():
        return
    for function in checker.functions.values():
        for node in walk.nodes(function.body):
            if isinstance(getattr(node, "type", None), Unknown):
                _untold(checker, node)
                break


def _untold(checker: Checker, node: p.Expr) -> None:
    checker.problems.error(
        "untold-type",
        "nothing says what this is",
        node.span,
        hint="an element of a list that never gets any has no type: put one in, or leave it out",
    )
