"""From what the user says of models to who answers in a run: one line for each model, connections shared, all closed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol, runtime_checkable

import attrs

from aalpl.backends.access import access
from aalpl.backends.registry import factory, names
from aalpl.backends.scored import Scored
from aalpl.backends.session import MANY, Session
from aalpl.live.binding import Binding
from aalpl.live.limits import Limited, Rate
from aalpl.live.line import Answers, Line
from aalpl.live.stops import Unanswered

Clock = Callable[[], float]


@runtime_checkable
class Shares(Protocol):
    """A backend that can use the connections of the run."""

    def sharing(self, session: Session) -> Answers:
        """The same over `session`, which it must not close."""


@runtime_checkable
class Closes(Protocol):
    """A backend that holds something."""

    async def aclose(self) -> None:
        """Gives it back."""


@asynccontextmanager
async def connected(
    bindings: Mapping[str, Binding], environment: Mapping[str, str], clock: Clock | None = None
) -> AsyncIterator[dict[str, Line]]:
    """The lines of all models whose binding names a backend, by the name of the model; closed at the end.

    `environment` has the variables that keys, addresses and proxies are looked up in; `clock` gives seconds for rates (the
    loop's, where none is given). Raises `Unanswered` where a backend or a key is missing."""
    clock = clock or asyncio.get_running_loop().time
    async with AsyncExitStack() as closing:
        session = Session(
            environment, max(MANY, sum(binding.concurrency or 0 for binding in bindings.values()))
        )
        closing.push_async_callback(session.aclose)
        lines = {}
        for name, binding in bindings.items():
            if binding.backend is None:
                continue
            backend = opened(binding, environment)
            if isinstance(backend, Shares):
                backend = backend.sharing(session)
            elif isinstance(backend, Closes):
                closing.push_async_callback(backend.aclose)
            lines[name] = Line(backend, name, limited(binding, clock), binding.again, binding)
        yield lines


def opened(binding: Binding, environment: Mapping[str, str]) -> Answers:
    """The backend of a binding."""
    name = binding.backend or ""
    try:
        make = factory(name)
    except ImportError as error:
        raise Unanswered(
            "no-backend", f"the backend `{name}` cannot be loaded", f"the system said: {error}"
        ) from None
    if make is None:
        raise Unanswered("no-backend", f"there is no backend `{name}`", f"choose one of {', '.join(names())}")
    found = access(binding, environment)
    made = make(attrs.evolve(binding, address=found.address), found.key)
    return Scored(made) if binding.scores else made


def limited(binding: Binding, clock: Clock) -> Limited:
    """The limits of a model."""

    def rate(per_minute: float | None) -> Rate | None:
        return None if per_minute is None else Rate(per_minute, clock)

    return Limited(binding.concurrency, rate(binding.requests_per_minute), rate(binding.tokens_per_minute))
