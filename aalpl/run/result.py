"""What a run was: its value, what it cost, and what became of its hypotheses. Everything is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from aalpl.program.types import Type
from aalpl.report.diagnostic import Diagnostic
from aalpl.report.source import Span
from aalpl.run.ledger import Ledger, Number
from aalpl.run.trace import Traced
from aalpl.run.values import text_of

QUANTITIES = ("calls", "tokens in", "tokens out", "tokens", "cost")


@attrs.frozen
class Row:
    """The calls at one place: how many, what they read and wrote, and the moments behind it.

    `unit_cost` is Σ (O·P + O(O-1)/2), the primitive cost for a model of size 1; `cost` is that times the size where
    the size is known; `overhead` what the provider added; `hit` tokens read that the last call had read already."""

    place: str
    primitive: str
    model: str
    calls: int
    tokens_in: int
    tokens_out: int
    unit_cost: int
    weight: Number | None
    overhead: Number | None
    hit: int
    span: Span

    @property
    def cost(self) -> Number | None:
        """The primitive cost; None where the model's size is not known."""
        return None if self.weight is None else self.weight * self.unit_cost


@attrs.frozen
class Metered:
    """All that was counted. `events` are (place, primitive, model, P, O) -> how often."""

    rows: tuple[Row, ...]
    events: Mapping[tuple[str, str, str, int, int], int]
    spans: Mapping[str, Number | None]

    @property
    def calls(self) -> int:
        """Calls of all primitives."""
        return sum(row.calls for row in self.rows)

    @property
    def tokens_in(self) -> int:
        """Payload tokens read."""
        return sum(row.tokens_in for row in self.rows)

    @property
    def tokens_out(self) -> int:
        """Tokens written."""
        return sum(row.tokens_out for row in self.rows)

    @property
    def cost(self) -> Number | None:
        """The primitive cost; None where the size of a model that was called is not known."""
        found = [row.cost for row in self.rows]
        return (
            None if any(cost is None for cost in found) else sum(cost for cost in found if cost is not None)
        )

    def work(self, quantity: str, *, by: str | None = None, of: str | None = None) -> Number | None:
        """A quantity added up, for one primitive or model if asked."""
        rows = [
            r for r in self.rows if by in (None, r.primitive) and of in (None, r.model, r.model.split("[")[0])
        ]
        match quantity:
            case "calls":
                return sum(row.calls for row in rows)
            case "tokens in":
                return sum(row.tokens_in for row in rows)
            case "tokens out":
                return sum(row.tokens_out for row in rows)
            case "tokens":
                return sum(row.tokens_in + row.tokens_out for row in rows)
            case _:
                return attrs.evolve(self, rows=tuple(rows)).cost

    def weighed(self, price: Callable[[str, int, int], Number]) -> Number:
        """The sum of `price(model, P, O)` over all calls: any cost model, after the fact."""
        return sum(
            (count * price(model, p, o) for (_, _, model, p, o), count in self.events.items()), start=0
        )


@attrs.frozen
class Evidence:
    """A hypothesis of the program and what the run says of it. `held` is None where it was not put to the test."""

    text: str
    found: str
    held: bool | None
    span: Span


@attrs.frozen
class Run:
    """One run. `diagnostics` has the broken condition that ended it, if any; then `value` is None."""

    function: str
    value: Any
    type: Type
    meter: Metered
    hypotheses: tuple[Evidence, ...]
    digest: str
    diagnostics: tuple[Diagnostic, ...] = ()
    observations: Mapping[tuple[str, tuple[int, ...]], int] = attrs.field(factory=dict)
    entry: Mapping[str, Any] = attrs.field(factory=dict)  # sizes, int parameters and `len(x)` at entry
    trace: tuple[Traced, ...] = ()
    right: bool | None = None  # whether the result is right (semantics 13), where that is known
    ledger: Ledger | None = None

    @property
    def broken(self) -> bool:
        """Whether a condition or hypothesis did not hold."""
        return bool(self.diagnostics) or any(e.held is False for e in self.hypotheses)

    def shown(self) -> str:
        """The value as a person reads it."""
        return "nothing" if self.value is None else text_of(self.value, self.type)
