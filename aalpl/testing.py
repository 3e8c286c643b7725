"""For the tests of those who use the package: runs stay within the bounds that are derived from their programs.

from aalpl.testing import assert_within_bound

def test_cost():
    program = aalpl.load("review.aalp").bind(judge=fake_judge)
    assert_within_bound(program, "review", documents, runs=3)
    assert_within_bound("review.aalp", "review", at={"n": 1000}, runs=20)     # simulated
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from os import PathLike
from typing import Any

import attrs

from aalpl.cases import beside
from aalpl.cases.beside import Number
from aalpl.cost.result import Analysis, Answer
from aalpl.cost.words import predict
from aalpl.python.failed import Failed
from aalpl.python.opened import load
from aalpl.python.program import Program
from aalpl.python.result import Result
from aalpl.run.result import QUANTITIES, Row

ADVERSARIES = ("worst", "best", "random")


def assert_within_bound(
    program: Program | str | PathLike[str],
    function: str | None = None,
    /,
    *values: Any,
    at: Mapping[str, Any] | None = None,
    inputs: Mapping[str, Any] | None = None,
    runs: int = 10,
    seed: int = 0,
    quantities: Sequence[str] | None = None,
) -> list[Result]:
    """Runs a function so often (simulated where nothing is bound, with all adversaries by turns), and holds what each
    run measured against the bounds at its own sizes: calls, tokens and, where the models' sizes are given, the cost.

    Fails with AssertionError where a run did not come to its end, where a hypothesis did not hold that the bounds rest
    on, where a quantity lies outside, and where there was no bound to hold anything against. Gives the results."""
    loaded = program if isinstance(program, Program) else load(program)
    found: list[Result] = []
    for i in range(runs):
        adversary = "random" if loaded.bound else ADVERSARIES[i % len(ADVERSARIES)]
        try:
            result = loaded.run(function, *values, at=at, inputs=inputs, seed=seed + i, adversary=adversary)
        except Failed as failed:
            raise AssertionError(f"run {i + 1} did not come to its end:\n{failed}") from failed
        analysis = loaded.analysis(result.function)
        if problem := outside(result, analysis, quantities):
            raise AssertionError(f"run {i + 1} (seed {seed + i}): {problem}")
        found.append(result)
    return found


@attrs.frozen
class Held:
    """A quantity of a run between its bounds; None where there is none."""

    name: str
    measured: Number
    low: Number | None
    high: Number | None
    answer: Answer

    @property
    def within(self) -> bool:
        """Whether neither bound is broken."""
        return (self.low is None or self.low <= self.measured) and (
            self.high is None or self.measured <= self.high
        )


def outside(result: Result, analysis: Analysis, names: Sequence[str] | None = None) -> str | None:
    """What is wrong with a run, in words: the quantity, the bound, the sizes, the line; None where nothing is."""
    held = list(_held(result, analysis, names))
    broken = [evidence for evidence in result.hypotheses if evidence.held is False]
    first = next((one for one in held if not one.within), None)
    if first is None and not broken:
        if not any(one.low is not None or one.high is not None for one in held):
            wanted = f": {', '.join(names)}" if names else ""
            return f"no bound of `{result.function}` can be held against this run{wanted}"
        return None
    said = [] if first is None else [_words(first, result, analysis)]
    said += [f"line {e.span.line}: `{e.text}` did not hold: {e.found}" for e in broken]
    return "\n".join(said)


def _held(result: Result, analysis: Analysis, names: Sequence[str] | None) -> Iterable[Held]:
    every, measured = beside.quantities(), result.measured
    for name in names or every:
        if name not in every:
            raise KeyError(f"there is no quantity `{name}`: choose {', '.join(every)}")
        value = measured[name]
        if value is None:
            continue
        answer = analysis.answer(every[name])
        low, high = _at(answer.lower, result, analysis), _at(answer.upper, result, analysis)
        yield Held(name, value, low, high, answer)


def _at(size: Any, result: Result, analysis: Analysis) -> Number | None:
    """A bound at the sizes of a run; numbers of rounds that it is given in are those that happened."""
    if size is None:
        return None
    values = {**predict.observations(analysis, result.run.observations), **result.sizes}
    if not set(size.free) <= values.keys():
        return None
    found = size.value(values)
    return found.numerator if isinstance(found, Fraction) and found.denominator == 1 else found


def _words(held: Held, result: Result, analysis: Analysis) -> str:
    above = held.high is not None and held.measured > held.high
    side, bound, size = (
        ("at most", held.high, held.answer.upper) if above else ("at least", held.low, held.answer.lower)
    )
    sizes = ", ".join(
        f"{name} = {value}" for name, value in result.sizes.items() if name in getattr(size, "free", ())
    )
    words = f"`{result.function}` took {held.measured:,} {held.name}, the bound is {side} {bound:,} = {size}"
    words += f" at {sizes}" if sizes else ""
    row = _to_blame(held, result, analysis) if above else None
    return f"{words}\n{row}" if row else words


def _to_blame(held: Held, result: Result, analysis: Analysis) -> str | None:
    """The first line that by itself takes more than its own bound."""
    name = held.name
    if name not in QUANTITIES:
        return None
    for row in result.meter.rows:
        answer = analysis.answer(beside.quantities()[name], place=row.place, primitive=row.primitive)
        high, measured = _at(answer.upper, result, analysis), _of(row, name)
        if high is not None and measured is not None and measured > high:
            return f"line {row.span.line}: `{row.primitive}` took {measured:,}, at most {high:,} = {answer.upper}"
    return None


def _of(row: Row, name: str) -> Number | None:
    match name:
        case "calls":
            return row.calls
        case "tokens in":
            return row.tokens_in
        case "tokens out":
            return row.tokens_out
        case "tokens":
            return row.tokens_in + row.tokens_out
        case _:
            return row.cost
