"""Nodes, and the turns between them: a system as potentials see it."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.program.size import Size
from aalpl.program.types import Law

Values = Mapping[str, Size]


class TooMany(Exception):
    """More ways to go on than are followed."""


@attrs.frozen(eq=False)
class Node:
    """A location, the guard chosen there, and all that is known then; the line of what is chosen (0: none)."""

    location: str
    guard: tuple[Size, ...]
    facts: tuple[Size, ...]
    line: int = 0


@attrs.frozen
class Move:
    """To a node, with this weight (a probability, or 1), having set values."""

    weight: Size
    values: Values
    node: int


@attrs.frozen
class Turn:
    """From a node, under facts (of which `guards` say that it is this way): pay, and make all the moves."""

    node: int
    facts: tuple[Size, ...]
    guards: tuple[Size, ...]
    cost: Size
    moves: tuple[Move, ...]
    draws: tuple[tuple[str, Law], ...] = ()


@attrs.frozen(eq=False)
class Graph:
    """Nodes, the turns between them, and the turns that begin (from node -1)."""

    nodes: tuple[Node, ...]
    turns: tuple[Turn, ...]
    starts: tuple[Turn, ...]
