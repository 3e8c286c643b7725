"""What a run observed, as the numbers that an exact form asks for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aalpl.program import nodes as p
from aalpl.program.types import ListOf, Text
from aalpl.run import lists
from aalpl.run.values import counter

Observations = Mapping[tuple[str, tuple[int, ...]], int]


class Family(int):
    """A number that is also a family: `len(x)` of a list is how many elements, `len(x)[i]` how long each of them is."""

    members: dict[tuple[int, ...], int]

    def __new__(cls, value: int, members: dict[tuple[int, ...], int]) -> Family:
        """The number `value` with these members; members that were never observed are 0."""
        made = super().__new__(cls, value)
        made.members = members
        return made

    def __call__(self, *indices: int) -> int:
        return self.members.get(tuple(map(int, indices)), 0)


class Observed(dict[str, Any]):
    """Name -> number or family, for `Size.value`. An observable of a place that was never reached is 0."""

    def __missing__(self, name: str) -> Any:
        if "@" not in name:
            raise KeyError(name)
        return Family(0, {})


def observed(observations: Observations, entry: Mapping[str, Any]) -> Observed:
    """All observations of a run, with the values at its entry."""
    families: dict[str, dict[tuple[int, ...], int]] = {}
    for (name, indices), value in observations.items():
        families.setdefault(name, {})[indices] = value
    made = Observed(entry)
    made.update({name: Family(members.get((), 0), members) for name, members in families.items()})
    return made


def at_entry(function: p.Function, args: tuple[Any, ...], known: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes, int parameters, and the lengths of what the parameters hold."""
    entry = dict(known)
    for param, value in zip(function.params, args, strict=True):
        if isinstance(value, int) and not isinstance(value, bool):
            entry[param.name] = value
        elif isinstance(param.type, Text):
            entry[f"len({param.name})"] = value[0]
        elif isinstance(param.type, ListOf):
            count = counter(param.type.element)
            members: dict[tuple[int, ...], int] = {
                (i,): count(item) for i, item in enumerate(lists.each(value))
            }
            entry[f"len({param.name})"] = Family(len(members), members)
    return entry
