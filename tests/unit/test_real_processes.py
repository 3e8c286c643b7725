"""`aalpl run` as a process of its own: Ctrl-C, a terminal, and that no key is told whatever fails."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.real import KEY, PROGRAM, models, reply
from support.server import Server

from aalpl.shell.main import call


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MY_KEY", KEY)
    (tmp_path / "p.aalp").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


def aalpl(*words: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "aalpl", *words], **more)


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_ctrl_c_shows_what_was_done_and_leaves_nothing(here: Path) -> None:
    with Server(reply=reply, latency=0.05) as server:
        models(server, concurrency=2)
        words = (
            "run",
            "p.aalp",
            "f",
            "--at",
            "n=4,k=2000",
            "--models",
            "models.toml",
            "--yes",
            "--format",
            "json",
        )
        done = aalpl(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: len(server.answered) >= 6)
        done.send_signal(signal.SIGINT)
        out, err = done.communicate(timeout=30)
        wait_for(lambda: server.running == 0)
        sent = len(server.log)
    found = json.loads(out)
    assert done.returncode == 130, err
    assert found["live"]["ended"] == "interrupted"
    assert 6 <= found["live"]["billed"]["calls"] <= sent
    assert found["measured"]["calls"] == found["live"]["billed"]["calls"]
    assert b"Traceback" not in err
    assert b"never retrieved" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals")
def test_after_ctrl_c_the_same_command_goes_on(here: Path) -> None:
    """What the journal has is not asked again; only what was under way may be: at most two calls."""
    with Server(reply=reply, latency=0.05) as server:
        models(server, concurrency=2)
        words = (
            "run",
            "p.aalp",
            "f",
            "--at",
            "n=4,k=30",
            "--models",
            "models.toml",
            "--journal",
            "run.journal",
        )
        done = aalpl(*words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_for(lambda: len(server.answered) >= 6)
        done.send_signal(signal.SIGINT)
        _, err = done.communicate(timeout=30)
        assert done.returncode == 130, err
        before = len(server.log)
        assert call([*words, "--max-calls", "10"]) == 4
        assert len(server.log) == before + 10
        assert call([*words]) == 0
        assert 60 <= len(server.log) <= 62


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal")
@pytest.mark.parametrize(("word", "code"), [(b"y\n", 0), (b"n\n", 2)])
def test_a_person_is_asked(here: Path, word: bytes, code: int) -> None:
    with Server(reply=reply) as server:
        models(server)
        ours, theirs = pty.openpty()
        words = ("run", "p.aalp", "once", "--at", "n=4", "--models", "models.toml", "--ask-above", "0")
        done = aalpl(*words, stdout=subprocess.PIPE, stderr=theirs, stdin=theirs)
        os.close(theirs)
        said: list[bytes] = []
        reading = threading.Thread(target=lambda: said.extend(_all(ours)))
        reading.start()
        wait_for(lambda: b"run it?" in b"".join(said))
        os.write(ours, word)
        done.communicate(timeout=60)
        reading.join(10)
        assert done.returncode == code
        assert len(server.log) == (code == 0)


@pytest.mark.skipif(sys.platform == "win32", reason="opens a terminal")
def test_on_a_terminal_a_line_tells_how_it_goes(here: Path) -> None:
    with Server(reply=reply, latency=0.05) as server:
        models(server, concurrency=2)
        ours, theirs = pty.openpty()
        words = ("run", "p.aalp", "f", "--at", "n=4,k=20", "--models", "models.toml", "--max-cost", "1")
        done = aalpl(
            *words,
            stdout=subprocess.PIPE,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm", "COLUMNS": "120"},
        )
        os.close(theirs)
        said: list[bytes] = []
        reading = threading.Thread(target=lambda: said.extend(_all(ours)))
        reading.start()
        out, _ = done.communicate(timeout=60)
        reading.join(10)
    text = b"".join(said).decode()
    assert done.returncode == 0
    assert "of 40 calls · 2 running" in text
    assert "tokens · 0.00" in text
    assert " left" in text
    assert b"running" not in out


def _all(handle: int) -> Iterator[bytes]:
    try:
        while found := os.read(handle, 4096):
            yield found
    except OSError:
        return


FAILING = ("401", "404", "429", "500", "drop", "no json", "no choices", "truncated", "leak", "none")


@pytest.mark.parametrize("fault", FAILING)
def test_no_key_is_ever_told(here: Path, fault: str) -> None:
    """Whatever fails, also a server that says the key back: it is in no output and in no file."""
    echoing: dict[str, Any] = {
        "error": {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}
    }
    faults = {"leak": None, "none": None, "404": "404", "401": "401"}.get(fault, fault)
    refuse = (lambda asked: (400, echoing)) if fault == "leak" else (lambda asked: None)
    with Server(reply=reply, faults=lambda number: faults, refuse=refuse, retry_after=0.01) as server:
        models(server, retries=1)
        output = b""
        for words in (
            (
                "run",
                "p.aalp",
                "once",
                "--at",
                "n=4",
                "--models",
                "models.toml",
                "--trace",
                "t.jsonl",
                "--journal",
                "run.journal",
                "--journal",
                "j.db",
            ),
            ("models", "--format", "json", "--check"),
        ):
            env = {**os.environ, "AALPL_TRACEBACK": "1", "PYTHONASYNCIODEBUG": "1"}
            done = aalpl(*words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env)
            output += done.communicate(timeout=60)[0]
            assert done.returncode == (0 if fault == "none" else 3), output
        if fault != "404":
            assert server.log[0].headers["Authorization"] == f"Bearer {KEY}"
    assert KEY.encode() not in output
    assert b"Traceback" not in output
    for path in here.rglob("*"):
        assert path.is_dir() or KEY.encode() not in path.read_bytes(), path
