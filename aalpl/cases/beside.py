"""What was predicted beside what was measured, quantity by quantity."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from attrs import evolve

from aalpl.cost.result import Analysis, Kind, Quantity
from aalpl.cost.words import predict
from aalpl.run import Run
from aalpl.run.result import QUANTITIES

Number = int | Fraction | float

KINDS: tuple[Kind, ...] = ("calls", "tokens in", "tokens out", "tokens", "cost")


def predicted(analysis: Analysis, run: Run) -> Mapping[str, Number | None]:
    """What the exact forms say at what the run observed: quantity -> number, None where there is no exact form."""
    found: dict[str, Number | None] = {}
    for name, quantity in quantities().items():
        try:
            value = predict.predicted(analysis, run.observations, run.entry, [quantity])[quantity]
        except KeyError:  # a size that the run did not need, such as a model's, has no value
            value = None
        found[name] = value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
    return found


def quantities() -> dict[str, Quantity]:
    """Work and span of every kind, by the name the meter has for it."""
    work = {name: Quantity(name, "primitive" if name == "cost" else None) for name in KINDS}
    return work | {f"span {name}": evolve(quantity, critical=True) for name, quantity in work.items()}


def measured(run: Run) -> dict[str, Number | None]:
    """What the meter counted: quantity -> number, None where a model's size is not known."""
    found: dict[str, Number | None] = {name: run.meter.work(name) for name in QUANTITIES}
    return found | {f"span {name}": run.meter.spans[name] for name in QUANTITIES}
