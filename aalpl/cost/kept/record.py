"""What is kept of one function: what holds of it, its answers by the questions asked before, and its summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.result import Analysis, Answer, Asked, Hypothesis, Part, Quantity, Range, Step, Unknown

if TYPE_CHECKING:
    from aalpl.cost.sizes.known import Known
    from aalpl.cost.words.summary import Grown, Line

Question = tuple[Quantity, Asked]


@attrs.frozen(eq=False)
class Facts:
    """An analysis without its answers."""

    function: str
    parts: tuple[Part, ...]
    costmodels: tuple[str, ...]
    observables: Mapping[str, Range]
    hypotheses: tuple[Hypothesis, ...]
    derivation: tuple[Step, ...]
    unknowns: tuple[Unknown, ...]
    known: Known | None


@attrs.frozen(eq=False)
class Portrait:
    """A summary without its answers: what they are called, and all that was asked for it, in order."""

    labels: tuple[tuple[str, Quantity], ...]
    grown: Grown | None
    lines: tuple[Line, ...]
    free: frozenset[str]
    asked: tuple[Question, ...]


@attrs.define(eq=False)
class Branch:
    """The answer to the last of a sequence of questions, and the questions that followed it."""

    answer: Answer | None = None
    next: dict[Question, Branch] = attrs.Factory(dict)


@attrs.define(eq=False)
class Record:
    """All that is kept of one function under one cost model, in lines of its own."""

    facts: Facts
    root: Branch = attrs.Factory(Branch)
    portrait: Portrait | None = None
    size: int = 0  # how much is kept: where the store has less, there is something to write

    def data(self) -> tuple[object, ...]:
        """The record as plain data."""
        return self.facts, self.portrait, _rows(self.root)

    @classmethod
    def of(cls, data: tuple[Facts, Portrait | None, tuple[object, ...]]) -> Record:
        """The record that `data` was taken from."""
        facts, portrait, rows = data
        if not isinstance(facts, Facts) or not isinstance(portrait, Portrait | None):
            raise TypeError(rows)
        root = _branch(None, rows)
        return cls(facts, root, portrait, _count(root) + (portrait is not None))


def _rows(of: Branch) -> tuple[object, ...]:
    return tuple((question, branch.answer, _rows(branch)) for question, branch in of.next.items())


def _branch(answer: Answer | None, rows: object) -> Branch:
    if not isinstance(rows, tuple):
        raise TypeError(rows)
    return Branch(answer, {question: _branch(known, more) for question, known, more in rows})


def _count(of: Branch) -> int:
    return sum(1 + _count(branch) for branch in of.next.values())


def facts(of: Analysis) -> Facts:
    """What an analysis says before it is asked."""
    return Facts(
        of.function,
        of.parts,
        of.costmodels,
        dict(of.observables),
        of.hypotheses,
        of.derivation,
        of.unknowns,
        of.known,
    )


@attrs.define(eq=False)
class Session:
    """One sequence of questions. What was asked in this order before is known; for anything else the analysis is made
    anew, and asked all that was asked before."""

    record: Record
    make: Callable[[], Analysis]
    _made: Analysis | None = None
    _caught_up: bool = False
    history: list[Question] = attrs.Factory(list)
    _here: Branch = attrs.field(default=attrs.Factory(lambda self: self.record.root, takes_self=True))
    _answers: dict[Question, Answer] = attrs.Factory(dict)

    def answer(self, quantity: Quantity, asked: Asked) -> Answer:
        """The answer to a question; asked again it is the same."""
        question = (quantity, asked)
        if question not in self._answers:
            if question not in self._here.next:
                found = self.live.fold(quantity, asked)
                self._here.next[question] = Branch(found)
                self.record.size += 1
            elif self._caught_up:
                self.live.fold(quantity, asked)
            self._here = self._here.next[question]
            assert self._here.answer is not None
            self._answers[question] = self._here.answer
            self.history.append(question)
        return self._answers[question]

    @property
    def made(self) -> Analysis:
        """The analysis itself, whatever it has been asked."""
        if self._made is None:
            self._made = self.make()
        return self._made

    @property
    def live(self) -> Analysis:
        """The analysis itself, having answered all questions so far."""
        if not self._caught_up:
            self._caught_up = True
            for quantity, asked in self.history:
                self.made.fold(quantity, asked)
        return self.made
