"""A choice where a text is wanted: converted where it is written out, an error where it lies inside a value."""

from __future__ import annotations

import pytest

from aalpl.check import load
from aalpl.report import Source
from aalpl.run import execute

HEAD = """\
llm kind(x: text) -> one of "a" | "b" size m
llm kinds(x: text) -> list[2] of one of "a" | "b" size m
type note = {what: text, n: int}
def first(ys: list of text) -> text:
    return ys[0]
"""


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("def f(x: text) -> note:\n    k <- kind(x)\n    return {what: k, n: 1}\n", "{n: 1, what: b}"),
        ("def f(x: text) -> text:\n    k <- kind(x)\n    return first([k, k])\n", "b"),
        ('def f(x: text) -> list of text:\n    k <- kind(x)\n    return ["z", k]\n', "[z, b]"),
    ],
)
def test_what_is_written_out_is_converted(body: str, shown: str) -> None:
    program, diagnostics = load(Source("program.aalp", HEAD + body))
    assert program is not None, diagnostics

    class Second:
        def answer(self, question: object) -> str:
            return "b"

    run = execute(program, "f", {"x": "hello"}, {"m": 1}, backend=Second())
    assert not run.diagnostics
    assert run.shown() == shown


def test_what_lies_inside_a_value_is_an_error() -> None:
    text = HEAD + "def f(x: text) -> text:\n    return first(kinds(x))\n"
    program, diagnostics = load(Source("program.aalp", text))
    assert program is None
    assert [each.code for each in diagnostics] == ["wrong-type"]
