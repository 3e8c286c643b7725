"""Numbers that the literature prints, from programs that a reader of it would recognise (acceptance.md)."""

from __future__ import annotations

from fractions import Fraction

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Quantity
from aalpl.report import Source

DEBUGGING = """
size n, b
llm find(code: text) -> text[1]          size m_q
llm fix(bug: text, seen: text) -> text   size m_d
def naive(x: text[n]) -> text[n]:
    h <- x
    for i in 1..b do
        bug <- find(h)
        x <- fix(bug, h) where len(result) = n
        h <- h ++ bug ++ x
    return x
"""
SILENT = """
size n, b
llm check(code: text) -> bool      size m_q
llm fix(seen: text) -> text        size m_d
def naive(x: text[n]) -> text[n]:
    h <- x
    for i in 1..b do
        ok <- check(h)
        x <- fix(h) where len(result) = n
        h <- h ++ x
    return x
"""
ECHOING = SILENT.replace("len(result) = n", "len(result) = len(h)").replace("-> text[n]:", "-> text:")
WINDOW = """
size T, c0, a, b, w
assume w <= T
llm agent(seen: text) -> text[b]  size m
def loop(system: text[c0], news: text[a]):
    h <- ""
    for t in 1..T do
        old <- max(0, (t - 1 - w)*(a + b))
        reply <- agent(system ++ h[old : len(h)] ++ news)
        h <- h ++ news ++ reply
"""
AGENT = WINDOW.replace("assume w <= T\n", "").replace("h[old : len(h)]", "h")
DEBATE = """
size N, R, q, a, c
llm agent(seen: text) -> text[a]  size m
def debate(question: text[q], wrapper: text[c]):
    h <- question
    for r in 1..R do
        answers <- parallel for i in 1..N yield agent(h)
        h <- h ++ wrapper ++ question
        for y in answers do
            h <- h ++ y
"""
RERANK = """
size N, w, s, R, L
assume w <= N
llm rank(docs: list of text) -> text[1]  size m
def rerank(docs: list[N] of text[L]):
    for r in 1..R do
        for i in 0..N-w by s do
            y <- rank(docs[i : i+w])
"""
NEEDLE = """
size n, m
llm look(part: text) -> bool  size g
def search(x: text[n]):
    if m >= n then
        found <- look(x)
    else
        for i in 0..(n-m)/((m+1)/2) do
            found <- look(x[0 : m])
        if (n-m) mod ((m+1)/2) > 0 then
            found <- look(x[n-m : n])
"""
CHAIN = """
size m, k
assume k >= 2
llm merge(a: text, b: text) -> text  size g
def chain(x: text[k*m]) -> text[k*m]:
    y <- x[0 : m]
    for i in 2..k do
        y <- merge(y, x[0 : m]) where len(result) = i*m
    return y
"""
WORKERS = """
size n, w
costmodel latency = m
llm call[i in 1..n]() -> text[1]  size t[i]
def queue():
    parallel for i in 1..n workers w do
        y <- call[i]()
"""
CASCADE = """
size r, q
llm M[i in 1..r](question: text[q]) -> text[1]  size C[i]
oracle good(y: text) -> bool
costmodel price = m
def cascade(question: text[q]) -> text[1]:
    for i in 1..r do
        y <- M[i](question)
        if good(y) then
            return y
    return y
"""
SIZES = {"m_q": 1, "m_d": 1, "m": 1, "g": 1}
IN, CALLS, COST = Quantity("tokens in"), Quantity("calls"), Quantity("cost", "primitive")

CASES = [
    ("naive debugging, questions", DEBUGGING, COST, "find", {"b": 3, "n": 7}, 45),
    ("naive debugging, questions", DEBUGGING, COST, "find", {"b": 5, "n": 11}, 175),
    ("naive debugging, developer", DEBUGGING, COST, "fix", {"b": 3, "n": 7}, 399),
    ("naive debugging, developer", DEBUGGING, COST, "fix", {"b": 5, "n": 11}, 2255),
    ("bool answers, questions", SILENT, COST, "check", {"b": 3, "n": 7}, 42),
    ("bool answers, questions", SILENT, COST, "check", {"b": 5, "n": 11}, 165),
    ("bool answers, developer", SILENT, COST, "fix", {"b": 3, "n": 7}, 357),
    ("bool answers, developer", SILENT, COST, "fix", {"b": 5, "n": 11}, 2090),
    ("doubling transcript", ECHOING, COST, "fix", {"b": 3, "n": 7}, 1519),
    ("doubling transcript", ECHOING, COST, "fix", {"b": 5, "n": 11}, 61721),
    ("agent loop", AGENT, IN, None, {"T": 20, "c0": 2000, "a": 300, "b": 200, "w": 1}, 141000),
    ("agent loop with a window", WINDOW, IN, None, {"T": 20, "c0": 2000, "a": 300, "b": 200, "w": 5}, 88500),
    ("debate", DEBATE, IN, None, {"N": 3, "R": 2, "q": 100, "a": 50, "c": 20}, 1410),
    ("debate", DEBATE, IN, None, {"N": 6, "R": 2, "q": 100, "a": 50, "c": 20}, 3720),
    ("debate", DEBATE, IN, None, {"N": 3, "R": 4, "q": 100, "a": 50, "c": 20}, 6060),
    ("sliding window", RERANK, CALLS, None, {"N": 100, "w": 20, "s": 10, "R": 1, "L": 5}, 9),
    ("needle", NEEDLE, CALLS, None, {"n": 1000, "m": 64}, 31),
    ("needle", NEEDLE, CALLS, None, {"n": 101, "m": 10}, 20),
    ("needle in one window", NEEDLE, CALLS, None, {"n": 9, "m": 10}, 1),
    ("chain of merges", CHAIN, Quantity("tokens"), None, {"m": 16, "k": 64}, 66528),
    ("chain of merges", CHAIN, Quantity("tokens"), None, {"m": 16, "k": 16}, 4320),
    ("chain of merges", CHAIN, COST, None, {"m": 16, "k": 64}, 34327944),
    ("chain of merges", CHAIN, COST, None, {"m": 16, "k": 16}, 573000),
    ("chain of merges, span", CHAIN, Quantity("calls", critical=True), None, {"m": 16, "k": 64}, 63),
]


def analysed(text: str, *costmodels: str) -> Analysis:
    program, problems = load(Source("literature.aalp", text))
    assert program is not None, problems
    return analyse(program, None, costmodels or ("primitive",))


@pytest.mark.parametrize(("name", "text", "quantity", "primitive", "at", "number"), CASES)
def test_check_numbers(
    name: str, text: str, quantity: Quantity, primitive: str | None, at: dict[str, int], number: int
) -> None:
    answer = analysed(text).answer(quantity, primitive=primitive)
    assert answer.exact is not None, f"{name}: {answer.unknowns}"
    assert answer.exact == answer.lower == answer.upper
    assert answer.exact.value({**SIZES, **at}) == number
    assert "sum" not in str(answer.exact), f"{name}: {answer.exact}"


def test_workers_take_the_sum_of_group_maxima() -> None:
    times = [5, 1, 4, 2, 3]
    answer = analysed(WORKERS, "latency").answer(Quantity("cost", "latency", critical=True))
    assert answer.exact is not None
    for workers, latency in ((2, 12), (5, 5), (1, 15)):
        at = {"n": 5, "w": workers, "t": lambda i: times[int(i) - 1]}
        assert answer.exact.value(at) == latency


def test_a_cascade_costs_at_most_all_of_it() -> None:
    answer = analysed(CASCADE, "price").answer(Quantity("cost", "price"))
    assert answer.upper is not None
    assert answer.exact is not None
    assert "T@" in str(answer.exact)
    at = {"r": 4, "q": 9, "C": lambda i: 10 ** int(i)}
    assert answer.upper.value(at) == 11110
    assert answer.lower is not None
    assert answer.lower.value(at) == 10


def test_a_number_of_rounds_that_nobody_bounds_gets_a_name() -> None:
    text = """
size e, q
llm act(seen: transcript) -> one of "search" | "done"  size m
def agent(task: text[q]):
    conversation begins task do
        repeat
            step <- act()
            hear text[e]
        until step = "done"
"""
    answer = analysed(text).answer(IN)
    assert [condition.name for condition in answer.conditional] == ["T@6"]
    assert answer.exact is not None
    for rounds in (1, 2, 7):
        read = sum(11 + (3 + 1) * i for i in range(rounds))
        assert answer.exact.value({"q": 11, "e": 3, "T@6": rounds}) == read
    limited = analysed(
        text.replace('"done"\n', '"done" at most 20 times\n').replace("at most 20 times\ndef", "\ndef")
    )
    bounded = limited.answer(IN)
    assert not bounded.conditional
    assert bounded.upper is not None
    assert bounded.upper.value({"q": 11, "e": 3}) == sum(11 + 4 * i for i in range(20))


def test_a_flip_counts_half() -> None:
    text = """
llm step() -> text[1]  size 1
def coins(n: int in 0..):
    for i in 1..n do
        if flip(1/2) then step()
"""
    answer = analysed(text).answer(CALLS)
    assert answer.expected.low == answer.expected.high
    assert answer.expected.high is not None
    assert answer.expected.high.value({"n": 9}) == Fraction(9, 2)
    assert answer.upper is not None
    assert answer.upper.value({"n": 9}) == 9
    assert answer.lower == 0
