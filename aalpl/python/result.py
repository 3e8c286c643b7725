"""What a run was, as plain Python values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from aalpl.live.bill import Bill
from aalpl.report.diagnostic import Diagnostic
from aalpl.run.result import Evidence, Metered, Run
from aalpl.run.trace import Traced
from aalpl.run.values import plain

if TYPE_CHECKING:
    from aalpl.cases.beside import Number
    from aalpl.cost.result import Analysis

SHOWN = 60


@attrs.frozen(repr=False)
class Result:
    """One run of one function."""

    run: Run
    _analysis: Callable[[], Analysis] = attrs.field(eq=False)
    bill: Bill | None = None  # what those that answered say that they counted, by primitive

    def __repr__(self) -> str:
        meter, shown = self.meter, repr(self.value)
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        return f"<{self.function}: {shown}, {meter.calls} calls, {meter.tokens_in} tokens in, {meter.tokens_out} out>"

    @property
    def function(self) -> str:
        """What was run."""
        return self.run.function

    @property
    def value(self) -> Any:
        """Text as str, lists as list, records as dict, nothing as None; None too where the run did not come so far."""
        return None if self.run.value is None else plain(self.run.value, self.run.type)

    @property
    def meter(self) -> Metered:
        """What was counted: `calls`, `tokens_in`, `tokens_out`, `cost`, and `rows` by line and primitive."""
        return self.run.meter

    @property
    def hypotheses(self) -> tuple[Evidence, ...]:
        """Each hypothesis of the program with what the run says of it."""
        return self.run.hypotheses

    @property
    def held(self) -> bool:
        """Whether every hypothesis held that was put to the test, and no condition broke."""
        return not self.run.broken

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What ended the run, if anything did."""
        return self.run.diagnostics

    @property
    def sizes(self) -> Mapping[str, Any]:
        """Sizes and int parameters at the start, `len(x)` of open inputs."""
        return self.run.entry

    @property
    def measured(self) -> Mapping[str, Number | None]:
        """What the meter counted, work and span: `calls`, `tokens in`, …, `span calls`, …"""
        from aalpl.cases.beside import measured

        return measured(self.run)

    @property
    def predicted(self) -> Mapping[str, Number | None]:
        """What the derived forms say at what the run observed, by the same names; None where there is no form."""
        from aalpl.cases.beside import predicted

        return predicted(self._analysis(), self.run)

    @property
    def trace(self) -> tuple[Traced, ...]:
        """The calls in order, where the run was asked to keep them (`trace=True`)."""
        return self.run.trace
