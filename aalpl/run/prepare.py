"""Before a run: what to run, on what, who answers, and who counts."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs

from aalpl.program import nodes as p
from aalpl.program.types import Int
from aalpl.report.diagnostic import Diagnosed
from aalpl.run import incoming, known
from aalpl.run.backend import Backend, answering
from aalpl.run.drive import Handler, Stepper
from aalpl.run.faults import Mistake, stop
from aalpl.run.ledger import Ledger, Number
from aalpl.run.link import Linked, link
from aalpl.run.lower import Lowered, lower
from aalpl.run.measured import weigher
from aalpl.run.meter import Meter
from aalpl.run.oracles import builtin
from aalpl.run.sim import ADVERSARIES, World, preferences
from aalpl.run.sim.handlers import Simulator
from aalpl.run.sim.samplers import sampler

Price = Callable[[str, int, int], Number]
"""What a call of a model costs that reads P and writes O tokens."""


@attrs.frozen
class Options:
    """How to run.

    `backend` is a name or an object with a method `answer`; `lengths` is `strict` or `fit` (semantics 3); `allow_host`
    names modules whose functions may answer oracles; `prices` are cost models whose span is wanted too; a loop that
    goes round more than `patience` times is taken for an endless one; `lowered` saves lowering the program again."""

    backend: str | Backend = "sim"
    seed: int = 0
    adversary: str = "random"
    lengths: str = "strict"
    observe: bool = False
    trace: bool = False
    stepping: bool = False
    allow_host: Sequence[str] = ()
    prices: Mapping[str, Price] = attrs.field(factory=dict)
    patience: int = 10_000_000
    lowered: Lowered | None = None


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
    options: Options

    def begin(self) -> Any:
        """The generator of the function."""
        return self.linked.start(self.function.name, self.args)

    def stepper(self) -> Stepper:
        """A driver that stands before the first request."""
        stepper = Stepper(self.handlers, [self.begin()])
        stepper.step()
        return stepper


def prepare(
    program: p.Program,
    function: str | None = None,
    inputs: Mapping[str, Any] | None = None,
    at: Mapping[str, Any] | None = None,
    options: Options = Options(),
) -> Prepared:
    """Lower, find the sizes, make the inputs, link, and choose who answers."""
    chosen = _chosen(program, function)
    if options.adversary not in ADVERSARIES:
        title = f"there is no adversary `{options.adversary}`"
        raise stop("unknown-adversary", title, chosen.span, _one_of(ADVERSARIES))
    steer, fit = options.adversary != "random", options.lengths == "fit"
    lowered = options.lowered or lower(program, observe=options.observe, steer=steer)
    world = World(options.seed, options.adversary)
    given = _given(chosen, inputs or {}, at or {})
    sizes = _sizes(lowered, chosen, given, at or {})
    linked = link(lowered, sizes, fit=fit, patience=options.patience)
    linked.namespace.update(preferences(options.adversary))
    args = _arguments(chosen, given, linked, world)
    ledger = Ledger(lowered.sites)
    meter = Meter(weigher(ledger, sizes, options.prices), keep=options.trace)
    functions = {**builtin(world), **_hosts(program, options.allow_host)}
    simulator = Simulator(world, meter, linked, ledger, functions)
    answerer = answering(options.backend, simulator, chosen.span, fit=fit)
    handlers = [simulator.handlers()[0], *map(answerer, lowered.sites)]
    linked.namespace["consulted"] = lambda request: handlers[request[0]](request)
    return Prepared(chosen, args, linked, handlers, meter, ledger, world, options)


def _given(function: p.Function, inputs: Mapping[str, Any], at: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs by name, int parameters among the sizes too."""
    named = {name: value for name, value in at.items() if name in {q.name for q in function.params}}
    return _incoming(function, named | dict(inputs))


def _sizes(
    lowered: Lowered, function: p.Function, given: Mapping[str, Any], at: Mapping[str, Any]
) -> known.Known:
    """All sizes: given, solved from inputs and assumptions; asks for those that are missing."""
    sizes = known.values_of_sizes(lowered.program, at)
    known.bind(function, given, sizes)
    known.relate(lowered.program, sizes)
    known.ask_for([n for n in known.needed(lowered, function.name, given) if n not in sizes], function)
    if wrong := known.conflicts(function, given, sizes):
        raise Diagnosed(*wrong)
    return sizes


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
        name: incoming.incoming(value, params[name].type, name, params[name].span)
        for name, value in given.items()
    }


def _arguments(
    function: p.Function, given: Mapping[str, Any], linked: Linked, world: World
) -> tuple[Any, ...]:
    """The given inputs, and simulated ones for the rest; ints first, because lengths may speak of them."""
    functions = linked.namespace["functions"]
    args = {**{param: functions[name] for param, name in function.standing}, **given}
    sizes = dict(linked.known)
    for param in sorted(function.params, key=lambda param: not isinstance(param.type, Int)):
        if param.name not in args:
            numbers = incoming.numbers(param.type, sizes, param.span)
            try:
                args[param.name] = sampler(param.type, world)[0](numbers)
            except Mistake as error:
                raise stop(error.code, error.words(), param.span) from None
        if isinstance(param.type, Int):
            sizes[param.name] = args[param.name]
    return tuple(args[param.name] for param in function.params)


def _hosts(program: p.Program, modules: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """Functions of the modules the user allowed, by the names of the program's oracles."""
    found = {}
    for module in modules:
        loaded = importlib.import_module(module)
        found.update(
            {name: getattr(loaded, name) for name in program.oracles if callable(getattr(loaded, name, None))}
        )
    return {name: incoming.host(function, program.oracles[name]) for name, function in found.items()}
