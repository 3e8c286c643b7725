"""Asks each model one short question, to see that key, address, model and contract work together."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import attrs

from aalpl.backends.connect import connected
from aalpl.check import load
from aalpl.live.bill import Bill
from aalpl.live.binding import Binding
from aalpl.live.perform import perform
from aalpl.live.stops import Unanswered
from aalpl.program.nodes import Program
from aalpl.report.source import Source
from aalpl.shell.numbers import spoken

QUESTION = """\
llm is_it_so(statement: text) -> bool  size 1

def check(statement: text) -> bool:
    return is_it_so(statement)
"""
STATEMENT = "Two is more than one."


@attrs.frozen
class Checked:
    """What came back: the answer, what was billed, how long it took; or what is wrong."""

    said: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    seconds: float = 0.0
    wrong: str = ""
    hint: str = ""

    def words(self) -> str:
        """One line."""
        if self.wrong:
            return f"{self.wrong}{f' ({self.hint})' if self.hint else ''}"
        tokens = f"{spoken(self.tokens_in)} tokens in, {spoken(self.tokens_out)} out"
        return f"answers `{self.said}` · {tokens} · {self.seconds:.2f} s"

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return attrs.asdict(self) | {"wrong": self.wrong or None, "hint": self.hint or None}


def asked(bindings: Mapping[str, Binding], environment: Mapping[str, str]) -> dict[str, Checked]:
    """What each model says; all are asked at once."""
    program, _ = load(Source("check.aalp", QUESTION))
    assert program is not None
    return asyncio.run(_all(program, bindings, environment))


async def _all(
    program: Program, bindings: Mapping[str, Binding], environment: Mapping[str, str]
) -> dict[str, Checked]:
    found = await asyncio.gather(*(_one(program, binding, environment) for binding in bindings.values()))
    return dict(zip(bindings, found, strict=True))


async def _one(program: Program, binding: Binding, environment: Mapping[str, str]) -> Checked:
    once = attrs.evolve(binding, retries=0, again=0)
    try:
        async with connected({"*": once}, environment) as lines:
            bill = Bill(lines)
            done = await perform(program, "check", {"statement": STATEMENT}, lines=lines, watches=[bill])
    except Unanswered as error:
        return Checked(wrong=error.title, hint=error.hint or "")
    if done.run.diagnostics:
        first = done.run.diagnostics[0]
        return Checked(wrong=first.title, hint=first.hint or "")
    (account,) = bill.accounts.values()
    told = account.paid if not account.paid.untold else None
    return Checked(
        done.run.shown(),
        None if told is None else told.tokens_in,
        None if told is None else told.tokens_out,
        account.seconds,
    )
