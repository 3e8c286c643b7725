"""Transition systems as they were written: rules over positions, names as they stand there."""

from __future__ import annotations

import attrs

from aalpl.program.size import Size
from aalpl.program.types import Law
from aalpl.report.source import Span


@attrs.frozen
class Drawn:
    """A draw in an argument, under the name that stands for it there."""

    name: str
    law: Law | tuple[tuple[int, Size], ...]  # values with their probabilities where it is none of the laws


@attrs.frozen
class Target:
    """`g(x - 1, UNIFORM(0, 3))`; a law that is all of an argument is added to the variable there."""

    place: str
    args: tuple[Size, ...]
    added: tuple[bool, ...]
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.frozen
class Branch:
    """`1/2:g(x)` or `1/2:Com_2(g(x), h(x))`: with a probability (None: not said), all targets."""

    targets: tuple[Target, ...]
    probability: Size | None = None
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.frozen
class Line:
    """`f(x, y) -{c}> … :|: guard`; `guards` are the ways in which the guard may hold, each sizes >= 0."""

    place: str
    names: tuple[str, ...]
    cost: Size
    branches: tuple[Branch, ...]
    guards: tuple[tuple[Size, ...], ...]
    drawn: tuple[Drawn, ...]
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.frozen
class System:
    """A whole file: what is asked, where it starts (None: at the first rule), its variables and rules."""

    goal: str
    start: str | None
    variables: tuple[str, ...]
    lines: tuple[Line, ...]
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)
