"""What a person wants to know of an analysis, as values: classes, the line that dominates and why, hypotheses.

Nothing here derives a bound; tables, Markdown, LaTeX and JSON are all drawn from these values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from aalpl.cost import models
from aalpl.cost.classes import Growth, growth
from aalpl.cost.result import Analysis, Answer, Condition, Part, Quantity, Unknown
from aalpl.cost.scale import Scale, scale
from aalpl.cost.spell import pretty, spelled
from aalpl.program.nodes import Program
from aalpl.program.size import Monomial, Size, Sym, sym

CALLS = Quantity("calls")
IN = Quantity("tokens in")
OUT = Quantity("tokens out")


@attrs.frozen
class Names:
    """What symbols of the answers are: weights lead products; the scale says how all of them grow."""

    weights: tuple[str, ...]
    scale: Scale

    def write(self, size: Size) -> str:
        """A size for people."""
        return pretty(spelled(size, self.weights))

    def plain(self, size: Size) -> str:
        """A size as programs write it."""
        return spelled(size, self.weights)


@attrs.frozen
class Grown:
    """The growth of an answer's two ends: `worst` of the upper bound, `best` of the lower. `tight`: nothing is
    observed in the exact form, so the worst and the best case are the same."""

    worst: Growth
    best: Growth
    tight: bool

    @property
    def theta(self) -> Size | None:
        """The class of the worst case from both sides."""
        return self.worst.theta if self.tight else None


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

    @property
    def cost(self) -> Answer:
        """The answer for the cost itself."""
        return self.answers[0][2]

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
    program: Program, analysis: Analysis, costmodel: str = "primitive", *, span: bool = True
) -> Summary:
    """Everything worth showing of an analysis."""
    names = naming(program, analysis, costmodel)
    answers = tuple((label, q, analysis.answer(q)) for label, q in asked(analysis, costmodel, span=span))
    lines = tuple(_line(analysis, part, costmodel, names) for part in _places(analysis.parts))
    whole = answers[0][2]
    marked = _marked(lines, names.scale)
    return Summary(
        analysis.function, costmodel, analysis, names, answers, grown(whole, analysis, names.scale), marked
    )


def asked(analysis: Analysis, costmodel: str, *, span: bool = True) -> list[tuple[str, Quantity]]:
    """The quantities of a summary with their labels; critical paths only where something runs side by side."""
    label = "cost" if costmodel == "primitive" else f"cost under {costmodel}"
    found = [(label, Quantity("cost", costmodel)), ("calls", CALLS), ("tokens in", IN), ("tokens out", OUT)]
    if span:
        found += [(f"span {name}", attrs.evolve(q, critical=True)) for name, q in found[:2]]
    return found


def naming(program: Program, analysis: Analysis, costmodel: str = "primitive") -> Names:
    """Which symbols lead products and which grow."""
    weights = [name for model in program.models.values() for name in sorted(model.size.free)]
    chosen = models.known(program).get(costmodel)
    prices = models.parameters([chosen], program) if chosen else []
    return Names(
        tuple(dict.fromkeys([*weights, *prices])),
        scale(program, program.functions.get(analysis.function), prices),
    )


def grown(answer: Answer, analysis: Analysis, known: Scale) -> Grown | None:
    """The classes of both ends."""
    if answer.upper is None and answer.lower is None:
        return None
    none = Growth(None, None, "no bound is derived")
    worst = growth(answer.upper, known) if answer.upper is not None else none
    best = growth(answer.lower, known) if answer.lower is not None else none
    tight = answer.upper is not None and answer.upper == answer.lower
    return Grown(worst, best, tight)


def _places(parts: Iterable[Part]) -> list[Part]:
    """One part for each place and primitive; a place reached by several chains of calls counts once."""
    return list({(part.place, part.primitive): part for part in parts}.values())


def _line(analysis: Analysis, part: Part, costmodel: str, names: Names) -> Line:
    def answer(quantity: Quantity) -> Answer:
        return analysis.answer(quantity, place=part.place, primitive=part.primitive)

    cost, calls, read = answer(Quantity("cost", costmodel)), answer(CALLS), answer(IN)
    why = reason(part, calls, read, analysis, names)
    return Line(part, calls, read, answer(OUT), cost, grown(cost, analysis, names.scale), why=why)


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


# -- words ---------------------------------------------------------------------------------------------------------


def reason(part: Part, calls: Answer, read: Answer, analysis: Analysis, names: Names) -> str:
    """`fix, at most b times, reads k·l + 1 tokens more each round`: why a line costs what it does."""
    words = [part.primitive, times(calls, names)]
    if (more := growing(read, calls, names)) is not None:
        words.append(more)
    return ", ".join(word for word in words if word)


def times(calls: Answer, names: Names) -> str:
    """How often a line calls."""
    if calls.upper is None:
        return "how often is not bounded" if calls.exact is None else f"{names.write(calls.exact)} times"
    exactly = calls.upper == calls.lower
    if exactly and calls.upper == 1:
        return "once"
    if calls.upper == 1:
        return "at most once"
    return f"{'' if exactly else 'at most '}{names.write(calls.upper)} times"


def growing(read: Answer, calls: Answer, names: Names) -> str | None:
    """That a call reads more each time: where the tokens read are of degree 2 in the number of rounds b,
    `first*b + more*b*(b-1)/2`, they grow by `more` a round."""
    if read.upper is None or calls.upper is None or len(calls.upper.terms) != 1:
        return None
    ((_, scale),) = calls.upper.terms.items()
    for atom in calls.upper.atoms():
        if isinstance(atom, Sym) and calls.upper == sym(atom.name) * scale:
            parts = read.upper.coefficients(atom)
            if set(parts) <= {0, 1, 2} and 2 in parts and len(parts[2].terms) <= 4:
                return f"a prompt that grows by {names.write(parts[2] * 2 / scale)} tokens a round"
    return None
