"""The bill against the provider's own books, over runs with refused answers, lost replies and a journal."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from random import Random
from typing import Any

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.check import load
from aalpl.live.bill import Bill, Sum
from aalpl.live.binding import Binding
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.progress import Progress
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Lost
from aalpl.live.worst import charged
from aalpl.report import Source
from aalpl.run.backend import Question

PROGRAM = """\
size k
llm ask(i: int) -> bool size 1
def f() -> list[k] of bool:
    zs <- parallel for i in 1..k yield ask(i)
    return zs
"""
PRICED = Binding(
    price_in=Fraction(3),
    price_out=Fraction(15),
    price_cached=Fraction(1),
    price_call=Fraction(1, 1000),
    retries=20,
)


@attrs.define
class Books:
    """A provider that keeps its own books; it answers wrongly and loses replies by chance."""

    random: Random
    billed: list[tuple[bool, Usage]] = attrs.field(factory=list)  # (asked again, what was billed)
    lost: int = 0

    async def answer(self, question: Question) -> Any:
        await asyncio.sleep(0)
        if self.random.random() < 0.2:
            self.lost += 1
            raise Lost("lost", "lost", wait=0.0)
        read = self.random.randint(1, 100)
        usage = Usage(
            read, self.random.randint(1, 9), self.random.randint(0, read), None, self.random.randint(0, 1)
        )
        self.billed.append((bool(question.earlier), usage))
        return Reply("perhaps" if self.random.random() < 0.3 else "true", usage)


@attrs.define
class Memory:
    """A journal that forgets at the end of the process."""

    kept: dict[tuple[str, int], Reply] = attrs.field(factory=dict)

    def recall(self, question: Question) -> Reply | None:
        return self.kept.get((question.key, len(question.earlier)))

    def sent(self, question: Question) -> None:
        """Nothing is kept of it."""

    def answered(self, question: Question, reply: Reply) -> None:
        self.kept[question.key, len(question.earlier)] = reply


def run(books: Books, journal: Memory, k: int) -> tuple[Performed, Bill]:
    program, _ = load(Source("p.aalp", PROGRAM))
    assert program is not None
    lines = {"*": Line(books, again=20, binding=PRICED)}
    bill = Bill(lines)
    at = {"k": k}
    found = asyncio.run(perform(program, "f", None, at, lines=lines, journal=journal, watches=[bill]))
    return found, bill


def summed(usages: list[Usage]) -> Sum:
    total = Sum()
    for usage in usages:
        total.add(usage, charged(PRICED, usage))
    return total


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10**6), k=st.integers(1, 30))
def test_every_call_is_billed_once(seed: int, k: int) -> None:
    books, journal = Books(Random(seed)), Memory()
    found, bill = run(books, journal, k)
    account = bill.accounts["ask"]
    assert found.run.meter.calls == k == account.first.calls
    assert account.first == summed([usage for again, usage in books.billed if not again])
    assert account.again == summed([usage for again, usage in books.billed if again])
    assert account.paid == bill.total() == summed([usage for _, usage in books.billed])
    assert account.lost == books.lost
    assert account.refused == account.again.calls
    assert account.kept == Sum()
    assert bill.running == 0
    assert bill.cost == account.paid.money
    billed = len(books.billed)
    _, second = run(books, journal, k)
    assert len(books.billed) == billed
    assert second.accounts["ask"].kept == account.paid
    assert second.total() == Sum()
    assert second.accounts["ask"].first == account.first


def test_unknown_tokens_and_prices_are_unknown() -> None:
    total = Sum()
    total.add(Usage(5, 5), Fraction(1))
    assert total.money == 1
    total.add(Usage(5, None), None)
    assert total.money is None
    assert total.untold == 1
    assert total.plus(Sum()).money is None


def test_what_is_left_is_reckoned_from_calls_that_were_sent() -> None:
    times = iter([100.0, 110.0, 120.0])
    bill = Bill({})
    progress = Progress(bill, lambda: next(times), expected=50)
    assert progress.stand().left is None
    bill.done, bill.kept = 10, 20
    stand = progress.stand()
    assert stand.seconds == 20
    assert stand.left == 40  # 20 calls are missing, and each took two seconds
