"""What functions look like as integers: each expectation follows from the program by hand."""

from __future__ import annotations

import pytest

from aalpl.check import load
from aalpl.cost.form.text import written
from aalpl.cost.lower.front import lower
from aalpl.report import Source

HEADER = """\
# the same for all
size n, k, l, b
prob q
llm find(x: text) -> text[O(1)]? size m_q
llm fix(bug: text, x: text) -> text size m_d
llm M(x: text) -> text[3] size m
llm some(x: text) -> text[2..5]? size m
llm team[i in 1..3](x: text) -> text[2] size w[i]
llm talk(h: transcript) -> text[2] size m
llm asked(x: text) -> text[1] size m
    prompt "Is it so? {x}"
oracle solved(x: text) -> bool
oracle pieces(x: text[n], c: int) -> list[i in 0..ceil(n/c)-1] of text[min(c, n - i*c)]
measure f(x: text) = count i in 0..k-1 of solved(x[i*l : i*l+l])
"""

CASES = {
    "a `T?` is one token where there is nothing": (
        """
def g(x: text[n]) -> bool:
    y <- some(x)
    if y then
        M(y ++ x)
    return x = x
""",
        """
g(n)
    y? <- present@17 in 0..1
    len(y) <- out@17 in 1..5
    some reads n, writes len(y), size m  # 17
    if y? - 1 >= 0  # 18
        M reads len(y) + n, writes 3, size m  # 19
    %opaque3 <- opaque@20:3 in 0..1
    return <- %opaque3
""",
    ),
    "what never changes is its size": (
        """
def g(x: text[k*l]) -> text[k*l]:
    for i in 0..k-1 do
        bug <- find(x[i*l : i*l+l])
        if bug at most b times then
            x[i*l : i*l+l] <- fix(bug, x[i*l : i*l+l]) where len(result) = l
    return x
""",
        """
g()
    for i in 0..k - 1  # 17
        bug? <- present@18 in 0..1
        len(bug) <- out@18 in 1..o_find
        find reads l, writes len(bug), size m_q  # 18
        if bug? - 1 >= 0 at most b times  # 19
            fix reads l + len(bug), writes l, size m_d  # 20
    len(return) <- k*l
""",
    ),
    "a measure that counts lies between 0 and the rounds": (
        """
def g(x: text[k*l]) -> int:
    return f(x)
""",
        """
g()
    f%1 <- pick@17 in 0..k
    return <- f%1
""",
    ),
    "elements as a function of their index": (
        """
def g(x: text[n], c: int in 1..):
    for part in pieces(x, c) do
        M(part)
""",
        """
g(n, c)
    for part%2 in 0..ceil(n/c) - 1  # 17
        M reads min(-c*part%2 + n, c), writes 3, size m  # 18
""",
    ),
    "a conversation": (
        """
def g(x: text[n]):
    conversation begins x do
        for i in 1..k do
            hear text[l]
            talk()
""",
        """
g(n)
    len(said%1) <- n
    %hit.talk <- 0
    for i in 1..k  # 18
        len(said%1) <- l + len(said%1)
        talk reads len(said%1), writes 2, size m, shared %hit.talk  # 20
        %hit.talk <- len(said%1)
        len(said%1) <- len(said%1) + 2
""",
    ),
    "functions handed over": (
        """
def twice(h: (text) -> text, x: text) -> text:
    return h(h(x))

def g(x: text[n]) -> text:
    return twice(M, x)
""",
        """
g(n)
    call twice<M>(len(x) = n); len(twice%1) <- len(return)  # 20
    len(return) <- len(twice%1)
""",
    ),
    "families, and the words of a prompt": (
        """
def g(x: text[n]):
    for i in 1..3 do
        team[i](x)
    asked(x)
""",
        """
g(n)
    for i in 1..3  # 17
        team[i] reads n, writes 2, size w[i]  # 18
    asked reads n + 7, writes 1, size m  # 19
""",
    ),
    "lists that grow": (
        """
def g(xs: list of text, x: text[n]):
    ys <- []
    for y in xs do
        ys <- ys ++ [y ++ x]
    for z in ys do
        M(z)
""",
        """
g(n, len(xs), len(xs)[])
    len(ys) <- 0
    for y%1 in 0..len(xs) - 1  # 18
        len(ys)[len(ys)] <- len(xs)[y%1] + n
        len(ys) <- len(ys) + 1
    for z%2 in 0..len(ys) - 1  # 20
        M reads len(ys)[z%2], writes 3, size m  # 21
""",
    ),
    "the rest belongs to the side that goes on": (
        """
def g(x: text[n], d: int) -> text:
    if d > 0 then
        return x
    y <- M(x)
    return y ++ x
""",
        """
g(n, d)
    if d - 1 >= 0  # 17
        len(return) <- n
    else
        M reads n, writes 3, size m  # 19
        len(return) <- n + 3
""",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_form(name: str) -> None:
    text, expected = CASES[name]
    program, problems = load(Source("program.aalp", HEADER + text))
    assert program is not None, problems
    assert written(lower(program)["g"]) == expected.lstrip("\n")
