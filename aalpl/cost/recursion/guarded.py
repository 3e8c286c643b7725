"""A recurrence with one condition: where it holds calls are made, elsewhere none."""

from __future__ import annotations

import attrs

from aalpl.cost.recursion.proofs import plainly
from aalpl.cost.recursion.recurrence import Case, Recurrence, brackets, cases, linear
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ZERO, Apply, Size, Sym, sym


@attrs.frozen
class Guarded:
    """`calls` (what is handed over, how often) are made where the `facts` hold, and `paid` beside; elsewhere `last`.

    `inside` is known where calls are made, `outside` where none is."""

    facts: tuple[Size, ...]
    calls: tuple[tuple[tuple[Size, ...], Size], ...]
    paid: Size
    last: Size
    inside: Known
    outside: Known


def guarded(of: Recurrence) -> Guarded | None:
    """The recurrence with its one condition."""
    body = linear(of, of.body)
    if body is None or not body.factors:
        return None
    marks = {call: f"call°{n}" for n, call in enumerate(body.factors)}
    marked = ZERO
    for call, factor in body.factors.items():
        marked = marked + factor * sym(marks[call])
    wanted = [atom for factor in body.factors.values() for atom in brackets(factor)]
    split = cases(marked, of.known, wanted)
    calling = [case for case in split or [] if case.body]
    if len(calling) != 1:
        return None
    last = [case for case in split or [] if not case.body]
    inside = of.known.plus(*calling[0].facts, *of.chosen)
    outside = of.known.plus(*last[0].facts) if len(last) == 1 else of.known
    found: dict[tuple[Size, ...], Size] = {}
    for call, name in marks.items():
        times = calling[0].body.coefficients(Sym(name)).get(1, ZERO)
        if times:
            args = _tidied(call, inside)
            found[args] = found.get(args, ZERO) + times
    return Guarded(
        essential(calling[0], of.known),
        tuple(found.items()),
        plainly(body.rest, inside),
        plainly(body.rest, outside),
        inside,
        outside,
    )


def _tidied(call: Apply, known: Known) -> tuple[Size, ...]:
    return tuple(plainly(arg, known) for arg in call.args)


def essential(case: Case, known: Known) -> tuple[Size, ...]:
    """The facts of a case that do not follow from the others."""
    kept = list(case.facts)
    for fact in case.facts:
        others = [other for other in kept if other is not fact]
        if len(kept) > 1 and known.plus(*others).proves(fact):
            kept = others
    return tuple(kept)


def least(facts: tuple[Size, ...], name: str) -> int | None:
    """The number t of a single condition n >= t."""
    if len(facts) != 1:
        return None
    (fact,) = facts
    parts = fact.coefficients(Sym(name))
    slope, rest = parts.get(1, ZERO).constant(), parts.get(0, ZERO).constant()
    if set(parts) - {0, 1} or slope is None or slope <= 0 or rest is None:
        return None
    bound = -rest / slope
    return -(-bound.numerator // bound.denominator)
