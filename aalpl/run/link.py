"""Puts lowered code, sizes and hypothesis counters together into functions that can be called."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.run.lower import Lowered
from aalpl.run.lower.scope import identifier
from aalpl.run.operations import NAMESPACE, cut_fit, splice_fit
from aalpl.run.texts import Text

Number = int | Fraction
Observations = dict[tuple[str, tuple[int, ...]], int]


@attrs.define
class Counters:
    """What the hypotheses with a count or probability say and what was found, by number."""

    most: list[int]
    limits: list[Any]
    tested: list[int]
    held: list[int]


@attrs.define
class Linked:
    """A program ready to run: `functions` by name; each takes its arguments (and, observing, indices and a suffix)."""

    lowered: Lowered
    known: Mapping[str, Any]
    namespace: dict[str, Any]
    counters: Counters
    observations: Observations
    fitted: list[int]

    def call(self, name: str, args: tuple[Any, ...]) -> Any:
        """The result of a function that is no generator, or the generator of one that is."""
        more = ((), "") if self.lowered.observe else ()
        return self.namespace[self.lowered.names[name]](*args, *more)

    def start(self, name: str, args: tuple[Any, ...]) -> Any:
        """The generator of a function; of one that asks nothing, a generator that only returns."""
        more = ((), "") if self.lowered.observe else ()
        made = self.namespace[self.lowered.names[name]]
        if name in self.lowered.pure:
            return _returning(made, (*args, *more))
        return made(*args, *more)


@attrs.frozen
class FunctionValue:
    """A function or primitive as a value."""

    name: str
    make: Callable[..., Any]
    primitive: bool
    pure: bool = False

    def begin(
        self, numbers: Mapping[str, int], args: tuple[Any, ...], length: Any, facts: Any, *more: Any
    ) -> tuple[Any, ...]:
        """The request for a call with these arguments.

        `numbers` are those of the place, one for each primitive; `length` and `facts` what the call says of its
        result: they take their places in the primitive's own request."""
        if self.primitive:
            number, read, values, index, sizes, _, wish = self.make(numbers[self.name], *args)
            return (number, read, values, index, (*length, *sizes), facts, wish)
        if self.pure:
            return (0, _returning(self.make, (*args, *more)))
        return (0, self.make(*args, *more))


def link(
    lowered: Lowered, known: Mapping[str, Any], *, fit: bool = False, patience: int = 10_000_000
) -> Linked:
    """`known` maps sizes, constants and probabilities to numbers, families to callables."""
    count = len(lowered.hypotheses)
    counters = Counters([0] * count, [None] * count, [0] * count, [0] * count)
    observations: Observations = {}
    fitted = [0]
    namespace = {
        **NAMESPACE, **lowered.constants, "known": known, "observed": observations, "patience": patience,
        "most": counters.most, "limits": counters.limits, "tested": counters.tested, "held": counters.held,
    }  # fmt: skip
    namespace |= {python: known[name] for python, name in lowered.globals.items() if name in known}
    if fit:
        namespace |= _fitting(fitted)
    functions: dict[str, FunctionValue] = {}
    namespace["functions"] = functions
    exec(lowered.code, namespace)
    for name, python in lowered.names.items():
        functions[name] = FunctionValue(name, namespace[python], False, name in lowered.pure)
    for name in lowered.program.primitives:
        if (python := f"ask_{identifier(name)}") in namespace:
            functions[name] = FunctionValue(name, namespace[python], True)
    return Linked(lowered, known, namespace, counters, observations, fitted)


def _returning(make: Callable[..., Any], args: tuple[Any, ...]) -> Generator[Any, Any, Any]:
    return make(*args)
    yield


def _fitting(fitted: list[int]) -> dict[str, Any]:
    """Slicing that cuts and pads, counting how often."""

    def cut(x: Text, low: int, high: int) -> Text:
        fitted[0] += high > x[0]
        return cut_fit(x, low, high)

    def splice(x: Text, low: int, high: int, new: Text) -> Text:
        fitted[0] += new[0] != high - low
        return splice_fit(x, low, high, new)

    return {"cut": cut, "splice": splice}
