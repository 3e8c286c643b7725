"""The front door: an upper bound of what a system pays, component by component."""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.result import Bracket
from aalpl.cost.rules.nodes import Rules
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size


def rounds(system: Rules, invariants: Mapping[str, tuple[Size, ...]], known: Known) -> Bracket:
    """An upper bound, or nothing."""
    return Bracket()
