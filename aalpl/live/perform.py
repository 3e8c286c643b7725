"""The front door: one run of one function in which primitives are answered by what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from aalpl.live.asking import Asker
from aalpl.live.driver import Driver
from aalpl.live.line import Journal, Line, Purse, Watch
from aalpl.live.place import Place, labels
from aalpl.live.record import Record, retell
from aalpl.live.stops import Ended
from aalpl.program import nodes as p
from aalpl.report.diagnostic import Diagnostic
from aalpl.run.execute import BROKEN, diagnosed, reported
from aalpl.run.prepare import Options, Prepared, prepare
from aalpl.run.result import Run
from aalpl.run.sites import AskSite

Lines = Mapping[str, Line]
"""Who answers: by the name of the primitive, else of its model, else `*`. What nobody answers is simulated."""


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
) -> Performed:
    """Runs `function`; `ahead` branches of a parallel loop at a time are under way (None: all of them).

    Raises `Diagnosed` where the run cannot begin; what ends it later is in the result."""
    options = options or Options()
    prepared = prepare(program, function, inputs, at, options)
    asker = Asker(prepared.world, journal, purse, watches, options.lengths == "fit")
    record: Record = []
    diagnostics: tuple[Diagnostic, ...] = ()
    value, ended = None, None
    try:
        start = Place(None, prepared.function.name)
        value = await driver(prepared, asker, lines, ahead).run(prepared.begin(), start, record)
    except BROKEN as error:
        diagnostics = (diagnosed(error, prepared),)
    except Ended as error:
        ended, diagnostics = error, (error.diagnostic(prepared.function.span),)
    retell(record, prepared.meter)
    return Performed(reported(prepared, value, diagnostics), ended)


def driver(prepared: Prepared, asker: Asker, lines: Lines, ahead: int | None) -> Driver:
    """The driver of a prepared run."""
    lowered, meter = prepared.linked.lowered, prepared.meter
    called = labels(lowered.sites)
    asked = {}
    for site in lowered.sites:
        if isinstance(site, AskSite) and (line := _line(site.primitive, lines)) is not None:
            emit = prepared.ledger.emitter(site, meter)
            asked[site.number] = asker.asked(site, called[site.number], line, emit)
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


def _line(primitive: p.Primitive, lines: Lines) -> Line | None:
    for name in (primitive.name, primitive.model.name, "*"):
        if name in lines:
            return lines[name]
    return None
