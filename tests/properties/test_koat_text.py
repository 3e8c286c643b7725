"""Any text is a transition system or one mistake with its place."""

from __future__ import annotations

import random

import pytest
from support.system_generator import text

from aalpl.cost.koat.reader import read
from aalpl.report import Source
from aalpl.report.diagnostic import Diagnosed

PIECES = [
    "(", ")", "{", "}", "[", "]", ",", ":", ":+:", ":|:", "->", "-{", "}>", "&&", "||", "=", "!=", "<", ">=", "+", "-", "*",
    "/", "^", "x", "y", "f", "g", "Com_2", "UNIFORM", "BINOMIAL(2, 1/2)", "HYPERGEOMETRIC(3, 2, 1)", "GEOMETRIC", "0", "1",
    "7", "1/2", "0.5", "99999999999", "true", "RULES", "GOAL", "VAR", "STARTTERM", "é", "#", "\n", " ", "end", "'", "~",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_a_text_is_a_system_or_a_mistake(seed: int) -> None:
    pick = random.Random(seed)
    written = text(seed)
    for _ in range(pick.randint(1, 6)):
        at = pick.randrange(len(written))
        match pick.randrange(3):
            case 0:
                written = written[:at] + pick.choice(PIECES) + written[at:]
            case 1:
                written = written[:at] + written[at + pick.randint(1, 8) :]
            case _:
                other = pick.randrange(len(written))
                written = written[:at] + written[min(at, other) : max(at, other)][:40] + written[at:]
    try:
        read(Source("mutated.koat", written))
    except Diagnosed as mistake:
        (found,) = mistake.diagnostics
        assert found.hint
        assert found.code.startswith("system-")
        assert 0 <= found.label.span.start <= len(written)
