"""What walks over functions have found, by the excerpt that was walked over: a function that nothing has changed for is not
walked over again."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.check.state import Verdict
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Source

LIMIT = 1000
"""Walks that are remembered; those that were not asked for longest go."""

Walk = Callable[[str, Program], list[Verdict]]
"""Walks over the function of that name in a program."""


@attrs.define(eq=False)
class Walks:
    """The conditions of functions with their standing. `found` counts walks that were remembered, `made` those that were
    not."""

    found: int = 0
    made: int = 0
    pieces: Pieces | None = None  # of the program that was checked last
    _known: dict[str, list[Verdict]] = attrs.Factory(dict)

    def begin(self, program: Program, source: Source) -> None:
        """From here on functions are those of this program."""
        self.pieces = Pieces(program, source)

    def verdicts(self, function: str, called: bool, walk: Walk) -> list[Verdict]:
        """The conditions of a function; `called` says whether others call it."""
        assert self.pieces is not None
        excerpt = self.pieces.excerpt([function], every=("sizes", "primitives", "oracles", "records"))
        key = f"{excerpt.key} {function} {called}"
        known = self._known.pop(key, None)
        if known is None:
            self.made += 1
            known = walk(function, excerpt.program)
        else:
            self.found += 1
        self._known[key] = known
        if len(self._known) > LIMIT:
            del self._known[next(iter(self._known))]
        found: list[Verdict] = excerpt.real.value(known) if known else []
        return found
