"""What breaks while running is a diagnostic at its exact place."""

from __future__ import annotations

from typing import Any

import pytest
from support.running import checked, code, ran

from aalpl.report.diagnostic import Diagnosed

BROKEN: dict[str, tuple[str, dict[str, Any], str]] = {
    "slice": (
        "size n\ndef f(x: text[n], d: int) -> text:\n    y <- x\n    return y[0:d]\n",
        {"n": 5, "d": 6},
        "4 slice-out-of-range",
    ),
    "negative slice": (
        "size n\ndef f(x: text[n], d: int) -> text:\n    return x[d:n]\n",
        {"n": 5, "d": -1},
        "3 slice-out-of-range",
    ),
    "splice": (
        "size n\ndef f(x: text[n], y: text, d: int) -> text:\n    x[0:d] <- y\n    return x\n",
        {"n": 5, "d": 3},
        "3 splice-length",
    ),
    "index": (
        "def f(xs: list of int, d: int) -> int:\n    return xs[d]\n",
        {"d": 99},
        "2 index-out-of-range",
    ),
    "index inside an expression": (
        "def f(xs: list of int, d: int) -> int:\n    a <- 1\n    return 2 * (a +\n        xs[d])\n",
        {"d": 99},
        "4 index-out-of-range",
    ),
    "pop of an empty list": (
        "def f(d: int) -> int:\n    xs <- [d]\n    for i in 1..d do\n        a <- pop xs\n    return d\n",
        {"d": 2},
        "4 index-out-of-range",
    ),
    "division": ("def f(d: int) -> int:\n    return 7 / d\n", {"d": 0}, "2 division-by-zero"),
    "remainder": ("def f(d: int) -> int:\n    return 7 mod d\n", {"d": 0}, "2 division-by-zero"),
    "requires": (
        "size n\ndef g(x: text[n]) requires n >= 2:\n    skip\ndef f(x: text[n], d: int):\n    g(x[0:d])\n",
        {"n": 5, "d": 1},
        "2 requires-broken",
    ),
    "result": (
        "size n\ndef f(x: text[n], d: int) -> text[n]:\n    return x[0:d]\n",
        {"n": 5, "d": 4},
        "3 result-contract",
    ),
    "argument": (
        "size n\ndef g(x: text[n], y: text[n]):\n    skip\ndef f(x: text[n], d: int):\n    g(x, x[0:d])\n",
        {"n": 5, "d": 4},
        "2 argument-contract",
    ),
    "int in a range": (
        "def g(d: int in 1..3):\n    skip\ndef f(d: int):\n    g(d)\n",
        {"d": 4},
        "1 argument-contract",
    ),
    "family": (
        "size r\nllm M[i in 1..r](x: text) -> bool size m[i]\ndef f(x: text[r], d: int) -> bool:\n    return M[d](x)\n",
        {"r": 3, "d": 4},
        "4 index-out-of-range",
    ),
    "decreases": (
        "def f(d: int):\n    while d > 0 decreases d do\n        d <- d + 0\n",
        {"d": 3},
        "2 decreases-broken",
    ),
    "endless loop": ("def f(d: int):\n    while d > 0 do\n        skip\n", {"d": 3}, "2 endless-loop"),
    "length": (
        "size n\nllm M(x: text) -> text size m\ndef f(x: text[n], d: int) -> text:\n"
        "    return (M(x) where len(result) = d)\n",
        {"n": 2, "d": -3},
        "4 bad-length",
    ),
    "window": (
        "size n, w\nmodel s size m window w overhead 3\nllm M(x: text) -> text[2] on s\n"
        "def f(x: text[n]) -> text:\n    return M(x)\n",
        {"n": 6, "w": 10},
        "5 window-exceeded",
    ),
    "parallel slices": (
        "size n\nllm M(x: text) -> text[1] size m\ndef f(x: text[n], d: int) -> text[n]:\n    parallel for i in 0..d-1 do\n"
        "        x[i:i+1] <- M(x[i:i+1])\n    return x\n",
        {"n": 3, "d": 4},
        "5 slice-out-of-range",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_conditions(name: str) -> None:
    text, at, expected = BROKEN[name]
    run = ran(text, "f", at=at, patience=1000)
    assert code(run) == expected
    assert run.broken


def test_at_most_stops_the_run() -> None:
    """The simulator keeps to it, so a script breaks it."""
    from aalpl.run.backend import Scripted

    text = "size b\nllm yes(x: text) -> bool size m\ndef f(x: text):\n    for i in 1..5 do\n        if yes(x) at most b times then\n            skip\n"
    run = ran(text, inputs={"x": "a"}, at={"b": 2}, backend=Scripted([True, False, True, True]))
    assert code(run) == "5 at-most-broken"
    assert run.meter.calls == 4
    assert [e.held for e in run.hypotheses if "at most" in e.text] == [False]


def test_frequencies_are_held_against_their_probability() -> None:
    from aalpl.run.backend import Scripted

    text = "llm yes(x: text) -> bool size m\ndef f(x: text):\n    for i in 1..60 do\n        if yes(x) with probability 1/2 then\n            skip\n"
    (often,) = ran(text, inputs={"x": "a"}, backend=Scripted([True] * 60)).hypotheses
    assert often.held is False
    assert often.found.startswith("60 of 60")
    (fair,) = ran(text, inputs={"x": "a"}, backend=Scripted([True, False] * 30)).hypotheses
    assert fair.held is True


def test_lengths_fit_pads_and_truncates() -> None:
    text = "size n\ndef f(x: text[n], y: text, d: int) -> text[n]:\n    x[0:d] <- y\n    return x\n"
    for y, shown in (("a b c", "a b cde"[:3] + " "), ("a", "a   ")):
        run = ran(text, at={"d": 4}, inputs={"x": "k l m n", "y": y}, lengths="fit")
        assert run.diagnostics == ()
        assert run.value[0] == 7
        assert run.shown().startswith(shown[:4])
        assert run.broken
        assert "lengths fit" in [e.text for e in run.hypotheses]


def test_assumptions_are_checked_at_entry() -> None:
    text = "size n, k\nassume k <= n, n = 2*m_x\nllm M(x: text) -> text[1] size m_x\ndef f(x: text[n]):\n    y <- M(x[0:k])\n"
    broken = ran(text, at={"n": 3, "k": 2, "m_x": 2})
    assert [e.held for e in broken.hypotheses[:2]] == [True, False]
    assert broken.broken
    open_ = ran(text, at={"n": 3, "k": 2})
    assert open_.hypotheses[1].held is None or open_.hypotheses[1].held is False


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("size n, l\ndef f(x: text[n*l]) -> text:\n    return x\n", {"n": 2}, "missing-size"),
        ("prob p\ndef f() -> bool:\n    return flip(p)\n", {}, "missing-size"),
        ("def f(x: int):\n    skip\ndef g(x: int):\n    skip\n", {}, "which-function"),
    ],
)
def test_runs_that_cannot_begin(text: str, at: dict[str, Any], expected: str) -> None:
    with pytest.raises(Diagnosed) as found:
        ran(text, at=at)
    (diagnostic,) = found.value.diagnostics
    assert diagnostic.code == expected


def test_missing_sizes_are_asked_for_once_and_by_name() -> None:
    with pytest.raises(Diagnosed) as found:
        ran("size n, l, k\nassume k <= n*l\ndef f(x: text[n*l]) -> text:\n    return x[0:k]\n")
    (diagnostic,) = found.value.diagnostics
    assert diagnostic.title == "`n`, `l`, `k` have no value"
    assert diagnostic.hint == "say how large: `--at n=…,l=…,k=…`"


def test_long_sums_run() -> None:
    terms = " + ".join(["x"] * 3000)
    program = checked(f"def f(x: int) -> int:\n    return {terms}\n")
    from aalpl.run import execute

    assert execute(program, at={"x": 2}).value == 6000
