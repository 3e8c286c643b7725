"""Measures every cell of a grid: batches of seeds until there are enough runs, or the mean is known well enough."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from pathlib import Path

import attrs

from aalpl.shell.measuring.pool import Done, Job, Pool
from aalpl.shell.measuring.records import Records
from aalpl.shell.measuring.statistics import Mean, mean

FIRST = 10
EVERY = 1.0


@attrs.frozen
class Plan:
    """What to measure, and when there is enough of it."""

    name: str
    text: str
    function: str
    cells: Sequence[Mapping[str, Fraction]]
    seeds: int
    first: int
    precision: float | None
    quantity: str
    adversary: str
    output: Path | None


def sample(plan: Plan, records: Records, pool: Pool, told: Callable[[int], None]) -> Done | None:
    """Fills `records`; what the first run that broke told, if one did. The table is kept whatever happens."""
    saved = time.monotonic()
    batch = FIRST
    try:
        while jobs := _jobs(plan, records, batch):
            for done in pool.run(jobs):
                for seed, row in done.rows:
                    records.add(done.job.at, seed, row)
                told(len(done.rows))
                if done.diagnostics:
                    return done
                if plan.output is not None and time.monotonic() - saved > EVERY:
                    records.save(plan.output)
                    saved = time.monotonic()
            batch *= 2
    finally:
        if plan.output is not None:
            records.save(plan.output)
    return None


def seeds(plan: Plan, cell: Mapping[str, Fraction]) -> range:
    """The seeds of a cell: as many as may be run, from a number on that only the cell decides, so that cells share no
    run and each can be repeated (`aalpl run --seed`)."""
    said = " ".join(f"{name}={value}" for name, value in sorted(cell.items()))
    own = int.from_bytes(hashlib.blake2b(said.encode(), digest_size=5).digest())
    return range(own + plan.first, own + plan.first + plan.seeds)


def _jobs(plan: Plan, records: Records, batch: int) -> list[Job]:
    jobs = []
    for cell in plan.cells:
        if enough(plan, records, cell):
            continue
        have = records.of(cell)
        wanted = (seed for seed in seeds(plan, cell) if seed not in have)
        some = tuple(islice(wanted, batch))
        if some:
            jobs.append(Job(plan.name, plan.text, plan.function, cell, some, plan.adversary))
    return jobs


def enough(plan: Plan, records: Records, cell: Mapping[str, Fraction]) -> bool:
    """Whether the mean of a cell is as precise as was wanted."""
    if plan.precision is None or len(records.of(cell)) < FIRST:
        return False
    found = measured(records, cell, plan.quantity)
    return found is not None and found.within(plan.precision)


def measured(records: Records, cell: Mapping[str, Fraction], quantity: str) -> Mean | None:
    """The mean of a quantity in a cell; None where it has not been measured or a model's size is not known."""
    values = [row[quantity] for row in records.of(cell).values()]
    if not values or any(value is None for value in values):
        return None
    return mean([float(value) for value in values])
