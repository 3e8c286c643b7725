"""What is shown of an answer, as relations: `worst <= E`, `best >= E`, and so on, in the order in which people read them."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.cost.result import Answer
from aalpl.program.size import Size

End = tuple[str, str, Size]
"""Which case (empty: all of them), a sign, and what stands behind it."""


def ends(answer: Answer) -> Iterator[End]:
    """One equation where all is known; else the exact form with what is observed in it, and what is known of each case."""
    if answer.upper is not None and answer.upper == answer.lower:
        yield "", "=", answer.upper
        yield from _surely(answer)
        yield from expected(answer) if answer.conditional else ()
        return
    if answer.exact is not None:
        yield "observed", "=", answer.exact
    yield from _case("worst", answer.reached, answer.upper)
    if answer.conditional:
        yield from _case("best", answer.lower, None)
        yield from _surely(answer)
    else:
        yield from reversed(list(_case("best", answer.lower, answer.least)))
    yield from expected(answer)


def _surely(answer: Answer) -> Iterator[End]:
    """The best case of an answer that is given in a number of rounds, whatever that is; that nothing is paid says nothing."""
    if answer.surely:
        yield from reversed(list(_case("best", answer.surely, answer.least)))


def _case(kind: str, low: Size | None, high: Size | None) -> Iterator[End]:
    """The worst or the best case, from both sides or in one formula."""
    if low is not None and low == high:
        yield kind, "=", low
        return
    if high is not None:
        yield kind, "<=", high
    if low is not None:
        yield kind, ">=", low


def expected(answer: Answer) -> Iterator[End]:
    """The expectation, where more is known of it than that it lies between best and worst."""
    low, high = answer.expected.low, answer.expected.high
    if low is not None and low == high:
        yield "expected", "=", low
        return
    if high is not None and high != answer.upper:
        yield "expected", "<=", high
    if low is not None and low not in (answer.lower, answer.surely):
        yield "expected", ">=", low
