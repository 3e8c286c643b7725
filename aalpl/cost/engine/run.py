"""What a symbolic run carries along: where it is, what it has observed, what it had to give up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.engine.ledger import Ledger
from aalpl.cost.engine.state import LARGE, NESTED, Array, State
from aalpl.cost.form.nodes import Form, Steps
from aalpl.cost.result import Condition, Hypothesis, Range, Step, Unknown, related
from aalpl.cost.sizes.known import LOST, Known
from aalpl.program.size import ZERO, Size, Sym, indexed, sym
from aalpl.report import Span

if TYPE_CHECKING:
    from aalpl.cost.recursion.activation import Activation

FIELD = "#"
"""Between the name of a value that is not known and the part of a call that it is."""

STEPS = 2500
"""Steps of the form that one analysis may execute: programs that people write need some hundreds at most."""

TRIAL = 400
"""Steps that one other way of telling a loop may take."""

TRIALS = 60
"""How many other ways one analysis may try."""

FRESH = "~"
"""Marks names of variables at the beginning of a round that are not solved yet."""


@attrs.frozen
class Scope:
    """Where the run is: in which function, called from where, inside which loops, under which conditions.

    `indices` are those of all enclosing loops through the chain of calls; the first `outer` are the callers'."""

    function: str
    known: Known
    indices: tuple[str, ...] = ()
    places: tuple[Size, ...] = ()
    outer: int = 0
    chain: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    reach: tuple[object, ...] = ()

    @property
    def suffix(self) -> str:
        """What names of observables end in: the places of the calls, innermost first."""
        return "".join(f"<{place}" for place in self.chain)

    @property
    def branches(self) -> bool:
        """Whether some branch decides that we are here at all."""
        return any(not isinstance(reason, str) for reason in self.reach)

    def inside(self, index: str, place: Size, *facts: Size) -> Scope:
        """In a round of a loop; `place` is the index as the run records it."""
        return attrs.evolve(
            self,
            known=self.known.plus(*facts),
            indices=(*self.indices, index),
            places=(*self.places, place),
            reach=(*self.reach, index),
        )

    def knowing(self, facts: tuple[Size, ...]) -> Scope:
        """The same with facts about what has been run."""
        new = tuple(fact for fact in facts if fact not in self.known.facts)
        return attrs.evolve(self, known=self.known.plus(*new)) if new else self

    def under(self, reason: object, *facts: Size) -> Scope:
        """On one side of a branch."""
        return attrs.evolve(self, known=self.known.plus(*facts), reach=(*self.reach, reason))


Execute = Callable[[Steps, State, Scope, "Run"], Ledger]


def _large() -> dict[str, Unknown]:
    return {
        LARGE: Unknown("the size of a value has no formula of a sensible length"),
        NESTED: Unknown("sizes inside lists of records of lists are not followed"),
    }


@attrs.define
class Run:
    """One analysis. `dry` runs find out what a loop does to the variables; what they say is not kept."""

    forms: Mapping[str, Form]
    execute: Execute
    observables: dict[str, Range] = attrs.field(factory=dict)
    reach: dict[str, tuple[object, ...]] = attrs.field(factory=dict)
    unknowns: dict[str, Unknown] = attrs.field(factory=_large)
    conditions: dict[str, Condition] = attrs.field(factory=dict)
    hypotheses: dict[Hypothesis, None] = attrs.field(factory=dict)
    derivation: dict[Step, None] = attrs.field(factory=dict)
    premature: dict[str, frozenset[str]] = attrs.field(factory=dict)
    parities: dict[str, tuple[Size, Size]] = attrs.field(
        factory=dict
    )  # of these, what remainders decide, and how
    heads: frozenset[str] = frozenset()  # functions that call themselves, which are solved as recurrences
    active: dict[str, Activation] = attrs.field(factory=dict)  # of these, those that are being executed
    settled: set[str] = attrs.field(
        factory=set
    )  # observables that stand for what recursion pays, bounded both ways
    reached: dict[str, Size] = attrs.field(factory=dict)  # of these, what some behaviour pays
    free: frozenset[str] = frozenset()  # places whose answers are free within their contract at every call
    is_dry: bool = False
    exact: bool = False  # whether bounds of what is observed are of no use
    splits: int = 0  # how many loops around are told in another way for a trial
    trials: list[int] = attrs.field(factory=lambda: [TRIALS])  # left, shared with all runs of an analysis
    steps: list[int] = attrs.field(factory=lambda: [STEPS])  # left, shared with dry runs

    def spent(self) -> bool:
        """Counts one step; whether too many have been run. Deep nesting runs the innermost steps very often."""
        self.steps[0] -= 1
        return self.steps[0] < 0

    def dry(self) -> Run:
        """A run whose derivation is not told."""
        return attrs.evolve(
            self, conditions={}, hypotheses={}, derivation={}, premature={}, parities={}, is_dry=True
        )

    def apart(self) -> Run:
        """A run whose derivation is told only if it is joined."""
        return attrs.evolve(self, conditions={}, hypotheses={}, derivation={}, premature={})

    def trial(self) -> Run:
        """A run of another program that does the same, with steps of its own."""
        steps = self.steps if self.splits else [TRIAL]
        return attrs.evolve(self.apart(), exact=True, splits=self.splits + 1, steps=steps)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is observed inside is forgotten, unless it is new: it was to find something out."""
        observables, reach = dict(self.observables), dict(self.reach)
        yield
        self.observables.update(observables)
        self.reach.update(reach)

    def join(self, other: Run) -> None:
        """Take over what was told apart."""
        self.conditions.update(other.conditions)
        self.hypotheses.update(other.hypotheses)
        self.derivation.update(other.derivation)
        self.premature.update(other.premature)

    def observe(self, kind: str, place: str, scope: Scope, limits: Range) -> Size:
        """The observable `kind@place` here."""
        name = f"{kind}@{place}{scope.suffix}"
        own = _by_value(scope)
        self.observables[name] = attrs.evolve(
            limits,
            low=None if limits.low is None else limits.low.replace(own),
            high=None if limits.high is None else limits.high.replace(own),
            indices=scope.indices,
            outer=scope.outer,
            place=place,
        )
        self.reach[name] = scope.reach
        return indexed(name, *scope.places) if scope.places else sym(name)

    def lost(self, reason: str, span: Span | None) -> Size:
        """A value that nothing is known of, with the reason."""
        line = span.line if span else 0
        name = next(
            name
            for n in range(len(self.unknowns) + 1)
            if self.unknowns.get(name := f"{LOST}{line}.{n}", Unknown(reason)).reason == reason
        )
        self.unknowns[name] = Unknown(reason, span)
        return sym(name)

    def tell(self, line: int, text: str, formula: object) -> None:
        """Add a step to the derivation."""
        self.derivation[Step(line, text, str(formula))] = None

    def relate(self, line: int, text: str, name: str, value: Size, check: tuple[Size, Size] | None) -> None:
        """Add a step that says what a name is equal to."""
        self.derivation[related(line, text, (sym(name), "=", value), check=check)] = None

    def suppose(self, kind: str, text: str, span: Span | None) -> None:
        """Note that the answer rests on a hypothesis."""
        self.hypotheses[Hypothesis(kind, text, span)] = None


def _by_value(scope: Scope) -> dict[str, Size]:
    """Rounds of loops with a step, in terms of the loop variable's value, which then has the index's name."""
    rounds = {}
    for name, place in zip(scope.indices, scope.places, strict=True):
        parts = place.coefficients(Sym(name))
        if place != sym(name) and parts.get(1):
            rounds[name] = (sym(name) - parts.get(0, ZERO)) / parts[1]
    return rounds


def forget(changed: tuple[set[str], set[str]], state: State, value: Size) -> None:
    """Nothing is known any more of what a block may have changed."""
    values, arrays = changed
    for name in values:
        state.values[name] = value
    for name in arrays:
        state.arrays[name] = Array(state.array(name, 1).index, value)


def fresh_index(name: str, scope: Scope) -> str:
    """A name for an index that nothing around uses: the loop variable's own where that is possible."""
    taken = set(scope.indices)
    return next(candidate for n in range(len(taken) + 1) if (candidate := name + "'" * n) not in taken)
