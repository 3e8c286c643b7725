"""What contracts say of chance, held against what models answered: how often, and how long on average.

A contract may give an answer a probability (`bool with probability p`, weighted choices) or a law or mean of its length. No single
answer can break that, so no answer is refused for it; over many answers it is evidence. Probabilities are held against
Wilson's interval, means against the normal one of the sample, both two-sided at 99.9 %; fewer than `FEW` answers say
nothing of a mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import attrs

from aalpl.live.reply import Reply
from aalpl.program.nodes import Primitive
from aalpl.program.types import (
    Bernoulli,
    Binomial,
    Bool,
    Choice,
    Distributed,
    Geometric,
    Law,
    Mean,
    Text,
    Uniform,
)
from aalpl.run.backend import Question
from aalpl.run.conform import Take, conforming
from aalpl.run.evidence import Z, interval
from aalpl.run.result import Evidence

FEW = 10


@attrs.define
class Tally:
    """Answers of one kind: how many, what is declared of them all together, what was found, and squares of differences."""

    primitive: Primitive
    take: Take
    count: int = 0
    declared: dict[str, float] = attrs.field(factory=dict)
    found: dict[str, float] = attrs.field(factory=dict)
    squares: float = 0.0

    def add(self, what: str, declared: float, found: float) -> None:
        """One number of one answer."""
        self.declared[what] = self.declared.get(what, 0.0) + declared
        self.found[what] = self.found.get(what, 0.0) + found
        self.squares += (found - declared) ** 2


@attrs.define
class Declared:
    """A watch that keeps a tally for each primitive whose contract speaks of chance."""

    tallies: dict[str, Tally] = attrs.field(factory=dict)

    def began(self, question: Question) -> None:
        """Nothing yet."""

    def ended(self, question: Question, reply: Reply, paid: bool) -> None:
        """An answer; one that the contract refuses does not count."""
        contract = question.contract
        if not speaks(contract):
            return
        name = question.primitive.name
        tally = self.tallies.get(name)
        if tally is None:
            tally = self.tallies[name] = Tally(question.primitive, conforming(contract))
        value, wrong = tally.take(reply.said, question.sizes)
        if wrong is None:
            _counted(tally, contract, value, question.sizes)

    def refused(self, question: Question, reply: Reply) -> None:
        """It was not counted."""

    def failed(self, question: Question, lost: bool) -> None:
        """There is no answer."""

    def evidence(self) -> Iterator[Evidence]:
        """What was found."""
        for name, tally in self.tallies.items():
            for what in tally.declared:
                if what:
                    yield _chance(name, what, tally)
                else:
                    yield _length(name, tally)


def speaks(contract: Any) -> bool:
    """Whether a contract says something that only many answers can show."""
    match contract:
        case Bool(probability):
            return probability is not None
        case Choice(_, probabilities):
            return probabilities is not None
        case Text(length):
            return isinstance(length, Mean | Distributed)
        case _:
            return False


def _counted(tally: Tally, contract: Any, value: Any, sizes: tuple[Any, ...]) -> None:
    tally.count += 1
    match contract:
        case Bool():
            tally.add("true", float(sizes[0]), float(value))
        case Choice(options):
            for option, chance in zip(options, sizes, strict=False):
                tally.add(f'"{option}"', float(chance), float(value == option))
        case Text(Mean()):
            tally.add("", float(sizes[0]), value[0])
        case Text(Distributed(law)):
            tally.add("", mean(law, sizes), value[0])
        case _:  # `speaks` says no
            pass


def mean(law: Law, z: tuple[Any, ...]) -> float:
    """The mean of a law with these numbers."""
    match law:
        case Uniform():
            return float(z[0] + z[1]) / 2
        case Binomial():
            return float(z[0] * z[1])
        case Geometric():
            return 1 / float(z[0])
        case Bernoulli():
            return float(z[0])


def _chance(name: str, what: str, tally: Tally) -> Evidence:
    held, count = round(tally.found[what]), tally.count
    low, high = interval(held, count)
    said = tally.declared[what] / count
    found = f"{held:,} of {count:,}, so between {low:.3f} and {high:.3f}"
    text = f"`{name}` answers {what} with probability {said:.3g}"
    return Evidence(text, found, low <= said <= high, tally.primitive.span)


def _length(name: str, tally: Tally) -> Evidence:
    count, said, found = tally.count, tally.declared[""] / tally.count, tally.found[""] / tally.count
    text = f"answers of `{name}` have {said:.4g} tokens on average"
    if count < FEW:
        return Evidence(text, f"{found:.4g} in {count:,}, too few to tell", None, tally.primitive.span)
    variance = max(0.0, tally.squares / count - (found - said) ** 2)
    spread = Z * math.sqrt(variance / count)
    told = f"{found:.4g} in {count:,}, so between {found - spread:.4g} and {found + spread:.4g}"
    return Evidence(text, told, abs(found - said) <= spread + 1e-9, tally.primitive.span)
