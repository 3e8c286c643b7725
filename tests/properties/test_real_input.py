"""Debugging a real module of the standard library, its functions of unequal length: predicted is measured, to the token."""

from __future__ import annotations

import textwrap
from fractions import Fraction
from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Quantity
from aalpl.report import Source
from aalpl.run import execute, observed

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "paper" / "real_debugging.aalp"
MODULE = Path(textwrap.__file__).read_text(encoding="utf-8")
WEIGHTS = {"m_q": 3, "m_d": 7}
MODELS = {
    "primitive": lambda m, p, o: m * (o * p + Fraction(o * (o - 1), 2)),
    "calls": lambda m, p, o: 1,
    "tokens": lambda m, p, o: p + o,
    "attention": lambda m, p, o: (p + o) ** 2,
    "m*P + 3*O": lambda m, p, o: m * p + 3 * o,
}
"""Each cost model written out by hand, from the sizes P and O of the calls that the run made."""


@pytest.mark.parametrize("function", ["naive", "focused"])
@pytest.mark.parametrize("bugs", [1, 4])
def test_predicted_is_measured(function: str, bugs: int) -> None:
    program, _ = load(Source(PROGRAM.name, PROGRAM.read_text(encoding="utf-8")))
    assert program is not None
    at = {"b": bugs, **WEIGHTS}
    run = execute(program, function, {"module": MODULE}, at, seed=bugs, observe=True)
    assert run.diagnostics == ()
    assert run.meter.calls >= bugs
    analysis = analyse(program, function, tuple(MODELS))
    known = observed(run.observations, {**at, **run.entry})
    for name, price in MODELS.items():
        measured = sum(
            count * price(WEIGHTS["m_q" if model == "find_bug" else "m_d"], read, written)
            for (_, _, model, read, written), count in run.meter.events.items()
        )
        answer = analysis.answer(Quantity("cost", name))
        assert answer.exact is not None
        assert answer.exact.value(known) == measured, name


def test_the_pieces_are_the_module_and_are_unequal() -> None:
    program, _ = load(Source(PROGRAM.name, PROGRAM.read_text(encoding="utf-8")))
    assert program is not None
    run = execute(program, "focused", {"module": MODULE}, {"b": 1, **WEIGHTS}, observe=True)
    lengths = {read for (_, primitive, _, read, _) in run.meter.events if primitive == "find_bug"}
    assert len(lengths) > 5


def test_naive_is_known_before_it_is_run() -> None:
    """Each round rewrites the module, so b rounds write b times its tokens, whatever the bugs are."""
    program, _ = load(Source(PROGRAM.name, PROGRAM.read_text(encoding="utf-8")))
    assert program is not None
    answer = analyse(program, "naive").answer(Quantity("tokens out"), primitive="fix")
    assert answer.exact is not None
    assert answer.exact.value({"b": 5, "len(module)": 1000}) == 5000
