"""At the terminal: a person answers for all models, and comparators are asked both ways."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PICK = """\
llm pick(x: text) -> one of "red" | "blue"  size m
def f(x: text) -> one of "red" | "blue":
    return pick(x)
"""
COUNT = """\
size k
llm less(a: text, b: text) -> bool  size m
def f(xs: list[k] of text) -> int:
    count <- 0
    for x in xs do
        if less(x, xs[0]) then
            count <- count + 1
    return count
"""


def ran(folder: Path, program: str, *options: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    (folder / "program.aalp").write_text(program, encoding="utf-8")
    command = [sys.executable, "-m", "aalpl", "run", "program.aalp", *options]
    return subprocess.run(
        command, cwd=folder, input=typed, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_person_is_asked_until_the_answer_fits(tmp_path: Path) -> None:
    done = ran(tmp_path, PICK, "--input", "x=a rose", "--backend", "human", typed="green\nRed.\n")
    assert done.returncode == 0, done.stderr
    assert "result  red" in done.stdout
    assert "[pick]\nx: a rose\nAnswer with exactly one of: red, blue.\n> " in done.stderr
    assert "That was 'green'" in done.stderr


def test_when_nobody_types_any_more_the_run_ends(tmp_path: Path) -> None:
    done = ran(tmp_path, PICK, "--input", "x=a rose", "--backend", "human")
    assert done.returncode == 3
    assert "the input has ended" in done.stdout + done.stderr


def test_comparators_are_asked_both_ways(tmp_path: Path) -> None:
    (tmp_path / "xs.json").write_text('["a", "b"]', encoding="utf-8")
    (tmp_path / "said.json").write_text('["yes", "yes", "no", "yes"]', encoding="utf-8")
    script = ("--backend", "scripted", "--script", "said.json", "--max-calls", "10", "--both-ways")
    done = ran(tmp_path, COUNT, "--input", "xs=@xs.json", *script, "--format", "json")
    assert done.returncode == 0, done.stderr
    assert "1 of 2" in json.dumps(json.loads(done.stdout))
