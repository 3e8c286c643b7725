"""Programs chosen for what they do to sizes: runs and forms agree call by call, whatever the adversary does."""

from __future__ import annotations

import pytest
from unit.cost.test_lower_wall import compare

from aalpl.check import load
from aalpl.report import Source

HEADER = """\
size n, k, l
llm M(x: text) -> text[3] size m
llm open(x: text) -> text size m
llm some(x: text) -> text[1..4]? size m
llm yes(x: text) -> bool size m
llm many(x: text) -> list[<= 3] of text[1..2] size m
llm pair(x: text) -> {name: text[2], worth: int in 0..3, sure: bool} size m
llm all(xs: list of text) -> text[2] size m
llm count(x: text) -> int in 0..4 size m
llm kind(x: text) -> one of "a" | "b" size m
llm said(h: transcript) -> text[1..2] size m
llm told(h: transcript, x: text) -> text[2] size m
llm team[i in 1..3](x: text) -> text[2] size w[i]
llm marks(x: text) -> list[3] of int in 0..2 size m
llm drawn(x: text) -> text[~ Uniform(1..4)] size m
llm mean(x: text) -> text[~ n] size m
llm perhaps(x: text) -> bool true with probability 1/3 size m
llm mixed(x: text) -> one of "a" with probability 1/4 | "b" with probability 3/4 size m
llm copy(x: text[n]) -> text[n] size m
oracle parts(x: text) -> list of text
oracle good(x: text) -> bool
oracle maybe(x: text) -> int in 1..3?
"""

PROGRAMS = {
    "records": """
def f(x: text[n]):
    r <- pair(x)
    r.name <- r.name ++ x
    s <- {who: r, text: x}
    if s.who.sure then
        M(s.who.name)
    for i in 1..r.worth do
        M(s.text ++ r.name)
""",
    "lists": """
def f(xs: list[k] of text, x: text[n]):
    ys <- xs ++ [x, x ++ x]
    ys[0] <- x
    all(ys)
    first <- pop ys
    all(ys[0 : len(ys)/2])
    ys[0:1] <- [first ++ x]
    for y in ys do
        M(y)
    zs <- []
    for y in ys do
        zs <- zs ++ [y ++ x]
        all(zs)
""",
    "lists of numbers": """
def f(x: text[n]):
    counts <- [1, 2]
    for i in 1..3 do
        counts <- counts ++ [count(x)]
    for c in counts do
        for i in 1..c do
            M(x)
    for mark in marks(x) do
        for i in 1..mark do
            M(x)
    counts[0] <- 5
    all([x])
    for i in 1..counts[0] + counts[2] do
        M(x[0:1])
""",
    "lists of lists": """
def f(xs: list[k] of text):
    for group in groups(xs, 2) do
        all(group)
        for x in group do
            M(x)
    ys <- parallel for group in groups(xs, 2) yield parallel for x in group yield x ++ x
    for y in ys do
        all(y)
    all(ys[0])
""",
    "oracles": """
def f(x: text[n]):
    for part in parts(x) do
        if good(part) then
            M(part)
    number <- maybe(x) else 2
    for i in 1..number do
        M(x)
    for part in chunks(x, 2) do
        M(part)
""",
    "answers": """
def f(x: text[n]):
    a <- some(x)
    if a then
        M(a)
    b <- some(x) else x
    M(b ++ x)
    all(many(x))
    for y in many(x) do
        M(y)
    z <- open(x) where len(result) <= 5
    M(z)
    z <- open(z) where len(result) = 2*len(z)
    M(z)
    if kind(z) = "b" then
        M(x)
    y <- copy(x[0 : n/2])
    M(y ++ copy(y))
""",
    "functions": """
def helper(x: text[n], d: int) -> text:
    if d <= 0 then
        return x
    return M(x) ++ x

def twice(g: (text) -> text, x: text) -> text:
    return g(g(x))

def thrice(g: (text) -> text, x: text) -> text:
    return g(twice(g, x))

def own(x: text) -> text:
    return M(x) ++ x

def f(x: text[n], d: int in 0..2):
    y <- helper(x, d)
    M(y)
    M(helper(y ++ x, d - 1))
    M(twice(M, x))
    M(thrice(own, x))
""",
    "recursion": """
def halves(x: text[n]) -> text[n]:
    if n <= 1 then
        M(x)
        return x
    a <- halves(x[0 : n/2])
    b <- halves(x[n/2 : n])
    M(a ++ b)
    return a ++ b

def f(x: text[n]):
    halves(x)
""",
    "conversation": """
def f(x: text[n]):
    conversation begins x do
        for i in 1..3 do
            hear text[2]
            a <- said()
            b <- told(a ++ x)
            hear "well then"
            if yes(b) then
                said()
        M(x)
    conversation do
        told(x)
        said()
""",
    "parallel": """
def f(xs: list[k] of text[l], x: text[n], d: int in 1..3):
    ys <- parallel for y in xs workers 2 yield M(y) ++ x
    all(ys)
    parallel for i in 0..k-1 do
        z <- some(xs[i]) else x
        xs[i] <- M(z)
    all(xs)
    zs <- parallel for i in d..k yield x[0 : min(i, n)]
    all(zs)
    conversation begins x do
        parallel for i in 1..3 do
            if yes(x) then
                said()
            told(x)
        said()
""",
    "contributions": """
def f(xs: list[k] of text, x: text[n]):
    parallel for i in 0..k-1 do
        a <- some(x) else x
        if yes(a) then
            xs[i] <- a ++ xs[i]
    all(xs)
    for y in xs do
        M(y)
""",
    "loops": """
def f(x: text[n], d: int in 1..3):
    i <- d
    while i > 0 do
        i <- i - 1
        M(x)
        for j in i..6 by 2 do
            M(x[0 : min(j, n)])
    repeat
        x <- M(x) ++ x
    until yes(x) at most 3 times
    for y in [x, x ++ x] do
        if yes(y) and (good(y) or count(y) > 2) then
            M(y)
    while * at most 2 times do
        M(x)
    for j in 1..any int in 0..3 do
        team[j](x)
""",
    "early returns": """
def g(x: text[n]) -> text:
    for i in 1..3 do
        for j in 1..i do
            if yes(x) then
                return M(x)
        if good(x) then
            return x ++ x
    while yes(x) do
        if good(x) then
            return x
    return x ++ x ++ x

def f(x: text[n]):
    y <- g(x)
    M(y)
    z <- g(y ++ x)
    M(z)
    if yes(z) then
        return
    M(x)
""",
    "votes": """
def f(x: text[n], d: int in 1..2):
    t <- tally()
    repeat
        t.add(M(x) ++ (some(x) else ""))
    until t.lead >= d at most 12 times
    M(t.leader)
""",
    "folds": """
def f(xs: list[k] of text, x: text[n], d: int in 1..3):
    a <- sum(i in 0..k-1: len(xs[i]))
    for i in 1..min(a, 5) do
        M(x)
    for i in 1..count y in xs of len(y) > 2 do
        M(x ++ x)
    for i in 1..max(j in 1..d: j*j mod 3) do
        M(x)
    for i in 1..prod(j in 1..d: 2) - (1 if d > 1 else 0) do
        M(x[0:1])
""",
    "texts compared": """
def f(x: text[n], y: text[n]):
    z <- M(x)
    a <- x if z = y else y ++ x
    if z = x then
        M(y)
    for i in 1..3 do
        if z = M(x) then
            z <- x
    if x[0:1] = y[0:1] then
        M(z)
""",
    "laws": """
def f(x: text[n]):
    M(drawn(x) ++ mean(x))
    y <- open(x) where len(result) ~ Uniform(2..5)
    M(y)
    if perhaps(y) then
        M(x)
    if flip(1/3) then
        M(x ++ x)
    for i in 1..Binomial(4, 1/2) do
        M(x)
    for i in Uniform(1..2)..Uniform(2..4) do
        if mixed(x) = "a" then
            M(y)
    for i in 1..Geometric(1/2) do
        M(x[0:1])
    z <- any text[2..3]
    M(z)
    for v in any list[3] of text[1] do
        M(v ++ z)
    c <- any int in 0..2
    for i in 1..c do
        M(z)
""",
    "swaps": """
def f(x: text[n], y: text[k], xs: list[k] of text):
    for i in 1..3 do
        x, y <- y ++ y, x
        M(x)
    ys <- xs ++ [x]
    xs, ys <- ys, xs
    all(xs)
    all(ys)
    t <- {a: xs, b: ys}
    t.a <- t.b ++ t.a
    t.b <- t.a ++ [x]
    all(t.a)
    all(t.b)
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(name: str) -> None:
    program, problems = load(Source(f"{name}.aalp", HEADER + PROGRAMS[name]))
    assert program is not None, [(p.code, p.title, p.label.span.text) for p in problems]
    calls = 0
    for seed in range(6):
        at: dict[str, object] = {
            "n": 4 + seed % 3,
            "k": 3 + seed % 2,
            "l": 2,
            "m": 1,
            "w": lambda i: i,
            "d": 1 + seed % 2,
        }
        params = {p.name for p in program.functions["f"].params}
        at = {key: value for key, value in at.items() if key in program.sizes or key in params}
        calls += compare(program, "f", at, seed, ("random", "worst", "best")[seed % 3])
    assert calls > 6
