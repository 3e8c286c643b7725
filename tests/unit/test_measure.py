"""`aalpl measure`: grids, statistics against known values, tables that are gone on with, one diagnostic for bad input."""

from __future__ import annotations

import csv
import json
import math
import random
from collections.abc import Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest
from support.schema import problems

from aalpl.shell.failure import Failure
from aalpl.shell.main import call
from aalpl.shell.measuring import grid, sampling, statistics
from aalpl.shell.measuring.pool import Done, Job, Pool, done

PAIRS = """\
size n, l
llm compare(a: text[l], b: text[l]) -> bool size m
def all_pairs(x: list[n] of text[l]):
    for i in 0..n-1 do
        for j in i+1..n-1 do
            y <- compare(x[i], x[j])
"""
RETRY = """\
prob p
llm ask() -> bool true with probability p size m
def retry():
    repeat
        y <- ask()
    until y
"""
OPEN = """\
llm go(x: int) -> int in 0..9 size m
def f(x: int):
    n <- x * x
    while n > 0 do
        y <- go(n)
        n <- n - 1 if y >= 0 else n + 1
"""
RIGHT = """\
prob p
llm answer(x: text) -> text[1] size m right with probability p rivals 1
def f(x: text[2]) -> text:
    return answer(answer(x))
"""

COLLATZ = """\
llm step() -> text[1] size 1
def f(x: int in 1..):
    while x > 1 do
        step()
        if x mod 2 = 0 then
            x <- x/2
        else
            x <- 3*x + 1
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, text in {"pairs": PAIRS, "retry": RETRY, "open": OPEN, "right": RIGHT}.items():
        (tmp_path / f"{name}.aalp").write_text(text, encoding="utf-8")
    return tmp_path


def test_grids() -> None:
    assert grid.parse("n=1,2^3 k=2..4") == {"n": [1, 8], "k": [2, 3, 4]}
    assert grid.parse("n=1,2, k=3") == {"n": [1, 2], "k": [3]}
    cells = grid.cells(grid.parse("n=1,2 k=3,4"), {"m": Fraction(1)})
    assert [tuple(cell.values()) for cell in cells] == [(1, 1, 3), (1, 1, 4), (1, 2, 3), (1, 2, 4)]


@pytest.mark.parametrize("text", ["", "n", "n=", "n=1 n=2", "n=3..1", "n=1..10^9", "3=n", "n=a"])
def test_bad_grids(text: str) -> None:
    with pytest.raises(Failure):
        grid.parse(text)


@pytest.mark.parametrize(
    ("freedom", "published"), [(1, 12.706), (2, 4.303), (3, 3.182), (5, 2.571), (10, 2.228), (30, 2.042)]
)
def test_quantiles_of_student(freedom: int, published: float) -> None:
    assert statistics.quantile(freedom) == pytest.approx(published, rel=0.004)


def test_intervals_cover_in_95_of_100_cases() -> None:
    dice = random.Random(1)
    covered = hits = 0
    for _ in range(2000):
        found = statistics.mean([dice.random() for _ in range(20)])
        covered += found.low <= 0.5 <= found.high
        low, high = statistics.share(sum(dice.random() < 0.3 for _ in range(40)), 40)
        hits += low <= 0.3 <= high
    assert 0.93 <= covered / 2000 <= 0.97
    assert 0.93 <= hits / 2000 <= 0.97


def test_exponents_of_a_product_of_powers() -> None:
    points = [(n, k) for n in (2, 4, 8) for k in (3, 9)]
    values = [5 * n**1.5 * k**2 for n, k in points]
    found = statistics.exponents([[n for n, _ in points], [k for _, k in points]], values)
    assert found is not None
    assert [e for e, _ in found] == pytest.approx([1.5, 2])
    assert statistics.exponents([[2.0, 2.0]], [1.0, 2.0]) is None
    assert statistics.exponents([[2.0, 3.0]], [0.0, 0.0]) is None


def measured(*argv: str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert call(["measure", *argv, "--jobs", "1", "--format", "json"]) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def cells(found: dict[str, object]) -> Iterator[dict[str, float]]:
    listed = found["cells"]
    assert isinstance(listed, list)
    yield from listed


def test_what_is_exact_is_measured_so(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(
        "pairs.aalp", "--grid", "n=2,5,9", "--at", "l=3,m=2", "--of", "cost", "--seeds", "3", capsys=capsys
    )
    assert [cell["mean"] for cell in cells(found)] == [2 * 2 * 3 * n * (n - 1) / 2 for n in (2, 5, 9)]
    assert all(cell["low"] == cell["mean"] == cell["high"] for cell in cells(found))


def test_means_of_what_is_random(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measured("retry.aalp", "--grid", "p=0.2,0.5", "--seeds", "4000", capsys=capsys)
    for cell, p in zip(cells(found), (0.2, 0.5), strict=True):
        deviation = math.sqrt(1 - p) / p / math.sqrt(4000)
        assert abs(cell["mean"] - 1 / p) < 4 * deviation
        assert cell["margin"] == pytest.approx(1.96 * deviation, rel=0.15)


def test_measuring_ends_when_it_is_precise_enough(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measured(
        "retry.aalp", "--grid", "p=0.5", "--seeds", "10^9"[:2] + "000", "--precision", "10%", capsys=capsys
    )
    (cell,) = cells(found)
    assert cell["margin"] <= 0.1 * cell["mean"]
    assert cell["runs"] < 2000


def test_success_is_measured(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measured("right.aalp", "--grid", "p=0.7", "--seeds", "2000", capsys=capsys)
    (cell,) = cells(found)
    assert abs(cell["right"] - 0.49) < 0.05


def test_a_fit_is_an_observation(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(["measure", "open.aalp", "--grid", "x=2,4,8", "--seeds", "2", "--plot", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "x^2 " in said
    assert "observation on this grid, not a bound" in said
    assert "both logarithmic" in said


@pytest.mark.parametrize("name", ["runs.csv", "runs.json"])
def test_a_table_is_gone_on_with(here: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    one = ["retry.aalp", "--grid", "p=0.3,0.5", "--output", name]
    measured(*one, "--seeds", "5", capsys=capsys)
    (here / "copy").write_bytes((here / name).read_bytes())
    found = measured(*one, "--seeds", "9", capsys=capsys)
    whole = measured("retry.aalp", "--grid", "p=0.3,0.5", "--seeds", "9", capsys=capsys)
    assert found["cells"] == whole["cells"]
    if name.endswith("csv"):
        lines = (here / name).read_text(encoding="utf-8").splitlines()
        rows = list(csv.DictReader(lines[1:]))
        seeds = [int(row["seed"]) for row in rows if row["p"] == "3/10"]
        assert seeds == list(range(seeds[0], seeds[0] + 9))
    (here / "retry.aalp").write_text(RETRY.replace("ask", "ring"), encoding="utf-8")
    assert call(["measure", *one]) == 2
    assert "another program" in capsys.readouterr().err


def test_an_interrupted_table_can_be_gone_on_with(here: Path) -> None:
    plan = sampling.Plan(
        "retry.aalp", RETRY, "retry", [{"p": Fraction(1, 2)}, {"p": Fraction(1, 3)}], 10, 0, None, "calls", "random",
        here / "runs.csv",
    )  # fmt: skip
    records = sampling.Records({"function": "retry"})

    class Tired(Pool):
        def run(self, jobs: object, work: object = done) -> Iterator[Done]:
            yield done(next(iter(jobs)))  # type: ignore[call-overload]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sampling.sample(plan, records, Tired(1), lambda count: None)
    assert len((here / "runs.csv").read_text(encoding="utf-8").splitlines()) == 12


def test_cells_have_runs_of_their_own(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two cells that differ in what does not matter are measured independently, and each run can be repeated."""
    (here / "retry.aalp").write_text(RETRY.replace("prob p", "prob p\nsize n"), encoding="utf-8")
    argv = ("retry.aalp", "--grid", "n=1..20", "--at", "p=0.5", "--seeds", "20", "--output", "runs.csv")
    found = list(cells(measured(*argv, capsys=capsys)))
    assert len({cell["mean"] for cell in found}) > 10
    assert len({cell["first_seed"] for cell in found}) == 20
    again = list(cells(measured(*argv[:-2], capsys=capsys)))
    assert again == found
    lines = (here / "runs.csv").read_text(encoding="utf-8").splitlines()
    for row in list(csv.DictReader(lines[1:]))[:3]:
        at = f"n={row['n']},p=0.5"
        assert call(["run", "retry.aalp", "--at", at, "--seed", row["seed"], "--format", "json"]) == 0
        assert json.loads(capsys.readouterr().out)["measured"]["calls"] == int(row["calls"])


def test_measurements_follow_their_published_schema(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for argv in (
        ("right.aalp", "--grid", "p=0.3,0.7", "--seeds", "5"),
        ("open.aalp", "--grid", "x=1,2", "--seeds", "1"),
        ("pairs.aalp", "--grid", "n=2,4 l=1", "--of", "span tokens in"),
    ):
        assert problems(measured(*argv, capsys=capsys), "measure.v1.json") == []


@pytest.mark.parametrize(
    ("name", "begins"), [("a.png", b"\x89PNG"), ("deep/a.svg", b"<?xml"), ("a.pdf", b"%PDF")]
)
def test_figures_are_drawn(here: Path, capsys: pytest.CaptureFixture[str], name: str, begins: bytes) -> None:
    pytest.importorskip("matplotlib")
    measured("retry.aalp", "--grid", "p=0.2,0.5", "--seeds", "9", "--figure", name, capsys=capsys)
    drawn = (here / name).read_bytes()
    assert drawn.startswith(begins)
    assert len(drawn) > 2000


def test_without_a_derived_bound_the_fit_stands_alone(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "hidden.aalp").write_text(COLLATZ, encoding="utf-8")
    assert call(["measure", "hidden.aalp", "--grid", "x=3,9,27", "--seeds", "2", "--jobs", "1"]) == 0
    said = capsys.readouterr().out
    assert "no bound was derived" in said
    assert "an observation on this grid, not a bound" in said


def test_processes_find_what_one_finds() -> None:
    jobs = [
        Job("retry.aalp", RETRY, "retry", {"p": Fraction(1, 2)}, (k, k + 1), "random") for k in range(0, 8, 2)
    ]
    with Pool(2) as pool:
        many = sorted(found.rows for found in pool.run(jobs))
    with Pool(1) as pool:
        assert sorted(found.rows for found in pool.run(jobs)) == many


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["pairs.aalp", "--grid", "n"], 2, "bad-grid"),
        (["pairs.aalp", "--grid", "n=2 l=1", "--at", "n=3"], 2, "given twice"),
        (["pairs.aalp", "--grid", "nn=2 l=1"], 2, "did you mean `n`?"),
        (["pairs.aalp", "--grid", "n=2"], 2, "missing-size"),
        (["open.aalp", "--grid", "m=2"], 2, "`x` has no value"),
        (["pairs.aalp", "--grid", "n=2 l=1", "--of", "cost"], 2, "`--at m=1`"),
        (["pairs.aalp", "--grid", "n=2 l=1", "--of", "money"], 2, "money"),
        (["pairs.aalp", "--grid", "n=2 l=1", "--precision", "7"], 2, "bad-precision"),
        (["pairs.aalp", "--grid", "n=2 l=1", "--output", "pairs.aalp"], 2, "bad-table"),
        (["retry.aalp", "--grid", "p=2"], 2, "probability"),
        (["none.aalp", "--grid", "p=2"], 2, "no-such-file"),
        (
            ["retry.aalp", "--grid", "p=0.5", "--output", "retry.aalp/x.csv"],
            2,
            "`retry.aalp/x.csv` cannot be",
        ),
        (["retry.aalp", "--grid", "p=0.2,0.5", "--figure", "means.xyz"], 2, "`.png`, `.svg`"),
        pytest.param(
            ["retry.aalp", "--grid", "p=0.5", "--figure", "means.svg"],
            2,
            "no size has two values",
            marks=pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib draws figures"),
        ),
    ],
)
def test_bad_input_is_one_diagnostic(
    here: Path, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, said: str
) -> None:
    assert call(["measure", *argv, "--jobs", "1"]) == code
    found = capsys.readouterr()
    assert said in found.err
    assert len(found.err.strip().splitlines()) == 1
    assert "Traceback" not in found.err
