"""What is kept is what is found anew: for every example, after any edit of a line, in memory and on disk, line numbers too."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.kept import Memo, codec
from aalpl.cost.kept.desk import Desk, Reading
from aalpl.cost.kept.record import facts
from aalpl.cost.prices.own import named
from aalpl.cost.words.explain import explained
from aalpl.cost.words.summary import Summary, summarise
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Diagnostic, Source, draw
from aalpl.report.ink import Ink
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = sorted((ROOT / "examples").rglob("*.aalp"))
QUICK = {
    "agent_loop", "agent_until_done", "agent_window", "cascade", "chunk_map", "counting", "debate", "debugging",
    "debugging_growth", "endless_loops", "knockout", "long_chain", "majority", "needle", "pairwise_ranking",
    "react_rewoo", "real_debugging", "routing", "sliding_window", "thoughts", "walk", "workers",
}  # fmt: skip
SMALL = [path for path in PROGRAMS if path.stem in QUICK]
EDITS = 4


class Disk(dict[str, str]):
    """A store in memory, which counts what it is asked."""

    asked = 0

    def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
        self.asked += 1
        return super().get(key, default)

    def put(self, key: str, text: str) -> None:
        self[key] = text


def told(summary: Summary) -> str:
    """All of a summary, with every line and column in it."""
    return codec.encode((facts(summary.analysis), summary.answers, summary.grown, summary.lines))


def said(found: list[Diagnostic] | tuple[Diagnostic, ...]) -> list[str]:
    return list(draw.lines(list(found)))


def summaries(source: Source, memo: Memo, *, whole: bool = False) -> dict[str, Summary]:
    program, _ = load(source)
    if program is None:
        return {}
    pieces, model = Pieces(program, source), named("primitive", program)
    own = [name for name, function in program.functions.items() if not function.library]
    return {name: memo.summary(pieces, name, model, whole=whole) for name in own}


def verdicts(source: Source, memo: Memo) -> list[tuple[str, str, str]]:
    program, _ = load(source)
    found = [] if program is None else memo.verdicts(Pieces(program, source))
    return [(each.outcome, each.reason, each.instead) for each in found]


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_excerpts_say_what_the_whole_says(path: Path) -> None:
    source = read_source(path)
    program, _ = load(source)
    assert program is not None
    for name, summary in summaries(source, Memo(), whole=True).items():
        plain = summarise(program, analyse(program, name))
        assert summary.answers == plain.answers
        assert summary.lines == plain.lines
        assert summary.grown == plain.grown
        assert facts(summary.analysis).parts == facts(plain.analysis).parts
        assert [p.span for p in summary.analysis.parts] == [p.span for p in plain.analysis.parts]
        assert summary.analysis.hypotheses == plain.analysis.hypotheses
        lines = [each.span and each.span.line for each in summary.analysis.hypotheses]
        assert lines == [each.span and each.span.line for each in plain.analysis.hypotheses]
        assert summary.analysis.observables == plain.analysis.observables
        assert explained(summary, Ink()) == explained(plain, Ink())


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_found_on_disk_is_what_was_made(path: Path) -> None:
    source, disk = read_source(path), Disk()
    first = Memo(disk)
    made = {name: told(summary) for name, summary in summaries(source, first).items()}
    decided = verdicts(source, first)
    first.keep()
    again = Memo(disk)
    assert {name: told(summary) for name, summary in summaries(source, again).items()} == made
    assert verdicts(source, again) == decided
    assert again.shelf.made == 0
    assert again.shelf.found == len(made) + len(decided)


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_after_edits_it_is_what_is_found_anew(path: Path) -> None:
    dice = random.Random(path.stem)
    text = read_source(path).text
    desk, disk = Desk(), Disk()
    compare(desk.read(Source("x.aalp", text)), disk)
    for _ in range(EDITS):
        text = edited(text, dice)
        compare(desk.read(Source("x.aalp", text)), disk)


def compare(reading: Reading, disk: Disk) -> None:
    """A reading of a desk, and one from disk, beside what is found anew."""
    program, problems = load(reading.source)
    assert said(reading.problems) == said(problems)
    assert (reading.program is None) == (program is None)
    if program is None or reading.program is None:
        return
    assert reading.program == program
    assert list(places(reading.program)) == list(places(program))
    anew = {name: told(summary) for name, summary in summaries(reading.source, Memo()).items()}
    assert {name: told(reading.summary(name)) for name in reading.functions} == anew
    stored = Memo(disk)
    assert {name: told(summary) for name, summary in summaries(reading.source, stored).items()} == anew
    decided = verdicts(reading.source, Memo())
    assert [(each.outcome, each.reason, each.instead) for each in reading.verdicts] == decided
    assert verdicts(reading.source, stored) == decided


def places(of: Program) -> Iterator[tuple[str, int, int]]:
    return ((each.span.source.name, each.span.start, each.span.end) for each in of.obligations)


def edited(text: str, dice: random.Random) -> str:
    """The text with one line changed, put in, taken out, or said twice."""
    lines = text.splitlines()
    at = dice.randrange(len(lines))
    match dice.randrange(7):
        case 0:
            lines.insert(at, "")
        case 1:
            lines.insert(at, "# a remark")
        case 2:
            lines[at] += "  # a remark"
        case 3:
            del lines[at]
        case 4:
            lines.insert(at, lines[at])
        case _:
            numbers = [i for i, line in enumerate(lines) if re.search(r"\d", line)]
            at = dice.choice(numbers or [0])
            lines[at] = re.sub(
                r"\d+", lambda found: str(int(found[0]) + dice.choice([1, 2])), lines[at], count=1
            )
    return "\n".join(lines) + "\n"
