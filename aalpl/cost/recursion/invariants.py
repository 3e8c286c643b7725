"""What holds at every entry: true of the outermost call, and handed on by every call that is made where it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from aalpl.cost.recursion.activation import Activation, Call
from aalpl.cost.sizes.known import Known
from aalpl.program.size import Size, sym

ROUNDS = 6
"""How often candidates are tried again without those that were broken."""


def kept(
    act: Activation, start: Mapping[str, Size], known: Known, calls: Callable[[Known], list[Call]]
) -> Known:
    """The facts with those candidates that hold at the outermost entry and that all calls keep.

    `calls` are those that an activation makes where something is known."""
    held = [each for each in _candidates(act, start) if known.proves(each.replace(start))]
    for _ in range(ROUNDS):
        made = calls(known.plus(*held))
        broken = [each for each in held if not all(_keeps(each, held, call, act) for call in made)]
        if not broken:
            return known.plus(*held)
        held = [each for each in held if each not in broken]
    return known


def _keeps(candidate: Size, held: list[Size], call: Call, act: Activation) -> bool:
    handed = {
        symbol: call.values.get(name, sym(name)) for name, symbol in zip(act.params, act.symbols, strict=True)
    }
    settled = {f"{name}°{act.function}": value for name, value in act.given.items()}
    after = candidate.replace(handed).replace(settled)
    return call.known.plus(*held).proves(after)


def _candidates(act: Activation, start: Mapping[str, Size]) -> Iterator[Size]:
    """Signs of entry variables, and of differences of two."""
    for name in act.symbols:
        yield sym(name) - 1
        yield sym(name)
        yield -sym(name)
        if not start[name].free & set(act.symbols):
            yield start[name] - sym(name)
            yield sym(name) - start[name]
    for one in act.symbols:
        for other in act.symbols:
            if one != other:
                yield sym(one) - sym(other)
                yield sym(one) - sym(other) - 1
                yield sym(one) - sym(other) + 1
