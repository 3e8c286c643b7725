"""Runs one cell of the grid with some seeds, in this process or in others."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from functools import lru_cache
from typing import Any

import attrs

from aalpl.check import load
from aalpl.cost.reliability.success import concerned
from aalpl.program.nodes import Program
from aalpl.report.diagnostic import Diagnosed, Diagnostic
from aalpl.report.source import Source
from aalpl.run import Run, execute
from aalpl.run.lower import Lowered, lower
from aalpl.run.result import QUANTITIES

Row = dict[str, Any]
"""One run: quantity -> number, and `right`."""


@attrs.frozen
class Job:
    """What to run: the program's text (it is checked once in every process), a function, sizes, seeds."""

    name: str
    text: str
    function: str
    at: Mapping[str, Any]
    seeds: tuple[int, ...]
    adversary: str


@attrs.frozen
class Done:
    """The rows of a job, or the diagnostics that ended it."""

    job: Job
    rows: tuple[tuple[int, Row], ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    begun: bool = True  # False where it could not even begin: a size is missing


def done(job: Job) -> Done:
    """Runs a job."""
    program, lowered = _program(job.name, job.text, job.adversary != "random")
    wary = concerned(program, job.function)
    rows: list[tuple[int, Row]] = []
    for seed in job.seeds:
        try:
            run = execute(
                program,
                job.function,
                at=job.at,
                seed=seed,
                adversary=job.adversary,
                lowered=lowered,
            )
        except Diagnosed as diagnosed:
            return Done(job, tuple(rows), tuple(diagnosed.diagnostics), False)
        if run.diagnostics:
            return Done(job, tuple(rows), run.diagnostics)
        rows.append((seed, _row(run, wary)))
    return Done(job, tuple(rows))


@lru_cache(maxsize=2)
def _program(name: str, text: str, steer: bool) -> tuple[Program, Lowered]:
    program, diagnostics = load(Source(name, text))
    if program is None:
        raise Diagnosed(*diagnostics)
    return program, lower(program, observe=False, steer=steer)


def _row(run: Run, wary: bool) -> Row:
    row: Row = {name: run.meter.work(name) for name in QUANTITIES}
    row |= {f"span {name}": run.meter.spans[name] for name in QUANTITIES}
    if run.right is not None:
        return row | {"right": int(run.right)}
    return row | {"right": int(run.value) if isinstance(run.value, bool) and not wary else None}


@attrs.define
class Pool:
    """Processes that run jobs; of one process: this one. Use it with `with`."""

    processes: int
    _executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        if self.processes > 1:
            self._executor = ProcessPoolExecutor(self.processes, initializer=_deaf)
        return self

    def __exit__(self, *error: object) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def run(self, jobs: Sequence[Job], work: Callable[[Job], Done] = done) -> Iterator[Done]:
        """The jobs as they are done."""
        if self._executor is None:
            yield from map(work, jobs)
            return
        futures: list[Future[Done]] = [self._executor.submit(work, job) for job in jobs]
        for future in as_completed(futures):
            yield future.result()


def _deaf() -> None:
    """A worker leaves Ctrl-C to the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
