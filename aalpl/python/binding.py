"""What a program's primitives and models can be bound to, and how that becomes the lines of a run."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from os import PathLike
from typing import TYPE_CHECKING, Any

import attrs

from aalpl.live.binding import Binding
from aalpl.live.line import Answers, Line
from aalpl.program.nodes import Primitive, Program
from aalpl.python.functions import Calls, Threaded, planned

if TYPE_CHECKING:
    from typing_extensions import TypeIs

Answerer = str | Callable[..., Any] | Threaded | Binding | Line | Answers
"""A function (plain or asynchronous), `provider/model`, what models.toml could say (`Binding`), an object with a method
`answer(question)`, or a whole `Line`. `sim` is the simulator."""

SIMULATED = "sim"


def settled(program: Program, said: Mapping[str, Answerer]) -> dict[str, Answerer]:
    """The answerers by name; raises TypeError where a name or a function does not fit the program."""
    for name, answerer in said.items():
        asked = list(primitives(program, name))
        if not asked and name not in program.models and name != "*":
            known = ", ".join([*program.primitives, *program.models])
            raise TypeError(f"the program has no primitive or model `{name}`; it has {known}")
        function = answerer.function if isinstance(answerer, Threaded) else answerer
        if _is_function(function):
            for primitive in asked:
                planned(function, primitive)
        elif not isinstance(answerer, str | Binding | Line | Threaded) and not hasattr(answerer, "answer"):
            raise TypeError(f"{answerer!r} cannot answer `{name}`: it has no method `answer`")
    return dict(said)


def primitives(program: Program, name: str) -> Iterator[Primitive]:
    """The primitives that a name is about: one, or those of a model, or all."""
    for primitive in program.primitives.values():
        if name in (primitive.name, primitive.model.name, "*"):
            yield primitive


@asynccontextmanager
async def lines(answerers: Mapping[str, Answerer]) -> AsyncIterator[dict[str, Line]]:
    """The lines of one run; what was opened for it is closed at its end."""
    found: dict[str, Line] = {}
    bindings: dict[str, Binding] = {}
    async with AsyncExitStack() as closing:
        for name, answerer in answerers.items():
            if isinstance(answerer, Line):
                found[name] = answerer
            elif isinstance(answerer, str | Binding):
                bindings[name] = _binding(answerer)
            elif isinstance(answerer, Threaded):
                calls = Calls(answerer.function, answerer.at_once)
                closing.push_async_callback(calls.aclose)
                found[name] = Line(calls, name)
            elif _is_function(answerer):
                found[name] = Line(Calls(answerer), name)
            else:
                found[name] = Line(answerer, name)
        if bindings:
            from aalpl.backends.connect import connected

            found |= await closing.enter_async_context(connected(bindings, os.environ))
        yield found


def _binding(said: str | Binding) -> Binding:
    if isinstance(said, Binding):
        return said
    backend, _, model = said.partition("/")
    return Binding(backend=backend, model=model or None)


def _is_function(answerer: object) -> TypeIs[Callable[..., Any]]:
    return callable(answerer) and not hasattr(answerer, "answer")


def named(said: Mapping[str, Answerer]) -> dict[str, Answerer]:
    """Without those that are simulated."""
    return {name: answerer for name, answerer in said.items() if answerer != SIMULATED}


@attrs.frozen
class Budget:
    """The most that a run may take; None is no limit. `cost` is in the currency of the prices, `seconds` from the start."""

    calls: int | None = None
    tokens: int | None = None
    cost: float | str | None = None
    seconds: float | None = None


@attrs.frozen
class Kept:
    """A journal file with how it is used.

    `record` says when anybody is asked: `none` (never: a replay), `once` (in a new journal), `new_episodes` (where it has
    no answer), `all`. With `reuse` an edited program keeps what is unchanged. `content` is `full`, `hash` (replies
    without what was asked) or `none`."""

    path: str | PathLike[str]
    record: str = "new_episodes"
    reuse: bool = False
    content: str = "full"
