"""Types of checked programs: what kind of value, and how long.

Sizes in types speak of declared sizes and of int parameters of the same signature.
"""

from __future__ import annotations

import attrs

from aalpl.program.size import Size


# -- lengths -----------------------------------------------------------------------------------------------------


@attrs.frozen
class Exactly:
    """`text[n]`: n tokens (or n elements)."""

    size: Size


@attrs.frozen
class Between:
    """`text[a..b]`, `text[<= b]` (then `low` is 0): from `low` to `high`."""

    low: Size
    high: Size


@attrs.frozen
class Distributed:
    """`text[~ Uniform(1..9)]`: drawn afresh at each call."""

    law: Law


@attrs.frozen
class Mean:
    """`text[~ n]`: only the expectation is known."""

    mean: Size


@attrs.frozen
class Constant:
    """`text[O(1)]`: from 1 to a constant that nobody names (o_P of the primitive)."""


@attrs.frozen
class Open:
    """`text`, `list of T`: nothing is said."""


Length = Exactly | Between | Distributed | Mean | Constant | Open


# -- laws of random values ---------------------------------------------------------------------------------------


@attrs.frozen
class Bernoulli:
    """`flip(p)`: true with probability p."""

    p: Size


@attrs.frozen
class Binomial:
    """`Binomial(n, p)`: successes among n independent trials."""

    n: Size
    p: Size


@attrs.frozen
class Uniform:
    """`Uniform(a..b)`: each integer of the inclusive range alike."""

    low: Size
    high: Size


@attrs.frozen
class Geometric:
    """`Geometric(p)`: trials up to and including the first success, 1, 2, …"""

    p: Size


Law = Bernoulli | Binomial | Uniform | Geometric


# -- types -------------------------------------------------------------------------------------------------------


@attrs.frozen
class Int:
    """`int`, `int in a..b`, `int in a..`."""

    low: Size | None = None
    high: Size | None = None


@attrs.frozen
class Real:
    """`real`."""


@attrs.frozen
class Bool:
    """`bool`; of an output, perhaps true with a known probability."""

    probability: Size | None = None


@attrs.frozen
class Text:
    """`text[...]`."""

    length: Length = Open()


@attrs.frozen
class ListOf:
    """`list[i in low..high] of T`: `element` may mention `index`, which runs from `low` (0 where nothing is said)."""

    element: Type
    length: Length = Open()
    index: str | None = None
    low: Size | None = None


@attrs.frozen
class Record:
    """`{name: T, …}`; `name` where the record type was declared with `type`."""

    fields: tuple[tuple[str, Type], ...]
    name: str | None = None


@attrs.frozen
class Choice:
    """`one of "a" | "b"`, perhaps with a probability for each option."""

    options: tuple[str, ...]
    probabilities: tuple[Size, ...] | None = None


@attrs.frozen
class Maybe:
    """`T?`: a value or nothing."""

    value: Type


@attrs.frozen
class Nothing:
    """The type of `nothing` and of functions that return no value."""


@attrs.frozen
class Callable:
    """`(A, B) -> T`: a function or primitive handed over as a parameter."""

    params: tuple[Type, ...]
    result: Type


@attrs.frozen
class Unknown:
    """The type of an expression that was in error: fits everything, so that one mistake gives one diagnostic."""


Type = Int | Real | Bool | Text | ListOf | Record | Choice | Maybe | Nothing | Callable | Unknown
