"""From counted events to the tables of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aalpl.run.ledger import Ledger, Number
from aalpl.run.meter import Event, Meter, Weigh
from aalpl.run.result import QUANTITIES, Metered, Row

Price = Callable[[str, int, int], Number]


def weigher(ledger: Ledger, known: Mapping[str, Any], prices: Mapping[str, Price]) -> Weigh:
    """The quantities of an event, for spans: counts, the primitive cost (a size not known counts 0), the prices."""
    weights: dict[int, tuple[str, Number]] = {}

    def weigh(event: Event) -> tuple[Number, ...]:
        number, p, o = event
        if number == 0:
            return (0,) * (len(QUANTITIES) + len(prices))
        if number not in weights:
            entry = ledger.entry(number)
            weights[number] = (entry.model, entry.weight(known) or 0)
        model, weight = weights[number]
        counts = (1, p, o, p + o, weight * unit(p, o))
        return (*counts, *(price(model, p, o) for price in prices.values()))

    return weigh


def unit(p: int, o: int) -> int:
    """The primitive cost of a call for a model of size 1: a forward pass over all so far for each token written."""
    return o * p + o * (o - 1) // 2


def metered(meter: Meter, ledger: Ledger, known: Mapping[str, Any], prices: Mapping[str, Price]) -> Metered:
    """The meter's counts as rows, in the order of places."""
    spans = dict(zip([*QUANTITIES, *prices], meter.span(), strict=True))
    rows: dict[tuple[str, str, str], Row] = {}
    events: dict[tuple[str, str, str, int, int], int] = {}
    for (number, p, o), count in meter.counts.items():
        entry = ledger.entry(number)
        site = entry.site
        key = (site.place, site.primitive.name, entry.model)
        events[*key, p, o] = events.get((*key, p, o), 0) + count
        old = rows.get(key)
        calls, read, written, cost = count, p * count, o * count, unit(p, o) * count
        if old is not None:
            calls, read = calls + old.calls, read + old.tokens_in
            written, cost = written + old.tokens_out, cost + old.unit_cost
        overhead = entry.overhead(known)
        rows[key] = Row(
            *key, calls, read, written, cost, entry.weight(known),
            None if overhead is None else overhead * calls, meter.hits[number], site.span,
        )  # fmt: skip
    if any(row.weight is None for row in rows.values()):
        spans["cost"] = None
    ordered = sorted(rows.values(), key=lambda row: (_line(row.place), row.primitive, row.model))
    return Metered(tuple(ordered), events, spans)


def _line(place: str) -> tuple[str, list[int]]:
    module, _, rest = place.rpartition(":")
    return module, [int(part) if part.isdigit() else 0 for part in rest.split(".")]
