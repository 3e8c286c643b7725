"""Backends by name: ours, and those that installed packages offer through the entry point group `aalpl.backends`.

An entry is a `Factory`: it is called with the binding of a model and the key for it, and gives an object with one
method, `answer(question)` (`aalpl.live.line.Answers`). One that has an `aclose()` is closed at the end of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points

from aalpl.live.binding import Binding
from aalpl.live.line import Answers

Factory = Callable[[Binding, str | None], Answers]
"""Makes a backend from what the user says of a model, and the key."""

GROUP = "aalpl.backends"
OURS = {
    "anthropic": "aalpl.backends.anthropic:make",
    "local": "aalpl.backends.local:make",
    "openai": "aalpl.backends.openai:make",
    "replay": "aalpl.backends.replay:make",
}


def names() -> list[str]:
    """All that can be chosen, ours first."""
    return [*OURS, *sorted({found.name for found in entry_points(group=GROUP)} - OURS.keys())]


def factory(name: str) -> Factory | None:
    """The factory of that name; None where there is none. Raises ImportError where its package is broken."""
    if name in OURS:
        module, _, attribute = OURS[name].partition(":")
        made: Factory = getattr(import_module(module), attribute)
        return made
    for found in entry_points(group=GROUP, name=name):
        loaded: Factory = found.load()
        return loaded
    return None
