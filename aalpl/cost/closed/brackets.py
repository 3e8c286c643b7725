"""Conditions on the index of a sum: where they hold, the range is shorter."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import mul

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import end, larger, smaller
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Given,
    Monomial,
    Size,
    Sym,
    apply,
    ceil,
    floor,
    given,
    is_whole,
    maximum,
    minimum,
    sym,
)

Part = tuple[tuple[Atom, int], ...]


def split(index: str, body: Size, known: Known) -> Size:
    """The same body with each max and min that depends on the index written with brackets, if its sides cross once."""

    def change(atom: Atom) -> Size:
        match atom:
            case Apply() if (bracket := _bracket_inside(index, atom)) is not None:
                return _by_cases(index, atom, bracket, known)
            case Apply("max" | "min" as name, (first, *others)) if any(
                index in size.free for size in atom.args
            ):
                result = first
                for size in others:
                    result = _extreme(index, name, result, size, known)
                return result
            case Given(condition) if index in condition.free:
                return _bracket(index, condition, known)
            case _:
                return alone(atom)

    return body.map_atoms(change)


def _bracket_inside(index: str, atom: Apply) -> Given | None:
    """A condition on the index inside a function."""
    inside = (inner for size in atom.args for inner in sorted(size.atoms(), key=str))
    return next((a for a in inside if isinstance(a, Given) and slope(index, a.condition)), None)


def _by_cases(index: str, atom: Apply, bracket: Given, known: Known) -> Size:
    """The function where the condition holds, and where it does not."""
    here, outside = alone(bracket), bracket.condition
    then, orelse = (
        apply(atom.function, *(_decided(size, bracket, holds) for size in atom.args)) for holds in (ONE, ZERO)
    )
    other = given(-outside - 1) if is_whole(outside) else 1 - here
    yes, no = known.plus(outside), known.plus(-outside - 1) if is_whole(outside) else known
    return here * split(index, then, yes) + other * split(index, orelse, no)


def _decided(size: Size, bracket: Given, holds: Size) -> Size:
    return size.map_atoms(lambda atom: holds if atom == bracket else alone(atom))


def _extreme(index: str, name: str, a: Size, b: Size, known: Known) -> Size:
    if index not in a.free:
        a, b = b, a
    difference = a - b if name == "max" else b - a
    if known.proves(difference):
        return a
    if known.proves(-difference):
        return b
    if index not in difference.free:  # both move alike
        gap = maximum(0, difference)
        return b + gap if name == "max" else b - gap
    crossing = _crossing(index, difference, known)
    if crossing is None:
        return maximum(a, b) if name == "max" else minimum(a, b)
    return b + (a - b) * given(crossing)


def _bracket(index: str, condition: Size, known: Known) -> Size:
    if known.proves(condition):
        return ONE
    if known.proves(-condition - 1):
        return ZERO
    crossing = _crossing(index, condition, known, strictly=1)
    return given(condition if crossing is None else crossing)


def _crossing(index: str, size: Size, known: Known, strictly: int = 0) -> Size | None:
    """A size with the sign of this one that is `index + rest` or `rest - index` (or has a number before the index)."""
    parts = size.coefficients(Sym(index))
    slope = parts.get(1, ZERO)
    if any(e not in (0, 1) for e in parts) or index in parts.get(0, ZERO).free | slope.free:
        return None
    if slope.constant() is not None:
        return size
    for sign in (1, -1):
        if known.proves(slope * sign - strictly):
            rest = divided(parts.get(0, ZERO), slope * sign)
            return None if rest is None else sym(index) * sign + rest
    return None


def divided(size: Size, by: Size) -> Size | None:
    """The exact quotient of two polynomials, if there is one."""
    atoms = sorted(size.atoms() | by.atoms(), key=str)

    def order(monomial: Monomial) -> list[int]:
        exponents = dict(monomial)
        return [exponents.get(atom, 0) for atom in atoms]

    lead = max(by.terms, key=order)
    quotient = ZERO
    for _ in range(40):
        if not size:
            return quotient
        top = max(size.terms, key=order)
        term = assembled({top: size.terms[top]}) / assembled({lead: by.terms[lead]})
        if any(e < 0 for monomial in term.terms for _, e in monomial):
            return None
        quotient, size = quotient + term, size - term * by
    return None


def slope(index: str, size: Size) -> Fraction | None:
    """The number c with size = c*index + rest."""
    parts = size.coefficients(Sym(index))
    if any(exponent not in (0, 1) for exponent in parts) or index in parts.get(0, ZERO).free:
        return None
    return parts.get(1, ZERO).constant()


def by_range(index: str, low: Size, high: Size, body: Size, known: Known) -> dict[tuple[Size, Size], Size]:
    """The body's terms by the range that their brackets leave, brackets used up."""
    ranges: dict[tuple[Size, Size], dict[Monomial, Fraction]] = {}
    cache: dict[Part, tuple[Size, Size, Size] | None] = {}
    for monomial, value in body.terms.items():
        cuts = tuple(
            (atom, e) for atom, e in monomial if isinstance(atom, Given) and slope(index, atom.condition)
        )
        if cuts not in cache:
            cache[cuts] = _cut(index, low, high, cuts, known)
        cut = cache[cuts]
        if cut is not None:
            rest = tuple(pair for pair in monomial if pair not in cuts)
            terms = ranges.setdefault(cut[:2], {})
            for guarded, factor in (assembled({rest: value}) * cut[2]).terms.items():
                terms[guarded] = terms.get(guarded, Fraction(0)) + factor
    return {
        place: assembled({m: v for m, v in terms.items() if v})
        for place, terms in ranges.items()
        if any(terms.values())
    }


def _cut(index: str, low: Size, high: Size, cuts: Part, known: Known) -> tuple[Size, Size, Size] | None:
    """The range that is left, and whether there is one, where it has at most one member."""
    for atom, _ in cuts:
        assert isinstance(atom, Given)
        step = slope(index, atom.condition)
        assert step
        border = -(atom.condition - sym(index) * step) / step
        if step > 0:
            low = larger(low, ceil(border), known)
        else:
            high = smaller(high, floor(border), known)
    if not cuts:
        return low, high, ONE
    if known.proves(low - high) and not known.proves(high - low):
        some = nonnegative(high - low, known)
        return (low, low, some) if some else None
    last = end(low, high, known)
    return None if last == low - 1 else (low, last, ONE)


def nonnegative(size: Size, known: Known) -> Size:
    """1 where the size is >= 0, a maximum or minimum in it taken apart as far as the facts decide."""
    if known.proves(size):
        return ONE
    if known.proves(-size - 1):
        return ZERO
    for atom in sorted(size.atoms(), key=str):
        if isinstance(atom, Apply) and atom.function in ("max", "min") and size.degree(atom) == 1:
            parts = size.coefficients(atom)
            if parts[1] != 1 or not set(parts) <= {0, 1}:
                continue
            each = [nonnegative(arg + parts.get(0, ZERO), known) for arg in atom.args]
            if atom.function == "min":
                return reduce(mul, each)
            open_ = [one for one in each if one]
            if ONE in open_ or len(open_) < 2:
                return ONE if ONE in open_ else open_[0] if open_ else ZERO
    return given(size)
