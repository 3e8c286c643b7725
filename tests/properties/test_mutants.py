"""Single mistakes in correct programs: each is accepted, or earns one diagnostic at the place or naming it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from aalpl.check import Library, load
from aalpl.report import Diagnostic, Severity, Source
from tests.support.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SEED = 20260
COUNT = 2400

PROGRAMS = [
    *sorted((ROOT / "examples").rglob("*.aalp")),
    *sorted((ROOT / "tests/cases/shared").glob("*.aalp")),
]


def errors(of: Mutant, library: Library) -> list[Diagnostic]:
    return [d for d in load(Source(of.program, of.text), library)[1] if d.severity is Severity.ERROR]


def placed(error: Diagnostic, mutant: Mutant) -> bool:
    """Whether a diagnostic points at an edited line, or names what was edited."""
    labels = (error.label, *error.others)
    told = " ".join([error.title, error.hint or "", *(label.text for label in labels)])
    words = set(re.findall(r"[A-Za-z_]\w*'*", told))
    return any(label.span.line in mutant.lines for label in labels) or bool(words & mutant.words)


def test_one_mistake_gives_one_diagnostic_at_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    random, library = Random(SEED), Library()
    hands = [mutants(path.name, path.read_text(encoding="utf-8"), random) for path in PROGRAMS]
    counts: Counter[str] = Counter()
    several: list[Mutant] = []
    for i in range(COUNT):
        mutant = next(hands[i % len(hands)])
        found = errors(mutant, library)
        if len(found) > 1:
            several.append(mutant)
        counts["accepted" if not found else "placed" if placed(found[0], mutant) else "elsewhere"] += 1
    refused = counts["placed"] + counts["elsewhere"]
    share = counts["placed"] / refused
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{COUNT} mutants (seed {SEED}): {counts['accepted']} accepted, {refused} refused, "
            f"{len(several)} of them with more than one error, {share:.1%} at the edited line or naming it"
        )
    assert not several, "\n".join(f"{m.program}, {m.kind}:\n- {m.before}\n+ {m.after}" for m in several[:5])
    assert share >= 0.9
    assert counts["accepted"] < COUNT / 2
