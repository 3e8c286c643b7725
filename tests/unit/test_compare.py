"""`aalpl compare` and `aalpl cost --minimise` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.schema import problems

from aalpl.shell.main import call

QUADRATIC = """\
size n, m
assume m <= n
llm M(x: text) -> text[1] size w

def whole(x: text[n]):
    y <- M(x)

def twice(x: text[n]):
    y <- M(x)
    z <- M(x)

def growing(x: text[n]):
    h <- x
    for i in 1..m do
        h <- h ++ M(h)
"""
CONSTANT = """\
size n
llm M(x: text) -> text[1] size w

def whole(x: text[n]):
    for i in 1..40 do
        y <- M("a")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "one.aalp").write_text(QUADRATIC, encoding="utf-8")
    (tmp_path / "two.aalp").write_text(CONSTANT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    assert call(list(argv)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_one_file(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(capsys, "compare", "one.aalp", "whole", "twice", "--ascii")
    assert "cheaper" in out
    assert "whole, whatever the sizes" in out


@pytest.mark.usefixtures("folder")
def test_two_files_and_a_turning_point(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(
        capsys, "compare", "one.aalp:whole", "two.aalp:whole", "--quantity", "tokens in", "--format", "json"
    )
    found = json.loads(out)
    assert found["quantity"] == "tokens in"
    assert found["turning"] == {"name": "n", "place": "40"}
    assert found["crossing"]["settled"]
    assert [s["from"] for s in found["crossing"]["stretches"]] == [1, 40, 41]


@pytest.mark.usefixtures("folder")
def test_a_crossing_at_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    argv = ["compare", "one.aalp:growing", "two.aalp:whole", "--quantity", "calls", "--format", "json"]
    found = json.loads(told(capsys, *argv))
    assert [s["from"] for s in found["crossing"]["stretches"]] == [1, 40, 41]
    assert found["ratios"][0]["above"] == "m"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["compare", "one.aalp"], "two functions are compared"),
        (["compare", "one.aalp", "whole", "wole"], "did you mean `whole`?"),
        (["compare", "one.aalp", "whole", "twice", "--at", "q=3"], "no size `q`"),
        (["compare", "one.aalp", "whole", "twice", "--at", "n=3", "--free", "n"], "is free and given"),
        (["compare", "one.aalp", "whole", "twice", "growing"], "two functions are compared"),
        (["compare", "one.aalp", "whole", "twice", "--under", "nothing"], "nothing"),
        (["cost", "one.aalp", "growing", "--minimise", "m", "--at", "n=3,m=2"], "is looked for and given"),
        (["cost", "one.aalp", "growing", "--minimise", "q"], "no size `q`"),
    ],
)
def test_usage(argv: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(argv) == 2
    assert says in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_least_costs(capsys: pytest.CaptureFixture[str]) -> None:
    out = told(
        capsys, "cost", "one.aalp", "growing", "--minimise", "m", "--at", "n=9,w=1", "--format", "json"
    )
    (function,) = json.loads(out)["functions"]
    found = {q["quantity"]: q for q in function["quantities"]}
    assert (found["calls"]["least"], found["calls"]["argument"], found["calls"]["formula"]) == (1, 1, "1")
    assert found["calls"]["searched"] == [1, 9]
    assert found["calls"]["exhaustive"]
    out = told(capsys, "cost", "one.aalp", "whole", "--minimise", "m")
    assert "nothing that is paid depends on `m`" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "argv",
    [
        ["one.aalp", "whole", "twice"],
        ["one.aalp", "whole", "growing"],
        ["one.aalp", "whole", "growing", "--best", "--at", "n=3"],
        ["one.aalp:whole", "two.aalp:whole", "--quantity", "tokens in"],
        ["one.aalp:growing", "two.aalp:whole", "--quantity", "calls", "--span", "--expected"],
    ],
)
def test_comparisons_follow_their_published_schema(
    argv: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    found = json.loads(told(capsys, "compare", *argv, "--format", "json"))
    assert problems(found, "compare.v1.json") == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("at", [[], ["--at", "n=9,w=1"]])
def test_best_values_follow_their_published_schema(at: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, "cost", "one.aalp", "--minimise", "m", *at, "--format", "json"))
    assert problems(found, "minimise.v1.json") == []
    assert [each["function"] for each in found["functions"]] == ["whole", "twice", "growing"]


WALKS = """\
size n
prob p
llm step() -> text[0] size 1

def each_until():
    for i in 1..n do
        repeat
            step()
        until flip(p)

def all_pairs():
    for i in 1..n do
        for j in 1..n do
            step()

def guessed():
    for i in 1..n do
        if * then
            step()
"""


def test_expectations_have_ratios_too(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "walks.aalp").write_text(WALKS, encoding="utf-8")
    argv = ["compare", "walks.aalp", "all_pairs", "each_until", "--expected", "--quantity", "calls"]
    out = told(capsys, *argv, "--free", "n")
    assert "all_pairs / each_until  Θ(n)\n" in out
    assert "each_until where n > 1/p, all_pairs where n < 1/p" in out


def test_upper_bounds_do_not_tell_who_pays_less(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "walks.aalp").write_text(WALKS, encoding="utf-8")
    argv = ["compare", "walks.aalp", "guessed", "all_pairs", "--expected", "--quantity", "calls"]
    assert "guessed, whatever the sizes" in told(capsys, *argv)  # n at most, against n^2
    nine = WALKS.replace("for i in 1..n do\n        if", "for i in 1..9 do\n        if")
    (folder / "rough.aalp").write_text(nine, encoding="utf-8")
    argv = ["compare", "rough.aalp:guessed", "walks.aalp:all_pairs", "--expected", "--quantity", "calls"]
    out = told(capsys, *argv)
    assert "upper bounds are compared, which does not tell who pays less" in out
    assert "  cheaper" not in out
    assert not json.loads(told(capsys, *argv, "--format", "json"))["exact"]


def test_what_a_condition_guards_need_have_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    """At k = 1 the logarithm of k - 1 has none."""
    file = Path(__file__).resolve().parents[2] / "examples/literature/merge_orders.aalp"
    out = told(capsys, "compare", str(file), "in_a_row", "merge_halves", "--at", "m=16,g=1", "--free", "k")
    assert "merge_halves from k = 1 on" in out


def test_numbers_that_are_missing_beside_a_free_size_are_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "walks.aalp").write_text(
        WALKS.replace("size n", "size n, k").replace("j in 1..n", "j in 1..k^2"), encoding="utf-8"
    )
    argv = [
        "compare",
        "walks.aalp",
        "all_pairs",
        "each_until",
        "--expected",
        "--quantity",
        "calls",
        "--free",
        "k",
    ]
    assert "give numbers for `n`, `p` with `--at`" in told(capsys, *argv)
