"""What a run observed, as the numbers that an exact form asks for by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aalpl.program import nodes as p
from aalpl.program.types import (
    Bool,
    Callable,
    Choice,
    Int,
    ListOf,
    Maybe,
    Nothing,
    Real,
    Record,
    Text,
    Type,
    Unknown,
)
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
        _enter(entry, param.name, param.type, value)
    return entry


def _enter(entry: dict[str, Any], path: str, type_: Type, value: Any) -> None:
    """The numbers of one parameter, or of a part of it: `d`, `len(x)`, `len(p.head)`, `x?`."""
    match type_:
        case Text():
            entry[f"len({path})"] = value[0]
        case ListOf(element):
            count = counter(element)
            members: dict[tuple[int, ...], int] = {
                (i,): count(item) for i, item in enumerate(lists.each(value))
            }
            entry[f"len({path})"] = Family(len(members), members)
        case Maybe(inner):
            entry[f"{path}?"] = int(value is not None)
            if value is not None:
                _enter(entry, path, inner, value)
            elif isinstance(inner, Text | ListOf):
                entry[f"len({path})"] = Family(0, {})
        case Record(fields):
            parts = sorted(fields, key=lambda field: field[0])
            for (name, inner), part in zip(parts, value, strict=True):
                _enter(entry, f"{path}.{name}", inner, part)
        case Choice(options):
            entry[path] = options.index(value)
        case Int() | Bool():
            entry[path] = int(value)
        case Real() | Nothing() | Callable() | Unknown():
            pass
