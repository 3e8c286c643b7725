"""Laws of random draws: with few values they are outcomes with probabilities."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aalpl.program.size import ONE, ZERO, Size, const
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform

FEW = 4


def chances(law: Law) -> list[tuple[Size, Size]]:
    """Value and probability, of draws with few outcomes; nothing where they are many."""
    match law:
        case Bernoulli(p):
            return [(ONE, p), (ZERO, 1 - p)]
        case Uniform(low, high):
            width = (high - low + 1).constant()
            if width is None or not 1 <= width <= FEW:
                return []
            return [(low + i, ONE / const(width)) for i in range(int(width))]
        case Binomial() | Geometric():
            return []


def translated(law: Law, change: Callable[[Size], Size]) -> Law:
    """The law with other sizes as parameters."""
    match law:
        case Bernoulli(p):
            return Bernoulli(change(p))
        case Binomial(n, p):
            return Binomial(change(n), change(p))
        case Uniform(low, high):
            return Uniform(change(low), change(high))
        case Geometric(p):
            return Geometric(change(p))


def parameters(law: Law) -> Iterator[Size]:
    """The sizes that a law is given by."""
    match law:
        case Bernoulli(p) | Geometric(p):
            yield p
        case Binomial(n, p):
            yield from (n, p)
        case Uniform(low, high):
            yield from (low, high)


def probabilities(law: Law) -> Iterator[Size]:
    """Those of its parameters that are probabilities."""
    match law:
        case Bernoulli(p) | Geometric(p) | Binomial(_, p):
            yield p
        case Uniform():
            return


def support(law: Law) -> tuple[Size | None, Size | None]:
    """The least and the largest value (None: no limit)."""
    match law:
        case Bernoulli():
            return ZERO, ONE
        case Binomial(n, _):
            return ZERO, n
        case Uniform(low, high):
            return low, high
        case Geometric():
            return ONE, None
