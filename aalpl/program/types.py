"""Types of checked programs: what kind of value, and how long.

Sizes in types speak of declared sizes and of int parameters of the same signature.
"""

from __future__ import annotations

import attrs

from aalpl.program.node import Node
from aalpl.program.size import Size

# -- lengths -----------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Exactly(Node):
    """`text[n]`: n tokens (or n elements)."""

    size: Size


@attrs.frozen(eq=False, repr=False)
class Between(Node):
    """`text[a..b]`, `text[<= b]` (then `low` is 0): from `low` to `high`."""

    low: Size
    high: Size


@attrs.frozen(eq=False, repr=False)
class Distributed(Node):
    """`text[~ Uniform(1..9)]`: drawn afresh at each call."""

    law: Law


@attrs.frozen(eq=False, repr=False)
class Mean(Node):
    """`text[~ n]`: only the expectation is known."""

    mean: Size


@attrs.frozen(eq=False, repr=False)
class Constant(Node):
    """`text[O(1)]`: from 1 to a constant that nobody names (o_P of the primitive)."""


@attrs.frozen(eq=False, repr=False)
class Open(Node):
    """`text`, `list of T`: nothing is said."""


Length = Exactly | Between | Distributed | Mean | Constant | Open


# -- laws of random values ---------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Bernoulli(Node):
    """`flip(p)`: true with probability p."""

    p: Size


@attrs.frozen(eq=False, repr=False)
class Binomial(Node):
    """`Binomial(n, p)`: successes among n independent trials."""

    n: Size
    p: Size


@attrs.frozen(eq=False, repr=False)
class Uniform(Node):
    """`Uniform(a..b)`: each integer of the inclusive range alike."""

    low: Size
    high: Size


@attrs.frozen(eq=False, repr=False)
class Geometric(Node):
    """`Geometric(p)`: trials up to and including the first success, 1, 2, …"""

    p: Size


Law = Bernoulli | Binomial | Uniform | Geometric


# -- types -------------------------------------------------------------------------------------------------------


@attrs.frozen(eq=False, repr=False)
class Int(Node):
    """`int`, `int in a..b`, `int in a..`."""

    low: Size | None = None
    high: Size | None = None


@attrs.frozen(eq=False, repr=False)
class Real(Node):
    """`real`."""


@attrs.frozen(eq=False, repr=False)
class Bool(Node):
    """`bool`; of an output, perhaps true with a known probability."""

    probability: Size | None = None


@attrs.frozen(eq=False, repr=False)
class Text(Node):
    """`text[...]`."""

    length: Length = Open()


@attrs.frozen(eq=False, repr=False)
class ListOf(Node):
    """`list[i in low..high] of T`: `element` may mention `index`, which runs from `low` (0 where nothing is said)."""

    element: Type
    length: Length = Open()
    index: str | None = None
    low: Size | None = None


@attrs.frozen(eq=False, repr=False)
class Record(Node):
    """`{name: T, …}`; `name` where the record type was declared with `type`."""

    fields: tuple[tuple[str, Type], ...]
    name: str | None = None


@attrs.frozen(eq=False, repr=False)
class Choice(Node):
    """`one of "a" | "b"`, perhaps with a probability for each option."""

    options: tuple[str, ...]
    probabilities: tuple[Size, ...] | None = None


@attrs.frozen(eq=False, repr=False)
class Maybe(Node):
    """`T?`: a value or nothing."""

    value: Type


@attrs.frozen(eq=False, repr=False)
class Nothing(Node):
    """The type of `nothing` and of functions that return no value."""


@attrs.frozen(eq=False, repr=False)
class Callable(Node):
    """`(A, B) -> T`: a function or primitive handed over as a parameter."""

    params: tuple[Type, ...]
    result: Type


@attrs.frozen(eq=False, repr=False)
class Unknown(Node):
    """The type of an expression that was in error: fits everything, so that one mistake gives one diagnostic."""


Type = Int | Real | Bool | Text | ListOf | Record | Choice | Maybe | Nothing | Callable | Unknown
