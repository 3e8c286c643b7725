"""The front door: one run of one function in which primitives are answered by what stands behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Mapping, Sequence
from typing import Any

import attrs

from aalpl.live.asking import Asker
from aalpl.live.driver import Driver
from aalpl.live.line import Journal, Lines, Purse, Watch, line_of
from aalpl.live.place import Place, labels
from aalpl.live.record import Record, retell
from aalpl.live.stops import Ended
from aalpl.live.swaps import Swaps, compares
from aalpl.program import nodes as p
from aalpl.report.diagnostic import Diagnostic
from aalpl.run.execute import BROKEN, diagnosed, reported
from aalpl.run.prepare import Options, Prepared, prepare
from aalpl.run.result import Run
from aalpl.run.sites import AskSite


@attrs.frozen
class Performed:
    """A run, and what ended it before its result, if anything did."""

    run: Run
    ended: Ended | None = None


async def perform(
    program: p.Program,
    function: str | None = None,
    inputs: Mapping[str, Any] | None = None,
    at: Mapping[str, Any] | None = None,
    *,
    lines: Lines,
    journal: Journal | None = None,
    purse: Purse | None = None,
    watches: Sequence[Watch] = (),
    options: Options | None = None,
    ahead: int | None = None,
    brake: Awaitable[Ended] | None = None,
    swaps: Swaps | None = None,
) -> Performed:
    """Runs `function`; `ahead` branches of a parallel loop at a time are under way (None: all of them).

    What `brake` gives, when it gives it, ends the run: all that is under way is cancelled. With `swaps`, comparators are
    asked both ways. Raises `Diagnosed` where the run cannot begin; what ends it later is in the result."""
    prepared = prepare(program, function, inputs, at, options or Options())
    return await carried_out(
        prepared, lines, journal=journal, purse=purse, watches=watches, ahead=ahead, brake=brake, swaps=swaps
    )


async def carried_out(
    prepared: Prepared,
    lines: Lines,
    *,
    journal: Journal | None = None,
    purse: Purse | None = None,
    watches: Sequence[Watch] = (),
    ahead: int | None = None,
    brake: Awaitable[Ended] | None = None,
    swaps: Swaps | None = None,
) -> Performed:
    """The same for a run that is prepared already."""
    asker = Asker(prepared.world, journal, purse, watches, prepared.options.lengths == "fit")
    record: Record = []
    diagnostics: tuple[Diagnostic, ...] = ()
    value, ended = None, None
    try:
        start = Place(None, prepared.function.name)
        running = driver(prepared, asker, lines, ahead, swaps).run(prepared.begin(), start, record)
        value = await (running if brake is None else _braked(running, brake))
    except BROKEN as error:
        diagnostics = (diagnosed(error, prepared),)
    except Ended as error:
        ended, diagnostics = error, (error.diagnostic(prepared.function.span),)
    retell(record, prepared.meter)
    run = reported(prepared, value, diagnostics)
    if swaps is not None:
        run = attrs.evolve(run, hypotheses=(*run.hypotheses, *swaps.evidence()))
    return Performed(run, ended)


async def _braked(running: Coroutine[Any, Any, Any], brake: Awaitable[Ended]) -> Any:
    """The result, unless the brake is first: then everything is cancelled and waited for."""
    run, stop = asyncio.ensure_future(running), asyncio.ensure_future(brake)
    try:
        await asyncio.wait((run, stop), return_when=asyncio.FIRST_COMPLETED)
        if run.done():
            return run.result()
        raise stop.result()
    finally:
        run.cancel()
        stop.cancel()
        await asyncio.gather(run, stop, return_exceptions=True)


def driver(
    prepared: Prepared, asker: Asker, lines: Lines, ahead: int | None, swaps: Swaps | None = None
) -> Driver:
    """The driver of a prepared run."""
    lowered, meter = prepared.linked.lowered, prepared.meter
    called = labels(lowered.sites)
    asked = {}
    for site in lowered.sites:
        if isinstance(site, AskSite) and (line := line_of(site.primitive, lines)) is not None:
            emit = prepared.ledger.emitter(site, meter)
            label = called[site.number]
            found = asker.asked(site, label, line, emit)
            if swaps is not None and compares(site):
                found = swaps.both_ways(asker, site, label, line, found)
            asked[site.number] = found
    return Driver(
        lowered.sites,
        called,
        prepared.handlers,
        asked,
        {python: name for name, python in lowered.names.items()},
        meter.log,
        prepared.world.stand,
        ahead,
    )
