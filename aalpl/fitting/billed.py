"""What providers add: how many tokens they bill for those of ours, model by model."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.fitting.calls import Called
from aalpl.fitting.statistics import Line, line
from aalpl.program import nodes as p


@attrs.frozen
class Billed:
    """Tokens read as billed, for a model: `overhead` for each call and `ratio` for each token of ours; and written ones."""

    model: str
    read: Line
    written: Line | None


def billed(program: p.Program, calls: Sequence[Called]) -> list[Billed]:
    """For every model of the program of whose calls both counts are told."""
    found = []
    for name in program.models:
        own = {primitive.name for primitive in program.primitives.values() if primitive.model.name == name}
        mine = [call for call in calls if call.primitive in own]
        read = [
            (c.tokens_in, c.billed_in) for c in mine if c.tokens_in is not None and c.billed_in is not None
        ]
        written = [
            (c.tokens_out, c.billed_out)
            for c in mine
            if c.tokens_out is not None and c.billed_out is not None
        ]
        if read:
            found.append(Billed(name, line(read), line(written) if written else None))
    return found
