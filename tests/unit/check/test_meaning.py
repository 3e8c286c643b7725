"""What lowering keeps: order of evaluation, what is asked at all, what is rebound. The expected values are by hand."""

from __future__ import annotations

from typing import Any

import pytest
from support.running import ran

HEAD = """
llm step() -> text[0] size 1
llm long(x: text) -> text[3] size 1
oracle even(x: int) -> bool:
    return x mod 2 = 0
type pair = {left: list of int, right: int}
def noted(x: int) -> int:
    step()
    return x
def first(x: int) -> int?:
    if x > 0 then
        return x
    return nothing
"""


def value(body: str, at: dict[str, int], result: str = "int") -> tuple[Any, int]:
    """The value of a body, and how many calls it made."""
    params = ", ".join(f"{name}: int" for name in at)
    lines = "\n".join("    " + line for line in body.strip("\n").split("\n"))
    run = ran(f"{HEAD}def f({params}) -> {result}:\n{lines}\n", "f", at=at)
    return run.value, run.meter.calls


CASES = [
    ("the second operand of `and` is asked only after a true one",
     "if x > 2 and noted(x) > 0 then\n    return 1\nreturn 0", {"x": 2}, 0, 0),
    ("and then it is", "if x > 2 and noted(x) > 0 then\n    return 1\nreturn 0", {"x": 3}, 1, 1),
    ("the second operand of `or` only after a false one",
     "if x > 2 or noted(x) > 0 or noted(x) > 1 then\n    return 1\nreturn 0", {"x": 1}, 1, 1),
    ("both arms of a conditional are not asked", "return noted(x) if x > 2 else noted(x) + noted(x)", {"x": 3}, 3, 1),
    ("nor is the default of what is there", "return first(x) else noted(7)", {"x": 3}, 3, 0),
    ("but that of what is not", "return first(x) else noted(7)", {"x": 0}, 7, 1),
    ("a conjunction is a value", "b <- noted(x) > 0 and noted(x) > 9\nreturn 1 if b else 0", {"x": 5}, 0, 2),
    ("the condition of a loop is asked once more than its body runs",
     "while noted(x) > 0 do\n    x <- x - 1\nreturn x", {"x": 3}, 0, 4),
    ("a `repeat` runs once at least", "repeat\n    x <- x + 1\nuntil noted(x) > 0\nreturn x", {"x": 9}, 10, 1),
    ("`pop` takes from the front, and what was read before stays",
     "xs <- [x, 2, 3]\ny <- 100*xs[0] + 10*pop xs + xs[0]\nreturn y*10 + len(xs)", {"x": 1}, 1122, 0),
    ("an index is read before its list changes",
     "xs <- [2, 0, 0]\nys <- [x, 5]\nxs[ys[0]] <- pop ys\nreturn 100*xs[0] + 10*xs[1] + len(ys)", {"x": 1}, 211, 0),
    ("several at once", "a, b, c <- 1, 2, x\na, b, c <- c, a, b\nreturn 100*a + 10*b + c", {"x": 3}, 312, 0),
    ("a swap of elements through names",
     "xs <- [x, 2]\na, b <- xs[1], xs[0]\nxs[0] <- a\nxs[1] <- b\nreturn 10*xs[0] + xs[1]", {"x": 1}, 21, 0),
    ("values are not shared", "xs <- [x]\nys <- xs\nys[0] <- 7\nreturn 10*xs[0] + ys[0]", {"x": 1}, 17, 0),
    ("parts of parts", "r <- {left: [1, 2], right: x}\nr.left[r.right] <- 9\nr.right <- r.right + 1\n"
     "return 100*r.left[0] + 10*r.left[1] + r.right", {"x": 1}, 192, 0),
    ("slices", "xs <- [1, 2, 3, 4]\nxs[x:x+2] <- xs[0:2]\n"
     "return 1000*xs[0] + 100*xs[1] + 10*xs[2] + xs[3]", {"x": 2}, 1212, 0),
    ("`/` rounds toward minus infinity, `mod` has the divisor's sign", "return 100*(x/2) + x mod 3", {"x": -7}, -398, 0),
    ("division is exact where a real is wanted", "return floor(x/2*2) + ceil(x/2)", {"x": 7}, 11, 0),
    ("a chain of comparisons", "return 1 if 1 <= x < 3 <= 4 else 0", {"x": 2}, 1, 0),
    ("membership", "return (1 if x in [3, 4] else 0) + (2 if x in 1..3 else 0)", {"x": 3}, 3, 0),
    ("folds", "return sum(i in 1..x: i*i) + prod(i in 1..3: i) + max(i in 0..x: 0-i) + count i in 0..x of even(i)",
     {"x": 4}, 30 + 6 + 0 + 3, 0),
    ("a fold that asks", "return sum(i in 1..x: noted(i))", {"x": 4}, 10, 4),
    ("a fold over a list", "xs <- [x, 5, 2]\nreturn max(y in xs: y) + count y in xs of y > 2", {"x": 3}, 7, 0),
    ("an empty fold", "return sum(i in 1..0: x) + prod(i in 1..0: x) + max(i in 1..0: x)", {"x": 9}, 1, 0),
    ("a step", "a <- 0\nfor i in 0..x by 3 do\n    a <- 10*a + i\nreturn a", {"x": 7}, 36, 0),
    ("bounds are evaluated once", "a <- 0\nfor i in 1..x do\n    x <- 1\n    a <- a + 1\nreturn 10*a + x", {"x": 4}, 41, 0),
    ("a list is evaluated once", "xs <- [x, 2]\na <- 0\nfor y in xs do\n    xs <- xs ++ [y]\n    a <- a + y\n"
     "return 10*a + len(xs)", {"x": 1}, 34, 0),
    ("branches see what was before", "xs <- parallel for i in 1..x yield i*x\nreturn sum(y in xs: y)", {"x": 3}, 18, 0),
    ("and join in order", "xs <- [0, 0, 0]\nparallel for i in 0..x do\n    xs[i] <- i + 5\n"
     "return 100*xs[0] + 10*xs[1] + xs[2]", {"x": 2}, 567, 0),
    ("a long quotient", f"return x{' / 1' * 120}", {"x": 7}, 7, 0),
    ("a long sum", f"return x{' - 1 + 2' * 60}", {"x": 7}, 67, 0),
    ("narrowing by an early return", "y <- first(x)\nif not y then\n    return 0\nreturn y + 1", {"x": 4}, 5, 0),
    ("a value of two branches", "y <- nothing\nif x > 0 then y <- x\nreturn y else 9", {"x": 0}, 9, 0),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "at", "expected", "calls"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_a_body_means(body: str, at: dict[str, int], expected: int, calls: int) -> None:
    assert value(body, at) == (expected, calls)


def test_a_conversation_reads_all_that_was_said() -> None:
    """Rounds read 2, then 2 + 1 + 3 + 4 (argument, answer, what was heard), and each answers with 3 tokens."""
    text = (
        "size n\nllm talk(seen: transcript, x: bool) -> text[3] size 1\n"
        "def f(x: text[n]):\n    conversation begins x do\n        for i in 1..2 do\n"
        "            y <- talk(true)\n            hear text[4]\n"
    )
    run = ran(text, "f", at={"n": 2})
    assert run.meter.tokens_in == (2 + 1) + (2 + 1 + 3 + 4 + 1)
    assert run.meter.tokens_out == 6


def test_branches_fork_a_conversation_and_append_in_order() -> None:
    """Three branches read 5 + 1 each; the call behind them 5 + 3*(1 + 3) + 1."""
    text = (
        "size n\nllm talk(seen: transcript, x: int) -> text[3] size 1\n"
        "def f(x: text[n]):\n    conversation begins x do\n"
        "        ys <- parallel for i in 1..3 yield talk(i)\n        z <- talk(4)\n"
    )
    run = ran(text, "f", at={"n": 5})
    assert run.meter.tokens_in == 3 * 6 + (5 + 12 + 1)


def test_the_library_counts_votes() -> None:
    text = (
        'def f() -> int:\n    t <- tally()\n    for x in ["b", "a", "a", "b", "a", "c"] do\n        t.add(x)\n'
        '    return 100*t.lead + 10*t.votes + (1 if t.leader = "a" else 0)\n'
    )
    assert ran(text, "f").value == 100 + 60 + 1


@pytest.mark.parametrize(("n", "size", "pieces"), [(10, 3, "3331"), (9, 3, "333"), (2, 5, "2"), (0, 5, "")])
def test_the_library_cuts_texts(n: int, size: int, pieces: str) -> None:
    text = (
        "size n\ndef f(x: text[n], c: int in 1..) -> int:\n    a <- 0\n"
        "    for part in chunks(x, c) do\n        a <- 10*a + len(part)\n    return a\n"
    )
    assert ran(text, "f", at={"n": n, "c": size}).value == int(pieces or "0")


@pytest.mark.parametrize(("n", "w", "s", "shown"), [(1000, 64, 32, 31), (101, 10, 5, 20), (5, 10, 5, 1)])
def test_the_library_moves_a_window(n: int, w: int, s: int, shown: int) -> None:
    """As many windows as Chen et al. count: 1 + ceil((n - w)/s), or one that sees it all."""
    text = (
        "size n\ndef f(x: text[n], w: int in 1.., s: int in 1..) -> int:\n    a <- 0\n"
        "    parts <- windows(x, w, s)\n    for part in parts do\n"
        "        if len(part) = min(w, n) then a <- a + 1\n    return a\n"
    )
    assert ran(text, "f", at={"n": n, "w": w, "s": s}).value == shown
