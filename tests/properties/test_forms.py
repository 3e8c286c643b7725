"""The engine against an interpreter of the form: whatever is observed, the exact form is what the calls add up to."""

from __future__ import annotations

from collections import Counter

from support.form_judge import differs
from support.sharing import shared


def test_random_forms() -> None:
    seen: Counter[str] = Counter()
    for counted, wrong in shared(differs, range(100)):
        assert not wrong, "\n".join(wrong)
        seen += counted
    assert seen["exact"] > seen["all"] / 4, seen
