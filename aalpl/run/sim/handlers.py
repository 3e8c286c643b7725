"""All handlers of the simulator, one for each site."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

import attrs

from aalpl.program.types import Bool, Int, ListOf, Text, Type
from aalpl.run import lists
from aalpl.run.drive import Handler, Request
from aalpl.run.ledger import Ledger
from aalpl.run.link import Linked
from aalpl.run.meter import Meter, side_by_side
from aalpl.run.sim.asking import ask_handler
from aalpl.run.sim.consulting import consult_handler
from aalpl.run.sim.laws import draw
from aalpl.run.sim.samplers import sampler, whole
from aalpl.run.sim.steering import wished
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite, ChooseSite, ConsultSite, ParallelSite, SampleSite, Site


@attrs.frozen
class Simulator:
    """Makes the handlers of sites; what other drivers do not answer themselves they leave to it."""

    world: World
    meter: Meter
    linked: Linked
    ledger: Ledger
    functions: Mapping[str, Callable[..., Any]]

    def handler(self, site: Site) -> Handler:
        """The handler of one site."""
        match site:
            case AskSite():
                return ask_handler(
                    site, self.world, self.meter, self.linked, self.ledger.emitter(site, self.meter)
                )
            case ConsultSite():
                return consult_handler(site, self.world, self.linked, self.functions)
            case SampleSite():
                return _sample(site, self.world)
            case ChooseSite():
                return _choose(site, self.world)
            case ParallelSite():
                return lambda request: side_by_side(request, self.meter)
            case _:
                assert_never(site)

    def handlers(self) -> list[Handler]:
        """Of all sites, by number."""
        return [_none, *map(self.handler, self.linked.lowered.sites)]


def _none(request: Request) -> Any:
    raise AssertionError(request)


def _sample(site: SampleSite, world: World) -> Handler:
    law, dice = site.law, world.dice
    if law == "flip":
        random = world.random
        return lambda request: random() < request[1][0]
    return lambda request: draw(dice, law, request[1])


def _choose(site: ChooseSite, world: World) -> Handler:
    sample, _ = sampler(site.type, world)

    def bounded(request: Request) -> Any:
        bounds = request[1]
        if bounds is None:
            return sample(request[2])
        length = whole(int(bounds[0]), int(bounds[1]), world)
        return _of_length(length, request, site.type, world)

    def answer(request: Request) -> Any:
        if request[3] is None:
            return bounded(request)
        return wished(request[3], lambda z: bounded(request), request[2], site.type, world)

    return answer


def _of_length(length: int, request: Request, type_: Type, world: World) -> Any:
    match type_:
        case Int() | Bool():
            return length
        case Text():
            return world.text(length)
        case ListOf(element, index=None):
            sample, _ = sampler(element, world)
            return lists.of([sample(request[2]) for _ in range(length)])
        case _:
            return length
