"""Budgets: never overspent, whatever happens in which order, and used up as far as that is possible."""

from __future__ import annotations

import asyncio
from fractions import Fraction
from random import Random
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.check import load
from aalpl.live.binding import Binding
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.purse import Budgets, Wallet
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Lost, Stopped, Unanswered
from aalpl.live.worst import Taken, charged, heaviest
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run.backend import Question

PARALLEL = """\
size n, k
llm ask(x: text[n]) -> text[<= 5] size m
def f(x: text[n]) -> list[k] of text[<= 5]:
    zs <- parallel for i in 0..k-1 yield ask(x)
    return zs
"""
PRICED = Binding(price_in=Fraction(3), price_out=Fraction(15), ratio=Fraction(1), overhead=Fraction(0))


def program_of(text: str) -> Program:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    return program


@attrs.define
class Provider:
    """Bills what it likes up to the worst case, loses replies, fails; keeps its own books."""

    random: Random
    binding: Binding
    lose: float = 0.0
    fail: float = 0.0
    cheap: bool = True
    paid: Taken = Taken()
    sent: int = 0
    running: int = 0

    async def answer(self, question: Question) -> Any:
        read, written = heaviest(question, self.binding)
        assert written is not None
        self.sent += 1
        self.running += 1
        try:
            await asyncio.sleep(self.random.random() * 0.003)
            fate = self.random.random()
            if fate < self.fail:
                raise Unanswered("refused-call", "no")
            tokens_in = self.random.randint(1, read) if self.cheap else read
            tokens_out = self.random.randint(1, written) if self.cheap else written
            usage = Usage(tokens_in, tokens_out)
            cost = charged(self.binding, usage)
            assert cost is not None
            self.paid += Taken(1, tokens_in + tokens_out, cost)
            if fate < self.fail + self.lose:
                raise Lost("lost", "lost", wait=0.001)
            return Reply("a b", usage)
        finally:
            self.running -= 1


def spend(provider: Provider, budgets: Budgets, k: int = 100, **more: Any) -> tuple[Performed, Wallet]:
    async def go() -> tuple[Performed, Wallet]:
        wallet = Wallet(budgets, asyncio.get_running_loop().time)
        line = Line(provider, "m", binding=provider.binding)
        found = await perform(
            program_of(PARALLEL), "f", None, {"n": 4, "k": k}, lines={"*": line}, purse=wallet, **more
        )
        return found, wallet

    return asyncio.run(go())


def test_a_hundred_branches_against_a_budget_for_forty_calls() -> None:
    provider = Provider(Random(1), PRICED)
    found, wallet = spend(provider, Budgets(calls=40))
    assert isinstance(found.ended, Stopped)
    assert found.run.diagnostics[0].code == "calls-spent"
    assert provider.paid.calls == provider.sent == wallet.spent.calls == 40
    assert provider.running == 0
    assert found.run.meter.calls == 40


def test_a_hundred_branches_against_money_for_forty_calls() -> None:
    """Every call is billed at its worst, so the money is enough for exactly forty."""
    alone = Provider(Random(1), PRICED, cheap=False)
    spend(alone, Budgets(), k=1)
    provider = Provider(Random(1), PRICED, cheap=False)
    found, _ = spend(provider, Budgets(cost=alone.paid.cost * 40))
    assert isinstance(found.ended, Stopped)
    assert found.run.diagnostics[0].code == "money-spent"
    assert provider.paid.calls == 40
    assert provider.paid.cost == alone.paid.cost * 40


def test_money_that_comes_back_is_used() -> None:
    """A budget for one worst case at a time is enough for many calls that turn out cheaper."""
    alone = Provider(Random(1), PRICED, cheap=False)
    spend(alone, Budgets(), k=1)
    provider = Provider(Random(1), PRICED)
    budget = alone.paid.cost * 10
    found, _ = spend(provider, Budgets(cost=budget))
    assert isinstance(found.ended, Stopped)
    assert provider.paid.calls > 10
    assert budget - alone.paid.cost < provider.paid.cost <= budget


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    lose=st.sampled_from([0.0, 0.1, 0.4]),
    fail=st.sampled_from([0.0, 0.02]),
    calls=st.none() | st.integers(0, 60),
    tokens=st.none() | st.integers(0, 6000),
    dollars=st.none() | st.fractions(0, Fraction(1, 50), max_denominator=10**5),
)
def test_no_budget_is_ever_overspent(
    seed: int, lose: float, fail: float, calls: int | None, tokens: int | None, dollars: Fraction | None
) -> None:
    """Whatever the order of settlements, what the provider has billed (also for replies that were lost) fits."""
    provider = Provider(Random(seed), PRICED, lose, fail)
    found, wallet = spend(provider, Budgets(calls, tokens, dollars), k=40)
    assert calls is None or provider.paid.calls <= calls
    assert tokens is None or provider.paid.tokens <= tokens
    assert dollars is None or provider.paid.cost <= dollars
    assert wallet.held == Taken()
    assert wallet.under_way == provider.running == 0
    assert wallet.exceeded == 0
    if found.ended is None:
        assert found.run.meter.calls == 40
        assert provider.paid.calls >= 40


def test_cancelled_runs_give_back_nothing_that_may_have_been_paid() -> None:
    provider = Provider(Random(3), PRICED)

    async def stop() -> Stopped:
        await asyncio.sleep(0.001)
        return Stopped("deadline-reached", "time is up")

    async def go() -> tuple[Performed, Wallet]:
        wallet = Wallet(Budgets(calls=1000), asyncio.get_running_loop().time)
        lines = {"*": Line(provider, binding=PRICED)}
        at = {"n": 4, "k": 50}
        return await perform(
            program_of(PARALLEL), "f", None, at, lines=lines, purse=wallet, brake=stop()
        ), wallet

    found, wallet = asyncio.run(go())
    assert found.ended is not None
    assert found.run.value is None
    assert provider.running == 0
    assert wallet.spent.calls == provider.sent


@pytest.mark.parametrize(
    ("binding", "contract", "budgets", "code"),
    [
        (Binding(), "text[<= 5]", Budgets(cost=Fraction(1)), "unpriced-call"),
        (PRICED, "text[O(1)]", Budgets(cost=Fraction(1)), "unbounded-call"),
        (PRICED, "text[O(1)]", Budgets(tokens=10**6), "unbounded-call"),
        (PRICED, "text[O(1)]", Budgets(calls=10), None),
        (attrs.evolve(PRICED, most=50), "text[O(1)]", Budgets(cost=Fraction(1)), None),
    ],
)
def test_what_nothing_bounds_is_not_sent(
    binding: Binding, contract: str, budgets: Budgets, code: str | None
) -> None:
    text = (
        f"size n\nllm ask(x: text[n]) -> {contract} size m\ndef f(x: text[n]) -> text:\n    return ask(x)\n"
    )
    sent = 0

    class Counting:
        def answer(self, question: Question) -> Any:
            nonlocal sent
            sent += 1
            return Reply("a", Usage(1, 1))

    async def go() -> Performed:
        wallet = Wallet(budgets, asyncio.get_running_loop().time)
        lines = {"*": Line(Counting(), binding=binding)}
        return await perform(program_of(text), "f", None, {"n": 4}, lines=lines, purse=wallet)

    found = asyncio.run(go())
    assert [d.code for d in found.run.diagnostics] == ([] if code is None else [code])
    assert sent == (code is None)


def test_cached_tokens_cost_what_is_said_and_unknown_prices_are_unknown() -> None:
    binding = Binding(price_in=Fraction(10), price_out=Fraction(20), price_cached=Fraction(1))
    usage = Usage(1000, 100, cached=600)
    assert charged(binding, usage) == Fraction(400 * 10 + 600 * 1 + 100 * 20, 10**6)
    assert charged(attrs.evolve(binding, price_cached=None), usage) == Fraction(1000 * 10 + 100 * 20, 10**6)
    assert charged(binding, Usage(1000, 100, written=5)) is None
    assert charged(binding, Usage(1000, None)) is None
    assert charged(Binding(price_in=Fraction(1)), Usage(10, 1)) is None


def test_a_deadline_holds_where_answers_come_at_once() -> None:
    """Nothing is ever waited for: the brake still gets its turn."""

    class AtOnce:
        def answer(self, question: Question) -> Any:
            return "a b"

    async def stop() -> Stopped:
        await asyncio.sleep(0.05)
        return Stopped("deadline-reached", "time is up")

    text = "size n\nllm ask(x: text[n]) -> text[<= 5] size m\ndef f(x: text[n]):\n    for i in 1..10^7 do\n        y <- ask(x)\n"

    async def go() -> Performed:
        return await perform(program_of(text), "f", None, {"n": 4}, lines={"*": Line(AtOnce())}, brake=stop())

    found = asyncio.run(go())
    assert found.ended is not None
    assert 0 < found.run.meter.calls < 10**6
