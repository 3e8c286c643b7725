"""Bounds for any number of wrong answers against the exact distribution of the votes, by the spread of the wrong ones."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest

from aalpl.check import load
from aalpl.cost.claims.verdict import verdicts
from aalpl.cost.reliability.success import success
from aalpl.program.nodes import Program
from aalpl.report import Source

HEAD = """
prob p
assume p > 1/2
llm vote(state: text) -> text[1] size m right with probability p
"""

LEAD = """
def decide(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(vote(state))
    until t.lead >= d
    return t.leader
"""

MOST = LEAD.replace("t.lead >= d", "t.most >= d")

SPREADS = [
    (1,),
    (Fraction(1, 2), Fraction(1, 2)),
    (Fraction(2, 3), Fraction(1, 6), Fraction(1, 6)),
    (Fraction(1, 8),) * 8,
]
ROUNDS = 34


def program(text: str) -> Program:
    found, problems = load(Source("any.aalp", HEAD + text))
    assert found is not None, problems
    return found


@pytest.fixture(scope="module")
def lead() -> Program:
    return program(
        LEAD
        + "\nclaim P(right(decide)) >= 1/(1 + ((1-p)/p)^d)\nclaim expected calls(decide) <= d/(2*p - 1)\n"
    )


def ahead(p: float, spread: tuple[Fraction, ...], d: int) -> tuple[float, float, float]:
    """After many votes: ended rightly, not ended yet, and the votes so far on average, answer by answer."""
    chances = [p, *((1 - p) * float(share) for share in spread)]
    now = {(0,) * len(chances): 1.0}
    right = votes = 0.0
    for _ in range(ROUNDS):
        votes += sum(now.values())
        after: dict[tuple[int, ...], float] = defaultdict(float)
        for counts, weight in now.items():
            for i, chance in enumerate(chances):
                new = (*counts[:i], counts[i] + 1, *counts[i + 1 :])
                first, second, *_ = sorted((*new, 0), reverse=True)
                if first - second < d:
                    wrong = sorted(
                        new[1:], reverse=True
                    )  # which wrong answer it is makes no difference to equal ones
                    key = (new[0], *wrong) if len(set(spread)) == 1 else new
                    after[key] += weight * chance
                elif new[0] == first:
                    right += weight * chance
        now = after
    return right, sum(now.values()), votes


@pytest.mark.parametrize("spread", SPREADS, ids=["one", "two", "uneven", "eight"])
@pytest.mark.parametrize("p", [Fraction(3, 5), Fraction(4, 5)])
@pytest.mark.parametrize("d", [1, 2])
def test_it_holds_however_wrong_answers_are_spread(
    lead: Program, bounds: tuple[object, object], spread: tuple[Fraction, ...], p: Fraction, d: int
) -> None:
    least, most = (float(bound.value({"p": p, "d": Fraction(d)})) for bound in bounds)  # type: ignore[attr-defined]
    right, open_, votes = ahead(float(p), spread, d)
    assert right + open_ >= least - 1e-12
    assert votes <= most + 1e-12


@pytest.fixture(scope="module")
def bounds(lead: Program) -> tuple[object, object]:
    found = success(lead, "decide")
    assert found.low is not None
    assert found.most is not None
    assert found.high is None
    return found.low, found.most


def test_one_rival_reaches_it(bounds: tuple[object, object]) -> None:
    least = float(bounds[0].value({"p": Fraction(4, 5), "d": Fraction(2)}))  # type: ignore[attr-defined]
    right, open_, _ = ahead(0.8, (Fraction(1),), 2)
    assert open_ < 1e-8
    assert abs(right - least) < 1e-8


def test_claims_of_bounds_are_decided(lead: Program) -> None:
    assert [each.outcome for each in verdicts(lead)] == ["true", "true"]


def test_the_first_to_so_many_has_a_bound_of_calls_only() -> None:
    most = program(MOST)
    found = success(most, "decide")
    assert found.low is None
    assert found.most is not None
    assert found.most.value({"p": Fraction(3, 4), "d": Fraction(3)}) == 6


@pytest.mark.parametrize(
    "text",
    [
        LEAD.replace(
            "t.add(vote(state))",
            "t.answers <- t.answers ++ [vote(state)]\n        t.counts <- t.counts ++ [1]",
        ),
        LEAD.replace("return t.leader", "return vote(state)"),
    ],
    ids=["twice in a list", "another vote"],
)
def test_others_are_refused(text: str) -> None:
    assert success(program(text), "decide").low is None


def test_no_bound_without_a_majority_of_right_answers() -> None:
    less = load(Source("any.aalp", (HEAD + LEAD).replace("assume p > 1/2\n", "")))[0]
    assert less is not None
    assert success(less, "decide").low is None


def test_conditions_that_are_not_linear_are_declined() -> None:
    """Loops that go to the half of a size: no bound, and a reason."""
    text = """
size s
prob p
assume p > 1/2
llm go_on(state: text) -> text[O(1)] size m right with probability p
def chain(state: text) -> text:
    for i in 1..s/2 do state <- go_on(state)
    for i in s/2+1..s do state <- go_on(state)
    return state
"""
    program, diagnostics = load(Source("program.aalp", text))
    assert program is not None, diagnostics
    found = success(program, "chain")
    assert found.low is None
    assert found.reason is not None
    assert "not linear" in str(found.reason)
