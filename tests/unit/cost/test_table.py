"""The tables of `aalpl cost`: what a person reads first, and that nothing known is hidden or unknown shown as known."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aalpl.cases.formula import formula
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.claims import ratio
from aalpl.cost.result import Quantity
from aalpl.cost.words import table
from aalpl.cost.words.numbers import grouped, substituted
from aalpl.cost.words.summary import Summary, summarise
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.report.ink import Ink

REPAIR = '''"""Two ways to mend k parts of l tokens."""
size k, l, b
assume b <= k
model tester size m_q
model writer size m_d
llm test(part: text) -> text[O(1)]? on tester
llm mend(note: text, seen: text) -> text on writer

def whole(x: text[k*l]) -> text[k*l]:
    h <- x
    for i in 1..b do
        note <- test(h) else ""
        x <- mend(note, h) where len(result) = k*l
        h <- h ++ note ++ x
    return x

def parts(x: text[k*l]) -> text[k*l]:
    for i in 0..k-1 do
        note <- test(x[i*l : i*l+l])
        if note at most b times then
            x[i*l : i*l+l] <- mend(note, x[i*l : i*l+l]) where len(result) = l
    return x
'''


def program(text: str) -> Program:
    found, wrong = load(Source("test.aalp", text))
    assert found is not None, wrong
    return found


def summaries(text: str, costmodel: str = "primitive") -> dict[str, Summary]:
    found = program(text)
    return {name: summarise(found, analyse(found, name, (costmodel,)), costmodel) for name in found.functions}


def test_functions_at_a_glance() -> None:
    found = summaries(REPAIR)
    pairs = ratio.pairs(program(REPAIR), list(found))
    ratios = [(a, b, ratio.compared(found[a], found[b])) for a, b in pairs]
    rows = [line.split() for line in table.overview(list(found.values()), ratios, Ink()).splitlines()]
    assert rows[0][:2] == ["whole", "Θ(m_q·b²·k·l"]
    assert " ".join(rows[0]).endswith(
        "line 13 mend reads h, which grows by at most k·l + o_test tokens a round"
    )
    assert " ".join(rows[1]) == "parts Θ(m_q·k·l + m_d·b·l²) line 21 mend, at most b times"
    assert " ".join(rows[2]) == "whole / parts Θ(b²) for tester, Θ(b·k²) for writer"


def test_details_mark_the_line_that_dominates() -> None:
    told = table.details(summaries(REPAIR)["parts"], Ink())
    (marked,) = (line for line in told.splitlines() if "▸" in line)
    assert "mend" in marked
    assert "at most b times" in told
    assert "b <= k" in told
    assert "= k+n@19" in told


def test_numbers_at_sizes() -> None:
    at = {"k": 40, "l": 120, "b": 3, "m_q": 1, "m_d": 10, "o_test": 1}
    told = table.details(summaries(REPAIR)["parts"], Ink(), {name: Fraction(v) for name, v in at.items()})
    one_repair = 10 * (120 * 121 + 120 * 119 // 2)
    assert f"<= {40 * 120 + 3 * one_repair:,}" in told
    assert f">= {40 * 120:,}" in told


def test_ascii_says_the_same() -> None:
    ink = Ink(unicode=False)
    told = ink.spell(table.details(summaries(REPAIR)["parts"], ink))
    assert told.isascii()
    assert "Theta(m_q*k*l + m_d*b*l^2)" in told


AGENT = """
size q, e
llm act(seen: transcript) -> one of "search" | "done"  size m

def agent(task: text[q]):
    conversation begins task do
        repeat
            step <- act()
            hear text[e]
        until step = "done"
"""


def test_a_loop_without_a_bound_is_a_conditional_answer() -> None:
    (found,) = summaries(AGENT).values()
    told = table.totals(found, Ink()) + table.conditional([found])
    assert "T@7 is the number of rounds of the loop at line 7, not bounded by the program" in told
    assert "hint: say how often it may run" in told
    assert "given T@7" in told


def test_without_a_length_there_is_a_reason() -> None:
    text = "size n\nllm f(x: text[n]) -> text size m\n\ndef g(x: text[n]):\n    y <- f(x)\n"
    (found,) = summaries(text).values()
    assert found.cost.upper is None
    told = table.totals(found, Ink())
    assert "line 5" in told or "@5" in told


ORACLE = """
size n
oracle hard(x: text) -> bool
llm f(x: text[n]) -> text[1] size m

def g(x: text[n]):
    if hard(x) then
        for i in 1..n do
            y <- f(x)
"""


def test_what_an_oracle_decides_is_not_claimed_to_be_reached() -> None:
    """No behaviour is known in which the oracle says yes, so the worst case is an O."""
    (found,) = summaries(ORACLE).values()
    assert found.grown is not None
    assert found.grown.theta is None
    assert table.growth_text(found.grown, found.names) == "O(m·n²)"


CHOICE = ORACLE.replace("hard(x)", "*").replace("oracle hard(x: text) -> bool\n", "")


def test_what_the_adversary_decides_is_reached() -> None:
    (found,) = summaries(CHOICE).values()
    assert table.growth_text(found.grown, found.names) == "Θ(m·n²)"


@pytest.mark.parametrize("costmodel", ["calls", "tokens", "price"])
def test_under_other_models(costmodel: str) -> None:
    found = summaries(REPAIR, costmodel)["parts"]
    assert found.analysis.answer(Quantity("cost", costmodel)).upper is not None
    assert "Θ" in table.totals(found, Ink())


def test_members_of_families_are_given_by_name() -> None:
    """Groups of two of 5, 1, 4, 2, 3: 5 + 4 + 3."""
    size = formula("sum(g in 0..2: max(i in 2*g+1..min(2*g+2, n): t[i]))")
    at = {f"t[{i}]": Fraction(v) for i, v in enumerate((5, 1, 4, 2, 3), start=1)}
    assert substituted(size, {**at, "n": Fraction(5)}).constant() == 12
    assert substituted(size, {"n": Fraction(5), "t[1]": Fraction(5)}).constant() is None


def test_numbers_are_grouped() -> None:
    assert grouped(Fraction(1234567)) == "1,234,567"
    assert grouped(Fraction(5, 2)) == "2.5"
    assert grouped(Fraction(1, 3)) == "0.333333"
    assert grouped(Fraction(-(10**6))) == "-1,000,000"


STEPS = """
size k, q, t
model big size m
llm think(seen: text) -> text[1] on big

def again(x: text[q]):
    for j in 1..k do
        y <- think(x)
        x <- x ++ any text[t]

def once(x: text[q]):
    for j in 1..k do
        x <- x ++ any text[t]
    y <- think(x)
"""


def test_a_ratio_of_sums_may_be_a_product() -> None:
    """(q*k + t*k^2) / (q + k*t) is k."""
    found = summaries(STEPS)
    (one,) = ratio.compared(found["again"], found["once"])
    assert (one.above, one.below, one.tight) == (formula("k"), formula("1"), True)


def test_a_ratio_of_different_models_is_one_of_all_they_cost() -> None:
    apart = STEPS.replace("def once", "llm solve(seen: text) -> text[1] size g\n\ndef once")
    found = summaries(apart[::-1].replace("kniht", "evlos", 1)[::-1])
    (one,) = ratio.compared(found["again"], found["once"])
    assert one.model is None
    assert (one.above, one.below) == (formula("m*k/g"), formula("1"))


ROUTES = """
size n
llm all_in_one(x: text[n]) -> text[1] size g
llm route(x: text[1]) -> bool size d
llm answer(x: text[n]) -> text[1] size s

def single(x: text[n]):
    y <- all_in_one(x)

def routed(x: text[n], head: text[1]):
    i <- route(head)
    y <- answer(x)
"""


def test_a_ratio_that_is_no_product_stays_a_quotient() -> None:
    found = summaries(ROUTES)
    (one,) = ratio.compared(found["single"], found["routed"])
    assert (one.above, one.below, one.tight) == (formula("g*n"), formula("d + s*n"), True)
    told = table.overview(list(found.values()), [("single", "routed", (one,))], Ink())
    assert "single / routed  Θ((g·n) / (d + n·s))" in told or "Θ((g·n) / (d + s·n))" in told
