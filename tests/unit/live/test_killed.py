"""The real command, killed at random moments and started again; the server's own log is the judge.

`pytest --kills 200` kills more often."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import sys
import time
from collections import Counter
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

import attrs
import pytest
from support.nursery import Nursery
from support.server import Request, Server

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the test forks")

AT_A_TIME = 4

VOTES = """\
size n
llm vote(x: text) -> bool size 1
llm next_line(x: text) -> text[<= 9] size 1

def judged(x: text) -> text:
    zs <- parallel for i in 1..7 yield vote(x)
    y <- next_line(x)
    return y

def f(docs: list[n] of text) -> list[n] of text:
    ys <- parallel for i in 0..n-1 yield judged(docs[i])
    return ys
"""

LINES = """\
size n
llm vote(x: text) -> bool size 1
llm next_line(x: text) -> text[<= 9] size 1

def f(docs: list[n] of text) -> text:
    y <- "begin"
    for doc in docs do
        ys <- parallel for i in 1..2 yield next_line(doc)
        y <- next_line(ys[0] ++ y)
        if vote(y) then
            y <- next_line(doc ++ y)
    return y
"""


def reply(request: Request) -> str:
    """Depends on the question alone; some answers are refused and asked for again."""
    told = sha256(json.dumps(request.body["messages"]).encode()).hexdigest()
    again = len(request.body["messages"]) > 2
    if "Vote" in request.body["messages"][0]["content"]:
        return "nonsense" if told[0] in "01" and not again else "true" if told[0] in "89abcdef" else "false"
    words = f"line {told[:6]} of {told[6:9]}"
    return words * 9 if told[0] in "01" and not again else words


def asked(body: dict[str, object]) -> str:
    """What is asked, without the numbers of the provider: equal for equal questions."""
    return json.dumps(body["messages"])


@attrs.define
class Trial:
    """One run that is killed again and again. `missing[k]`: what the journal had no answer to after the k-th kill."""

    folder: Path
    program: str
    server: Server
    docs: list[str]

    def argv(self, journal: str, *more: str) -> list[str]:
        program, docs = self.folder / "p.aalp", self.folder / "docs.json"
        program.write_text(self.program)
        docs.write_text(json.dumps(self.docs))
        (self.folder / "models.toml").write_text(
            "".join(
                f'[models.{name}]\nmodel = "openai/test"\naddress = "{self.server.address}"\nconcurrency = {AT_A_TIME}\n'
                for name in ("vote", "next_line")
            )
        )
        return [
            "run", str(program), "f", "--input", f"docs=@{docs}", "--models", str(self.folder / "models.toml"),
            "--yes", "--format", "json", "--journal", str(self.folder / journal), *more,
        ]  # fmt: skip


def committed(journal: Path) -> tuple[int, int]:
    """How many calls a journal has answers to, and how many it has none to."""
    if not journal.exists():
        return 0, 0
    base = sqlite3.connect(journal)
    try:
        if not base.execute("SELECT count(*) FROM sqlite_master WHERE name = 'calls'").fetchone()[0]:
            return 0, 0
        return base.execute("SELECT count(reply), count(*) - count(reply) FROM calls").fetchone()
    finally:
        base.close()


@pytest.mark.parametrize("program", [VOTES, LINES], ids=["votes", "lines"])
def test_killed_at_random_moments(
    tmp_path: Path, program: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    kills = request.config.getoption("--kills")
    random = Random(kills)
    docs = [f"document {i} speaks of {random.randrange(10**6)}" for i in range(8)]
    killed = sent = doubts = 0
    with Server(reply, latency=0.003) as server, Nursery(tmp_path) as nursery:
        trial = Trial(tmp_path, program, server, docs)
        nursery.warm(trial.argv("warm"))
        server.log.clear()
        whole = nursery.start(trial.argv("whole"))
        began = time.monotonic()
        assert whole.wait() == 0, whole.complained()
        lasted = time.monotonic() - began
        expected, each = result(whole.said()), Counter(asked(r.body) for r in server.log)
        for name in map("j{}".format, count()):
            if killed >= kills // 2:
                break
            first, doubted = len(server.log), 0
            while True:
                child = nursery.start(trial.argv(name))
                time.sleep(random.random() * lasted)
                if not child.kill():
                    break
                if child.wait() >= 0:  # it ended while it was killed
                    break
                killed += 1
                done, waiting = committed(tmp_path / name)
                assert waiting <= 2 * AT_A_TIME
                doubted += waiting
                if random.random() > 0.3:
                    continue
                listed = nursery.start(trial.argv(name, "--max-calls", "0"))
                assert listed.wait() == (4 if done < sum(each.values()) else 0), listed.complained()
                found = re.search(r"^(\d+) calls? w", listed.complained(), re.MULTILINE)
                assert (int(found[1]) if found else 0) == waiting
            assert child.wait() == 0, child.complained()
            assert result(child.said()) == expected
            requests = Counter(asked(r.body) for r in server.log[first:])
            assert requests.keys() == each.keys()
            twice = requests - each
            assert each - requests == Counter()  # equal questions were all asked
            assert sum(twice.values()) <= doubted  # and none again but those that were listed
            sent, doubts = sent + sum(requests.values()), doubts + doubted
            again = nursery.start(trial.argv(name))
            assert again.wait() == 0
            assert result(again.said()) == expected
            assert len(server.log) == first + sum(requests.values())
    with capsys.disabled():
        sys.stdout.write(f" {killed} kills, {sent} requests, {doubts} listed as possibly paid twice ")


def test_killed_while_the_file_is_made(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Whenever: the next run has a journal."""
    with Server(reply) as server, Nursery(tmp_path) as nursery:
        trial = Trial(tmp_path, LINES, server, ["one"])
        nursery.warm(trial.argv("warm"))
        for number in range(request.config.getoption("--kills") // 4):
            file = tmp_path / f"j{number}"
            child = nursery.start(trial.argv(file.name))
            end = time.monotonic() + 10
            while not file.exists() and time.monotonic() < end:
                time.sleep(0)
            time.sleep(number / 2500)
            child.kill()
            child.wait()
            again = nursery.start(trial.argv(file.name, "--max-calls", "0"))
            assert again.wait() in (0, 4), again.complained()


def result(said: str) -> object:
    """What a run was, without its bill."""
    found = json.loads(said)
    return [found[name] for name in ("result", "digest", "measured", "calls", "hypotheses", "diagnostics")]
