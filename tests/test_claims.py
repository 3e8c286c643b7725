"""Which claims of the shipped programs are decided today: none is false, and what is not decided yet is listed.

The list can only shrink: the test fails as soon as a claim on it is decided, so that it is taken off.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost.claims.verdict import Verdict, verdicts
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = sorted((ROOT / "examples").rglob("*.aalp"))

NEVER = {
    "routing": {
        "cost(generalist) / cost(specialists) = Theta(k)": "the paper's `as n grows` is the condition k = O(n)",
    },
    "real_debugging": {
        "cost(focused) by fix <= cost(naive) by fix": "how a module falls into functions is not known",
    },
}
"""Claims that are rightly left open, and why."""

NOT_YET: dict[str, set[str]] = {
    "integer_functions": {
        "calls(counting_up) <= 2*max(0, n)",
    },
    "random_loops": {
        "expected calls(select_wanted) = Theta(m)",
    },
}
"""Claims that nobody derives yet."""


def said(verdict: Verdict) -> str:
    return " ".join(verdict.claim.span.text.removeprefix("claim").split())


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_claim_is_decided_or_listed(path: Path) -> None:
    program, _ = load(read_source(path))
    assert program is not None
    found = verdicts(program)
    assert [said(each) for each in found if each.outcome == "false"] == []
    opened = {said(each) for each in found if each.outcome == "undecided"}
    assert opened - NEVER.get(path.stem, {}).keys() == NOT_YET.get(path.stem, set())
