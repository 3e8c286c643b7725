"""What is asked of ranking functions, and what they answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

import attrs

from aalpl.cost.potentials.work import Work
from aalpl.cost.rounds.steps import Paths, Step
from aalpl.cost.rules.nodes import Jump
from aalpl.program.size import Size


@attrs.frozen
class Ranked:
    """These steps are taken at most so often, from an entry where the functions (of each location) have a value."""

    kind: Literal["falls", "forks", "phases", "shrinks", "grows"]
    steps: frozenset[int]
    functions: tuple[Mapping[str, Size], ...]
    factor: Fraction = Fraction(1)
    more: int = 1


@attrs.define
class Search:
    """Steps that follow each other, and where runs come to them from elsewhere."""

    steps: Sequence[Step]
    entries: Sequence[tuple[Step, Jump]]
    paths: Paths
    variables: Sequence[str]
    reals: Sequence[str]
    work: Work = attrs.field(factory=Work)

    def inner(self, step: Step) -> list[Jump]:
        """The jumps of a step behind which another of the steps can be taken."""
        return self.paths.inner(step, self.steps)

    @property
    def places(self) -> tuple[str, ...]:
        """Where steps start."""
        return tuple(dict.fromkeys(step.source for step in self.steps))

    @property
    def forked(self) -> bool:
        """Whether a step goes on in two ways at once inside."""
        return any(len(self.inner(step)) > 1 for step in self.steps)
