"""The places of a program that ask something, numbered: what a driver needs to know to answer."""

from __future__ import annotations

import attrs

from aalpl.program.nodes import Fact, Oracle, Primitive
from aalpl.program.types import Type
from aalpl.report.source import Span

CALL = 0
"""The number of the request `(CALL, generator)`: run this function and send me its result."""


@attrs.frozen
class AskSite:
    """`(number, P, args, index, sizes, facts, wish)`: what does the primitive answer?

    `P` payload tokens; `args` the values (the transcript first, where there is one); `index` in the family; `sizes` the
    numbers in the contract (see `contracts.py`); `facts` the numbers in the facts; `wish` None, or (test, p): the
    answer should pass the test with probability p, 0 where an `at most` is used up."""

    number: int
    place: str
    primitive: Primitive
    type: Type  # the contract, lengths closed by the call
    facts: tuple[Fact, ...]
    function: str
    span: Span
    conversation: bool = False  # the first of `args` is a transcript


@attrs.frozen
class ConsultSite:
    """`(number, args, sizes, wish)`: what does the oracle or measure say?"""

    number: int
    place: str
    oracle: Oracle
    type: Type
    function: str
    span: Span


@attrs.frozen
class SampleSite:
    """`(number, parameters)`: what does the law draw?"""

    number: int
    place: str
    law: str
    function: str
    span: Span


@attrs.frozen
class ChooseSite:
    """`(number, bounds, sizes, wish)`: what does the adversary choose? `bounds` are None or (low, high)."""

    number: int
    place: str
    type: Type
    function: str
    span: Span


@attrs.frozen
class ParallelSite:
    """`(number, low, high, workers, branch)`: run `branch(i)` for low <= i <= high, `workers` at a time (or None)."""

    number: int
    place: str
    function: str
    span: Span


Site = AskSite | ConsultSite | SampleSite | ChooseSite | ParallelSite
