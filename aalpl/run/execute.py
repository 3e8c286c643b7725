"""The front door of the stage: one run of one function, from names and numbers to a report."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from aalpl.program import nodes as p
from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label
from aalpl.report.source import Span
from aalpl.run import entry
from aalpl.run.backend import BACKENDS, Backend, answering
from aalpl.run.drive import Handler, Stepper, drive
from aalpl.run.evidence import evidence, obligations, windows
from aalpl.run.faults import Fault, Mistake, stop, told
from aalpl.run.ledger import Ledger, Number
from aalpl.run.link import Linked, link
from aalpl.run.lower import Lowered, lower
from aalpl.run.lower.program import FILE
from aalpl.run.measured import metered, weigher
from aalpl.run.meter import Meter
from aalpl.run.observed import at_entry
from aalpl.run.oracles import builtin
from aalpl.run.result import Run
from aalpl.run.sim import ADVERSARIES, World, preferences
from aalpl.run.sim.handlers import Simulator
from aalpl.run.sim.samplers import sampler
from aalpl.run.sites import AskSite
from aalpl.run.trace import calls
from aalpl.run.values import parts

Price = Callable[[str, int, int], Number]
"""What a call of a model costs that reads P and writes O tokens."""


@attrs.frozen
class Prepared:
    """Everything of a run but the run itself: what to run, on what, and who answers."""

    function: p.Function
    args: tuple[Any, ...]
    linked: Linked
    handlers: Sequence[Handler]
    meter: Meter
    ledger: Ledger
    world: World
    prices: Mapping[str, Price]
    seed: int

    def begin(self) -> Any:
        """The generator of the function."""
        return self.linked.start(self.function.name, self.args)

    def stepper(self) -> Stepper:
        """A driver that stands before the first request."""
        stepper = Stepper(self.handlers, [self.begin()])
        stepper.step()
        return stepper


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
) -> Run:
    """Runs `function` (or the only one, or the program itself).

    `inputs` maps parameters to strings, numbers, lists and dicts; `at` sizes and int parameters to numbers. What is not
    given is simulated within its type. Raises `Diagnosed` where the run cannot begin; a condition that breaks while
    running is in the result's `diagnostics`."""
    prepared = prepare(
        program, function, inputs, at, backend=backend, seed=seed, adversary=adversary, lengths=lengths,
        observe=observe, trace=trace, allow_host=allow_host, prices=prices, patience=patience,
    )  # fmt: skip
    return finish(prepared, stepping)


def prepare(
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
    allow_host: Sequence[str] = (),
    prices: Mapping[str, Price] | None = None,
    patience: int = 10_000_000,
    lowered: Lowered | None = None,
) -> Prepared:
    """Lower, find the sizes, make the inputs, link, and choose who answers."""
    chosen = _chosen(program, function)
    if adversary not in ADVERSARIES:
        raise stop(
            "unknown-adversary", f"there is no adversary `{adversary}`", chosen.span, _one_of(ADVERSARIES)
        )
    lowered = lowered or lower(program, observe=observe, steer=adversary != "random")
    world = World(seed, adversary)
    given = {n: v for n, v in (at or {}).items() if n in {q.name for q in chosen.params}} | dict(inputs or {})
    given = _incoming(chosen, given)
    known = entry.values_of_sizes(program, at or {})
    entry.bind(chosen, given, known)
    entry.relate(program, known)
    entry.ask_for([n for n in entry.needed(lowered, chosen.name, given) if n not in known], chosen)
    if wrong := entry.conflicts(chosen, given, known):
        raise Diagnosed(*wrong)
    linked = link(lowered, known, fit=lengths == "fit", patience=patience)
    linked.namespace.update(preferences(adversary))
    args = _arguments(chosen, given, linked, world)
    ledger = Ledger(lowered.sites)
    prices = prices or {}
    meter = Meter(weigher(ledger, known, prices), keep=trace)
    simulator = Simulator(world, meter, linked, ledger, {**builtin(world), **_hosts(program, allow_host)})
    answerer = answering(backend, simulator, chosen.span, fit=lengths == "fit")
    handlers = [simulator.handlers()[0], *map(answerer, lowered.sites)]
    linked.namespace["consulted"] = lambda request: handlers[request[0]](request)
    return Prepared(chosen, args, linked, handlers, meter, ledger, world, prices, seed)


def finish(prepared: Prepared, stepping: bool = False) -> Run:
    """Drives a prepared run to its end and reports."""
    diagnostics: tuple[Diagnostic, ...] = ()
    value = None
    try:
        if stepping:
            value = prepared.stepper().run()
        else:
            value = drive(prepared.begin(), prepared.handlers)
    except (Fault, Mistake, ZeroDivisionError) as error:
        diagnostics = (_diagnosed(error, prepared),)
    function, known = prepared.function, prepared.linked.known
    assumptions = entry.assumed(prepared.linked.lowered.program, dict(known))
    digest = prepared.meter.digest()
    fitting, exceeded = windows(prepared.meter, prepared.ledger, known)
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
        meter=metered(prepared.meter, prepared.ledger, known, prepared.prices),
        hypotheses=tuple(hypotheses),
        digest=digest,
        diagnostics=(*diagnostics, *exceeded),
        observations=prepared.linked.observations,
        entry=at_entry(function, prepared.args, known),
        trace=tuple(calls(prepared.meter.trace or (), prepared.ledger)),
        right=_right(value, prepared) if not diagnostics else None,
        ledger=prepared.ledger,
    )


def _chosen(program: p.Program, name: str | None) -> p.Function:
    """The function to run."""
    name = name or program.main
    own = [f for f in program.functions.values() if not f.library]
    if name is None and len(own) == 1:
        return own[0]
    if name is not None and name in program.functions:
        return program.functions[name]
    names = [f.name for f in own]
    spans = [*(f.span for f in own), *(m.span for m in program.models.values())]
    if name is None and names:
        raise stop("which-function", "this program has several functions", spans[0], _one_of(names))
    if not spans:
        raise Diagnosed()
    title = f"there is no function `{name}`" if name else "this program has no function to run"
    raise stop("unknown-function", title, spans[0], _one_of(names) if names else None)


def _one_of(names: Sequence[str]) -> str:
    return f"choose {' or '.join(f'`{name}`' for name in names)}"


def _incoming(function: p.Function, given: Mapping[str, Any]) -> dict[str, Any]:
    params = {param.name: param for param in function.params}
    if unknown := [name for name in given if name not in params]:
        title = f"`{function.name}` has no input `{unknown[0]}`"
        raise stop("unknown-input", title, function.span, _one_of(list(params)) if params else None)
    return {
        name: entry.incoming(value, params[name].type, name, params[name].span)
        for name, value in given.items()
    }


def _arguments(
    function: p.Function, given: Mapping[str, Any], linked: Linked, world: World
) -> tuple[Any, ...]:
    """The given inputs, and simulated ones for the rest."""
    args = []
    for param in function.params:
        if param.name in given:
            args.append(given[param.name])
            continue
        numbers = entry.numbers(param.type, linked.known, param.span)
        try:
            args.append(sampler(param.type, world)[0](numbers))
        except Mistake as error:
            raise stop(error.code, error.words(), param.span) from None
    return tuple(args)


def _hosts(program: p.Program, modules: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """Functions of the modules the user allowed, by the names of the program's oracles."""
    found = {}
    for module in modules:
        loaded = importlib.import_module(module)
        found.update(
            {name: getattr(loaded, name) for name in program.oracles if callable(getattr(loaded, name, None))}
        )
    return {name: entry.host(function, program.oracles[name]) for name, function in found.items()}


def _diagnosed(error: Fault | Mistake | ZeroDivisionError, prepared: Prepared) -> Diagnostic:
    """The broken condition with its place: the innermost line of generated code tells it."""
    lowered = prepared.linked.lowered
    if isinstance(error, Fault):
        found = lowered.complaints[error.complaint] if isinstance(error.complaint, int) else error.complaint
        return told(found, error.values)
    span = _place(error, prepared)
    if isinstance(error, ZeroDivisionError):
        return Diagnostic("division-by-zero", "division by zero", Label(span))
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


def _right(value: Any, prepared: Prepared) -> bool | None:
    """Whether nothing in the result came from a wrong answer; None where no primitive of the program can be wrong."""
    primitives = [s.primitive for s in prepared.linked.lowered.sites if isinstance(s, AskSite)]
    if all(primitive.right is None for primitive in primitives):
        return None
    made = parts(value, prepared.function.result)
    if not made:
        return None
    from aalpl.run.texts import origins

    wrong = prepared.world.wrong
    return not any(type(o) is int and o in wrong for text in made for o in origins(text))


__all__ = ["BACKENDS", "Prepared", "execute", "finish", "prepare"]
