"""Recursion beyond counting calls: expectations, sizes of results, lists, classes, what is reached, what is refused."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.result import Answer, Kind, Quantity
from aalpl.cost.words.summary import summarise
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run import execute

HEAD = """size n, c, k, l, d
prob p
llm step() -> text[0]  size 1
llm yes() -> bool  size 1
llm read(x: text) -> text[3]  size m

"""


def program(text: str, head: str = HEAD) -> Program:
    found, problems = load(Source("recursion.aalp", head + text.lstrip("\n")))
    assert found is not None, problems
    return found


def answer(text: str, name: str = "f", kind: Kind = "calls") -> Answer:
    return analyse(program(text), name).answer(Quantity(kind))


# -- expectation ---------------------------------------------------------------------------------------------------

QUICK = """
def f(x: int):
    if x > 1 then
        for i in 2..x do
            step()
        p' <- Uniform(0..x-1)
        f(p')
        f(x - 1 - p')
"""
FIRST = """
def f(x: int):
    if x > 0 then
        step()
        p' <- Uniform(0..x-1)
        f(p')
"""
THRICE = """
def f(x: int):
    if x > 1 then
        for i in 1..x*x do
            step()
        p' <- Uniform(0..x-1)
        f(p')
        f(p')
        f(x - 1 - p')
"""


@cache
def averaged(x: int, times: int, paid: str) -> Fraction:
    """T(x) = g(x) + times/x (T(0) + ... + T(x - 1))."""
    if x <= (0 if paid == "one" else 1):
        return Fraction(0)
    own = {"one": 1, "others": x - 1, "squares": x * x}[paid]
    return own + Fraction(times, x) * sum((averaged(i, times, paid) for i in range(x)), Fraction(0))


@pytest.mark.parametrize(
    ("text", "times", "paid"), [(QUICK, 2, "others"), (FIRST, 1, "one"), (THRICE, 3, "squares")]
)
def test_averages_over_all_before(text: str, times: int, paid: str) -> None:
    expected = answer(text).expected
    assert expected.low is not None
    assert expected.low == expected.high
    for x in range(-2, 30):
        assert expected.low.value({"x": x}) == averaged(x, times, paid), x


def test_quicksort_of_a_hundred() -> None:
    expected = answer(QUICK).expected.high
    assert expected is not None
    assert round(float(expected.value({"x": 100})), 1) == 647.9


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("def f(x: int):\n    step()\n    if flip(p) then skip else f(x)\n", lambda x, p: 1 / p),
        ("def f(x: int):\n    if x > 0 then\n        step()\n        if flip(p) then f(x - 1) else f(x)\n",
         lambda x, p: max(x, 0) / p),
        ("def f(x: int):\n    step()\n    if x > 0 then\n        if flip(1/3) then f(x - 1)\n",
         lambda x, p: sum(Fraction(1, 3) ** i for i in range(max(x, 0) + 1))),
    ],
)  # fmt: skip
def test_chances_to_go_on(text: str, value: object) -> None:
    assert callable(value)
    expected = answer(text).expected
    assert expected.low is not None
    assert expected.low == expected.high
    for x, p in product(range(-2, 7), (Fraction(1, 4), Fraction(1, 2))):
        assert expected.low.value({"x": x, "p": p}) == value(x, p)


# -- sizes of results ----------------------------------------------------------------------------------------------

RESULTS = {
    "reversed": """
def turned(x: text[n]) -> text:
    if n <= 1 then
        return x
    y <- read(x)
    return turned(x[1:n]) ++ x[0:1]

def f(x: text[n]):
    read(turned(x))
""",
    "doubled": """
def doubled(x: text, i: int) -> text:
    if i <= 0 then
        return x
    return doubled(x ++ x, i - 1)

def f(x: text[n], i: int):
    read(doubled(x, i))
""",
    "folded": """
def folded(xs: list[k] of text[l]) -> text:
    if k = 1 then
        return xs[0]
    return read(xs[0] ++ folded(xs[1:k]))

def f(xs: list[k] of text[l]):
    read(folded(xs))
""",
    "counted": """
def counted(i: int) -> int:
    if i <= 0 then
        return 0
    return 2 + counted(i - 1)

def f(i: int):
    for j in 1..counted(i) do
        step()
""",
    "parts of a list": """
def each(xs: list[k] of text):
    if k > 0 then
        read(xs[0])
        each(xs[1:k])

def f(xs: list[k] of text):
    each(xs)
""",
}


@pytest.mark.parametrize("name", RESULTS)
def test_what_is_returned_is_read(name: str) -> None:
    of = program(RESULTS[name])
    analysis = analyse(of, "f")
    for n, k, i in product((1, 4), (1, 3), (-1, 3)):
        at = {"n": n, "k": k, "l": 2, "i": i, "p": Fraction(1, 2), "m": 1, "c": 1, "d": 1}
        inputs = {"xs": ["a", "b c", "d e f g"][:k]} if name == "parts of a list" else {}
        run = execute(of, "f", inputs, at)
        assert not run.diagnostics
        for kind in ("calls", "tokens in"):
            form = analysis.answer(Quantity(kind)).exact
            assert form is not None, kind
            assert form.value({**at, **run.entry}) == run.meter.work(kind)


def test_a_result_that_is_chosen_is_bounded_and_no_more() -> None:
    found = answer("""
def chosen(i: int) -> int:
    if i <= 0 then
        return 0
    if * then
        return chosen(i - 1)
    return 1 + chosen(i - 1)

def f(i: int):
    for j in 1..chosen(i) do
        step()
""")
    assert found.exact is None
    assert found.upper is not None
    assert found.lower is not None
    for i in range(-2, 8):
        assert found.upper.value({"i": i}) == max(i, 0)
        assert found.lower.value({"i": i}) == 0


# -- classes, and what is reached ----------------------------------------------------------------------------------

SUMMARY = """
def f(x: text[n]) -> text[3]:
    if n <= c then
        return read(x)
    a <- f(x[0:n/2])
    b <- f(x[n/2:n])
    return read(a ++ b)
"""


@cache
def pieces(n: int, c: int) -> int:
    return 1 if n <= c else 1 + pieces(n // 2, c) + pieces(n - n // 2, c)


def test_down_to_pieces_of_some_size() -> None:
    found = answer(SUMMARY)
    assert found.upper is not None
    assert found.lower is not None
    for n, c in product(range(1, 60), range(1, 9)):
        at = {"n": n, "c": c}
        assert found.lower.value(at) <= pieces(n, c) <= found.upper.value(at), at


@pytest.mark.parametrize(
    ("text", "theta"),
    [
        ("def f(x: text[n]):\n    if n > 1 then\n        read(x)\n        f(x[0:n/2])\n        f(x[n/2:n])\n", "n"),
        ("def f(x: text[n]):\n    if n > 1 then\n        read(x)\n        f(x[0:n/2])\n", "log(n)"),
        ("def f(x: text[n], i: int):\n    if i > 0 then\n        read(x)\n        f(x, i - 1)\n        f(x, i - 1)\n",
         "2^i"),
        ("def f(x: text[n]):\n    if n > 1 then\n        for i in 1..n do\n            read(x)\n        f(x[0:n/2])\n"
         "        f(x[n/2:n])\n", "log(n)*n"),
        ("def f(x: text[n]):\n    if n > 1 then\n        for i in 1..n*n do\n            read(x)\n        f(x[0:n/2])\n"
         "        f(x[n/2:n])\n", "n^2"),
        ("def f(x: text[n]):\n    if n > 2 then\n        for i in 1..n do\n            read(x)\n        f(x[0:n/3])\n"
         "        f(x[n/3:n])\n", "log(n)*n"),
    ],
)  # fmt: skip
def test_classes(text: str, theta: str) -> None:
    of = program(text)
    summary = summarise(of, analyse(of, "f", ["calls"]), "calls")
    assert summary.grown is not None
    assert str(summary.grown.theta) == theta


def test_the_worst_pivots_are_reached() -> None:
    found = answer(QUICK)
    assert found.reached is not None
    assert found.reached == found.upper


def test_on_powers_the_form_is_exact() -> None:
    head = HEAD.replace("prob p", "assume n = 2^d\nprob p")
    text = (
        "def f(x: text[n]):\n    if n > 1 then\n        for i in 1..n*n do\n            step()\n        f(x[0:n/2])\n"
        "        f(x[n/2:n])\n        f(x[n/2:n])\n"
    )
    form = analyse(program(text, head), "f").answer(Quantity("calls")).exact
    assert form is not None

    def paid(n: int) -> int:
        return n * n + 3 * paid(n // 2) if n > 1 else 0

    for d in range(7):
        assert form.value({"n": 2**d, "d": d}) == paid(2**d)


# -- what is refused -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("def f(x: int):\n    step()\n    f(x)\n", "line 9 does not get smaller"),
        ("def f(x: int):\n    step()\n    f(x + 1)\n", "line 9 does not get smaller"),
        ("def f(x: int):\n    step()\n    if x != 0 then\n        f(x - 2)\n", "does not get smaller"),
        ("def f(x: int, y: int) -> int:\n    step()\n    if x <= 0 then\n        return y + 1\n    if y <= 0 then\n"
         "        return f(x - 1, 1)\n    return f(x - 1, f(x, y - 1))\n", "not known before it is called"),
    ],
)  # fmt: skip
def test_why_not(text: str, reason: str) -> None:
    found = answer(text)
    assert found.upper is None
    assert any(reason in unknown.reason for unknown in found.unknowns), found.unknowns


def test_functions_that_call_each_other_in_too_many_ways() -> None:
    found = answer("""
def f(x: int):
    if x > 0 then
        step()
        f(x - 1)
        g(x - 1)

def g(x: int):
    if x > 0 then
        g(x - 1)
        f(x - 1)
""")
    assert found.exact is None


# -- two ends of a range -------------------------------------------------------------------------------------------

BETWEEN = """
def f(low: int in 0.., high: int in low..):
    if high - low > 1 then
        middle <- (low+high)/2
        f(low, middle)
        f(middle, high)
        i, j <- low, middle
        while i < middle and j < high do
            if yes() then i <- i + 1 else j <- j + 1
"""


def merges(n: int) -> tuple[int, int]:
    """The fewest and the most comparisons of a merge sort, level by level."""
    if n <= 1:
        return 0, 0
    one, other = merges(n // 2), merges(n - n // 2)
    return one[0] + other[0] + n // 2, one[1] + other[1] + n - 1


@pytest.mark.parametrize("low", [0, 1, 5])
def test_what_a_loop_in_a_recursion_sees_of_both_ends(low: int) -> None:
    found = answer(BETWEEN)
    assert found.upper is not None
    assert found.lower is not None
    assert found.upper.free | found.lower.free <= {"low", "high"}
    for n in range(40):
        least, most = merges(n)
        assert found.upper.value({"low": low, "high": low + n}) == most
        assert found.lower.value({"low": low, "high": low + n}) <= least
