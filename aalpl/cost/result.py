"""What an analysis of one function answers: exact forms with observables, and bounds that range over them.

Symbols in the sizes of an answer are declared sizes, int parameters of the function by their names, `len(x)` of open
parameters (`Indexed("len(x)", (i,))` for an element of a list), and observables (`taken@9`, `T@12<30`, …: `Sym` outside
loops, `Indexed(name, indices)` inside). Which names are observables says `Analysis.observables`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal

import attrs

from aalpl.program.size import Size
from aalpl.program.types import Law
from aalpl.report import Span

if TYPE_CHECKING:
    from aalpl.cost.engine.ledger import Ledger
    from aalpl.cost.form.nodes import Event
    from aalpl.cost.sizes.known import Known

Kind = Literal["calls", "tokens in", "tokens out", "tokens", "cost", "overhead"]


@attrs.frozen
class Quantity:
    """What is asked: work, or the critical path (span), of a kind; for `cost` under the cost model `model`."""

    kind: Kind
    model: str | None = None
    critical: bool = False


@attrs.frozen
class Part:
    """A place that calls: sums over parts are the totals. `chain` are the places of the calls that lead there."""

    place: str
    primitive: str
    model: str
    chain: tuple[str, ...] = ()
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)

    @property
    def line(self) -> int:
        """The line of the call."""
        return self.span.line


@attrs.frozen
class Range:
    """What an observable may be, and what a person calls it.

    `low` and `high` may mention the enclosing loops' indices, named in `indices` (outermost first); None: no limit.
    `at_most` bounds the sum of the family over one activation, whose own indices are those from number `outer` on.
    `law` is how it is drawn, `mean` its expectation where at least that is known."""

    low: Size | None
    high: Size | None
    words: str  # "rounds of the loop at line 9", "1 where the condition at line 9 holds, else 0"
    indices: tuple[str, ...] = ()
    at_most: Size | None = None
    outer: int = 0
    probability: Size | None = None
    mean: Size | None = None
    law: Law | None = None
    place: str = ""
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)

    @property
    def line(self) -> int:
        """The line that it is observed at."""
        return self.span.line


@attrs.frozen
class Unknown:
    """Why something has no answer, and where."""

    reason: str
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Condition:
    """An answer is given in this number of rounds, which the program does not bound; `hint` says the clause that would."""

    name: str  # "T@9"
    words: str  # "the number of rounds of the loop at line 9, not bounded by the program"
    hint: str
    span: Span = attrs.field(kw_only=True, eq=False, repr=False)


@attrs.frozen
class Step:
    """One step of a derivation: at a line, in words, as a formula.

    `case` is what it is about: `worst`, `best`, `expected`; all of them where it is empty. `relation` is the formula as
    sizes, with the sign between them. `check` are two sizes that are equal, whatever their names stand for within what
    is known: who doubts the step puts numbers in."""

    line: int
    text: str
    formula: str
    case: str = ""
    relation: tuple[Size, str, Size] | None = attrs.field(default=None, eq=False, repr=False)
    check: tuple[Size, Size] | None = attrs.field(default=None, eq=False, repr=False)


def related(
    line: int,
    text: str,
    relation: tuple[Size, str, Size],
    case: str = "",
    check: tuple[Size, Size] | None = None,
) -> Step:
    """A step whose formula is a relation between two sizes."""
    left, sign, right = relation
    return Step(line, text, f"{left} {sign} {right}", case, relation, check)


@attrs.frozen
class Hypothesis:
    """What an answer rests on: `kind` is `assume`, `requires`, `at most`, `where`, `probability`, `constant`,
    `obligation`, …; `text` as a person reads it."""

    kind: str
    text: str
    span: Span | None = attrs.field(default=None, eq=False, repr=False)


@attrs.frozen
class Expected:
    """The expectation lies between `low` and `high` (equal when exact); None with a reason where not derived.

    For some adversary it is at least `reached`, for some at most `least`: the largest expectation lies between `reached`
    and `high`, the smallest between `low` and `least` (None: no more is known than that some adversary exists)."""

    low: Size | None
    high: Size | None
    reason: Unknown | None = None
    reached: Size | None = None
    least: Size | None = None
    derivation: tuple[Step, ...] = attrs.field(default=(), eq=False, repr=False)


@attrs.frozen
class Answer:
    """One quantity. `exact` has observables in it; the other sizes only those named in `conditional`.

    Every behaviour pays at least `lower` and at most `upper`. Some allowed behaviour pays at least `reached`, some at
    most `least`: so the worst case lies between `reached` and `upper`, the best case between `lower` and `least`
    (None: no more is known than that some behaviour exists). Whatever is None has its reasons in `unknowns`.
    Of a conditional answer `surely` and `least` are the two sides of the best case, whatever the rounds."""

    exact: Size | None
    lower: Size | None
    upper: Size | None
    expected: Expected
    conditional: tuple[Condition, ...] = ()
    unknowns: tuple[Unknown, ...] = ()
    reached: Size | None = None
    least: Size | None = None
    surely: Size | None = None
    derivation: tuple[Step, ...] = attrs.field(default=(), eq=False)  # of what rules say


@attrs.frozen
class Bracket:
    """What a system of rules pays from its start to its end, as sizes over its variables there.

    Every behaviour pays at least `lower` and at most `upper`, some at least `reached`, some at most `least`; over all
    adversaries the expectation lies between `expected_lower` and `expected_upper`. None: not found; `reason` says why."""

    upper: Size | None = None
    lower: Size | None = None
    reached: Size | None = None
    least: Size | None = None
    expected_upper: Size | None = None
    expected_lower: Size | None = None
    reason: Unknown | None = None
    derivation: tuple[Step, ...] = ()


@attrs.frozen
class Asked:
    """Which events count: all, or those of a place, a primitive, a model."""

    place: str | None = None
    primitive: str | None = None
    model: str | None = None

    def covers(self, part: Part) -> bool:
        """Whether an event of this part counts."""
        return self.takes(part.place, part.primitive, part.model)

    def takes(self, place: str, primitive: str, model: str) -> bool:
        """Whether an event at a place, by a primitive on a model, counts."""
        return (
            self.place in (None, place)
            and self.primitive in (None, primitive)
            and self.model in (None, model)
        )


EVERYTHING = Asked()


@attrs.frozen
class Analysis:
    """One function analysed. Answers are folded from the events when asked for, so asking for few is quick.

    `parts` are in program order; `costmodels` are those that may be asked; `known` is what holds at the entry,
    `ledger` what is paid, `charges` what a call pays of a kind or under a cost model."""

    function: str
    parts: tuple[Part, ...]
    costmodels: tuple[str, ...]
    observables: Mapping[str, Range]
    hypotheses: tuple[Hypothesis, ...]
    derivation: tuple[Step, ...]
    unknowns: tuple[Unknown, ...]
    fold: Callable[[Quantity, Asked], Answer] = attrs.field(repr=False, eq=False)
    known: Known | None = attrs.field(default=None, repr=False, eq=False)
    ledger: Ledger = attrs.field(default=(), repr=False, eq=False)
    charges: Mapping[str, Callable[[Event], Size]] = attrs.field(factory=dict, repr=False, eq=False)

    def answer(
        self,
        quantity: Quantity,
        *,
        place: str | None = None,
        primitive: str | None = None,
        model: str | None = None,
    ) -> Answer:
        """The quantity, of all events or of those at a place, by a primitive, of a model."""
        return self.fold(quantity, Asked(place, primitive, model))
