"""Every diagnostic code has a page, and every page belongs to a code and shows a program that earns it.

That the programs really earn their codes is tested where the pages are collected, as literate cases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aalpl.cases.document import cases

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/errors").glob("*.md"))
KEBAB = re.compile(r"[a-z]+(-[a-z0-9]+)+")

# Words with a hyphen that stand in the code for other things.
NO_CODES: set[str] = set()


def codes() -> Iterator[str]:
    """Kebab-case literals in the rooms that find mistakes: nothing else is written so there."""
    for room in ("tree", "check"):
        for path in sorted((ROOT / "aalpl" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEBAB.fullmatch(node.value):
                    yield node.value


def test_every_code_has_a_page() -> None:
    assert set(codes()) - NO_CODES - {page.stem for page in PAGES} == set()


def test_every_page_has_a_code() -> None:
    assert {page.stem for page in PAGES} - set(codes()) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_shows_a_program_that_earns_its_code_and_one_that_does_not(page: Path) -> None:
    found = cases(page.read_text(encoding="utf-8"), ("error", "fault"))
    earned = [any(page.stem in block.text for block in case.expected) for case in found]
    assert any(earned)
    assert not all(earned)
