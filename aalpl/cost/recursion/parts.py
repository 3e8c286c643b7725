"""Recurrences over one number n whose calls are handed parts of it: T(n) = sum_j a_j T(e_j(n)) + g(n) where a condition
holds, with q_j n + low_j <= e_j(n) <= q_j n + high_j.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.form.nodes import All, Any, Condition, Holds
from aalpl.cost.recursion.guarded import guarded, least
from aalpl.cost.recursion.recurrence import Recurrence, put_in
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ZERO, Apply, Size, Sym, is_whole


@attrs.frozen
class Reach:
    """slope*n + low <= e <= slope*n + high."""

    slope: Fraction
    low: Fraction
    high: Fraction

    def scaled(self, by: Fraction) -> Reach:
        """Of a multiple."""
        ends = sorted((self.low * by, self.high * by))
        return Reach(self.slope * by, ends[0], ends[1])

    def plus(self, other: Reach) -> Reach:
        """Of a sum."""
        return Reach(self.slope + other.slope, self.low + other.low, self.high + other.high)


@attrs.frozen
class Parts:
    """The calls (what is handed over, how often), where they are made, what is paid there, and what is paid elsewhere.

    `least` is the least n that calls itself: the condition is n >= least, if it is of that kind."""

    name: str
    calls: tuple[tuple[Size, Size], ...]
    reaches: tuple[Reach, ...]
    condition: Condition
    paid: Size
    last: Size
    least: int | None

    @property
    def number(self) -> Size:
        """How many calls are made."""
        result = ZERO
        for _, times in self.calls:
            result = result + times
        return result

    @property
    def base(self) -> int | None:
        """The number that all parts divide n by, if there is one."""
        slopes = {reach.slope for reach in self.reaches}
        slope = slopes.pop()
        return slope.denominator if not slopes and slope.numerator == 1 and slope.denominator > 1 else None


def parts(of: Recurrence) -> Parts | None:
    """The recurrence as one over parts of a number."""
    found = guarded(of)
    if found is None or len(of.params) != 1:
        return None
    (name,) = of.params
    reaches = [reach_of(arg, name) for (arg,), _ in found.calls]
    if any(reach is None for reach in reaches) or any(name in times.free for _, times in found.calls):
        return None
    return Parts(
        name,
        tuple((arg, times) for (arg,), times in found.calls),
        tuple(reach for reach in reaches if reach is not None),
        Any((All(tuple(map(Holds, found.facts))),)),
        relaxed(found.paid, of.side, found.inside),
        found.last,
        least(found.facts, name),
    )


def relaxed(size: Size, side: int, known: Known) -> Size:
    """From above (1) or below (-1), without roundings: x - (d-1)/d <= floor(x) <= x where d x is an integer."""
    if not side:
        return size
    for atom in sorted(size.atoms(), key=str):
        if isinstance(atom, Apply) and atom.function in ("floor", "ceil") and size.degree(atom) == 1:
            (inner,) = atom.args
            sign = known.sign(size.coefficients(atom)[1])
            whole = all(is_whole(alone(a)) and e > 0 for m in inner.whole for a, e in m)
            if not sign or not whole:
                continue
            loss = Fraction(inner.under - 1, inner.under)
            down = loss if atom.function == "floor" and sign * side < 0 else 0
            up = loss if atom.function == "ceil" and sign * side > 0 else 0
            size = put_in(size, atom, inner - down + up)
    return size


def reach_of(size: Size, name: str) -> Reach | None:
    """How far a size is from a multiple of n."""
    result = Reach(Fraction(0), Fraction(0), Fraction(0))
    for monomial, value in size.terms.items():
        if not monomial:
            result = result.plus(Reach(Fraction(0), value, value))
            continue
        if len(monomial) != 1 or monomial[0][1] != 1:
            return None
        atom = monomial[0][0]
        if atom == Sym(name):
            result = result.plus(Reach(value, Fraction(0), Fraction(0)))
        elif isinstance(atom, Apply) and atom.function in ("floor", "ceil"):
            inner = reach_of(atom.args[0], name)
            if inner is None:
                return None
            loss = Fraction(1) - Fraction(1, atom.args[0].under)
            low, high = (loss, Fraction(0)) if atom.function == "floor" else (Fraction(0), loss)
            result = result.plus(Reach(inner.slope, inner.low - low, inner.high + high).scaled(value))
        else:
            return None
    return result
