"""Random programs that chance decides: what is derived of their expectations holds against value iteration.

`Game` explores all behaviours from a few starts without any of the analysis. Where its states were not cut off both ends are
compared, else only the upper one (an expectation on fewer states is smaller). Shares and tightness are printed.
"""

from __future__ import annotations

from statistics import median

import pytest
from support.chancy import held
from support.sharing import shared

PROGRAMS = 300


def test_derived_expectations_hold(first_seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = shared(held, range(first_seed, first_seed + PROGRAMS))
    for each in found:
        assert not each.wrong, each.wrong[0]
    share = sum(each.finite for each in found) / len(found)
    ratios = [ratio for each in found for ratio in each.ratios]
    with capsys.disabled():
        spread = f"upper/exact: median {median(ratios):.3g} of {len(ratios)}, largest {max(ratios):.3g}"
        print(f"\n{len(found)} programs of chance: {share:.0%} with a finite expectation; {spread}")  # noqa: T201
    assert share >= 0.4
    assert len(ratios) >= 0.5 * PROGRAMS
    assert median(ratios) <= 1.5
