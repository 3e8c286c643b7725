"""What the calls of a journal say beyond their numbers: the line that a structural place is of, the payload of its texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from aalpl.fitting.calls import Called
from aalpl.live.place import labels
from aalpl.program import nodes as p
from aalpl.program.tokens import tokens
from aalpl.program.types import Bool, Choice, Int, Maybe, Text, Type
from aalpl.run.lower import lower
from aalpl.run.sites import AskSite

_BRANCH = re.compile(r"\[\d+\]$")


def explained(program: p.Program, calls: Iterable[Called]) -> list[Called]:
    """The calls with places as lines, and with tokens of ours where their texts are told; of several attempts the last."""
    sites = lower(program).sites
    called = labels(sites)
    lines = {(s.function, called[s.number]): s.place for s in sites if isinstance(s, AskSite)}
    last: dict[tuple[str, str], int] = {}
    found = list(calls)
    for call in found:
        if call.place is not None and call.attempt is not None:
            key = (call.run, call.place)
            last[key] = max(last.get(key, 0), call.attempt)
    return [
        _counted(program.primitives[call.primitive], attrs.evolve(call, place=_line(call.place, lines)))
        for call in found
        if call.attempt is None or call.place is None or call.attempt == last[call.run, call.place]
    ]


def _line(place: str | None, lines: Mapping[tuple[str, str], str]) -> str | None:
    """`f/parallel#1.1[3]/g.2/ask#1.7` is the first call of `ask` in `g`."""
    if place is None or "/" not in place:
        return place
    *steps, last = place.split("/")
    inner = next(step for step in reversed(steps) if not _BRANCH.search(step))
    function = inner if inner == steps[0] else inner.rpartition(".")[0]
    return lines.get((function, last.rpartition(".")[0]))


def _counted(primitive: p.Primitive, call: Called) -> Called:
    args = (call.asked or {}).get("args")
    if call.tokens_in is not None or not isinstance(args, dict):
        return call
    said = [_tokens(args.get(param.name), param.type) for param in primitive.params]
    if transcript := (call.asked or {}).get("transcript"):
        said.append(len(tokens(str(transcript))))
    read = None if None in said else sum(each or 0 for each in said)
    return attrs.evolve(call, tokens_in=read, tokens_out=_tokens(call.said, primitive.result))


def _tokens(value: Any, type_: Type) -> int | None:
    """How many tokens of ours a value is; None of those that are not told in full."""
    match type_:
        case Maybe(inner):
            return 1 if value is None else _tokens(value, inner)
        case Text():
            return len(tokens(value)) if isinstance(value, str) else None
        case Bool() | Choice() | Int():
            return 1
        case _:
            return None
