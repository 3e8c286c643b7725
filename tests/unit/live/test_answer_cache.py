"""The cache of answers across runs: what another run asked is not asked again, and repeated samples stay samples."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path
from random import Random
from typing import Any

import pytest

from aalpl.check import load
from aalpl.live.journal.caching import NAME, Cached, cache
from aalpl.live.journal.header import header
from aalpl.live.journal.opening import opened
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.report import Source
from aalpl.run.backend import Question
from aalpl.run.prepare import Options

VOTES = "llm vote(x: text) -> text size 1\ndef f(x: text) -> list[7] of text:\n    zs <- parallel for i in 1..7 yield vote(x)\n    return zs\n"
ONE = "llm vote(x: text) -> text size 1\ndef g(x: text) -> text:\n    z <- vote(x)\n    return z\n"
TWO = ONE.replace("    return", "    z <- vote(x)\n    return")


class Model:
    """Never says the same twice."""

    def __init__(self, seed: int) -> None:
        self.random, self.asked = Random(seed), 0

    async def answer(self, question: Question) -> Any:
        self.asked += 1
        await asyncio.sleep(self.random.random() / 1000)
        return f"answer {self.random.randrange(10**9)}"


def ran(folder: Path, text: str, model: Model, who: str = "m", journal: Path | None = None) -> str:
    program, _ = load(Source("p.aalp", text))
    assert program is not None
    name = next(iter(program.functions))
    kept = cache(folder, lambda: 0.0)
    assert kept is not None
    inputs = {"x": "one two three"}
    file = None
    if journal is not None:
        file = opened(journal, header(program, name, inputs, None, Options(), {"*": who}), lambda: 0.0)
    try:
        asking = Cached(file, kept, {"*": who})
        run = asyncio.run(perform(program, name, inputs, lines={"*": Line(model)}, journal=asking)).run
    finally:
        kept.close()
        if file is not None:
            file.close()
    assert not run.diagnostics
    return run.shown()


def test_seven_votes_are_seven_requests_and_the_same_seven_next_time(tmp_path: Path) -> None:
    one, other = Model(1), Model(2)
    first = ran(tmp_path, VOTES, one)
    assert one.asked == 7
    assert len(set(first.strip("[]").split(", "))) == 7
    assert ran(tmp_path, VOTES, other) == first
    assert other.asked == 0


def test_more_votes_are_new_requests(tmp_path: Path) -> None:
    ran(tmp_path, VOTES, Model(1))
    model = Model(2)
    more = ran(tmp_path, VOTES.replace("7", "9"), model)
    assert model.asked == 2
    assert len(set(more.strip("[]").split(", "))) == 9


def test_another_program_takes_an_answer_once(tmp_path: Path) -> None:
    first = ran(tmp_path, ONE.replace("def g", "def other"), Model(1))
    model = Model(2)
    assert ran(tmp_path, TWO, model) != first  # the first call takes it, the second is another sample
    assert model.asked == 1
    third = Model(3)
    ran(tmp_path, ONE, third)
    assert third.asked == 0


def test_samples_of_other_places_are_nobodys(tmp_path: Path) -> None:
    ran(tmp_path, VOTES, Model(1))
    model = Model(2)
    ran(tmp_path, ONE, model)
    assert model.asked == 1


def test_another_model_is_asked(tmp_path: Path) -> None:
    ran(tmp_path, ONE, Model(1))
    model = Model(2)
    ran(tmp_path, ONE, model, who="another")
    assert model.asked == 1


def test_a_journal_keeps_what_the_cache_had(tmp_path: Path) -> None:
    first = ran(tmp_path / "c", VOTES, Model(1))
    assert ran(tmp_path / "c", VOTES, Model(2), journal=tmp_path / "j") == first
    model = Model(3)
    assert ran(tmp_path / "new", VOTES, model, journal=tmp_path / "j") == first
    assert model.asked == 0


@pytest.mark.parametrize("damage", ["cut", "other", "bytes"])
def test_a_broken_cache_is_as_none(tmp_path: Path, damage: str) -> None:
    ran(tmp_path, VOTES, Model(1))
    file = tmp_path / NAME
    whole = file.read_bytes()
    if damage == "cut":
        file.write_bytes(whole[:100])
    elif damage == "other":
        file.write_bytes(b"no database at all " * 100)
    else:
        file.write_bytes(whole.replace(b"answer", b"answxr"))
    kept = cache(tmp_path, lambda: 0.0)
    if kept is not None:
        kept.close()
        model = Model(2)
        assert "answxr" not in ran(tmp_path, VOTES, model)
        assert model.asked == 7


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    ran(tmp_path, VOTES, Model(1))
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
