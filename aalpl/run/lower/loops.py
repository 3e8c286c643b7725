"""Loops: counted ones, and those that run until a test says so."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.program import nodes as p
from aalpl.run.lower import observing
from aalpl.run.lower.asking import named
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.hypotheses import counted, in_words
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.wishes import wish

Block = Callable[[p.Block, Scope, dict[int, str]], None]


def for_each(st: p.For, s: Scope, wishes: dict[int, str], block: Block) -> None:
    """`for index in low..high by step`."""
    index = s.variable(st.index)
    bounds = f"{expression(st.low, s)}, {expression(st.high, s)} + 1"
    if st.step is not None:
        bounds += f", {expression(st.step, s)}"
    rounds = _rounds(s, st.place)
    with s.writer.block(f"for {index} in range({bounds}):"):
        if rounds:
            s.writer.line(f"{rounds} += 1")
            observing.observe(s, "T", st.place, rounds)
        _inside(st.body, s, wishes, block, index)


def loop(st: p.Loop, s: Scope, wishes: dict[int, str], block: Block) -> None:
    """`while` and `repeat`: run `before`, leave unless `test`, run `body`."""
    rounds = s.temporary()
    repeat = st.kind == "repeat"
    s.writer.line(f"{rounds} = 0")
    observing.observe(s, "T", st.place, "0")
    outer, s.loops = s.loops, (*s.loops, f"{rounds} - 1" if repeat else rounds)
    with s.writer.block("while True:"):
        if repeat:
            _round(st, rounds, s)
        inner = dict(wishes)
        spent = "" if st.at_most is None else f"{_spent(st, rounds, s)} >= {expression(st.at_most, s)}"
        wish(st.before, st, spent, s, inner)
        s.rounds += 1
        block(st.before, s, inner)
        test = named(expression(st.test, s), s)
        if st.probability is not None:
            met = f"(not {test})" if repeat else test
            counted(s, st.place, st.span, st.probability, met, "loop")
        s.writer.line(f"if not {test}: break")
        if not repeat:
            _round(st, rounds, s)
            s.loops = (*outer, f"{rounds} - 1")
        _decreasing(st, rounds, s)
        block(st.body, s, wishes)
    s.loops = outer
    s.rounds -= 1


def _round(st: p.Loop, rounds: str, s: Scope) -> None:
    """A round begins."""
    s.writer.line(f"{rounds} += 1")
    number = s.tables.complaint(
        "endless-loop", "this loop went round {} times", st.span, "it does not seem to end"
    )
    s.writer.line(f"if {rounds} > patience: raise Fault({number}, {rounds} - 1)")
    if st.at_most is not None:
        in_words(s, st.place, st.span, st.at_most, "loop", rounds if st.kind == "repeat" else None)
    if s.tables.observe:
        outer, s.loops = s.loops, s.loops[:-1]
        observing.observe(s, "T", st.place, rounds)
        s.loops = outer


def _spent(st: p.Loop, rounds: str, s: Scope) -> str:
    """What `at most` counts: rounds of a `repeat` each time it is reached; how often the condition of a `while` holds,
    like that of an `if`, in one activation of the function."""
    return rounds if st.kind == "repeat" else s.counter(st.place)


def _decreasing(st: p.Loop, rounds: str, s: Scope) -> None:
    """`decreases E`: E is never negative when a round begins, and falls from one to the next."""
    if st.decreases is None:
        return
    now, before = s.temporary(), s.temporary()
    s.writer.line(f"{now} = {expression(st.decreases, s)}")
    title = "what should decrease is {} after {}"
    number = s.tables.complaint(
        "decreases-broken", title, st.span, "not smaller than a round before, or negative"
    )
    first = f"{rounds} > 1 and {now} >= {before}"
    s.writer.line(
        f"if {now} < 0 or ({first}): raise Fault({number}, {now}, {before} if {rounds} > 1 else 'nothing')"
    )
    s.writer.line(f"{before} = {now}")


def _inside(body: p.Block, s: Scope, wishes: dict[int, str], block: Block, index: str) -> None:
    outer, s.loops = s.loops, (*s.loops, index)
    block(body, s, wishes)
    s.loops = outer


def _rounds(s: Scope, place: str) -> str:
    """A counter of rounds, where observables are recorded."""
    if not s.tables.observe:
        return ""
    name = s.temporary()
    s.writer.line(f"{name} = 0")
    observing.observe(s, "T", place, "0")
    return name
