"""Who answers in a run: from `--models`, `--backend` and the project's configuration to a binding for every model."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import attrs

from aalpl.backends import registry
from aalpl.live.binding import Binding
from aalpl.program.nodes import Program
from aalpl.shell import config, prices
from aalpl.shell.failure import unknown
from aalpl.shell.models import Models
from aalpl.shell.models import read as read_models

OWN = ("sim", "scripted", "echo", "human")
"""Backends that need no binding."""

FREE = frozenset({"scripted", "echo", "human", "local", "replay"})
"""Backends for which nobody sends a bill."""


@attrs.frozen
class Answering:
    """`bindings` by the program's names for its models; `models` what the file says; `prices` where prices are from."""

    bindings: Mapping[str, Binding] = attrs.field(factory=dict)
    models: Models = Models({})
    file: str | None = None
    source: str | None = None

    @property
    def real(self) -> bool:
        """Whether anybody but the simulator answers."""
        return any(binding.backend is not None for binding in self.bindings.values())


def answering(program: Program, models: str | None, backend: str | None) -> Answering:
    """What stands behind each model of the program. `backend` is `NAME` or `NAME/MODEL`, for all models."""
    name, _, model = (backend or "").partition("/")
    if name and name not in (known := [*OWN, *registry.names()]):
        raise unknown("backend", name, known, code="unknown-backend")
    said = config.read(Path.cwd()) if models is None and name != "sim" else config.Config()
    file = models or said.models
    found = Models({})
    if file is not None:
        found = read_models(file, tuple(program.models) if models is not None else None)
    bindings = {each: chosen(found.of(each), name, model) for each in program.models}
    real = {each: prices.priced(binding) for each, binding in bindings.items()}
    taken = prices.source() if any(real[each] is not bindings[each] for each in real) else None
    real = {each: prices.with_cache(binding) for each, binding in real.items()}
    return Answering(real, found, file, "; ".join(filter(None, (found.source, taken))) or None)


def chosen(binding: Binding, backend: str, model: str) -> Binding:
    """The binding where `--backend` says who answers: another model has other prices, addresses and limits."""
    if backend == "sim":
        return attrs.evolve(binding, backend=None)
    if backend and model and (backend, model) != (binding.backend, binding.model):
        binding = Binding(backend=backend, model=model, size=binding.size, window=binding.window)
    elif backend and backend != binding.backend:
        binding = attrs.evolve(
            binding,
            backend=backend,
            address=None,
            key=None,
            price_in=None,
            price_out=None,
            price_cached=None,
            price_written=None,
        )
    if binding.backend in FREE and binding.price_in is None and binding.price_out is None:
        return attrs.evolve(binding, price_in=Fraction(0), price_out=Fraction(0))
    return binding
