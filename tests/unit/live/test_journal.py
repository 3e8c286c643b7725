"""Journals: whatever was committed is never asked again, and a run that was stopped anywhere ends as one that was not."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import stat
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aalpl.check import load
from aalpl.live.journal.content import path as function_path
from aalpl.live.journal.file import JournalFile
from aalpl.live.journal.header import header
from aalpl.live.journal.manner import Manner
from aalpl.live.journal.opening import opened
from aalpl.live.line import Line
from aalpl.live.perform import Performed, perform
from aalpl.live.reply import Reply, Usage
from aalpl.live.stops import Unkept
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run.backend import Question
from aalpl.run.prepare import Options

VOTES = """\
size n
llm vote(x: text[n]) -> bool size m
llm write(x: text[n], was: bool) -> text[<= 6] size m
def pair(x: text[n]) -> text:
    zs <- parallel for i in 1..3 yield vote(x)
    y <- write(x, zs[1])
    return y
def f(x: text[n]) -> list[4] of text:
    a <- vote(x)
    if flip(1/2) then
        a <- vote(x)
    ys <- parallel for i in 1..4 yield pair(x)
    return ys
"""
AT = {"n": 4}


def program_of(text: str) -> Program:
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    return program


class Model:
    """A model whose answers differ each time it is asked, and that says how often it was."""

    def __init__(self, seed: int = 0, slow: float = 0.0, wrong: float = 0.0) -> None:
        self.random, self.slow, self.wrong = Random(seed), slow, wrong
        self.asked: list[str] = []

    async def answer(self, question: Question) -> Any:
        self.asked.append(f"{question.key} {len(question.earlier)}")
        if self.slow:
            await asyncio.sleep(self.random.random() * self.slow)
        if self.random.random() < self.wrong:
            return Reply("word " * 9 if question.primitive.name == "write" else "neither")
        if question.primitive.name == "vote":
            return Reply(self.random.random() < 0.5, Usage(7, 1))
        words = ["word", "other", "third"]
        return Reply(" ".join(self.random.choice(words) for _ in range(3)), Usage(9, 3), seconds=0.5)


class Killed(BaseException):
    """The process ends here."""


class Mortal:
    """A journal whose process ends at a certain write: before it, or after it."""

    def __init__(self, journal: JournalFile, lives: int, after: bool) -> None:
        self.journal, self.lives, self.after = journal, lives, after

    def recall(self, question: Question) -> Reply | None:
        return self.journal.recall(question)

    def sent(self, question: Question) -> None:
        self._dying(lambda: self.journal.sent(question))

    def answered(self, question: Question, reply: Reply) -> None:
        self._dying(lambda: self.journal.answered(question, reply))

    def _dying(self, write: Callable[[], None]) -> None:
        self.lives -= 1
        if self.lives < 0:
            raise Killed
        if self.lives or self.after:
            write()
        if not self.lives:
            self.lives = -1
            raise Killed


def open_journal(file: Path, text: str = VOTES, at: Any = None, seed: int = 0, **manner: Any) -> JournalFile:
    told = header(
        program_of(text), "f", None, at or AT, Options(seed=seed), {"*": manner.pop("who", "model")}
    )
    return opened(file, told, lambda: 1000.0, Manner(**manner))


def run(
    model: Any, journal: Any, text: str = VOTES, at: Any = None, seed: int = 0, again: int = 2, **more: Any
) -> Performed:
    return asyncio.run(
        perform(
            program_of(text), "f", None, at or AT, lines={"*": Line(model, again=again)}, journal=journal,
            options=Options(seed=seed), **more,
        )
    )  # fmt: skip


def finished(file: Path, model: Any, text: str = VOTES, again: int = 2, **manner: Any) -> Performed:
    journal = open_journal(file, text, **manner)
    try:
        return run(model, journal, text, again=again)
    finally:
        journal.close("finished")


def test_a_finished_journal_replays_everything(tmp_path: Path) -> None:
    one = Model(1, slow=0.001)
    first = finished(tmp_path / "j", one)
    assert first.run.shown()
    assert len(one.asked) == len(set(one.asked)) >= 17
    other = Model(2)
    again = finished(tmp_path / "j", other)
    assert other.asked == []
    assert (again.run.shown(), again.run.digest) == (first.run.shown(), first.run.digest)


SESSIONS = st.lists(st.tuples(st.integers(1, 25), st.booleans(), st.sampled_from([1, 2, None])), max_size=12)
"""Sessions of a run: how many writes each has, whether the last of them is done, how many branches are under way."""


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 99), SESSIONS, st.sampled_from([0.0, 0.1]))
def test_stopped_after_any_writes_it_ends_as_if_it_were_not(
    tmp_path_factory: Any, seed: int, sessions: list[tuple[int, bool, int | None]], wrong: float
) -> None:
    """The model answers otherwise each time: only what was kept can make a resumed run what it is."""
    file = tmp_path_factory.mktemp("j") / "j"
    calls = Counter[str]()
    committed: dict[tuple[bytes, int], bytes] = {}
    for lives, after, ahead in (*sessions, (10**9, True, None)):
        seed += 1
        model = Model(seed, slow=0.0005, wrong=wrong)
        journal = open_journal(file)
        assert answers(journal) == committed
        in_doubt = {(each.place, each.attempt) for each in journal.doubtful}
        mortal = Mortal(journal, lives, after)
        before = {key for key, _ in answers_by_place(journal)}
        try:
            last = run(model, mortal, again=9, ahead=ahead)
        except Killed:
            last = None
        assert not before & {(key, int(attempt)) for key, attempt in map(str.split, model.asked)}  # type: ignore[misc]
        assert len(in_doubt) <= 13
        committed = {**committed, **answers(journal)}
        assert answers(journal) == committed
        calls.update(model.asked)
        journal.close()
        if last is not None:
            break
    assert last is not None
    whole = finished(file, Model(-1), again=9)
    assert (whole.run.shown(), whole.run.digest) == (last.run.shown(), last.run.digest)
    assert whole.run.meter.calls == len({asked.split()[0] for asked in calls}) == last.run.meter.calls


def answers(journal: JournalFile) -> dict[tuple[bytes, int], bytes]:
    rows = journal.base.execute("SELECT key, attempt, reply FROM calls WHERE reply IS NOT NULL")
    return {(key, attempt): reply for key, attempt, reply in rows}


def answers_by_place(journal: JournalFile) -> list[tuple[tuple[str, int], bytes]]:
    rows = journal.base.execute("SELECT place, attempt, reply FROM calls WHERE reply IS NOT NULL")
    return [((place, attempt), reply) for place, attempt, reply in rows]


def test_equal_questions_are_different_requests(tmp_path: Path) -> None:
    """Seven votes with equal prompts: seven requests, of which those that were answered are not sent again."""
    text = "llm vote(x: text) -> bool size 1\ndef f(x: text[3]):\n    parallel for i in 1..7 do vote(x)\n"
    one = Model(1)
    journal = open_journal(tmp_path / "j", text)
    with pytest.raises(Killed):
        run(one, Mortal(journal, 4, True), text, ahead=1)  # two are sent and answered
    journal.close()
    assert len(one.asked) == 2
    other = Model(2)
    finished(tmp_path / "j", other, text)
    assert len(other.asked) == 5
    assert len({*one.asked, *other.asked}) == 7


def test_what_was_under_way_is_listed(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    with pytest.raises(Killed):
        run(Model(1, slow=0.01), Mortal(journal, 9, True), seed=3)
    waiting = 9 - 2 * len(answers(journal))
    journal.close()
    resumed = open_journal(tmp_path / "j")
    assert len(resumed.doubtful) == waiting > 1
    assert {each.primitive for each in resumed.doubtful} == {"vote"}
    assert len({each.place for each in resumed.doubtful}) == waiting
    resumed.close()


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ({"text": VOTES.replace("flip(1/2)", "flip(1/3)")}, "edited"),
        ({"at": {"n": 5}}, "`n` was 4, is 5"),
        ({"seed": 1}, "`seed` was 0, is 1"),
        ({"who": "another"}, "`*` was model, is another"),
    ],
)
def test_another_run_is_refused_with_what_differs(tmp_path: Path, other: Any, difference: str) -> None:
    finished(tmp_path / "j", Model())
    before = (tmp_path / "j").read_bytes()
    with pytest.raises(Unkept) as refused:
        open_journal(tmp_path / "j", **other)
    assert refused.value.code == "other-run"
    assert difference in refused.value.title
    assert (tmp_path / "j").read_bytes() == before


def test_lines_and_comments_do_not_make_another_run(tmp_path: Path) -> None:
    first = finished(tmp_path / "j", Model(1))
    model = Model(2)
    again = finished(
        tmp_path / "j", model, "# a comment\n\n" + VOTES + "def unused(x: text[n]):\n    vote(x)\n"
    )
    assert model.asked == []
    assert again.run.shown() == first.run.shown()


def test_two_runs_on_one_journal_are_refused(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    with pytest.raises(Unkept) as refused:
        open_journal(tmp_path / "j")
    assert refused.value.code == "journal-in-use"
    journal.close()
    open_journal(tmp_path / "j").close()


# -- edited programs -------------------------------------------------------------------------------------------------


def test_an_edited_program_reuses_what_is_unchanged(tmp_path: Path) -> None:
    one = Model(1)
    finished(tmp_path / "j", one)
    edited = VOTES.replace("text[<= 6]", "text[<= 7]")  # another contract for `write`: four calls
    model = Model(2)
    finished(tmp_path / "j", model, edited, reuse=True)
    assert Counter(asked.split("/")[-1][:5] for asked in model.asked) == {"write": 4}
    third = Model(3)
    finished(tmp_path / "j", third, edited)  # it goes on without being asked to reuse
    assert third.asked == []
    fourth = Model(4)
    finished(tmp_path / "j", fourth)  # and the program as it was has all its answers still
    assert fourth.asked == []


def test_an_answer_is_reused_once_and_only_in_its_function(tmp_path: Path) -> None:
    text = "llm vote(x: text) -> bool size 1\ndef f(x: text[3]):\n    parallel for i in 1..7 do vote(x)\n"
    more = text.replace("1..7", "0..9").replace("    par", "    vote(x)\n    par")
    inner = text.replace("def f", "def g(x: text[3]):\n    vote(x)\ndef f").replace("do vote(x)", "do g(x)")
    finished(tmp_path / "j", Model(1), text)
    model = Model(2)
    finished(tmp_path / "j", model, more, reuse=True)
    assert len(model.asked) == 11 - 7
    other = Model(3)
    finished(tmp_path / "j", other, inner, reuse=True)
    assert len(other.asked) == 7


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 16), st.integers(0, 9), st.booleans())
def test_reusing_can_be_stopped_and_goes_on(
    tmp_path_factory: Any, lives: int, seed: int, after: bool
) -> None:
    file = tmp_path_factory.mktemp("j") / "j"
    finished(file, Model(1))
    edited = VOTES.replace("text[<= 6]", "text[<= 7]").replace("1..3", "1..5")
    one, other = Model(seed), Model(seed + 1)
    journal = open_journal(file, edited, reuse=True)
    with pytest.raises(Killed):
        run(one, Mortal(journal, lives, after), edited)
    kept = answers_by_place(journal)
    journal.close()
    done = finished(file, other, edited)
    whole = len({*one.asked, *other.asked})
    assert whole == 4 * 2 + 4  # two new votes and a new text in each of four branches
    journal = open_journal(file, edited)
    assert set(kept) <= set(answers_by_place(journal))
    used = [origin for (origin,) in journal.base.execute("SELECT origin FROM calls WHERE origin > 0")]
    assert len(used) == len(set(used)) == 12 + (done.run.meter.calls - 24)
    journal.close()


def test_the_path_of_a_function_has_neither_branches_nor_counts() -> None:
    assert function_path("f/parallel#1.1[3]/pair.1/ask#1.1") == "f/pair"
    assert function_path("f/ask#2.17") == "f"


# -- record and replay -----------------------------------------------------------------------------------------------


def test_modes_of_recording(tmp_path: Path) -> None:
    with pytest.raises(Unkept) as nothing:
        open_journal(tmp_path / "j", record="none")
    assert nothing.value.code == "no-journal"
    journal = open_journal(tmp_path / "j", record="once")
    with pytest.raises(Killed):
        run(Model(1), Mortal(journal, 8, True))
    journal.close()
    for mode in ("once", "none"):
        model = Model(2)
        ended = finished(tmp_path / "j", model, record=mode).ended
        assert ended is not None
        assert ended.code == "not-recorded"
        assert model.asked == []
    model = Model(3)
    whole = finished(tmp_path / "j", model, record="new_episodes")
    assert 0 < len(model.asked) < whole.run.meter.calls
    for mode in ("once", "none"):
        assert (
            finished(
                tmp_path / "j", Model(4), record=mode, who="nobody" if mode == "none" else "model"
            ).run.shown()
            == whole.run.shown()
        )
    model = Model(5)
    anew = finished(tmp_path / "j", model, record="all")
    assert len(model.asked) == anew.run.meter.calls
    assert finished(tmp_path / "j", Model(6), record="none").run.shown() == anew.run.shown()


def test_a_replay_of_an_edited_program_writes_nothing(tmp_path: Path) -> None:
    finished(tmp_path / "j", Model(1))
    before = (tmp_path / "j").read_bytes()
    fewer = VOTES.replace("1..3", "1..2")
    model = Model(2)
    assert finished(tmp_path / "j", model, fewer, record="none", reuse=True).run.shown()
    assert model.asked == []
    assert (tmp_path / "j").read_bytes() == before


# -- what is kept ----------------------------------------------------------------------------------------------------


SECRET = "a rather private text that goes on " * 20


def with_input(file: Path, kept: str, model: Any) -> Performed:
    program = program_of(VOTES)
    told = header(program, "f", {"x": SECRET}, None, Options(), {})
    journal = opened(file, told, lambda: 1000.0, Manner(content=kept))
    try:
        return asyncio.run(perform(program, "f", {"x": SECRET}, lines={"*": Line(model)}, journal=journal))
    finally:
        journal.close()


@pytest.mark.parametrize(
    ("kept", "prompts", "replies"), [("full", 1, True), ("hash", 0, True), ("none", 0, False)]
)
def test_what_is_kept(tmp_path: Path, kept: str, prompts: int, replies: bool) -> None:
    first = with_input(tmp_path / "j", kept, Model(1))
    data = (tmp_path / "j").read_bytes()
    assert data.count(SECRET.encode()) == prompts  # a long text once, however often it is asked about
    assert (b"word" in data) == replies
    if replies:
        model = Model(2)
        assert with_input(tmp_path / "j", kept, model).run.shown() == first.run.shown()
        assert model.asked == []
    else:
        with pytest.raises(Unkept) as refused:
            with_input(tmp_path / "j", kept, Model(2))
        assert refused.value.code == "replies-not-kept"


@pytest.mark.skipif(sys.platform == "win32", reason="rights are another matter there")
def test_only_the_owner_reads_it(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "j")
    run(Model(1), journal)
    found = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert found.keys() >= {"j", "j-lock", "j-wal"}
    assert set(found.values()) == {0o600}
    journal.close()


@pytest.mark.parametrize("said", [True, 0, None, "é\udc80 \x00", [1, ["a", None]], {"a": [True], "b": 1.5}])
def test_answers_come_back_as_they_were(tmp_path: Path, said: Any) -> None:
    from aalpl.live.journal import writing

    reply = Reply(said, Usage(5, 4, cached=3, reasoning=2), "length", "m-1", {"a": 0.25}, 1.5, 2)
    data = writing.reply(reply, said=True)
    assert data is not None
    assert writing.answer(data) == reply


def test_an_answer_that_cannot_be_kept_ends_the_run(tmp_path: Path) -> None:
    class Odd:
        def answer(self, question: Question) -> Any:
            return (True,)

    journal = open_journal(tmp_path / "j")
    ended = run(Odd(), journal).ended
    journal.close()
    assert ended is not None
    assert (ended.code, type(ended)) == ("journal-failed", Unkept)


# -- what goes wrong -------------------------------------------------------------------------------------------------


def test_other_files_are_refused_and_left_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("these are notes of mine, not a database\n" * 50)
    with sqlite3.connect(tmp_path / "base") as base:
        base.execute("CREATE TABLE mine(a)")
    base.close()
    for name in ("text", "base"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(Unkept) as refused:
            open_journal(tmp_path / name)
        assert refused.value.code == "no-journal"
        assert (tmp_path / name).read_bytes() == before


def test_a_broken_journal_is_refused(tmp_path: Path) -> None:
    """Whatever bytes are overwritten: it is refused, or what it gives is what was kept."""
    first = finished(tmp_path / "j", Model(1))
    whole = (tmp_path / "j").read_bytes()
    random, refusals = Random(1), 0
    for length in [1, 2, 8, 300] * 25:
        at = random.randrange(len(whole) - length)
        (tmp_path / "j").write_bytes(whole[:at] + random.randbytes(length) + whole[at + length :])
        refused, shown = replayed(tmp_path / "j")
        assert (refused is None) == (shown == first.run.shown())
        assert refused in (
            None,
            "no-journal",
            "other-run",
            "journal-failed",
            "not-recorded",
            "went-another-way",
        )
        refusals += refused is not None
    assert refusals >= 10


def replayed(file: Path) -> tuple[str | None, str | None]:
    """Why it is refused, and what it gives."""
    try:
        found = finished(file, Model(), record="none")
    except Unkept as refused:
        return refused.code, None
    return (None, found.run.shown()) if found.ended is None else (found.ended.code, None)


def test_a_cut_journal_is_refused(tmp_path: Path) -> None:
    finished(tmp_path / "j", Model(1))
    whole = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Unkept) as refused:
        open_journal(tmp_path / "j")
    assert refused.value.code == "no-journal"


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="for root everything can be written"
)
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Unkept) as refused:
        open_journal(tmp_path / "j")
    assert refused.value.code == "journal-failed"


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(Unkept) as refused:
        open_journal(tmp_path / "no" / "j")
    assert refused.value.code == "journal-failed"


@pytest.mark.parametrize("pages", range(8, 17, 2))
def test_a_full_disk_ends_the_run_and_loses_no_answer(tmp_path: Path, pages: int) -> None:
    text = "llm write(x: text) -> text size 1\ndef f(x: text[3]):\n    parallel for i in 1..300 do write(x)\n"
    one = Model(1)
    journal = open_journal(tmp_path / "j", text)
    journal.base.execute(f"PRAGMA max_page_count = {pages}")
    ended = run(one, journal, text, ahead=3).ended
    kept = len(answers(journal))
    journal.close()
    assert ended is not None
    assert ended.code == "journal-failed"
    assert "full" in ended.title
    other = Model(2)
    assert not finished(tmp_path / "j", other, text).run.diagnostics
    assert len(other.asked) == 300 - kept
    assert len(one.asked) - kept <= 3


def test_a_host_that_answers_otherwise_does_not_get_old_answers(tmp_path: Path, monkeypatch: Any) -> None:
    text = "llm vote(x: text) -> bool size 1\noracle pick() -> text\ndef f():\n    x <- pick()\n    vote(x)\n"
    words = iter(["one", "two", "three"])
    import types

    module = types.ModuleType("host_of_a_test")
    module.pick = lambda: next(words)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "host_of_a_test", module)
    program, options = program_of(text), Options(allow_host=["host_of_a_test"])

    def once(model: Any, **manner: Any) -> Performed:
        journal = opened(
            tmp_path / "j", header(program, "f", None, None, options, {}), lambda: 0.0, Manner(**manner)
        )
        try:
            return asyncio.run(
                perform(program, "f", lines={"*": Line(model)}, journal=journal, options=options)
            )
        finally:
            journal.close()

    assert once(Model(1)).ended is None
    model = Model(2)
    ended = once(model).ended
    assert ended is not None
    assert ended.code == "went-another-way"
    assert model.asked == []
    assert once(model, reuse=True).ended is None
    assert len(model.asked) == 1


def test_very_deep_places_stay_short(tmp_path: Path) -> None:
    text = 'llm vote(x: text) -> bool size 1\nsize n\ndef f(k: int):\n    vote("x")\n    if k > 0 then f(k - 1)\n'
    program = program_of(text)
    told = header(program, "f", {"k": 900}, None, Options(), {})
    for asked in (901, 0):
        journal, model = opened(tmp_path / "j", told, lambda: 0.0), Model(asked)
        found = asyncio.run(perform(program, "f", {"k": 900}, lines={"*": Line(model)}, journal=journal))
        journal.close()
        assert found.ended is None
        assert len(model.asked) == asked
    assert (
        max(
            len(json.dumps(place))
            for (place,) in sqlite3.connect(tmp_path / "j").execute("SELECT place FROM calls")
        )
        < 5000
    )


def test_going_on_from_many_calls_is_quick(tmp_path: Path) -> None:
    """100,000 calls may take 10 seconds; a tenth of them may here take twice that tenth, for machines with other work."""
    text = "llm write(x: text) -> text size 1\ndef f(x: text[30], k: int):\n    for i in 1..k do write(x)\n"
    one, other = Model(1), Model(2)
    for model in (one, other):
        began = time.process_time()
        journal = open_journal(tmp_path / "j", text, {"k": 10_000})
        assert run(model, journal, text, {"k": 10_000}).ended is None
        journal.close()
    assert (len(one.asked), len(other.asked)) == (10_000, 0)
    assert time.process_time() - began < 2
