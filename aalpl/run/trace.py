"""A run as JSON lines: a header, then one line for each call."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import attrs

from aalpl.run.ledger import Ledger
from aalpl.run.meter import Event

VERSION = 1


@attrs.frozen
class Traced:
    """One call: where, who, and how many tokens."""

    place: str
    primitive: str
    model: str
    tokens_in: int
    tokens_out: int


def calls(events: Sequence[Event], ledger: Ledger) -> Iterator[Traced]:
    """The calls that events stand for, in order."""
    known = {number: ledger.entry(number) for number in {event[0] for event in events}}
    for number, read, written in events:
        entry = known[number]
        yield Traced(entry.site.place, entry.site.primitive.name, entry.model, read, written)


def lines(traced: Sequence[Traced], program: str, seed: int, digest: str) -> Iterator[str]:
    """JSON lines with the version of their form."""
    yield json.dumps(
        {"version": VERSION, "program": program, "seed": seed, "digest": digest}, ensure_ascii=False
    )
    for call in traced:
        yield json.dumps(attrs.asdict(call), ensure_ascii=False)
