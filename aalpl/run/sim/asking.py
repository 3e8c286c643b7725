"""How the simulator answers calls of primitives."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from aalpl.program.types import Maybe, Text, Type
from aalpl.run.drive import Handler, Request
from aalpl.run.link import Linked
from aalpl.run.meter import BATCH, Meter
from aalpl.run.sim.facts import remember, settled
from aalpl.run.sim.rightness import right_or_wrong, spread
from aalpl.run.sim.samplers import Sampler, sampler
from aalpl.run.sim.steering import wished
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite
from aalpl.run.values import counter

Emit = Callable[[Request, int], None]
"""Tells the meter of a request and the tokens of its answer."""


def ask_handler(site: AskSite, world: World, meter: Meter, linked: Linked, emit: Emit | None) -> Handler:
    """The handler of one place; the plainest contracts have the shortest ones."""
    plain = (
        site.primitive.right is None and site.primitive.simulate is None and not site.facts and emit is None
    )
    sample, after = sampler(site.type, world)
    if plain and not _steerable(site.type):
        return _fast(sample, counter(site.type), meter)
    if plain:
        return _steered(sample, site.type, world, meter)
    make = (
        right_or_wrong(site, sample, after, world)
        if site.primitive.right is not None
        else _drawn(site, sample, world)
    )
    return _full(site, make, world, meter, linked, emit)


def _fast(sample: Sampler, count: Callable[[Any], int], meter: Meter) -> Handler:
    log = meter.log
    append, flush = log.append, meter.flush

    def answer(request: Request) -> Any:
        value = sample(request[4])
        append((request[0], request[1], count(value)))
        if len(log) >= BATCH:
            flush()
        return value

    return answer


def _steered(sample: Sampler, type_: Type, world: World, meter: Meter) -> Handler:
    log = meter.log
    append, flush = log.append, meter.flush
    optional = isinstance(type_, Maybe)
    count = counter(type_.value if isinstance(type_, Maybe) else type_)

    def answer(request: Request) -> Any:
        wish = request[6]
        if wish is None:
            value = sample(request[4])
        elif optional and not wish[1] and not wish[0](None):  # used up: the quick way to say nothing
            value = None
        else:
            value = wished(wish, sample, request[4], type_, world)
        append((request[0], request[1], 1 if value is None else count(value)))
        if len(log) >= BATCH:
            flush()
        return value

    return answer


def _full(
    site: AskSite, make: Handler, world: World, meter: Meter, linked: Linked, emit: Emit | None
) -> Handler:
    """With facts, right and wrong answers, or a simulation in the language."""
    count, name = counter(site.type), site.primitive.name
    wary = site.primitive.right is not None
    log, flush = meter.log, meter.flush

    def told(request: Request, value: Any) -> Any:
        if request[5] is not None and value is not None:
            value = settled(site, request, value, world)
            remember(site, request, value, world)
        if world.wrong and not wary:
            spread(request, value, world, site)
        if emit is None:
            log.append((request[0], request[1], count(value)))
        else:
            emit(request, count(value))
        if len(log) >= BATCH:
            flush()
        return value

    if site.primitive.simulate is None:
        return lambda request: told(request, make(request))

    body = f"simulate {name}"
    if body in linked.lowered.pure:
        return lambda request: told(request, linked.call(body, request[2]))

    def simulated(request: Request) -> Generator[Any, Any, Any]:
        value = yield (0, linked.call(body, request[2]))
        return told(request, value)

    return simulated


def _drawn(site: AskSite, sample: Sampler, world: World) -> Handler:
    def make(request: Request) -> Any:
        wish = request[6]
        if wish is None:
            return sample(request[4])
        return wished(wish, sample, request[4], site.type, world)

    return make


def _steerable(type_: Type) -> bool:
    """Whether a test may depend on the value itself."""
    return not isinstance(type_, Text)
