"""Stepping shows every request before it is answered."""

from __future__ import annotations

from support.running import checked

from aalpl.run.prepare import prepare
from aalpl.run.step import asked

TEXT = """
oracle good(x: text) -> bool
llm M(x: text, n: int) -> text[2] size m
llm chat(seen: transcript) -> text[1] size m

def f(x: text) -> bool:
    y <- M(x, Uniform(3..3))
    if * then
        skip
    zs <- parallel for i in 1..2 yield M("b", i)
    conversation begins "hello" do
        z <- chat()
    return good(y)
"""


def test_requests_in_words() -> None:
    prepared = prepare(checked(TEXT), "f", {"x": "a b"})
    stepper = prepared.stepper()
    seen = []
    while stepper.pending is not None:
        found = asked(prepared, stepper.pending)
        seen.append(f"{found.span.line} {found.kind} {found.name}({', '.join(found.args)})")
        stepper.step()
    assert seen == [
        "7 draw Uniform(3, 3)",
        "7 call M(a b, 3)",
        "8 choice any()",
        "10 branches parallel(1..2)",
        "10 call M(b, 1)",
        "10 call M(b, 2)",
        "12 call chat(hello)",
        "13 oracle good(‹2 tokens›)",
    ]
    assert stepper.done
