"""`aalpl.testing.assert_within_bound`: passes within the bounds, and tells what is outside."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from aalpl import load
from aalpl.cost.result import Analysis, Answer, Asked, Quantity
from aalpl.program.size import ONE
from aalpl.testing import assert_within_bound, outside

ROOT = Path(__file__).resolve().parents[3]
DEBUGGING = ROOT / "examples/paper/debugging.aalp"


def test_simulated_runs_are_within_the_bounds() -> None:
    at = {"k": 10, "l": 7, "b": 3, "m_q": 1, "m_d": 8}
    results = assert_within_bound(DEBUGGING, "focused", at=at, runs=6)
    assert len(results) == 6
    assert {result.meter.calls for result in results} > {10}  # adversaries differ
    assert_within_bound(DEBUGGING, "naive", at=at, runs=3)


def test_bound_functions_are_within_the_bounds() -> None:
    program = load(DEBUGGING).bind(find_bug=lambda code: "bug", fix=lambda bug, seen: seen)
    (result,) = assert_within_bound(program, "focused", "a b c d " * 10, at={"k": 10, "b": 10}, runs=1)
    assert result.meter.calls == 20


def test_a_broken_hypothesis_fails_with_its_line() -> None:
    program = load(DEBUGGING).bind(find_bug=lambda code: "bug", fix=lambda bug, seen: seen)
    with pytest.raises(AssertionError) as caught:
        assert_within_bound(program, "focused", "a b c d " * 10, at={"k": 10, "b": 3}, runs=1)
    assert ":23:" in str(caught.value)
    assert "at most 3" in str(caught.value)


def test_a_run_that_fails_fails() -> None:
    program = load(DEBUGGING).bind(find_bug=lambda code: "bug", fix=lambda bug, seen: "much too short")
    with pytest.raises(AssertionError, match="run 1 did not come to its end"):
        assert_within_bound(program, "focused", "a b c d " * 10, at={"k": 10, "b": 3})


def test_bounds_that_are_too_low_or_too_high_are_seen() -> None:
    program = load(DEBUGGING)
    result = program.run("focused", at={"k": 10, "l": 7, "b": 3})
    right = program.analysis("focused")
    assert outside(result, right) is None

    def wrong(which: str, factor: int) -> Analysis:
        def fold(quantity: Quantity, asked: Asked) -> Answer:
            answer = right.fold(quantity, asked)
            size = getattr(answer, which)
            return attrs.evolve(answer, **{which: size and size * factor - ONE})

        return attrs.evolve(right, fold=fold)

    low = outside(result, wrong("upper", 0))
    assert low is not None
    assert "`focused` took" in low
    assert "calls, the bound is at most -1 = -1" in low
    assert "line 22: `find_bug` took 10, at most -1 = -1" in low
    high = outside(result, wrong("lower", 1000))
    assert high is not None
    assert "the bound is at least 9,999 = 1000*k - 1 at k = 10" in high


def test_nothing_to_hold_against_is_no_success() -> None:
    text = "llm a(x: text) -> text[1] size m\n\ndef f(x: text):\n    while * do\n        a(x)\n"
    with pytest.raises(AssertionError, match="no bound"):
        assert_within_bound(text, "f", "one", quantities=["cost"], runs=1)
    with pytest.raises(KeyError):
        assert_within_bound(text, "f", "one", quantities=["sheep"], runs=1)
