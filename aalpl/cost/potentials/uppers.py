"""Upper bounds by potentials: what has been paid and what the potential still is never grows, in expectation.

At every node the potential is at least 0, and for every turn at least the cost plus the (expected) potential after it.
By induction the potential bounds the cost of all finite beginnings of runs, so of all runs, ended or not: costs are not
negative. (Carbonneaux, Hoffmann, Shao 2015; Ngo, Carbonneaux, Hoffmann 2018; Wang et al. 2019.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product

import attrs

from aalpl.cost.potentials.frames import MARK, REMEMBERED, Frame
from aalpl.cost.potentials.moments import NoMoment, expected
from aalpl.cost.potentials.programs import CONSTANT, Number, Program
from aalpl.cost.potentials.templates import (
    Form,
    Product,
    Template,
    change,
    minus,
    template,
    views,
)
from aalpl.cost.potentials.turns import Graph, Turn
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.program.size import ZERO, Size, Sym

MAGNITUDES = (1, 8, 64)
FAR = 64
LOOSE = 4
SMALL: tuple[Number, ...] = (Fraction(1, 2), 1, 0, 2)
DIRECTIONS = 3


@attrs.frozen(eq=False)
class Question:
    """Which products to use at each node of which graph, and in which degree facts are multiplied."""

    graph: Graph
    products: Sequence[Sequence[Product]]
    degree: int
    atoms: bool  # whether there are `max` among the products
    reals: tuple[str, ...]
    below: bool  # ask for a lower bound
    work: Work


@attrs.frozen(eq=False)
class Found:
    """A potential with its coefficients."""

    template: Template
    values: tuple[Number, ...]

    def at(self, node: int) -> Size:
        """The potential at a node."""
        return self.template.chosen(node, self.values)


def potentials(question: Question, every: bool = True) -> Iterator[Found]:
    """Certified potentials, the best for several kinds of starts; nothing where there are none."""
    program = Program(question.work)
    try:
        of = template(program, question.products)
        for turn in question.graph.turns:
            _turn(program, of, question, turn)
        if not question.below:
            for number in range(len(question.graph.nodes)):
                at_least_zero(program, of, question.graph, number, question.reals, question.degree)
        goals = list(_objectives(of, question))
    except (TooLarge, NoMoment):
        return
    seen: list[tuple[Number, ...]] = []
    for goal in goals if every else goals[:1]:
        values = program.least(goal)
        if values is None:
            if not seen:
                return
            continue
        found = tuple(values[: _width(of)])
        if found not in seen:
            seen.append(found)
            yield Found(of, found)


def _width(of: Template) -> int:
    return of.first[-1] + len(of.products[-1]) if of.first else 0


def _turn(program: Program, of: Template, question: Question, turn: Turn) -> None:
    for view in views(turn, of, question.reals):
        before, after = change(turn, view, of)
        paid = view.frame.at(expected(turn.cost, dict(turn.draws)))
        after[CONSTANT] = after[CONSTANT] + paid if CONSTANT in after else paid
        form = minus(after, before) if question.below else minus(before, after)
        program.nonnegative(form, view.frame, question.degree)


def at_least_zero(
    program: Program, of: Template, graph: Graph, number: int, reals: tuple[str, ...], degree: int
) -> None:
    """Ask that a function is at least 0 at a node."""
    here = Turn(number, graph.nodes[number].facts, (), ZERO, ())
    for view in views(here, of, reals):
        before, _ = change(here, view, of)
        program.nonnegative(before, view.frame, degree)


# -- what to make small ----------------------------------------------------------------------------------------------


def _objectives(of: Template, question: Question) -> Iterator[dict[int, float]]:
    """The potential at the starts, at points of several magnitudes; then with one coordinate far out."""
    forms = [pair for turn in question.graph.starts for pair in _starting(turn, of, question.reals)]
    sign = -1.0 if question.below else 1.0
    yield _summed(forms, [{"": size} for size in MAGNITUDES], sign)
    names = sorted({name for form, _ in forms for size in form.values() for name in size.free})
    if 1 < len(names) <= DIRECTIONS + 1:
        for far in names:
            yield _summed(forms, [{"": 1, far: FAR}], sign)


def _starting(turn: Turn, of: Template, reals: Sequence[str]) -> Iterator[tuple[Form, Frame]]:
    for view in views(turn, of, reals):
        yield change(turn, view, of)[1], view.frame


def _summed(
    forms: Sequence[tuple[Form, Frame]], points: Sequence[Mapping[str, int]], sign: float
) -> dict[int, float]:
    """The sum of forms at points, which say what all names are (at "") and what some are."""
    total: dict[int, float] = {}
    for form, frame in forms:
        names = sorted({name for size in (*form.values(), *frame.extras) for name in size.free})
        signs = (1, -1) if any(not name.startswith(MARK) for name in names) else (1,)
        for point, turned in product(points, signs):
            start = {
                name: point.get(name, point[""]) * (1 if name.startswith(MARK) else turned) for name in names
            }
            at = _allowed(start, frame)
            if at is None:
                continue
            for column, size in form.items():
                if column >= 0:
                    total[column] = total.get(column, 0.0) + sign * float(_at(size, at))
    largest = max((abs(value) for value in total.values()), default=1.0)
    return {column: value / max(1.0, largest / 1000) for column, value in total.items()}


class _Level(Fraction):
    """A value of a symbol, and of a family at all its indices."""

    def __call__(self, *indices: object) -> Fraction:
        """The member of the family."""
        return self


def _at(size: Size, point: Mapping[str, Number]) -> Fraction | float:
    """What a size is where families have one value."""
    return size.value(point if _plain(size) else {name: _Level(value) for name, value in point.items()})


def _plain(size: Size) -> bool:
    return all(isinstance(atom, Sym) for atom in size.atoms())


def _allowed(point: Mapping[str, Number], frame: Frame) -> Mapping[str, Number] | None:
    """The point, or one of the same kind at which the extra facts hold: some of its coordinates made small."""
    if all(_at(fact, point) >= 0 for fact in frame.extras):
        return point
    small = _small(frame.extras)
    return None if small is None else {**point, **small}


@lru_cache(maxsize=REMEMBERED)
def _small(facts: tuple[Size, ...]) -> Mapping[str, Number] | None:
    """Small numbers at which facts hold; only the last few names are tried with all of them."""
    names = sorted({name for fact in facts for name in fact.free})
    at = dict.fromkeys(names[:-LOOSE], SMALL[0])
    latest: dict[str, list[Size]] = {}
    for fact in facts:
        latest.setdefault(max(fact.free - at.keys(), default=""), []).append(fact)
    if not all(_at(fact, at) >= 0 for fact in latest.get("", ())):
        return None
    return _filled(at, names[-LOOSE:], latest)


def _filled(
    at: Mapping[str, Number], names: Sequence[str], latest: Mapping[str, Sequence[Size]]
) -> Mapping[str, Number] | None:
    """Numbers for the names too; each fact is looked at when the latest of its names has one."""
    if not names:
        return at
    for number in SMALL:
        here = {**at, names[0]: number}
        if all(_at(fact, here) >= 0 for fact in latest.get(names[0], ())):
            found = _filled(here, names[1:], latest)
            if found is not None:
                return found
    return None
