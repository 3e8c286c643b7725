"""How many are enough: against published numbers, and against going through all numbers from the least on."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from math import comb
from pathlib import Path

import pytest
from support.running import checked

from aalpl.cost.solving.search import Solution, Solver, Unsolved
from aalpl.shell.main import call

ROOT = Path(__file__).resolve().parents[3]
MAKER = (ROOT / "examples" / "literature" / "maker.aalp").read_text(encoding="utf-8")

STEPS = """\
size s
prob p
llm step(x: text) -> text size m right with probability p
def chain(x: text) -> text:
    for i in 1..s do
        x <- step(x)
    return x
"""
MAJORITY = """\
size N
prob p
assume p > 1/2
llm vote(x: text) -> text[1] size m right with probability p rivals 1
def majority(x: text) -> text:
    t <- tally()
    for i in 1..2*N-1 do
        t.add(vote(x))
    return t.leader
"""
CAPPED = """\
size N
prob p
llm vote(x: text) -> text[1] size m right with probability p rivals 1
def capped(x: text, d: int in 1..) -> text:
    t <- tally()
    for i in 1..N do
        t.add(vote(x))
        if t.lead >= d then
            return t.leader
    return t.leader
"""
RETRY = """\
size n
prob p
def tries() -> bool:
    for i in 1..n do
        if flip(p) then
            return true
    return false
"""


def answer(
    text: str, condition: str, name: str, smallest: bool | None = None, **at: Fraction | int
) -> Solution:
    program = checked(f"{text}\nclaim {condition}\n")
    values = {size: Fraction(value) for size, value in at.items()}
    return Solver(program, program.claims[-1], name).solve(values, smallest)


@pytest.mark.parametrize(
    ("wrong", "votes"),
    [("0.3571", 29), ("0.0040", 4), ("0.0022", 3), ("0.0018", 3), ("0.1839", 12), ("0.0358", 6), ("0.2342", 15),
     ("0.0569", 6), ("0.0393", 6)],
)  # fmt: skip
def test_the_leads_of_nine_models(wrong: str, votes: int) -> None:
    """MAKER, equation 14 and table 2, for 2^20 - 1 steps."""
    found = answer(MAKER, "P(right(task)) >= 0.95", "d", s=2**20 - 1, p=1 - Fraction(wrong))
    assert found.value == votes
    assert found.smallest
    assert found.formula is not None
    assert float(found.here.mid()) >= 0.95 > float(found.beside.mid())


@pytest.mark.parametrize(("p", "steps"), [("0.99", 68), ("0.999", 692)])
def test_half_life_of_a_chain(p: str, steps: int) -> None:
    found = answer(STEPS, "P(right(chain)) >= 0.5", "s", p=Fraction(p))
    assert (found.value, found.smallest) == (steps, False)
    assert str(found.formula) == "floor(-log(2)/log(p))" or found.formula is not None


def brute(holds: Callable[[int], bool], least: int = 1) -> int:
    return next(n for n in range(least, 10_000) if holds(n))


def tail(n: int, p: Fraction) -> Fraction:
    return sum((comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n // 2 + 1, n + 1)), Fraction(0))


@pytest.mark.parametrize("p", ["0.6", "0.75", "0.9"])
@pytest.mark.parametrize("target", ["0.9", "0.999"])
def test_votes_for_a_majority(p: str, target: str) -> None:
    found = answer(MAJORITY, f"P(right(majority)) >= {target}", "N", p=Fraction(p))
    assert found.value == brute(lambda n: tail(2 * n - 1, Fraction(p)) >= Fraction(target))
    assert found.formula is None


def capped(n: int, d: int, p: Fraction) -> Fraction:
    states = {(0, 0, True): Fraction(1)}
    right = Fraction(0)
    for k in range(n):
        after: dict[tuple[int, int, bool], Fraction] = {}
        for (a, b, first), chance in states.items():
            for share, good in ((p, True), (1 - p, False)):
                x, y = (a + 1, b) if good else (a, b + 1)
                early = good if k == 0 else first
                if abs(x - y) >= d or k == n - 1:
                    right += chance * share * (x > y or (x == y and early))
                else:
                    after[x, y, early] = after.get((x, y, early), Fraction(0)) + chance * share
        states = after
    return right


def test_a_cap_that_is_enough() -> None:
    """No formula: the program is followed at each number that is tried."""
    p = Fraction(7, 10)
    found = answer(CAPPED, "P(right(capped)) >= 0.85", "N", d=3, p=p)
    assert found.value == brute(lambda n: capped(n, 3, p) >= Fraction(17, 20))
    assert found.formula is None
    assert found.tried == found.value - 1


def test_tries_for_a_target() -> None:
    found = answer(RETRY, "P(right(tries)) >= 0.99", "n", p=Fraction(1, 3))
    assert found.value == brute(lambda n: 1 - Fraction(2, 3) ** n >= Fraction(99, 100))
    assert found.formula is not None


def test_expected_calls_may_be_bounded() -> None:
    found = answer(MAKER, "expected calls(task) <= 1000", "s", d=3, p=Fraction(9, 10))
    per_step = 3 * (2 / (1 + Fraction(1, 9) ** 3) - 1) / Fraction(8, 10)
    assert (found.value, found.smallest) == (1000 // per_step, False)


def test_what_does_not_hold_anywhere() -> None:
    with pytest.raises(Unsolved, match="even hold"):
        answer(STEPS, "P(right(chain)) >= 0.995", "s", smallest=False, p=Fraction(99, 100))
    with pytest.raises(Unsolved, match="no s up to"):
        answer(STEPS, "P(right(chain)) >= 0.995", "s", smallest=True, p=Fraction(99, 100))


def test_success_close_to_one_is_told_apart() -> None:
    found = answer(RETRY, "P(right(tries)) >= 1 - 1/10^200", "n", p=Fraction(1, 2))
    assert found.value == brute(lambda n: Fraction(1, 2) ** n <= Fraction(1, 10**200))


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, text in {"maker": MAKER, "steps": STEPS}.items():
        (tmp_path / f"{name}.aalp").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_table_by_one_command(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Expected calls: MAKER, equations 17 and 18."""
    grid = "p=1-.0040,1-.0022,1-.1839"
    argv = ["solve", "maker.aalp", "--for", "d", "--such-that", "P(right(task)) >= 0.95", "--at", "s=2^20-1"]
    assert call([*argv, "--grid", grid, "--show", "expected calls(task)", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)["answers"]
    assert [line["value"] for line in found] == [4, 3, 12]
    calls = [line["shown"]["expected calls(task)"] for line in found]
    assert calls == pytest.approx([4.228e6, 3.160e6, 19.903e6], rel=2e-4)
    assert call([*argv, "--grid", grid]) == 0
    said = capsys.readouterr().out
    assert "smallest d with P(right(task)) >= 0.95" in said
    assert "d = ceil(log(" in said


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        (["--for", "s", "--such-that", "P(right(chain)) >= 0.5", "--at", "p=0.99"], 0, "68"),
        (["--for", "s", "--such-that", "P(right(chain)) => 0.5", "--at", "p=0.99"], 2, "bad-condition"),
        (["--for", "s", "--such-that", "P(right(chain)) = 0.5", "--at", "p=0.99"], 2, "`>=` or `<=`"),
        (["--for", "s", "--such-that", "s >= 5", "--at", "p=0.99"], 2, "bad-condition"),
        (["--for", "s", "--such-that", "P(right(chian)) >= 0.5", "--at", "p=0.99"], 2, "bad-condition"),
        (["--for", "t", "--such-that", "P(right(chain)) >= 0.5", "--at", "p=0.99"], 2, "unknown-size"),
        (["--for", "p", "--such-that", "P(right(chain)) >= 0.5", "--at", "s=9"], 2, "is a probability"),
        (["--for", "s", "--such-that", "P(right(chain)) >= 0.5"], 2, "`p` has no value"),
        (["--for", "s", "--such-that", "P(right(chain)) >= 0.5", "--at", "s=3,p=0.9"], 2, "given twice"),
        (["--for", "s", "--such-that", "P(right(chain)) >= 0.995", "--at", "p=0.99", "--smallest"], 1, "not-solved"),
        (["--for", "s", "--such-that", "P(right(chain)) >= 0.5", "--at", "p=2"], 2, "bad-size"),
        (["--such-that", "P(right(chain)) >= 0.5"], 2, "missing option"),
    ],
)  # fmt: skip
def test_one_diagnostic_for_whatever_is_wrong(
    here: Path, capsys: pytest.CaptureFixture[str], argv: list[str], code: int, said: str
) -> None:
    assert call(["solve", "steps.aalp", *argv]) == code
    found = capsys.readouterr()
    assert said in found.out + found.err
    assert "Traceback" not in found.err
    assert len(found.err.strip().splitlines()) == (code != 0)
