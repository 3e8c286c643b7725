"""Verdicts that are kept: found again until something changes that they depend on; files that are broken are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost.claims.pieces import pieces
from aalpl.report import Source
from aalpl.shell.cache import Cache, software

PROGRAM = """\
size n, k
llm M(x: text) -> text[1] size m

def helper(x: text[n]):
    y <- M(x)

def f(x: text[n]):
    for i in 1..k do
        helper(x)

def g(x: text[n]):
    y <- M(x)

claim calls(f) = k
claim calls(g) = 1
"""


def told(text: str) -> list[str]:
    program, problems = load(Source("kept.aalp", text))
    assert program is not None, problems
    return [pieces(program, claim) for claim in program.claims]


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ("def g(x: text[n]):\n    y <- M(x)", "def g(x: text[n]):\n    y <- M(x ++ x)", [False, True]),
        ("    for i in 1..k do", "    for i in 2..k do", [True, False]),
        (
            "def helper(x: text[n]):\n    y <- M(x)",
            "def helper(x: text[n]):\n    y <- M(x ++ x)",
            [True, False],
        ),
        ("size n, k", "size n, k  # of something", [True, True]),
        ("claim calls(g) = 1", "claim calls(g) = 2", [False, True]),
        ("def f(", "# a remark\ndef f(", [True, True]),
    ],
)
def test_what_a_verdict_depends_on(old: str, new: str, changed: list[bool]) -> None:
    assert old in PROGRAM
    before, after = told(PROGRAM), told(PROGRAM.replace(old, new))
    assert [a != b for a, b in zip(before, after, strict=True)] == changed


def test_kept_and_found(tmp_path: Path) -> None:
    cache = Cache(tmp_path, "1")
    key = cache.key("text")
    assert cache.get(key) is None
    cache.put(key, {"outcome": "true", "reason": ""})
    assert cache.get(key) == {"outcome": "true", "reason": ""}
    assert not list(tmp_path.rglob("*.new"))


def test_another_software_finds_nothing(tmp_path: Path) -> None:
    one, other = Cache(tmp_path, "1"), Cache(tmp_path, "2")
    one.put(one.key("text"), {"outcome": "true"})
    assert other.get(other.key("text")) is None
    assert software() == software()


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[1]", b'{"outcome": 3}', b'{"other": "x"}', b"null"]
)
def test_broken_files_are_none(tmp_path: Path, content: bytes) -> None:
    cache = Cache(tmp_path, "1")
    key = cache.key("text")
    cache.put(key, {"outcome": "true"})
    (file,) = tmp_path.rglob("*.json")
    file.write_bytes(content)
    assert cache.get(key) is None
    cache.put(key, {"outcome": "false"})
    assert cache.get(key) == {"outcome": "false"}


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    cache = Cache(file, "1")
    cache.put(cache.key("text"), {"outcome": "true"})
    assert cache.get(cache.key("text")) is None
