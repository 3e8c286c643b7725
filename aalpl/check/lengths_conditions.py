"""Conditions met on a walk: proved, broken for some sizes, or left as hypotheses."""

from __future__ import annotations

import re

from aalpl.check.state import MARK, Book, Condition, State, Verdict
from aalpl.program.prove import Facts
from aalpl.program.refute import counterexample
from aalpl.program.size import Size, sym
from aalpl.report import Span

_STEP = re.compile(r"( <=? )")
_RANK = {"proved": 0, "listed": 1, "refuted": 2}


def require(
    book: Book,
    state: State,
    kind: str,
    text: str,
    goals: tuple[Size | None, ...],
    span: Span,
    reason: str = "",
) -> None:
    """Note a condition: every goal is at least 0. After it, it holds (otherwise the run has stopped).

    Where `text` is a chain of as many comparisons as there are goals, each says one of them."""
    known = [goal for goal in goals if goal is not None]
    if book.recording:
        steps, goals = _trimmed(_STEP.split(text), goals)
        if goals:
            condition = Condition(kind, "".join(steps), span, book.function.name)
            key = (kind, span.start, span.end, condition.text)
            verdict = book.verdicts.setdefault(key, Verdict(condition))
            _judge(verdict, steps, goals, book, state, reason)
        state.facts = state.facts.adding(*(goal for goal in known if not state.facts.proves(goal)))
    elif book.wishes is not None and not book.callers:
        book.wishes.update(dict.fromkeys(known))


def _trimmed(steps: list[str], goals: tuple[Size | None, ...]) -> tuple[list[str], tuple[Size | None, ...]]:
    """Without comparisons at the ends that numbers already settle."""
    if len(steps) != 2 * len(goals) + 1:
        return ["".join(steps)], tuple(goal for goal in goals if not _settled(goal))
    while goals and _settled(goals[0]):
        steps, goals = steps[2:], goals[1:]
    while goals and _settled(goals[-1]):
        steps, goals = steps[:-2], goals[:-1]
    return steps, goals


def _settled(goal: Size | None) -> bool:
    number = None if goal is None else goal.constant()
    return number is not None and number >= 0


def _judge(
    verdict: Verdict, steps: list[str], goals: tuple[Size | None, ...], book: Book, state: State, reason: str
) -> None:
    for place, goal in enumerate(goals):
        if goal is None:
            _lower(verdict, "listed", reason or "a length here is not known")
            continue
        if state.facts.proves(goal):
            continue
        witness = _witness(goal, book, state) if state.exact else None
        if witness is None:
            _lower(verdict, "listed", reason or f"nothing said so far gives {_said(goal)} >= 0")
        elif _RANK[verdict.status] < _RANK["refuted"]:
            verdict.status, verdict.witness = "refuted", witness
            verdict.broken = "".join(steps[2 * place : 2 * place + 3]) if len(steps) > 1 else steps[0]


def _lower(verdict: Verdict, status: str, reason: str) -> None:
    if _RANK[verdict.status] < _RANK[status]:
        verdict.status, verdict.reason = status, reason


def _witness(goal: Size, book: Book, state: State) -> dict[str, int] | None:
    """Sizes that some run has where the goal is broken."""
    facts = at_entry(state.facts, book.entry)
    goal = facts.rewritten(goal)
    near = set(goal.free).union(*(size.free for size in facts.related(goal.free, 40)))
    if near & book.tainted or any(name.startswith("%") for name in near):
        return None
    return counterexample(facts, goal, tuple(_names(state)))


def at_entry(facts: Facts, entry: Facts) -> Facts:
    """The facts of a path together with those of the file's sizes where a run begins."""
    for name, value in entry.rules:
        facts = facts.equating(sym(name), value)
    return facts.adding(*entry.known)


def _names(state: State) -> list[str]:
    return [name for name, size in state.sizes.items() if size == sym(name) and "." not in name][:4]


def _said(goal: Size) -> str:
    """A size without the marks of invented names."""
    return f"`{re.sub(MARK + r'[0-9]+', '', str(goal))}`"
