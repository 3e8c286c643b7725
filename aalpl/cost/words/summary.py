"""What a person wants to know of an analysis, as values: classes, the line that dominates and why, hypotheses.

Nothing here derives a bound; tables, Markdown, LaTeX and JSON are all drawn from these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

import attrs

from aalpl.cost.bounds.witness import free_places, witnesses
from aalpl.cost.engine.ledger import side_by_side
from aalpl.cost.growth import classes
from aalpl.cost.growth.assumed import scale
from aalpl.cost.growth.classes import Growth, growth, leading
from aalpl.cost.growth.scale import Scale
from aalpl.cost.prices import models
from aalpl.cost.result import Analysis, Answer, Condition, Part, Quantity, Unknown
from aalpl.cost.words.arrange import extent, products
from aalpl.cost.words.reasons import readings, reason
from aalpl.cost.words.spell import pretty, spelled, text
from aalpl.program.nodes import Program
from aalpl.program.size import Monomial, Size, Sym

CALLS = Quantity("calls")
IN = Quantity("tokens in")
OUT = Quantity("tokens out")

LONG = 400  # symbols and numbers beyond which a formula is not printed in tables


@attrs.frozen
class Names:
    """What symbols of the answers are: weights lead products; the scale says how all of them grow."""

    weights: tuple[str, ...]
    scale: Scale
    _written: dict[Size, str] = attrs.field(factory=dict, init=False, repr=False, eq=False)

    def write(self, size: Size) -> str:
        """A size for people; what nobody would read is only told of."""
        if extent(size) > LONG:
            return f"a formula of {len(size.terms)} terms (`--at` gives its value, `--format json` all of it)"
        if size not in self._written:  # tables show many a formula more than once
            self._written[size] = pretty(spelled(size, self.weights))
        return self._written[size]

    def plain(self, size: Size) -> str:
        """A size as programs write it."""
        return spelled(size, self.weights)

    def products(self, size: Size) -> str:
        """A class for people: a sum of products, whatever could be taken out."""
        if extent(size) > LONG:
            return f"{len(size.terms)} terms"
        return pretty(text(products(size, self.weights)))


@attrs.frozen
class Grown:
    """Growth of the worst case: an upper class, and the largest class that the worst case certainly has; growth of the
    best case."""

    worst: Growth
    best: Growth

    @property
    def theta(self) -> Size | None:
        """The class of the worst case, where it is known from both sides."""
        return self.worst.theta


@attrs.frozen
class Line:
    """A place that calls: what it contributes, and whether nothing outgrows it."""

    part: Part
    calls: Answer
    tokens_in: Answer
    tokens_out: Answer
    cost: Answer
    grown: Grown | None
    dominating: bool = False
    why: str = ""


@attrs.frozen
class Summary:
    """One function under one cost model."""

    function: str
    costmodel: str
    analysis: Analysis
    names: Names
    answers: tuple[tuple[str, Quantity, Answer], ...]
    grown: Grown | None
    lines: tuple[Line, ...]
    free: frozenset[str] = frozenset()

    @property
    def cost(self) -> Answer:
        """The answer for the cost itself."""
        return self.answers[0][2]

    @property
    def shown(self) -> tuple[tuple[str, Answer], ...]:
        """The answers by label, without critical paths that are equal to the work."""
        work = {label: answer for label, quantity, answer in self.answers if not quantity.critical}
        return tuple(
            (label, answer)
            for label, quantity, answer in self.answers
            if not quantity.critical or answer != work.get(label.removeprefix("span "))
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The numbers of rounds that some answer is given in."""
        found = {c.name: c for _, _, answer in self.answers for c in answer.conditional}
        return tuple(found.values())

    @property
    def unknowns(self) -> tuple[Unknown, ...]:
        """Why some answer is missing."""
        found = {(u.reason, u.span.line if u.span else 0): u for u in self._unknowns()}
        return tuple(found.values())

    def _unknowns(self) -> Iterator[Unknown]:
        for _, _, answer in self.answers:
            yield from answer.unknowns

    @property
    def top(self) -> Line | None:
        """The line that dominates."""
        return next((line for line in self.lines if line.dominating), None)


def summarise(
    program: Program, analysis: Analysis, costmodel: str = "primitive", *, span: bool | None = None
) -> Summary:
    """Everything worth showing of an analysis; critical paths where something runs side by side, unless `span` says."""
    span = side_by_side(analysis.ledger) if span is None else span
    names = names_for(program, analysis, costmodel)
    free, read = free_places(program), readings(program)
    answers = tuple((label, q, analysis.answer(q)) for label, q in asked(costmodel, span=span))
    lines = tuple(_line(analysis, part, costmodel, names, free, read) for part in _places(analysis.parts))
    sure = [line.grown.theta for line in lines if line.grown]
    whole = grown(answers[0][2], analysis, free, names.scale, sure)
    marked = _marked(lines, names.scale)
    return Summary(analysis.function, costmodel, analysis, names, answers, whole, marked, free)


def asked(costmodel: str, *, span: bool = True) -> list[tuple[str, Quantity]]:
    """The quantities of a summary with their labels."""
    label = "cost" if costmodel == "primitive" else f"cost under {costmodel}"
    counted = [
        (name, quantity) for name, quantity in (("calls", CALLS), ("tokens in", IN), ("tokens out", OUT))
    ]
    found = [(label, Quantity("cost", costmodel)), *(pair for pair in counted if costmodel != pair[0])]
    if span:
        found += [(f"span {name}", attrs.evolve(q, critical=True)) for name, q in found[:2]]
    return found


def names_for(program: Program, analysis: Analysis, costmodel: str = "primitive") -> Names:
    """Which symbols lead products and which grow."""
    weights = [name for model in program.models.values() for name in sorted(model.size.free)]
    chosen = models.known(program).get(costmodel)
    prices = models.parameters([chosen], program) if chosen else []
    return Names(
        tuple(dict.fromkeys([*weights, *prices])),
        scale(program, program.functions.get(analysis.function), prices),
    )


def grown(
    answer: Answer, analysis: Analysis, free: frozenset[str], known: Scale, parts: Iterable[Size | None] = ()
) -> Grown | None:
    """The classes of worst and best case.

    The worst case is at least the best one, at least that of any of its `parts` and so of the order of their sum, and
    at least what any feasible choice of the observables costs."""
    if answer.upper is None and answer.lower is None:
        return None
    none = Growth(None, None, "no bound is derived")
    best = growth(answer.lower, known) if answer.lower is not None else none
    if answer.upper is None:
        return Grown(attrs.evolve(none, lower=best.lower), best)
    worst = growth(answer.upper, known)
    if answer.upper == answer.lower:
        return Grown(worst, best)
    sure = leading((m for part in parts if part is not None for m in part.terms), known)
    attained = None if answer.reached is None else growth(answer.reached, known).lower
    certain = [best.lower, sure if sure.terms else None, attained]
    lowers = chain(certain, _lowers(answer, analysis, free, known))
    shown = classes.reached(worst, lowers, known)
    return Grown(shown, best)


def _lowers(answer: Answer, analysis: Analysis, free: frozenset[str], known: Scale) -> Iterator[Size | None]:
    """Classes that the worst case certainly reaches."""
    if answer.exact is None or analysis.known is None:
        return
    kept = frozenset(condition.name for condition in answer.conditional)
    for choice in witnesses(answer.exact, analysis.observables, analysis.known, free, kept):
        yield growth(choice, known).lower


def _places(parts: Iterable[Part]) -> list[Part]:
    """One part for each place and primitive; a place reached by several chains of calls counts once."""
    return list({(part.place, part.primitive): part for part in parts}.values())


def _line(
    analysis: Analysis,
    part: Part,
    costmodel: str,
    names: Names,
    free: frozenset[str],
    read: Mapping[str, tuple[str, ...]],
) -> Line:
    def answer(quantity: Quantity) -> Answer:
        return analysis.answer(quantity, place=part.place, primitive=part.primitive)

    cost, calls, tokens = answer(Quantity("cost", costmodel)), answer(CALLS), answer(IN)
    why = reason(part, calls, tokens, read.get(part.place, ()), analysis, names)
    found = grown(cost, analysis, free, names.scale)
    return Line(part, calls, tokens, answer(OUT), cost, found, why=why)


def _marked(lines: tuple[Line, ...], known: Scale) -> tuple[Line, ...]:
    """The line whose class none outgrows; of several the one of highest degree."""
    classes = [line.grown.worst.upper if line.grown else None for line in lines]
    best: int | None = None
    for i, found in enumerate(classes):
        if found is None or not found.terms:
            continue
        if best is None or _outgrows(found, classes[best] or found, known):
            best = i
    return tuple(attrs.evolve(line, dominating=i == best and len(lines) > 1) for i, line in enumerate(lines))


def _outgrows(new: Size, old: Size, known: Scale) -> bool:
    above = all(any(known.dominated(a, b) for b in new.terms) for a in old.terms)
    below = all(any(known.dominated(a, b) for b in old.terms) for a in new.terms)
    if above != below:
        return above
    return _degree(new) > _degree(old)


def _degree(size: Size) -> int:
    return max(_grade(monomial) for monomial in size.terms)


def _grade(monomial: Monomial) -> int:
    return sum(e if isinstance(atom, Sym) else 2 * e for atom, e in monomial)
