"""Loops on a walk."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.check.lengths import Whole
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_exits import add_inner, after_loop
from aalpl.check.lengths_invariants import invariant
from aalpl.check.lengths_truth import certain, truth_of
from aalpl.check.lengths_values import int_of
from aalpl.check.saying import said
from aalpl.check.state import Book, State
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program.size import ONE, ZERO, Size, floor, maximum, sym

Run = Callable[[p.Block, State, Book], State | None]


def counted(of: p.For, state: State, book: Book, run: Run) -> State | None:
    """`for index in low..high by step do body`."""
    low, high = int_of(of.low, state, book), int_of(of.high, state, book)
    by = ONE if of.step is None else int_of(of.step, state, book)
    if of.step is not None:
        require(book, state, "constraint", f"{said(of.step)} >= 1", (by - 1,), of.step.span)
    index = book.fresh(of.index)
    at = sym(index)
    rounds = (at - low) / by

    def enter(here: State) -> State:
        here.values[of.index] = Whole(at)
        here.facts = here.facts.adding(at - low, high - at)
        return here

    def once(here: State) -> State | None:
        return run(of.body, here, book)

    inside = enter(state.copy())
    if inside.facts.contradictory:
        return state
    assigned = _assigned(of.body) - {of.index}
    head = invariant(inside, assigned, once, book, rounds if by == 1 else None)
    head.state.exact = state.exact and not _leaves(of.body)
    end = run(of.body, head.state.copy(), book)
    span = high - low + 1 if by == 1 else floor((high - low) / by) + 1
    count = span if state.facts.proves(span) else maximum(ZERO, span)
    after = after_loop(head, state, end, {index: low + by * count})
    after.exact = state.exact and not _leaves(of.body) and not head.changed
    return after


def repeated(of: p.Loop, state: State, book: Book, run: Run) -> State | None:
    """`while` and `repeat`."""

    def once(here: State) -> State | None:
        middle = run(of.before, here, book)
        if middle is None:
            return None
        middle.know(truth_of(of.test, middle, book).yes)
        return run(of.body, middle, book)

    assigned = _assigned((*of.before, *of.body))
    head = invariant(state.copy(), assigned, once, book, None, _guards(of, state, book))
    head.state.exact = state.exact and not head.changed
    recording = head.state.copy()
    middle = run(of.before, recording, book)
    if middle is None:
        return None
    truth = truth_of(of.test, middle, book)
    inside, after = middle.copy(), middle.copy()
    inside.know(truth.yes)
    inside.exact = middle.exact and certain(truth, middle, book)
    after.know(truth.no)
    after.exact = state.exact and not head.changed and truth.settled and not _leaves(of.body)
    before = None if of.decreases is None else int_of(of.decreases, inside, book)
    end = None if inside.facts.contradictory else run(of.body, inside, book)
    if of.decreases is not None and before is not None and end is not None:
        end.exact = False
        now = int_of(of.decreases, end, book)
        text = f"{said(of.decreases)} falls and stays at least 0"
        require(book, end, "decreases", text, (before, before - now - 1), of.decreases.span)
    if after.facts.contradictory:
        return None
    add_inner(after, end)
    return after


def _guards(of: p.Loop, start: State, book: Book) -> Callable[[State], list[Size]]:
    """What the test compares, one step weaker: holds at the head if it held before the round that came here."""

    def at(head: State) -> list[Size]:
        if of.kind != "while":
            return []
        truth = truth_of(of.test, head, book)
        weak = []
        for operator, left, right in truth.yes:
            if operator in ("<", "<="):
                weak.append(right - left + (0 if operator == "<" else 1))
            elif operator in (">", ">="):
                weak.append(left - right + (0 if operator == ">" else 1))
        return weak

    return at


def _assigned(block: p.Block) -> set[str]:
    """The variables a block binds."""
    found: set[str] = set()
    for node in nodes(block):
        if isinstance(node, p.Let | p.Ask | p.Call | p.Consult | p.Sample | p.Choose):
            found.add(node.target)
        elif isinstance(node, p.Parallel):
            found.update(node.appended)
            if node.target is not None:
                found.add(node.target)
        elif isinstance(node, p.For):
            found.add(node.index)
        elif isinstance(node, p.Contribute):
            found.add(node.variable)
    return found


def _leaves(block: p.Block) -> bool:
    """Whether a block may return."""
    return any(isinstance(node, p.Return) for node in nodes(block))
