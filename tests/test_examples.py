"""What the shipped programs promise: they check without a warning, and are in the form that `aalpl fmt` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.report import Severity
from aalpl.tree import parse, read_source, write

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = sorted([*(ROOT / "examples").rglob("*.aalp"), *(ROOT / "stdlib").glob("*.aalp")])
AS_PRINTED = {"table1"}  # in the notation of its paper


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_shipped_program_has_nothing_to_mend(path: Path) -> None:
    program, diagnostics = load(read_source(path))
    assert program is not None
    assert [d.title for d in diagnostics if d.severity is not Severity.HINT] == []


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_a_shipped_program_says_what_it_is(path: Path) -> None:
    file, _ = parse(read_source(path))
    assert file is not None
    assert file.docstring is not None


@pytest.mark.parametrize(
    "path", [p for p in PROGRAMS if p.stem not in AS_PRINTED], ids=lambda path: path.stem
)
def test_a_shipped_program_is_in_canonical_form(path: Path) -> None:
    source = read_source(path)
    file, _ = parse(source)
    assert file is not None
    assert write(file) == source.text
