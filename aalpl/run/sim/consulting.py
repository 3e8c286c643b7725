"""How oracles and measures are answered: by what was said of the value, by a body, by a built-in, or by a hash."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aalpl.program.types import Bool, Choice, Int, Real, Type
from aalpl.run.drive import Handler, Request
from aalpl.run.faults import Unfit
from aalpl.run.link import Linked
from aalpl.run.sim.samplers import sampler
from aalpl.run.sim.steering import wished
from aalpl.run.sim.world import World
from aalpl.run.sites import ConsultSite
from aalpl.run.values import keyer

Function = Callable[..., Any]


def consult_handler(
    site: ConsultSite, world: World, linked: Linked, functions: Mapping[str, Function]
) -> Handler:
    """The handler of one place; `functions` are built-in and host oracles by name."""
    name = site.oracle.name
    keys = [keyer(param.type) for param in site.oracle.params]
    said = world.answers(name)
    single = keys[0] if len(keys) == 1 else None
    if site.oracle.body is not None:
        return _by_body(name, keys, world, linked)
    answer_new = _by_function(functions[name]) if name in functions else _by_hash(site, world)

    def answer(request: Request) -> Any:
        key = (
            single(request[1][0]) if single else tuple([k(a) for k, a in zip(keys, request[1], strict=True)])
        )
        found = said.get(key, said)
        if found is said:
            found = said[key] = answer_new(request, (name, key))
        return found

    return answer


def _by_body(name: str, keys: list[Callable[[Any], Any]], world: World, linked: Linked) -> Handler:
    said, body = world.answers(name), f"body of {name}"

    def answer(request: Request) -> Any:
        if said:
            found = [k(a) for k, a in zip(keys, request[1], strict=True)]
            known = said.get(found[0] if len(found) == 1 else tuple(found), said)
            if known is not said:
                return known
        return linked.call(body, request[1])

    return answer


def _by_function(function: Function) -> Callable[[Request, Any], Any]:
    def answer(request: Request, key: Any) -> Any:
        return function(*request[1])

    return answer


def _by_hash(site: ConsultSite, world: World) -> Callable[[Request, Any], Any]:
    type_ = site.type
    derive = _derive(type_, world)

    def answer(request: Request, key: Any) -> Any:
        _, _, sizes, wish = request
        chance = world.chance(*key)
        if wish is None:
            return derive(sizes, chance)
        return wished(wish, lambda z: derive(z, int(world.random() * 2**64)), sizes, type_, world)

    return answer


def _derive(type_: Type, world: World) -> Callable[[Any, int], Any]:
    """A value within the contract from 64 bits."""
    match type_:
        case Bool(None):
            return lambda z, bits: bool(bits & 1)
        case Bool():
            return lambda z, bits: bits < float(z[0]) * 2**64
        case Real():
            return lambda z, bits: bits / 2**64
        case Choice(options, None):
            return lambda z, bits: options[bits % len(options)]
        case Int():
            return _int
        case _:
            return _sampled(type_, world)


def _int(z: Any, bits: int) -> int:
    low = 0 if z[0] is None else int(z[0])
    high = low + 9 if z[1] is None else int(z[1])
    if high < low:
        raise Unfit("empty-range", f"nothing to choose from: {low}..{high} is empty")
    return low + bits % (high - low + 1)


def _sampled(type_: Type, world: World) -> Callable[[Any, int], Any]:
    """Longer values come from a world of their own, seeded with the bits; their texts are new texts of this one."""
    inner = World(0, "random")
    inner.fresh = world.fresh
    sample, _ = sampler(type_, inner)

    def derive(z: Any, bits: int) -> Any:
        inner.dice.seed(bits)
        return sample(z)

    return derive
