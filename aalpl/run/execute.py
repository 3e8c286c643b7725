"""The front door of the stage: one run of one function, from names and numbers to a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from aalpl.program import nodes as p
from aalpl.program.types import Bool, Choice, Int, Text
from aalpl.report.diagnostic import Diagnostic, Label
from aalpl.report.source import Span
from aalpl.run import known
from aalpl.run.backend import Backend
from aalpl.run.drive import drive
from aalpl.run.evidence import evidence, obligations, windows
from aalpl.run.faults import Fault, Mistake, told
from aalpl.run.lower import Lowered
from aalpl.run.lower.program import FILE
from aalpl.run.measured import metered
from aalpl.run.observed import at_entry
from aalpl.run.prepare import Options, Prepared, Price, prepare
from aalpl.run.result import Run
from aalpl.run.sites import AskSite, ChooseSite, SampleSite
from aalpl.run.texts import origins
from aalpl.run.trace import calls
from aalpl.run.values import parts

BROKEN = (Fault, Mistake, ZeroDivisionError, NameError, MemoryError)
"""What ends a run from within; `diagnosed` tells what it was."""


def execute(
    program: p.Program,
    function: str | None = None,
    inputs: Mapping[str, Any] | None = None,
    at: Mapping[str, Any] | None = None,
    *,
    backend: str | Backend = "sim",
    seed: int = 0,
    adversary: str = "random",
    lengths: str = "strict",
    observe: bool = False,
    trace: bool = False,
    stepping: bool = False,
    allow_host: Sequence[str] = (),
    prices: Mapping[str, Price] | None = None,
    patience: int = 10_000_000,
    lowered: Lowered | None = None,
) -> Run:
    """Runs `function` (or the only one, or the program itself).

    `inputs` maps parameters to strings, numbers, lists and dicts; `at` sizes and int parameters to numbers. What is not
    given is simulated within its type. Raises `Diagnosed` where the run cannot begin; a condition that breaks while
    running is in the result's `diagnostics`."""
    options = Options(
        backend,
        seed,
        adversary,
        lengths,
        observe,
        trace,
        stepping,
        allow_host,
        prices or {},
        patience,
        lowered,
    )
    prepared = prepare(program, function, inputs, at, options)
    run = finish(prepared)
    if run.right is None and not run.diagnostics and backend == "sim" and _judged(prepared):
        ideal = prepare(program, function, inputs, at, options)
        return evolve(run, right=_as_when_sure(run.value, prepared, ideal))
    return run


def finish(prepared: Prepared) -> Run:
    """Drives a prepared run to its end and reports."""
    diagnostics: tuple[Diagnostic, ...] = ()
    value = None
    try:
        if prepared.options.stepping:
            value = prepared.stepper().run()
        else:
            value = drive(prepared.begin(), prepared.handlers)
    except BROKEN as error:
        diagnostics = (diagnosed(error, prepared),)
    return reported(prepared, value, diagnostics)


def reported(prepared: Prepared, value: Any, diagnostics: tuple[Diagnostic, ...]) -> Run:
    """What a run was that ended with this value, or with these diagnostics."""
    function, sizes = prepared.function, prepared.linked.known
    assumptions = known.assumed(prepared.linked.lowered.program, sizes)
    digest = prepared.meter.digest()
    fitting, exceeded = windows(prepared.meter, prepared.ledger, sizes)
    linked = prepared.linked
    hypotheses = [
        *evidence(linked, assumptions),
        *obligations(linked, function.name, bool(diagnostics)),
        *fitting,
    ]
    return Run(
        function=function.name,
        value=value,
        type=function.result,
        meter=metered(prepared.meter, prepared.ledger, sizes, prepared.options.prices),
        hypotheses=tuple(hypotheses),
        digest=digest,
        diagnostics=(*diagnostics, *exceeded),
        observations=prepared.linked.observations,
        entry=at_entry(function, prepared.args, sizes),
        trace=tuple(calls(prepared.meter.trace or (), prepared.ledger)),
        right=_right(value, prepared) if not diagnostics else None,
        ledger=prepared.ledger,
    )


def diagnosed(error: Exception, prepared: Prepared) -> Diagnostic:
    """The broken condition with its place: the innermost line of generated code tells it."""
    lowered = prepared.linked.lowered
    if isinstance(error, Fault):
        found = lowered.complaints[error.complaint] if isinstance(error.complaint, int) else error.complaint
        return told(found, error.values)
    span = _place(error, prepared)
    if isinstance(error, ZeroDivisionError):
        return Diagnostic("division-by-zero", "division by zero", Label(span))
    if isinstance(error, NameError):
        title = "a variable is read here that has no value yet"
        hint = "give it one before the loop or branch that may be left out"
        return Diagnostic("unbound-variable", title, Label(span), hint=hint)
    if isinstance(error, MemoryError):
        return Diagnostic("recursion-too-deep", "no memory is left for this run", Label(span))
    assert isinstance(error, Mistake)
    return Diagnostic(error.code, error.words(), Label(span))


def _place(error: BaseException, prepared: Prepared) -> Span:
    found = prepared.function.span
    site = error.site if isinstance(error, Mistake) else None
    if site:
        found = prepared.linked.lowered.sites[site - 1].span
    lines = prepared.linked.lowered.lines
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILE:
            found = lines.get(trace.tb_lineno, found)
        trace = trace.tb_next
    return found


def _judged(prepared: Prepared) -> bool:
    """Whether a result that is no text can be judged: answers may be wrong, and nothing else is drawn."""
    sites = prepared.linked.lowered.sites
    asked = [site for site in sites if isinstance(site, AskSite)]
    drawn = any(isinstance(site, SampleSite | ChooseSite) for site in sites) or any(
        site.primitive.right is None and not isinstance(site.type, Text) for site in asked
    )
    wary = any(site.primitive.right is not None for site in asked)
    return wary and not drawn and isinstance(prepared.function.result, Bool | Choice | Int)


def _as_when_sure(value: Any, prepared: Prepared, ideal: Prepared) -> bool | None:
    """Whether a result is what it is in the same world when every answer is right."""
    ideal.world.sure, ideal.world.right = True, prepared.world.right
    try:
        return bool(drive(ideal.begin(), ideal.handlers) == value)
    except BROKEN:
        return None


def _right(value: Any, prepared: Prepared) -> bool | None:
    """Whether nothing in the result came from a wrong answer; None where no primitive of the program can be wrong."""
    primitives = [s.primitive for s in prepared.linked.lowered.sites if isinstance(s, AskSite)]
    if all(primitive.right is None for primitive in primitives):
        return None
    made = parts(value, prepared.function.result)
    if not made:
        return None
    wrong = prepared.world.wrong
    return not any(type(o) is int and o in wrong for text in made for o in origins(text))
