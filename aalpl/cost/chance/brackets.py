"""Brackets [c >= 0] as factors: the cases that they make, and what is left of an expression in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import (
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    const,
    given,
    indexed,
)

CASES = 4
"""Of more conditions at once no cases are made."""


def over(condition: Size) -> Size:
    """The bracket of a condition that may itself be made of brackets: [[x > 0] - 1 >= 0] is [x > 0]."""
    inside = sorted((a for a in condition.atoms() if isinstance(a, Given)), key=lambda a: a.order)
    if not inside or len(inside) > CASES:
        return given(condition)
    here = alone(inside[0])
    then, orelse = (over(fixed(condition, {inside[0]: value})) for value in (1, 0))
    return then if then == orelse else here * then + (1 - here) * orelse


def fixed(size: Size, values: Mapping[Atom, int]) -> Size:
    """The size with the outermost atoms put to numbers."""
    return size.map_atoms(lambda atom: const(values[atom]) if atom in values else alone(atom))


def flat(size: Size) -> Size:
    """The size with nested brackets resolved."""
    return size.map_atoms(_flat)


def _flat(atom: Atom) -> Size:
    match atom:
        case Given(condition):
            return over(flat(condition))
        case Apply(function, args):
            return apply(function, *map(flat, args))
        case Indexed(name, indices):
            return indexed(name, *map(flat, indices))
        case Big(operator, index, low, high, body):
            return big(operator, index, flat(low), flat(high), flat(body))
        case Sym():
            return alone(atom)


def of(size: Size, variables: frozenset[str] | set[str]) -> list[Given]:
    """The outermost brackets that mention one of the variables."""
    found = (a for a in size.atoms() if isinstance(a, Given) and a.condition.free & variables)
    return sorted(found, key=lambda a: a.order)


def upwards(size: Size, variable: str) -> Size:
    """The same with brackets [variable >= c] instead of [variable <= c], so that those of one place are one."""

    def turned(atom: Atom) -> Size:
        if isinstance(atom, Given):
            slope = atom.condition.coefficients(Sym(variable)).get(1, ZERO).constant()
            if slope is not None and slope < 0:
                return 1 - given(-atom.condition - 1)
        return alone(atom)

    return size.map_atoms(turned)


def reduced(size: Size, known: Known) -> Size:
    """The size where the facts hold, brackets that they decide put in; of two brackets in a product, of which one says
    the other, one is enough."""
    if any(isinstance(a, Apply | Big) for a in size.atoms()):
        size = tidy(size, known)
    brackets = [a for a in size.atoms() if isinstance(a, Given)]
    if not brackets:
        return size
    values: dict[Atom, int] = {}
    for atom in brackets:
        if known.proves(atom.condition):
            values[atom] = 1
        elif known.proves(-atom.condition - 1):
            values[atom] = 0
    size = fixed(size, values)
    result = ZERO
    for monomial, value in size.terms.items():
        term = const(value)
        own = [a for a, _ in monomial if isinstance(a, Given)]
        kept = _enough(own, known) if len(own) > 1 else own
        if kept is None:
            continue
        for factor, exponent in monomial:
            if not isinstance(factor, Given) or factor in kept:
                term = term * Size({((factor, exponent),): 1})
        result = result + term
    return result


def _enough(brackets: list[Given], known: Known) -> list[Given] | None:
    """Those brackets of a product that say all of it; None where they contradict each other."""
    kept = list(brackets)
    for atom in brackets:
        others = known.plus(*(other.condition for other in kept if other != atom))
        if others.proves(-atom.condition - 1):
            return None
        if others.proves(atom.condition):
            kept.remove(atom)
    return kept


def cases(size: Size, brackets: list[Given]) -> Iterator[tuple[tuple[Size, ...], Size]]:
    """What the size is in each case of the brackets, with the conditions (>= 0) of the case."""
    if not brackets:
        yield (), size
        return
    first, *rest = brackets
    for value, fact in ((1, first.condition), (0, -first.condition - 1)):
        for facts, inside in cases(fixed(size, {first: value}), rest):
            yield (fact, *facts), inside


__all__ = ["CASES", "cases", "fixed", "flat", "of", "over", "reduced", "upwards"]
