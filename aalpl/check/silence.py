"""Sees to it that what costs nothing asks nothing: oracles, measures and `simulate` reach no primitive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.check import walk
from aalpl.program import nodes as p

if TYPE_CHECKING:
    from aalpl.check.checker import Checker


def tell(checker: Checker) -> None:
    """Tells of functions that ask a primitive and are called where none may be."""
    for signature, span in checker.silent:
        asked = _asked(checker, signature.program_name)
        if asked is not None:
            checker.problems.error(
                "asks-in-oracle",
                f"`{signature.name}` calls the primitive `{asked}`, which an oracle or measure may not do",
                span,
                hint="let a function call it, and hand over the answer",
            )


def _asked(checker: Checker, name: str) -> str | None:
    """A primitive that a function reaches."""
    seen, todo = {name}, [name]
    while todo:
        function = checker.functions.get(todo.pop())
        for node in walk.nodes(() if function is None else function.body):
            match node:
                case p.Ask(_, primitive):
                    return primitive
                case p.Call(_, called) if called not in seen:
                    seen.add(called)
                    todo.append(called)
                case _:
                    pass
    return None
