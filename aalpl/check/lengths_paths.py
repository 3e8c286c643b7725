"""Paths that come together: which one was taken, and what is known whichever it was."""

from __future__ import annotations

from aalpl.check.state import MARK, Book, State, unknown
from aalpl.program.prove import Facts
from aalpl.program.size import Size, sym


def chooser(state: State, book: Book) -> Chooser:
    """Gives one 0/1 symbol, when asked for the first time."""
    return Chooser(state, book)


class Chooser:
    """One symbol for which of two ways was taken."""

    def __init__(self, state: State, book: Book) -> None:
        self.state, self.book = state, book
        self.symbol: Size | None = None

    def __call__(self) -> Size:
        if self.symbol is None:
            self.symbol = unknown(self.state, self.book, "which")
            self.state.facts = self.state.facts.adding(1 - self.symbol)
        return self.symbol


def merged(before: Facts, left: Facts, right: Facts) -> Facts:
    """What holds whichever of two ways was taken from `before`: what both know, and bounds of what only one knows."""
    shared = set(left.known) & set(right.known)
    facts = before.adding(*(size for size in left.known if size in shared))
    names = {name for name, _ in before.families}
    for side, other in ((left, right), (right, left)):
        for size in side.known:
            if size not in shared and _private(size, other):
                facts = facts.adding(size)
        for name, bound in side.families:
            if name not in names:
                facts = facts.with_family(name, bound)
    for name, value in left.rules:
        if (name, value) in right.rules:
            facts = facts.equating(sym(name), value)
    return facts


def _private(size: Size, other: Facts) -> bool:
    """Whether a fact of one way is about symbols that only this way knows: then it may be kept."""
    invented = {name for name in size.free if MARK in name}
    return len(size.free) == 1 and bool(invented) and not any(invented & known.free for known in other.known)
