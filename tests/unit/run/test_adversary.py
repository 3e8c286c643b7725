"""The worst adversary takes the dearer way and the best the cheaper one, as far as the hypotheses let them."""

from __future__ import annotations

from support.running import checked

from aalpl.run import execute

FOCUSED = """
size k, l, b
assume b <= k
llm find(code: text) -> text[O(1)]? size m_q
llm fix(bug: text, code: text) -> text[1..9] size m_d
def focused(x: text[k*l]):
    for i in 0..k-1 do
        bug <- find(x[i*l : i*l+l])
        if bug at most b times then
            y <- fix(bug, x[i*l : i*l+l])
"""

CHEAP_THEN = """
size n
llm dear(x: text) -> text[1] size m
llm yes(x: text) -> bool size m
llm kind(x: text) -> one of "a" | "b" | "c" size m
def f(x: text[n]):
    if yes(x) then
        skip
    else
        y <- dear(x)
    if kind(x) = "b" then
        y <- dear(x)
    if * then
        y <- dear(x)
        y <- dear(x)
"""

LOOP = """
llm step() -> bool size m
def f():
    while step() do
        skip
"""


def test_focused_debugging() -> None:
    program = checked(FOCUSED)
    at = {"k": 20, "l": 5, "b": 4}
    worst = execute(program, at=at, adversary="worst").meter
    assert worst.work("calls", by="fix") == 4
    assert worst.work("tokens out", by="fix") == 36
    assert execute(program, at=at, adversary="best").meter.work("calls", by="fix") == 0


def test_the_dearer_way_may_be_else() -> None:
    program = checked(CHEAP_THEN)
    assert execute(program, at={"n": 3}, adversary="worst").meter.work("calls", by="dear") == 4
    assert execute(program, at={"n": 3}, adversary="best").meter.work("calls", by="dear") == 0


def test_loops_end_all_the_same() -> None:
    program = checked(LOOP)
    worst = [execute(program, adversary="worst", seed=seed).meter.calls for seed in range(50)]
    best = [execute(program, adversary="best", seed=seed).meter.calls for seed in range(50)]
    assert sum(worst) > 4 * sum(best)
