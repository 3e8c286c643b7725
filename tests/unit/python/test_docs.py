"""The page on moving an agent over shows the difference that there is, and an agent of the length that it says."""

import difflib
from pathlib import Path

from aalpl.cases.document import blocks

PAGE = Path(__file__).resolve().parents[3] / "docs/from-python.md"


def test_the_difference_is_that_of_the_two_files() -> None:
    found = {block.words or block.kind: block.text for block in blocks(PAGE.read_text(encoding="utf-8"))}
    agent, moved = found["agent.py"].splitlines(), found["moved.py"].splitlines()
    lines = difflib.unified_diff(agent, moved, "agent.py", "moved.py", lineterm="", n=2)
    assert [line.rstrip() for line in lines] == [line.rstrip() for line in found["diff"].splitlines()]
    assert 50 <= len(agent) <= 70
