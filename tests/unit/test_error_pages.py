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
ROOMS = ("tree", "check", "run", "cost", "live", "shell", "backends", "python")

# Words with a hyphen that stand in the code for other things, and codes that no text can earn: the grammar keeps out what
# they speak of, and they are there because a match has an arm for every node, a class an attribute for every child.
NO_CODES = {"utf-8", "utf-8-sig", "only-in-claims", "value-count", "run-error", "prefill-decode"}
NO_CODES |= {"anthropic-version", "x-api-key", "retry-after-ms", "gpu-layers"}
NO_CODES |= {"cache-write", "genai-prices", "requests-per-minute", "tokens-per-minute"}

# What no program earns, but a command line, a machine or a file beside it; `…` in the page's console block, or prose.
NOT_OF_A_PROGRAM = {
    "answer-contract", "bad-condition", "bad-grid", "bad-input", "bad-models", "bad-precision", "bad-size", "bad-table", "bounded-size", "claim-false", "claim-undecided", "file-exists", "function-input", "input-length",
    "input-type", "no-function", "no-module", "no-plot-library", "no-such-file", "not-derived", "not-solved", "oracle-input", "recursion-too-deep", "rivals-broken", "script-exhausted",
    "system-arity", "system-feature", "system-probability", "system-syntax", "unknown-adversary", "unknown-backend", "unknown-code", "unknown-command", "unknown-example", "unknown-function",
    "unknown-input", "unknown-size", "unknown-view", "which-function",
    "broken-connection", "busy-backend", "declined-call", "failed-reply", "failing-backend", "garbled-reply", "late-reply",
    "bad-amount", "bad-config", "bad-figure", "calls-spent", "cannot-write", "deadline-reached", "money-spent", "needs-yes", "not-run",
    "tokens-spent", "unbounded-call", "unpriced-call",
    "bad-trace", "function-raised", "unknown-primitive",
    "journal-failed", "journal-in-use", "no-journal", "no-opentelemetry", "not-recorded", "other-run", "replies-not-kept", "went-another-way",
    "no-backend", "no-chances", "no-key", "no-model-file", "refused-call", "refused-key", "silent-reply", "unreachable-backend",
}  # fmt: skip


def literals(*rooms: str) -> Iterator[str]:
    for room in rooms:
        for path in sorted((ROOT / "aalpl" / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield node.value


def codes() -> set[str]:
    """Kebab-case literals: nothing but codes is written so, what is not is listed above."""
    return {text for text in literals(*ROOMS) if KEBAB.fullmatch(text)} - NO_CODES


def test_every_code_has_a_page() -> None:
    assert sorted(codes() - {page.stem for page in PAGES}) == []


def test_every_page_has_a_code() -> None:
    assert sorted({page.stem for page in PAGES} - set(literals(*ROOMS))) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_a_page_shows_a_program_that_earns_its_code_and_one_that_does_not(page: Path) -> None:
    if page.stem in NOT_OF_A_PROGRAM:
        return
    found = cases(page.read_text(encoding="utf-8"), ("error", "fault"))
    earned = [any(page.stem in block.text.split() for block in case.expected) for case in found]
    assert any(earned)
    assert not all(earned)
