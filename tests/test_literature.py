"""The check numbers of the literature: the derived forms evaluate to them, and the programs pay them on the simulator.

A number is exact (`=`), or the worst (`<=`), the best (`>=`), the expected (`~`) or the largest expected (`~<=`) one. What a run must show: exactly the number;
no more or no less; on average, within four standard errors.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from math import floor, log, sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import attrs
import pytest
from support.schema import problems

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.program.nodes import Program
from aalpl.run import execute
from aalpl.run.lower import lower
from aalpl.shell.main import call
from aalpl.tree import read_source

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


@attrs.frozen
class Row:
    """A quantity of a function at sizes, and what the source says it is; `runs` 0 where nobody can run it."""

    program: str
    function: str
    quantity: Quantity
    at: Mapping[str, Any]
    number: float | Fraction
    case: str = "="
    by: str | None = None
    runs: int = 1
    within: float = 1e-9
    weights: Mapping[str, int] = attrs.Factory(
        dict
    )  # of models, where the critical path of a cost is asked for

    def __str__(self) -> str:
        return f"{self.function} {self.quantity.kind} {self.case} {self.number}"


CALLS, SPAN = Quantity("calls"), Quantity("calls", None, True)
IN, OUT, TOKENS = Quantity("tokens in"), Quantity("tokens out"), Quantity("tokens")
COST = Quantity("cost", "primitive")
LATENCY, LATENCY_SPAN = Quantity("cost", "latency"), Quantity("cost", "latency", True)


def times(*values: int) -> Any:
    """A family with these members, counted from 1."""
    return lambda i: values[i - 1]


SIMPLE = frozenset(
    ("by_one", "by_two", "by_half", "staircase", "one_of_two", "handed_on", "saved_up", "closing_in",
     "one_then_other", "refilled_often")
)  # fmt: skip


def integer_rows() -> list[tuple[str, int, str, Mapping[str, int]]]:
    """The loops of section X at some values, negative ones among them; the numbers are counted, not computed."""
    found: list[tuple[str, int, str, Mapping[str, int]]] = []
    for x in (-3, 0, 1, 7, 12):
        found += [("by_one", len(range(x)), "=", {"x": x}), ("by_two", len(range(0, x, 2)), "=", {"x": x})]
        found += [("by_half", len(f"{x:b}") if x > 0 else 0, "=", {"x": x})]
        found += [("staircase", sum(range(x + 1)), "=", {"n": x})]
        found += [("saved_up", len(range(x)), "<=", {"n": x}), ("saved_up", 0, ">=", {"n": x})]
        found += [("bisect_places", len(f"{x:b}") if x > 0 else 0, "<=", {"n": x})]
        found += [("counting_ones", len(range(x)), ">=", {"n": x})]
        for y in (-2, 0, 3, 5):
            both, xy = x > 0 and y > 0, {"x": x, "y": y}
            found += [("one_of_two", x + y - 1 if both else 0, "<=", xy)]
            found += [("one_of_two", min(x, y) if both else 0, ">=", xy)]
            found += [("handed_on", len(range(x)) + len(range(y + len(range(x)))), "=", xy)]
            found += [("closing_in", len(range(x, y)), "=", xy)]
            found += [("one_then_other", x + len(range(y)) if x > 0 else 0, "=", xy)]
            refilled = x + len(range(y)) + 4 * (x - 1) if x > 0 else 0
            found += [("refilled_often", refilled, "=", {**xy, "n": 4})]
    return found


def rows() -> list[Row]:
    """All of them, in the order of the sections A to D."""
    paper, lit, found = "paper", "literature", list[Row]()

    def add(program: str, function: str, quantity: Quantity, number: float, case: str = "=", by: str | None = None,
            runs: int = 1, within: float = 1e-9, weights: Mapping[str, int] | None = None, **at: Any) -> None:  # fmt: skip
        found.append(Row(program, function, quantity, at, number, case, by, runs, within, weights or {}))

    for b, n, tester, developer in ((3, 7, 45, 399), (5, 11, 175, 2255)):
        add(f"{paper}/debugging_growth", "naming", COST, tester, by="name_bug", b=b, n=n)
        add(f"{paper}/debugging_growth", "naming", COST, developer, by="mend", b=b, n=n)
    for b, n, tester, developer in ((3, 7, 42, 357), (5, 11, 165, 2090)):
        add(f"{paper}/debugging_growth", "silent", COST, tester, by="passes", b=b, n=n)
        add(f"{paper}/debugging_growth", "silent", COST, developer, by="rewrite", b=b, n=n)
    add(f"{paper}/debugging_growth", "echoing", COST, 1519, by="rewrite", b=3, n=7)
    add(f"{paper}/debugging_growth", "echoing", COST, 61721, by="rewrite", b=5, n=11)
    add(f"{paper}/evolution", "global", CALLS, 16, "~<=", k=4, l=1, runs=0)
    add(f"{paper}/evolution", "local", CALLS, 8, "~", k=4, l=2, runs=200)
    add(f"{lit}/chunk_map", "map_chunks", CALLS, 200, n=100000, m=500, s=500, w=8)
    for w, time in ((2, 12), (5, 5), (1, 15)):
        weights = {f"call[{i}]": t for i, t in enumerate((5, 1, 4, 2, 3), 1)}
        add(f"{lit}/workers", "queue", LATENCY_SPAN, time, n=5, w=w, t=times(5, 1, 4, 2, 3), weights=weights)
    add(f"{lit}/counting", "count_all", CALLS, 35, k=7, m=3, ns=5)
    for tokens, chunk, calls in ((21, 3, 35), (20, 3, 35), (22, 3, 40)):
        add(f"{lit}/counting", "count_chunks", CALLS, calls, n=tokens, m=chunk, k=1, ns=5)
        add(f"{lit}/counting", "count_chunks", IN, 5 * tokens, n=tokens, m=chunk, k=1, ns=5)
    for k, d, row, tree, row_cost, tree_cost in (
        (64, 6, 66528, 12288, 34327944, 3093504),
        (16, 4, 4320, 2048, 573000, 183808),
    ):
        add(f"{lit}/merge_orders", "in_a_row", TOKENS, row, by="merge", k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "as_a_tree", TOKENS, tree, by="merge", k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "in_a_row", COST, row_cost, by="merge", k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "as_a_tree", COST, tree_cost, by="merge", k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "in_a_row", SPAN, k - 1, by="merge", runs=0, k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "as_a_tree", SPAN, d, by="merge", runs=0, k=k, d=d, m=16)
        add(f"{lit}/merge_orders", "merge_halves", TOKENS, tree, by="merge", k=k, d=d, m=16)
    add(f"{lit}/needle", "seek", CALLS, 31, n=1000, m=64)
    add(f"{lit}/needle", "seek", CALLS, 20, n=101, m=10)
    for levels, calls, span in ((1, 31, 4), (2, 71, 6), (3, 151, 8)):
        add(f"{lit}/graph_of_thoughts", "sort", CALLS, calls, L=levels)
        add(f"{lit}/graph_of_thoughts", "sort", SPAN, span, L=levels)
    add(f"{lit}/thoughts", "one_chain", CALLS, 15, N=15, k=2, c=3, d=3)
    add(f"{lit}/thoughts", "one_chain", SPAN, 15, N=15, k=2, c=3, d=3)
    add(f"{lit}/thoughts", "tree_and_mirror", SPAN, 7, N=15, k=2, c=3, d=3)
    add(f"{lit}/thoughts", "many_chains", CALLS, 15, N=15, k=3, c=5, d=3)
    add(f"{lit}/thoughts", "many_chains", SPAN, 5, N=15, k=3, c=5, d=3)
    add(f"{lit}/thoughts", "thought_tree", CALLS, 15, N=15, k=2, c=3, d=3, depth=3)
    add(f"{lit}/thoughts", "tree_by_levels", SPAN, 4, N=15, k=2, c=3, d=3)
    add(f"{lit}/thoughts", "tree_and_mirror", CALLS, 22, N=15, k=2, c=3, d=3)
    add(f"{lit}/knockout", "cup", CALLS, 36, d=3, K=4, q=1, a=1)
    add(f"{lit}/knockout", "cup", LATENCY_SPAN, 13, d=3, K=4, q=1, a=1, t_gen=7, t_comp=2,
        weights={"propose": 7, "better": 2})  # fmt: skip
    add(f"{lit}/knockout", "best_of", CALLS, 36, d=3, K=4, q=1, a=1, rounds=3)
    add(f"{lit}/cascade", "cascade", CALLS, 1.75, "~", r=3, q=1, a=1, u=times(Fraction(1, 2), Fraction(1, 2), Fraction(1, 2)),
        m=times(1, 1, 1), runs=200)  # fmt: skip
    add(f"{lit}/agent_loop", "loop", IN, 141000, T=20, c0=2000, e=300, b=200)
    add(f"{lit}/agent_window", "windowed", IN, 88500, T=20, c0=2000, e=300, b=200, w=5)
    add(f"{lit}/react_rewoo", "react", IN, 6950, k=5, C=300, S=800, Q=50, t=120)
    for agents, turns, tokens in ((3, 2, 1410), (6, 2, 3720), (3, 4, 6060)):
        add(f"{lit}/debate", "debate", IN, tokens, N=agents, R=turns, q=100, a=50, c=20)
        add(f"{lit}/debate", "debate", CALLS, agents * turns, N=agents, R=turns, q=100, a=50, c=20)
        add(f"{lit}/debate", "debate", SPAN, turns, N=agents, R=turns, q=100, a=50, c=20)
    add(f"{lit}/react_rewoo", "rewoo", CALLS, 2, k=5, C=300, S=800, Q=50, t=120)
    add(f"{lit}/react_rewoo", "rewoo", IN, 2900, k=5, C=300, S=800, Q=50, t=120)
    add(f"{lit}/pairwise_ranking", "all_pairs", CALLS, 9900, N=100, L=1, k=10)
    add(f"{lit}/pairwise_ranking", "best_first", CALLS, 1890, N=100, L=1, k=10)
    add(f"{lit}/comparison_sorts", "by_insertion", CALLS, 4950, "<=", N=100, L=1)
    add(f"{lit}/comparison_sorts", "by_insertion", CALLS, 99, ">=", N=100, L=1)
    add(f"{lit}/comparison_sorts", "by_pivots", CALLS, 647.85, "~", N=100, L=1, runs=25, within=1e-4)
    add(f"{lit}/sliding_window", "rerank", CALLS, 9, N=100, L=1, w=20, s=10, R=1)
    add(f"{lit}/sliding_window", "rerank", SPAN, 9, N=100, L=1, w=20, s=10, R=1)
    reduce = {"n": 64000, "c": 1000, "s": 100, "f": 8, "w": 2000}
    for quantity, number in ((CALLS, 73), (IN, 71200), (OUT, 7300), (SPAN, 3)):
        add(f"{lit}/map_reduce", "summary", quantity, number, **reduce)
    for function, number, case, at in integer_rows():
        program = "integer_loops" if function in SIMPLE else "integer_functions"
        add(f"{lit}/{program}", function, CALLS, number, case, **at)
    for function, at, number in (
        ("delayed_steps", {"x": 6}, 18), ("drifting_down", {"x": 6}, 12), ("gamblers_ruin", {"x": 3, "m": 7}, 12),
        ("coupon_collector", {}, Fraction(137, 12)), ("each_until", {}, 15),
    ):  # fmt: skip
        add(f"{lit}/random_loops", function, CALLS, number, "~", runs=150, n=5, t=4, p=Fraction(1, 3), **at)
    add(f"{lit}/random_loops", "lengthening_prompt", IN, 18, "~", runs=150, n=5, t=4, p=Fraction(1, 3))
    add(
        f"{lit}/maker_walk",
        "vote_walk",
        CALLS,
        6.4054,
        "~",
        runs=150,
        within=1e-4,
        s=1,
        p=Fraction(7, 10),
        d=3,
    )
    add(
        f"{lit}/maker_walk",
        "two_tallies",
        CALLS,
        2.4390,
        "~",
        runs=150,
        within=1e-4,
        s=1,
        p=Fraction(9, 10),
        d=2,
    )
    add(
        f"{lit}/maker_walk",
        "vote_walk",
        CALLS,
        13.402,
        "~",
        runs=150,
        within=1e-4,
        s=1,
        p=Fraction(6, 10),
        d=4,
    )
    return found


ROWS = rows()


@cache
def program(name: str) -> Program:
    checked, _ = load(read_source(EXAMPLES / f"{name}.aalp"))
    assert checked is not None
    return checked


@cache
def analysis(name: str, function: str) -> Analysis:
    return analyse(program(name), function, ("primitive", *program(name).costmodels))


def sizes(row: Row) -> dict[str, Any]:
    """The values given, and 1 for the sizes of models that are not."""
    return {**dict.fromkeys(program(row.program).sizes, 1), **row.at}


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_the_derived_form_evaluates_to_the_number(row: Row) -> None:
    answer = analysis(row.program, row.function).answer(row.quantity, primitive=row.by)
    low, high = {
        "=": (answer.lower, answer.upper), "<=": (answer.upper, answer.upper), ">=": (answer.lower, answer.lower),
        "~": (answer.expected.low, answer.expected.high), "~<=": (answer.expected.high, answer.expected.high),
    }[row.case]  # fmt: skip
    at = sizes(row)
    derived = low is not None and high is not None and all("@" not in name for name in low.free | high.free)
    close = derived and all(
        abs(float(end.value(at)) - float(row.number)) <= row.within * float(row.number)
        for end in (low, high)  # type: ignore[union-attr]
    )
    assert close, (low, high)


@pytest.mark.parametrize("row", [row for row in ROWS if row.runs], ids=str)
def test_a_run_pays_the_number(row: Row) -> None:
    checked = program(row.program)
    lowered = lower(checked, steer=row.case in "<=>=")
    adversary = {"<=": "worst", ">=": "best"}.get(row.case, "random")
    prices = {"weights": lambda model, p, o: row.weights[model]} if row.weights else {}
    paid = []
    for seed in range(row.runs):
        run = execute(
            checked,
            row.function,
            None,
            sizes(row),
            seed=seed,
            adversary=adversary,
            prices=prices,
            lowered=lowered,
        )
        paid.append(_paid(run, row))
    match row.case:
        case "=":
            assert paid == [row.number]
        case "<=":
            assert max(paid) <= row.number
        case ">=":
            assert min(paid) >= row.number
        case _:
            assert abs(fmean(paid) - float(row.number)) <= 4 * stdev(paid) / sqrt(len(paid))


def _paid(run: Any, row: Row) -> float:
    assert not run.diagnostics, run.diagnostics
    meter, kind = run.meter, row.quantity.kind
    if row.quantity.critical:
        found = meter.spans["weights" if row.weights else kind]
    else:
        found = meter.work(kind, by=row.by)
    return float(found)


# -- numbers that the commands tell ------------------------------------------------------------------------------------

MODELS = (
    # of the table of nine models: 1 - p, smallest lead, expected calls where they are printed, in millions
    (".3571", 29, None), (".0040", 4, 4.228), (".0022", 3, 3.160), (".0018", 3, None), (".1839", 12, 19.903),
    (".0358", 6, None), (".2342", 15, None), (".0569", 6, None), (".0393", 6, None),
)  # fmt: skip


def told(capsys: pytest.CaptureFixture[str], *argv: str) -> Any:
    assert call([*argv, "--format", "json"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_leads_and_calls_of_the_nine_models(capsys: pytest.CaptureFixture[str]) -> None:
    """M5 and M8: s = 2^20 - 1 steps, success at least .95."""
    found = told(
        capsys, "solve", f"{EXAMPLES}/literature/maker.aalp", "--for", "d", "--such-that", "P(right(task)) >= 0.95",
        "--at", "s=2^20-1", "--grid", "p=" + ",".join(f"1-{wrong}" for wrong, _, _ in MODELS), "--show", "expected calls(task)",
    )  # fmt: skip
    assert problems(found, "solve.v1.json") == []
    assert [answer["value"] for answer in found["answers"]] == [lead for _, lead, _ in MODELS]
    for answer, (wrong, lead, calls) in zip(found["answers"], MODELS, strict=True):
        odds = float(wrong) / (1 - float(wrong))
        assert answer["here"] == pytest.approx((1 + odds**lead) ** -(2**20 - 1), rel=1e-6)
        assert answer["here"] >= 0.95 > answer["beside"]
        if calls is not None:
            assert answer["shown"]["expected calls(task)"] / 1e6 == pytest.approx(calls, abs=6e-4)
        formula = answer["formula"]
    assert formula.startswith("ceil(")


def test_how_long_a_chain_may_be(capsys: pytest.CaptureFixture[str]) -> None:
    """V7: the largest s with p^s >= 1/2."""
    found = told(
        capsys, "solve", f"{EXAMPLES}/literature/long_chain.aalp", "--for", "s", "--such-that", "P(right(chain)) >= 0.5",
        "--grid", "p=0.99,0.999",
    )  # fmt: skip
    assert [(answer["kind"], answer["value"]) for answer in found["answers"]] == [
        ("largest", 68),
        ("largest", 692),
    ]
    assert [floor(log(0.5) / log(p)) for p in (0.99, 0.999)] == [68, 692]


@pytest.mark.parametrize(
    ("options", "quantity", "best", "formula"),
    [
        (["--under", "attending"], "cost under attending", 500, "s"),
        (["--under", "time", "--span"], "span cost under time", 12500, "n/w"),
        (["--under", "tokens in"], "cost under tokens in", 100000, "n"),
    ],
)
def test_the_best_length_of_a_chunk(
    capsys: pytest.CaptureFixture[str], options: list[str], quantity: str, best: int, formula: str
) -> None:
    """B1: n = 100000, s = 500: m = s where reading is quadratic, n/w for the time, all in one for linear prices."""
    found = told(
        capsys, "cost", f"{EXAMPLES}/literature/chunk_map.aalp", "map_chunks", "--minimise", "m",
        "--at", "n=100000,s=500,w=8,g=1", *options,
    )  # fmt: skip
    (function,) = found["functions"]
    row = next(row for row in function["quantities"] if row["quantity"] == quantity)
    assert (row["argument"], row["formula"], row["exhaustive"]) == (best, formula, True)


def test_the_ratios_that_the_paper_prints(capsys: pytest.CaptureFixture[str]) -> None:
    """Eq. 11: naive debugging costs b^2 times as much for the tester, b*k^2 times for the developer."""
    found = told(capsys, "compare", f"{EXAMPLES}/paper/debugging.aalp", "naive", "focused")
    ratios = {ratio["model"]: (ratio["above"], ratio["below"], ratio["theta"]) for ratio in found["ratios"]}
    assert ratios["qa"] == ("b^2", "1", True)
    assert ratios["dev"] == ("b*k^2", "1", True)


def test_turning_points_of_agents(capsys: pytest.CaptureFixture[str]) -> None:
    """L5: with k = 5, C = 300, S = 800, Q = 50, t = 120 ReAct reads 6950 tokens; from three steps on it reads more."""
    argv = ["compare", f"{EXAMPLES}/literature/react_rewoo.aalp", "react", "rewoo", "--quantity", "tokens in"]
    found = told(capsys, *argv, "--at", "C=300,S=800,Q=50,t=120", "--free", "k")
    stretches = found["crossing"]["stretches"]
    assert stretches[0] == {"from": 1, "cheaper": "react"}
    react = [k * 1150 + 120 * k * (k - 1) // 2 for k in range(1, 9)]
    rewoo = [2 * 1150 + k * 120 for k in range(1, 9)]
    first = next(k for k, (a, b) in enumerate(zip(react, rewoo, strict=True), 1) if a > b)
    assert react[4] == 6950
    assert stretches[-1] == {"from": first, "cheaper": "rewoo"}
