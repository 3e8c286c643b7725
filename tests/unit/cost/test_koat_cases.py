"""The transition systems of the documentation and of the literate cases: what is derived is what stands there."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from support.rules_runner import TooMany, paid

from aalpl.cases.document import Block, blocks
from aalpl.cases.formula import formula
from aalpl.cost.koat.reader import read
from aalpl.cost.koat.report import answered
from aalpl.program.size import Size
from aalpl.report import Source

ROOT = Path(__file__).resolve().parents[3]
PAGES = [ROOT / "docs/cost.md", ROOT / "tests/cases/koat/systems.md"]


def cases() -> list[tuple[str, Block, Block]]:
    found: list[tuple[str, Block, Block]] = []
    for page in PAGES:
        system: Block | None = None
        for block in blocks(page.read_text(encoding="utf-8")):
            if block.kind == "koat":
                system = block
            elif block.kind == "bounds" and system is not None:
                found.append((f"{page.stem}: {block.heading}", system, block))
    return found


@pytest.mark.parametrize(("title", "system", "expected"), cases(), ids=lambda each: str(each)[:60])
def test_what_is_derived_is_what_stands_there(title: str, system: Block, expected: Block) -> None:
    asked = read(Source(title, system.text))
    answer = answered(asked).answer
    ends = {
        "worst": (answer.reached or answer.lower, answer.upper),
        "best": (answer.lower, answer.least or answer.upper),
        "expected": (answer.expected.low, answer.expected.high),
    }
    names = asked.rules.variables
    starts = [dict(zip(names, at, strict=True)) for at in itertools.product(range(-3, 7), repeat=len(names))]
    for line in expected.text.splitlines():
        kind, sign, text = line.split(" ", 2)
        low, high = ends[kind]
        if text == "unknown":
            assert high is None
            continue
        wanted = formula(text)
        for size in {"=": (low, high), "<=": (high,), ">=": (low,)}[sign]:
            assert size is not None, line
            assert same(size, wanted, starts), (line, str(size))
    for start in starts:
        try:
            found = paid(asked.rules, start, reach=4, limit=100)
        except TooMany:
            continue
        assert answer.upper is None or float(answer.upper.value(start)) >= found.worst
        assert answer.lower is None or float(answer.lower.value(start)) <= found.best
        if answer.expected.high is not None:
            assert float(answer.expected.high.value(start)) >= found.expected - 1e-6


def same(one: Size, other: Size, starts: list[dict[str, int]]) -> bool:
    return all(one.value(at) == other.value(at) for at in starts)
