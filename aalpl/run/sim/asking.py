"""How the simulator answers calls of primitives."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from aalpl.program import nodes as p
from aalpl.program.types import Bool, Choice, Int, Maybe, Text, Type
from aalpl.run import texts
from aalpl.run.drive import Handler, Request
from aalpl.run.link import Linked
from aalpl.run.meter import BATCH, Meter
from aalpl.run.sim.laws import draw
from aalpl.run.sim.samplers import Sampler, probability, sampler
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite
from aalpl.run.values import counter, keyer, parts

Start = Callable[[str, tuple[Any, ...]], Any]
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
        _right(site, sample, after, world)
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
            remember(site, request, value, world)
        if world.wrong and not wary:
            _spread(request, value, world, site)
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


def _right(site: AskSite, sample: Sampler, after: int, world: World) -> Handler:
    """Right answers to equal inputs are equal; wrong ones differ from them, and with `rivals 1` not among themselves."""
    keys = [keyer(param.type) for param in site.primitive.params]
    rivals, name = site.primitive.rivals, site.primitive.name
    random = world.random

    def looked_up(request: Request) -> tuple[Any, list[Any]]:
        key = (name, request[3], *[k(a) for k, a in zip(keys, request[2], strict=False)])
        correct = world.right.get(key, world)
        if correct is world:
            correct = world.right[key] = sample(request[4])
            _spread(request, correct, world, site)
        return correct, world.rivals.setdefault(key, [])

    last: list[Any] = [None, None, []]  # the same question again is the usual case
    chance = probability(after)

    def make(request: Request) -> Any:
        sizes, args = request[4], request[2]
        if len(args) != 1 or args[0] is not last[0] or request[3] is not None:
            last[1], last[2] = looked_up(request)
            last[0] = args[0] if len(args) == 1 and request[3] is None else world
        correct, known = last[1], last[2]
        if random() < chance(sizes):
            return correct
        if known and rivals is None and random() < 0.5:
            return known[int(random() * len(known))]
        if rivals is not None and len(known) >= rivals:
            return known[int(random() * len(known))]
        value = different(correct, sample, sizes, site.type)
        known.append(value)
        for text in parts(value, site.type):
            world.wrong.update(o for o in texts.origins(text) if type(o) is int)
        return value

    return make


def different(value: Any, sample: Sampler, sizes: Any, type_: Type) -> Any:
    """Another value of the same contract, if there is one."""
    same = keyer(type_)
    for candidate in _candidates(type_, sizes):
        if same(candidate) != same(value):
            return candidate
    for _ in range(64):
        other = sample(sizes)
        if same(other) != same(value):
            return other
    return value


def wished(wish: Any, sample: Sampler, sizes: Any, type_: Type, world: World) -> Any:
    """An answer that passes the wish's test with its probability; the adversary's own wishes give way to laws."""
    test, chance = wish[:2]
    if len(wish) > 2 and not open_choice(type_):
        return sample(sizes)
    wanted = bool(chance) and world.random() < chance
    value = sample(sizes)
    if bool(test(value)) == wanted:
        return value
    fit = [c for c in _candidates(type_, sizes) if bool(test(c)) == wanted]
    if fit:
        return fit[int(world.random() * len(fit))]
    for _ in range(64):
        value = sample(sizes)
        if bool(test(value)) == wanted:
            break
    return value


def open_choice(type_: Type) -> bool:
    """Whether nothing but the adversary decides the value."""
    match type_:
        case Bool(probability):
            return probability is None
        case Choice(_, probabilities):
            return probabilities is None
        case Maybe() | Int():
            return True
        case _:
            return False


def remember(site: AskSite, request: Request, value: Any, world: World) -> None:
    """Draws what the facts of a call say of its result, and keeps it with the value."""
    inner = site.type.value if isinstance(site.type, Maybe) else site.type
    key = keyer(inner)(value)
    for fact, numbers in zip(site.facts, request[5], strict=True):
        match fact:
            case p.LawFact(function, law):
                world.answers(function).setdefault(key, draw(world.dice, law.name, numbers))
            case p.ProbabilityFact(function, _):
                world.answers(function).setdefault(key, world.random() < numbers)
            case p.MeasureFact(function, operator, _):
                world.answers(function).setdefault(key, _within(operator, numbers, world))
            case p.LengthFact():
                pass


def _within(operator: str, value: Any, world: World) -> Any:
    """A value in the relation to `value`: the nearest, or one further on."""
    step = int(world.random() < 0.5) if world.adversary == "random" else int(world.adversary == "best")
    match operator:
        case "=":
            return value
        case ">=":
            return value + step
        case ">":
            return value + 1
        case "<=":
            return max(0, value - step) if value >= 0 else value
        case "<":
            return value - 1
        case _:
            return value + 1


def _spread(request: Request, value: Any, world: World, site: AskSite) -> None:
    """What comes of a wrong input is wrong."""
    params = site.primitive.params
    for param, arg in zip(params, request[2][-len(params) :] if params else (), strict=False):
        for text in parts(arg, param.type):
            if any(o in world.wrong for o in texts.origins(text) if type(o) is int):
                for made in parts(value, site.type):
                    world.wrong.update(o for o in texts.origins(made) if type(o) is int)
                return


def _steerable(type_: Type) -> bool:
    """Whether a test may depend on the value itself."""
    return not isinstance(type_, Text)


def _candidates(type_: Type, sizes: Any) -> list[Any]:
    match type_:
        case Maybe(value):
            return [None, *(c for c in _candidates(value, sizes) if c is not None)]
        case Bool():
            return [True, False]
        case Choice(options):
            return list(options)
        case Int():
            low, high = (sizes[0], sizes[1]) if len(sizes) >= 2 else (None, None)
            if low is None or high is None:
                return [] if low is None else [int(low), int(low) + 1]
            return list(range(int(low), min(int(high), int(low) + 1000) + 1))
        case _:
            return []
