"""What makes reversed inequalities bounds from below: nothing goes on for ever without paying.

A potential that is at most the cost plus the potential after it, and 0 where a run stops, is at most what is paid by then.
Of runs that do not stop nothing follows, so these must pay without limit: in every run the number of turns is at most
rho + K * cost, for some function rho and number K. In expectation that is not enough (a potential may be carried off by
ever rarer, ever larger values): the sum of all changes of the potential must have a finite expectation, which is again
an upper bound to be found. Both are linear programs.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.cost.potentials.moments import NoMoment
from aalpl.cost.potentials.programs import CONSTANT, Number, Program
from aalpl.cost.potentials.systems import drawn
from aalpl.cost.potentials.templates import (
    Form,
    Product,
    Template,
    View,
    change,
    minus,
    template,
    views,
)
from aalpl.cost.potentials.turns import Graph, Turn
from aalpl.cost.potentials.uppers import Found, at_least_zero
from aalpl.cost.potentials.work import TooLarge, Work
from aalpl.program.size import ONE, ZERO, Size


def diligent(
    graph: Graph, products: Sequence[Sequence[Product]], degree: int, reals: tuple[str, ...], work: Work
) -> bool:
    """Whether a run that goes on for ever pays without limit, shown with functions of these products."""
    program = Program(work)
    try:
        pace = program.unknown(free=False)
        steps = template(program, products)
        for turn in graph.turns:
            for view in views(turn, steps, reals):
                before, after = change(turn, view, steps)
                form = minus(before, {**after, CONSTANT: after.get(CONSTANT, ZERO) + 1})
                form[pace] = view.frame.at(turn.cost)
                program.nonnegative(form, view.frame, degree)
        for number in range(len(graph.nodes)):
            at_least_zero(program, steps, graph, number, reals, degree)
    except (TooLarge, NoMoment):
        return False
    return program.least({}) is not None


def integrable(
    graph: Graph,
    found: Sequence[Found],
    names: Sequence[Sequence[Product]],
    reals: tuple[str, ...],
    work: Work,
) -> bool:
    """Whether all changes of potentials along a run add up to something of finite expectation.

    Changes are at most a function g, and E[sum of 1 + g] is bounded by another function."""
    if any(_together(turn) for turn in graph.turns):
        return False
    degree = max(
        (len(product) for one in found for each in one.template.products for product in each), default=0
    )
    program = Program(work)
    try:
        size = template(program, [[p for p in each if len(p) <= max(0, degree - 1)] for each in names])
        total = template(program, names)
        for turn in graph.turns:
            for view in views(turn, total, reals):
                before, after = change(turn, view, total)
                here, _ = change(attrs.evolve(turn, moves=()), view, size)
                form = minus(before, minus(after, {c: -s for c, s in here.items()}))
                form[CONSTANT] = form.get(CONSTANT, ZERO) - 1
                program.nonnegative(form, view.frame, degree + 1)
            for one in found:
                _bounded(program, turn, _Fixed(one), size, degree, reals)
        for number in range(len(graph.nodes)):
            at_least_zero(program, total, graph, number, reals, degree + 1)
    except (TooLarge, NoMoment):
        return False
    return program.least({}) is not None


def _together(turn: Turn) -> bool:
    """Whether several moves may be made at once."""
    weights = sum((move.weight for move in turn.moves), ZERO)
    number = weights.constant()
    return len(turn.moves) > 1 and (number is None or number > 1) and weights != ONE


@attrs.frozen(eq=False)
class _Fixed:
    found: Found

    def change(self, turn: Turn, view: View) -> list[Size]:
        """How much the potential changes with each move, and where the run stops."""
        of, values = self.found.template, self.found.values
        before = _value(change(attrs.evolve(turn, moves=()), view, of)[0], values)
        changes = []
        for move in turn.moves:
            one = attrs.evolve(turn, node=-1, moves=(attrs.evolve(move, weight=ONE),), draws=())
            changes.append(_value(change(one, view, of)[1], values) - before)
        if sum((move.weight for move in turn.moves), ZERO) != ONE:
            changes.append(-before)
        return changes


def _value(form: Form, values: Sequence[Number]) -> Size:
    return sum((size * values[column] for column, size in form.items()), ZERO)


def _bounded(
    program: Program, turn: Turn, known: _Fixed, size: Template, degree: int, reals: tuple[str, ...]
) -> None:
    """g is at least every change, in both directions, whatever is drawn."""
    any_ = attrs.evolve(turn, facts=(*turn.facts, *drawn(turn.draws)), draws=())
    for view in views(any_, known.found.template, reals):
        here, _ = change(attrs.evolve(any_, moves=()), view, size)
        for difference in known.change(any_, view):
            for sign in (1, -1):
                program.nonnegative({**here, CONSTANT: sign * difference}, view.frame, degree)
