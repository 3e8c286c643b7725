"""The command line: exit codes, guesses, one diagnostic for whatever goes wrong, files written whole."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.schema import problems

from aalpl.shell import main
from aalpl.shell.main import call

GOOD = "size n\nllm a(x: text[n]) -> text[1]  size m\n\ndef f(x: text[n]) -> text[1]:\n    return a(x)\n"
BAD = GOOD.replace("return a(x)", "return a(y)")

EITHER = """size n
llm ask(x: text) -> bool size m
llm act(x: text) -> text[1] size m
def f(x: text[n]):
    a <- ask(x)
    if a then
        y <- act(x)
    b <- not a
    if b then
        y <- act(x)
"""
HUGE = "size n\nllm a(x: text) -> text[1] size m\ndef f(x: text[n]):\n    for i in 1..9^9^9^9 do\n        y <- a(x)\n"
DEEP = (
    "size n\nllm a(x: text) -> text[1] size m\ndef f(x: text[n]):\n"
    + "".join("    " * (depth + 1) + f"for i{depth} in 1..n do\n" for depth in range(9))
    + "    " * 10
    + "x <- x ++ a(x)\n"
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "good.aalp").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.aalp").write_text(BAD, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        ([], 0, "aalpl cost FILE"),
        (["--help"], 0, "Commands"),
        (["--version"], 0, "aalpl"),
        (["chek"], 2, "did you mean `check`?"),
        (["--nope"], 2, "there is no option `--nope`"),
        (["check", "--formt", "json", "good.aalp"], 2, "did you mean `--format`?"),
        (["check", "--format", "xml", "good.aalp"], 2, "xml"),
        (["check"], 2, "missing argument"),
        (["check", "god.aalp"], 2, "did you mean `good.aalp`?"),
        (["check", "."], 2, "is a folder"),
        (["explain", "no-such-thing"], 2, "there is no diagnostic code `no-such-thing`"),
        (["example", "no/such"], 2, "there is no example `no/such`"),
        (["show", "good.aalp", "--view", "tre"], 2, "did you mean `tree`?"),
        (["show", "good.aalp", "--view", "rules", "--function", "g"], 2, "there is no function `g`"),
        (["show", "good.aalp", "--view", "trace", "--at", "n=3"], 0, "5 a 3 -> 1"),
        (["show", "good.aalp", "--view", "cost"], 0, "cost = m*n"),
        (["check", "good.aalp"], 0, "nothing to mend"),
        (["check", "bad.aalp"], 1, "bad.aalp:5:14: unknown-name: "),
        (["check", "good.aalp", "bad.aalp"], 1, "1 error"),
        (["cost", "bad.aalp"], 1, "unknown-name"),
        (["run", "bad.aalp"], 1, "unknown-name"),
        (["cost", "good.aalp", "g"], 2, "there is no function `g`"),
        (["cost", "good.aalp", "--at", "n=three"], 2, "is not a number"),
        (["cost", "good.aalp", "--at", "nn=3"], 2, "did you mean `n`?"),
        (["cost", "good.aalp", "--at", "n=1/2"], 2, "no whole number"),
        (["run", "good.aalp", "--at", "n=-1"], 2, "no whole number"),
        (["run", "good.aalp", "--at", "n=3"], 0, "predicted"),
        (["run", "good.aalp"], 2, "`--at n=…`"),
        (["run", "good.aalp", "--input", "x=a b", "--at", "n=1"], 2, "input-length"),
        (["run", "good.aalp", "--input", "y=a"], 2, "choose one of `x`"),
        (["run", "good.aalp", "--input", "x=@none"], 2, "there is no file `none`"),
        (["run", "good.aalp", "--input", "x=two words"], 0, "result"),
        (["run", "good.aalp", "--at", "n=3", "--backend", "scripted"], 2, "--script"),
        (["run", "good.aalp", "--at", "n=3", "--allow-host", "no.such"], 2, "there is no module `no.such`"),
        (["cost", "good.aalp", "--under", "P*q"], 2, "unknown-name"),
        (["cost", "good.aalp", "--models", "none.toml"], 2, "there is no file `none.toml`"),
    ],
)  # fmt: skip
def test_exit_codes_and_words(
    here: Path, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, said: str
) -> None:
    found = call(argv)
    streams = capsys.readouterr()
    assert said in streams.out + streams.err
    assert found == code
    assert "Traceback" not in streams.err


def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str]) -> None:
    for name in main.TABLE:
        assert call([name, "--help"]) == 0
        assert f"aalpl {name}" in capsys.readouterr().out.partition("Examples:")[2]


def test_binary_garbage_is_told(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x.aalp").write_bytes(bytes(range(256)))
    for command in (["check"], ["cost"], ["run"], ["show"], ["fmt"]):
        assert call([*command, "x.aalp"]) == 1
        streams = capsys.readouterr()
        assert "x.aalp:1:1: not-text: " in streams.out + streams.err


def test_a_defect_of_ours_is_one_line_and_no_traceback(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.delenv("AALPL_TRACEBACK", raising=False)
    monkeypatch.setattr("aalpl.shell.check.read", broken)
    assert call(["check", "good.aalp"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("aalpl: internal: ")
    assert said.count("\n") == 1


def test_interruption_is_130(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("aalpl.shell.check.read", stopped)
    assert call(["check", "good.aalp"]) == 130


def test_standard_input_is_a_file_called_dash(
    here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    assert call(["check", "-"]) == 1
    assert capsys.readouterr().out.startswith("<stdin>:5:14: unknown-name: ")


def test_json_and_sarif_are_documents(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["check", "bad.aalp", "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out)["diagnostics"][0]["code"] == "unknown-name"
    assert call(["check", "bad.aalp", "--format", "sarif"]) == 1
    assert json.loads(capsys.readouterr().out)["runs"][0]["results"][0]["ruleId"] == "unknown-name"


@pytest.mark.parametrize("at", ["n=3", "n=3,m=1/3", "n=0"])
def test_runs_and_costs_follow_their_published_schemas(
    here: Path, capsys: pytest.CaptureFixture[str], at: str
) -> None:
    call(["run", "good.aalp", "--at", at, "--format", "json"])
    assert problems(json.loads(capsys.readouterr().out), "run.v1.json") == []
    call(["cost", "good.aalp", "--at", at, "--format", "json"])
    assert problems(json.loads(capsys.readouterr().out), "cost.v1.json") == []


def test_fmt_changes_files_only_when_asked(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ugly = GOOD.replace("->", "→").replace("return a(x)", "return   a( x )")
    (here / "ugly.aalp").write_text(ugly, encoding="utf-8")
    assert call(["fmt", "--check", "ugly.aalp"]) == 1
    assert call(["fmt", "--diff", "ugly.aalp"]) == 0
    assert "+    return a(x)" in capsys.readouterr().out
    assert (here / "ugly.aalp").read_text(encoding="utf-8") == ugly
    assert call(["fmt", "ugly.aalp"]) == 0
    assert "return a(x)" in (here / "ugly.aalp").read_text(encoding="utf-8")
    assert call(["fmt", "--check", "ugly.aalp"]) == 0
    assert not list(here.glob(".ugly*"))


def test_fmt_leaves_what_it_cannot_read(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "broken.aalp").write_text("def f(:\n", encoding="utf-8")
    assert call(["fmt", "broken.aalp"]) == 1
    assert (here / "broken.aalp").read_text(encoding="utf-8") == "def f(:\n"


def test_new_writes_a_right_program_and_overwrites_nothing(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(["new", "survey"]) == 0
    assert call(["check", "survey.aalp", "--strict"]) == 0
    assert call(["fmt", "--check", "survey.aalp"]) == 0
    assert call(["new", "survey"]) == 2
    assert "--force" in capsys.readouterr().err
    assert call(["cost", "survey.aalp"]) == 0
    assert call(["run", "survey.aalp", "--at", "n=3,q=5,a=2"]) == 0


def test_examples_are_listed_printed_and_copied(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["example"]) == 0
    assert "paper/debugging" in capsys.readouterr().out
    assert call(["example", "debugging"]) == 0
    text = capsys.readouterr().out
    assert call(["example", "debugging", "--copy"]) == 0
    assert (here / "debugging.aalp").read_text(encoding="utf-8") == text
    assert call(["example", "debugging", "--copy"]) == 2


def test_a_closed_pipe_is_no_error(here: Path) -> None:
    line = f"{sys.executable} -m aalpl example | head -c 1"
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stderr == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["cost", "paper/debugging.aalp", "--format", "json"],
        ["cost", "paper/debugging.aalp", "--format", "latex"],
        ["cost", "paper/debugging.aalp", "--format", "markdown"],
        ["cost", "paper/debugging.aalp", "naive", "--explain"],
        ["example", "table1"],
        ["explain"],
    ],
)
def test_a_stream_without_unicode_is_no_hindrance(argv: list[str]) -> None:
    root = Path(__file__).parents[2]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(root)}
    done = subprocess.run(
        [sys.executable, "-m", "aalpl", *argv],
        capture_output=True,
        check=True,
        cwd=root / "examples",
        env=env,
    )
    assert done.stdout.isascii()
    if "json" in argv:
        assert json.loads(done.stdout)["version"] == 1


def test_one_case_is_an_equation_only_where_it_is_exact(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two branches that exclude one another the worst case takes one: 2 calls, so 3 is a bound and not `the` case."""
    (here / "either.aalp").write_text(EITHER, encoding="utf-8")
    assert call(["cost", "either.aalp", "--worst"]) == 0
    told = capsys.readouterr().out
    assert "= 3" not in told.replace("<= 3", "")
    assert call(["cost", "good.aalp", "--worst"]) == 0
    assert "calls       = 1" in capsys.readouterr().out


@pytest.mark.parametrize("program", ["", "# nothing\n", "size n\n"])
@pytest.mark.parametrize("view", ["rules", "cost", "output", "trace", "fault"])
def test_a_view_of_a_function_needs_one(
    here: Path, capsys: pytest.CaptureFixture[str], program: str, view: str
) -> None:
    (here / "none.aalp").write_text(program, encoding="utf-8")
    assert call(["show", "none.aalp", "--view", view]) == 2
    assert "no-function" in capsys.readouterr().err


@pytest.mark.parametrize("program", [HUGE, DEEP], ids=["huge number", "nine loops"])
def test_what_is_out_of_all_proportion_ends(here: Path, program: str) -> None:
    (here / "vast.aalp").write_text(program, encoding="utf-8")
    for command in ("check", "cost"):
        done = subprocess.run(
            [sys.executable, "-m", "aalpl", command, str(here / "vast.aalp")], capture_output=True, timeout=30
        )
        assert done.returncode == 0, done.stderr
