"""What a bool variable says of sizes: on the ways that come together, and from round to round."""

from __future__ import annotations

import pytest

from aalpl.check import load
from aalpl.report import Source

HEAD = """size N, L
llm before(a: text[L]) -> bool  size m
def f(docs: list[N] of text[L], x: int):
"""

SURE = (
    """
    j <- N - 1
    while j > 0 and before(docs[j]) do
        c <- before(docs[j-1])
        j <- j - 1
""",
    """
    b <- x >= 0 and x < N
    if b then
        b <- before(docs[0])
    if b then
        c <- before(docs[x])
""",
    """
    b <- x < 0 or x >= N
    if not b then
        c <- before(docs[x])
""",
)
UNSURE = (
    """
    b <- x >= 0 and x < N
    for i in 1..3 do
        if b then
            c <- before(docs[x])
        b <- before(docs[0])
""",
    """
    b <- x >= 0
    while * do
        b <- before(docs[0])
    if b and x < N then
        c <- before(docs[x])
""",
    """
    b <- x >= 0 and x < N
    for i in 1..x do
        b <- before(docs[0])
    if b then
        c <- before(docs[x])
""",
    """
    bs <- [x >= 0 and x < N]
    for i in 1..2 do
        if bs[0] then
            c <- before(docs[x])
        bs <- [before(docs[0])]
""",
    """
    b <- x >= 0 and x < N
    if before(docs[0]) then
        b <- before(docs[0])
    if b then
        c <- before(docs[x])
""",
)


def statuses(body: str) -> set[str]:
    program, diagnostics = load(Source("bools.aalp", HEAD + body.strip("\n") + "\n"))
    assert program is not None, diagnostics
    return {each.status for each in program.obligations if each.text != "0 < len(docs)"}


@pytest.mark.parametrize("body", SURE)
def test_what_a_bool_was_made_from_holds_where_it_is_true(body: str) -> None:
    assert statuses(body) == {"proved"}


@pytest.mark.parametrize("body", UNSURE)
def test_a_bool_that_has_changed_says_nothing(body: str) -> None:
    assert "listed" in statuses(body)
