"""Which claims of the shipped programs are decided today: none is false, and what is not decided yet is listed.

The list can only shrink: the test fails as soon as a claim on it is decided, so that it is taken off.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.check import load
from aalpl.cost.claims.verdict import Verdict, verdicts
from aalpl.tree import read_source

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = sorted((ROOT / "examples").rglob("*.aalp"))

NEVER = {
    "routing": {
        "cost(generalist) / cost(specialists) = Theta(k)": "the paper's `as n grows` is the condition k = O(n)",
    },
    "real_debugging": {
        "cost(focused) by fix <= cost(naive) by fix": "how a module falls into functions is not known",
    },
}
"""Claims that are rightly left open, and why."""

NOT_YET: dict[str, set[str]] = {
    "chunk_map": {
        "cost(map_chunks) under attending = floor(n/m)*(s+m)^2 + ( ceil(n/m) - floor(n/m))*(s + n - m*floor(n/m))^2",
        "cost(map_chunks) under attending = Theta(n/m*(s+m)^2)",
        "span cost(map_chunks) under time <= (s+m)*ceil(n/(m*w))",
    },
    "comparison_sorts": {
        "calls(by_insertion) = N*(N-1)/2",
        "best calls(by_insertion) = N - 1",
        "cost(by_insertion) = m*L*N*(N-1)",
        "expected calls(by_pivots) = 2*(N+1)*sum(i in 1..N: 1/i) - 4*N",
        "expected calls(by_pivots) = Theta(N*log(N))",
        "calls(by_pivots) = N*(N-1)/2",
    },
    "endless_loops": {
        "best calls(while_told) = 1",
    },
    "integer_functions": {
        "calls(gcd_subtracting) <= x + y - 2",
        "calls(gcd_dividing) = O(log(y))",
        "calls(gcd_dividing) <= 2*log(y)/log(2) + 1 if y > 0 else 0",
        "calls(bisect_places) = floor(log(n)/log(2)) + 1 if n > 0 else 0",
        "best calls(bisect_places) = Theta(log(n))",
        "calls(counting_up) <= 2*max(0, n)",
        "calls(counting_ones) <= 2*max(0, n)",
        "best calls(counting_ones) = max(0, n)",
    },
    "integer_loops": {
        "calls(by_two) = max(0, ceil(x/2))",
        "calls(by_half) = floor(log(x)/log(2)) + 1 if x > 0 else 0",
        "calls(staircase) = n*(n+1)/2 if n > 0 else 0",
        "calls(one_of_two) = x + y - 1 if min(x, y) > 0 else 0",
        "best calls(one_of_two) = max(0, min(x, y))",
        "calls(handed_on) = 2*x + max(y, -x) if x > 0 else max(0, y)",
        "calls(saved_up) = max(0, n)",
        "best calls(saved_up) = 0",
        "calls(one_then_other) = x + max(0, y) if x > 0 else 0",
        "calls(refilled_often) = x + max(0, y) + max(0, n)*(x-1) if x > 0 else 0",
    },
    "knockout": {
        "calls(best_of) = 2^rounds + K*(2^rounds - 1)",
        "span calls(best_of) = 1 + rounds",
    },
    "long_chain": {
        "P(right(chain)) = p^s",
    },
    "majority": {
        "P(right(majority)) = sum( i in h+1..2*h+1: prod(j in 1..i: (2*h + 1 - i + j)/j)*p^i*(1-p)^(2*h + 1 - i))",
        "P(won(coin_majority)) = sum( i in h+1..2*h+1: prod(j in 1..i: (2*h + 1 - i + j)/j)*p^i*(1-p)^(2*h + 1 - i))",
    },
    "maker": {
        "P(right(decide)) = 1/(1 + ((1-p)/p)^d)",
        "expected calls(decide) = d*(2*P(right(decide)) - 1)/(2*p - 1)",
        "P(right(task)) = (1 + ((1-p)/p)^d)^(-s)",
    },
    "maker_walk": {
        "P(won(vote_walk)) = 1/(1 + ((1-p)/p)^d)",
        "P(won(two_tallies)) = 1/(1 + ((1-p)/p)^d)",
        "expected span calls(in_rounds) = Theta(s)",
    },
    "map_reduce": {
        "calls(summary) = sum(j in 0..ceil(log(ceil(n/c))/log(f)): ceil(n/(c*f^j)))",
        "tokens out(summary) = s*sum(j in 0..ceil(log(ceil(n/c))/log(f)): ceil(n/(c*f^j)))",
        "span calls(summary) = 1 + ceil(log(ceil(n/c))/log(f))",
        "calls(summary) = Theta(n/c)",
        "span calls(summary) = Theta(1 + log(n/c)/log(f))",
    },
    "merge_orders": {
        "tokens(in_a_row) by merge = 2*m*(k*(k+1)/2 - 1)",
        "cost(in_a_row) by merge = g*(m^2*(k*(k+1)*(2*k + 1)/6 - 1)*3/2 - m*(k*(k+1)/2 - 1)/2)",
        "tokens(in_a_row) by merge = Theta(m*k^2)",
        "calls(merge_halves) by merge = k - 1",
        "tokens(merge_halves) by merge = Theta(m*k*log(k))",
    },
    "random_loops": {
        "expected calls(select_wanted) = Theta(m)",
    },
    "sorting": {
        "calls(merge_sort) = Theta(N*log(N))",
        "cost(merge_sort) = Theta(m*L*N*log(N))",
    },
    "thoughts": {
        "calls(thought_tree) = (k^(depth+1) - 1)/(k-1)",
        "span calls(thought_tree) = depth + 1",
        "calls(tree_by_levels) = Theta(k^d)",
        "calls(tree_and_mirror) = (k^(d+1) + k^d - 2)/(k-1)",
    },
}
"""Claims that nobody derives yet."""


def said(verdict: Verdict) -> str:
    return " ".join(verdict.claim.span.text.removeprefix("claim").split())


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_every_claim_is_decided_or_listed(path: Path) -> None:
    program, _ = load(read_source(path))
    assert program is not None
    found = verdicts(program)
    assert [said(each) for each in found if each.outcome == "false"] == []
    opened = {said(each) for each in found if each.outcome == "undecided"}
    assert opened - NEVER.get(path.stem, {}).keys() == NOT_YET.get(path.stem, set())
