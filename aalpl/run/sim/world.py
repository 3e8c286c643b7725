"""What a simulated run knows: its random numbers, which texts were made, and what was said about them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from itertools import count
from random import Random
from typing import Any

import attrs

from aalpl.run.texts import Text

ADVERSARIES = ("random", "worst", "best")

EAGER = 0.9
"""How often the worst and the best adversary go the same way again where something might else never end."""


def preferences(adversary: str) -> dict[str, float]:
    """How likely an adversary makes a test hold whose holding is dearer, or cheaper (see `lower.wishes`)."""
    if adversary == "best":
        return {"dearer": 0.0, "dearer_mostly": 1 - EAGER, "cheaper": 1.0, "cheaper_mostly": EAGER}
    return {"dearer": 1.0, "dearer_mostly": EAGER, "cheaper": 0.0, "cheaper_mostly": 1 - EAGER}


@attrs.define
class World:
    """One simulated world. Same seed, same world."""

    seed: int = 0
    adversary: str = "random"
    sure: bool = False  # every answer is right
    random: Callable[[], float] = attrs.field(init=False)
    dice: Random = attrs.field(init=False)
    fresh: Callable[[], int] = attrs.field(init=False)
    said: dict[str, dict[Hashable, Any]] = attrs.field(factory=dict)  # oracle -> key of the values -> answer
    wrong: set[int] = attrs.field(factory=set)  # origins of wrong answers (semantics 13)
    right: dict[Hashable, Any] = attrs.field(factory=dict)  # (primitive, inputs) -> the right answer
    rivals: dict[Hashable, list[Any]] = attrs.field(factory=dict)  # (primitive, inputs) -> the wrong answers

    def __attrs_post_init__(self) -> None:
        self.dice = Random(self.seed)
        self.random = self.dice.random
        self.fresh = count(1).__next__

    def answers(self, name: str) -> dict[Hashable, Any]:
        """What an oracle has said, by the key of its one argument, or the keys of several."""
        return self.said.setdefault(name, {})

    def text(self, length: int) -> Text:
        """A text of its own that nobody has looked at."""
        return (length, 0, self.fresh(), 1)

    def chance(self, name: str, key: Hashable) -> int:
        """64 bits that depend on the seed, a name and values: the same for every copy of the values."""
        told = repr((self.seed, name, key)).encode()
        return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big")

    def stand(self, place: str) -> None:
        """What is drawn and made from here on depends on the seed and this place alone (until the next is told)."""
        start = self.chance("place", place)
        self.dice.seed(start)
        self.fresh = count((start << 20) + 1).__next__
