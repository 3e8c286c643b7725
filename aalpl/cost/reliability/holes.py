"""Numbers inside a state: read out in order, and put back; and which loop a state stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from aalpl.cost.reliability.states import Counting, Cycling, End, Env, Rest, Returning, State, Testing, Then
from aalpl.cost.reliability.values import Value, Word, changed
from aalpl.program.size import ZERO, Size, sym

Spine = tuple[tuple[str, object], ...]
"""What is still to be done, without data: equal spines, equal places in the program and in its calls."""


def numbers(state: State) -> list[Size]:
    """The sizes of a state, in order."""
    found: list[Size] = []

    def take(size: Size) -> Size:
        found.append(size)
        return size

    _mapped(state, take)
    return found


def skeleton(state: State) -> State:
    """The state with every number 0."""
    return _mapped(state, lambda size: ZERO)


def revalued(state: State, value: Callable[[Value], Value]) -> State:
    """The state with every value replaced."""
    return _valued(state, value)


def filled(state: State, values: Sequence[Size]) -> State:
    """The state with these numbers, in order."""
    waiting = iter(values)
    return _mapped(state, lambda size: next(waiting))


def apart(state: State) -> tuple[State, dict[str, Size]]:
    """The state with the numbers that callers hold replaced by names, and what the names stand for."""
    rest = state.rest
    while not isinstance(rest, End | Returning):
        rest = rest.next
    if isinstance(rest, End):
        return state, {}
    values = numbers(state)
    own = len(numbers(State(_upto(state.rest), state.env)))
    names = {f"caller#{i}": value for i, value in enumerate(values[own:]) if value.constant() is None}
    held = iter(names)
    return filled(
        state, [*values[:own], *(v if v.constant() is not None else sym(next(held)) for v in values[own:])]
    ), names


def _upto(rest: Rest) -> Rest:
    """What is still to be done in the function that is running."""
    if isinstance(rest, End | Returning):
        return End()
    return attrs.evolve(rest, next=_upto(rest.next))


def _mapped(state: State, size: Callable[[Size], Value]) -> State:
    return _valued(state, lambda of: changed(of, size, _same))


def _valued(state: State, value: Callable[[Value], Value]) -> State:
    def env(of: Env) -> Env:
        return tuple((name, value(each)) for name, each in of)

    def rest(of: Rest) -> Rest:
        match of:
            case End():
                return of
            case Counting():
                return attrs.evolve(
                    of,
                    index=value(of.index),
                    high=value(of.high),
                    step=value(of.step),
                    gathered=None if of.gathered is None else value(of.gathered),
                    outer=env(of.outer),
                    next=rest(of.next),
                )
            case Returning():
                return attrs.evolve(of, env=env(of.env), next=rest(of.next))
            case _:
                return attrs.evolve(of, next=rest(of.next))

    return attrs.evolve(state, env=env(state.env), rest=rest(state.rest))


def _same(word: Word) -> Word:
    return word


def frames(rest: Rest) -> Iterator[Rest]:
    """The parts of what is still to be done, the next one first."""
    while not isinstance(rest, End):
        yield rest
        rest = rest.next


def spine(rest: Rest) -> Spine:
    """The spine of what is still to be done; the head of a loop and its test are one place."""
    found: list[tuple[str, object]] = []
    for frame in frames(rest):
        match frame:
            case Counting(_, key) | Cycling(_, key) | Testing(_, key):
                found.append(("loop", key))
            case Returning(target, _, function):
                found.append((function, target))
            case Then(_, key, at):
                found.append(("then", (key, at)))
            case End():
                pass
    return tuple(found)


def inside(state: State, loop: Spine) -> bool:
    """Whether a state stands within the loop whose head has this spine, or at its head."""
    here = spine(state.rest)
    return len(here) >= len(loop) and here[len(here) - len(loop) :] == loop
