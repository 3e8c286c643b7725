"""What is known at one point of a function: which variables have a value, and what narrowing has learned of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.check.kinds import join
from aalpl.program.types import Type


@attrs.define(eq=False)
class Flow:
    """`assigned` are the variables that may have a value here; `types` what they are here, where that is known;
    `dead` after a `return`; `unsure` those that only one of the branches before gave a value."""

    assigned: set[str]
    types: dict[str, Type]
    dead: bool = False
    unsure: set[str] = attrs.Factory(set)

    def fork(self, learned: Mapping[str, Type] | None = None) -> Flow:
        """The same knowledge on a path of its own, with what its condition says."""
        return Flow(set(self.assigned), {**self.types, **(learned or {})}, self.dead, set(self.unsure))

    def forget(self, names: Iterable[str]) -> None:
        """Drops what is known of variables that may change."""
        for name in names:
            self.types.pop(name, None)


def merged(one: Flow, other: Flow) -> Flow:
    """What is known where two paths meet."""
    if one.dead:
        return other
    if other.dead:
        return one
    types: dict[str, Type] = {}
    for name in one.types.keys() & other.types.keys():
        both = join(one.types[name], other.types[name])
        if both is not None:
            types[name] = both
    for name in one.types.keys() ^ other.types.keys():  # a value on one path only
        here, there = (one, other) if name in one.types else (other, one)
        if name not in there.assigned:
            types[name] = here.types[name]
    unsure = one.unsure | other.unsure | (one.assigned ^ other.assigned)
    return Flow(one.assigned | other.assigned, types, False, unsure)
