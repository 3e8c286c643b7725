"""Draws from the laws of the language."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from aalpl.run.faults import Unfit


def flip(dice: Random, p: Any) -> bool:
    """True with probability p."""
    return dice.random() < _probability(p)


def uniform(dice: Random, low: int, high: int) -> int:
    """Each integer of low..high alike."""
    if low > high:
        raise Unfit("empty-range", f"nothing to draw from: {low}..{high} is empty")
    return dice.randint(low, high)


def geometric(dice: Random, p: Any) -> int:
    """Trials up to and including the first success."""
    p = _probability(p)
    if p <= 0:
        raise Unfit("bad-probability", "a geometric draw with probability 0 never ends")
    if p >= 1:
        return 1
    return 1 + int(math.log(1.0 - dice.random()) / math.log1p(-p))


def binomial(dice: Random, n: int, p: Any) -> int:
    """Successes among n trials; large n are halved at a beta variate, the median trial (Devroye 1986, X.4.3)."""
    chance, found = _probability(p), 0
    n = int(n)
    while n > 16:
        middle = (n + 1) // 2
        split = dice.betavariate(middle, n + 1 - middle)
        if split <= chance:
            found += middle
            n -= middle
            chance = (chance - split) / (1 - split) if split < 1 else 0.0
        else:
            n = middle - 1
            chance = chance / split
    return found + sum(dice.random() < chance for _ in range(n))


def draw(dice: Random, law: str, args: tuple[Any, ...]) -> Any:
    """One draw from the law with this name."""
    drawn: Any = _LAWS[law](dice, *args)
    return drawn


def _probability(p: Any) -> float:
    if not 0 <= p <= 1:
        raise Unfit("bad-probability", f"{p} is no probability")
    return float(p)


_LAWS: dict[str, Any] = {"flip": flip, "Uniform": uniform, "Geometric": geometric, "Binomial": binomial}
