"""Families of observables whose sum over one activation is limited: `at most b times`.

sum_i t_i X(i), with every t_i 0 or 1 and not more than b of them 1, is at most the sum of the b largest X(i), which are
the last b where X grows and the first b where it falls.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aalpl.cost.closed.sums import total
from aalpl.cost.result import Range
from aalpl.cost.sizes.occurrences import polynomial, put
from aalpl.cost.sizes.ranges import count, larger, smaller
from aalpl.cost.sizes.terms import alone, fresh
from aalpl.cost.sizes.tidy import gathered
from aalpl.program.size import (
    ZERO,
    Big,
    Indexed,
    Size,
    Sym,
    big,
    maximum,
    sym,
)

if TYPE_CHECKING:
    from aalpl.cost.bounds.extremes import Bounds


def capped(bounds: Bounds, size: Size, up: int) -> Size:
    """Sums of a family with `at most` times something, bounded together."""
    result = size
    for atom in sorted((a for a in size.atoms() if isinstance(a, Big) and a.operator == "sum"), key=str):
        assert isinstance(atom, Big)
        if result.degree(atom) != 1:
            continue
        for name in sorted(alone(atom).free):
            limits = bounds.ranges.get(name)
            if limits is None or limits.at_most is None or name in bounds.kept:
                continue
            direction = bounds.known.sign(result.coefficients(atom)[1])
            if not direction:
                continue
            bound = _chain(bounds, atom, name, limits, up * direction)
            if bound is not None:
                result = put(result, atom, bound)
                break
    return result


def _chain(bounds: Bounds, atom: Big, name: str, limits: Range, up: int) -> Size | None:
    """A bound of sum_i (t_i X + Y), t the limited family, together with what the rest is bounded by."""
    index = fresh(atom.index, atom.low, atom.high, atom.body)
    body = gathered(atom.body.replace({atom.index: sym(index)}))
    if limits.at_most is None:
        return None
    open_range = bounds.loose(atom.low) or bounds.loose(atom.high)
    chosen = [
        a
        for a in body.atoms()
        if isinstance(a, Indexed) and a.name == name and _own(a, index, limits) and body.degree(a) == 1
    ]
    inside = bounds.inside(sym(index) - atom.low, atom.high - sym(index))
    if len(chosen) != 1 or not polynomial(body, chosen[0]):
        return None if open_range else _nested(bounds, atom, index, body, name, limits, up)
    weight = body.coefficients(chosen[0]).get(1, ZERO)
    rest = put(body, chosen[0], ZERO)
    bound = inside.without(weight, up)
    if open_range:
        if rest or index in bound.free:
            return None
        most = limits.at_most * _positive(bounds, bound * up)
        return most * up
    others = total(index, atom.low, atom.high, inside.without(rest, up), bounds.known)
    return others + _times(bounds, index, atom.low, atom.high, bound, limits, up)


def _nested(
    bounds: Bounds, atom: Big, index: str, body: Size, name: str, limits: Range, up: int
) -> Size | None:
    """sum_i sum_j t_ij X_ij with one limit for both indices: at most that many times the largest X."""
    inner = [a for a in body.atoms() if isinstance(a, Big) and a.operator == "sum" and name in alone(a).free]
    if up < 0 or len(inner) != 1 or limits.at_most is None or body.degree(inner[0]) != 1:
        return None
    (sum_,) = inner
    j = fresh(sum_.index, sum_.low, sum_.high, sum_.body, sym(index))
    inner_body = sum_.body.replace({sum_.index: sym(j)})
    outside = bounds.inside(sym(index) - atom.low, atom.high - sym(index))
    inside = outside.inside(sym(j) - sum_.low, sum_.high - sym(j))
    chosen = [a for a in inner_body.atoms() if isinstance(a, Indexed) and a.name == name]
    if len(chosen) != 1 or inner_body.degree(chosen[0]) != 1:
        return None
    if not (_own(chosen[0], index, limits) and _own(chosen[0], j, limits)):
        return None
    factor = body.coefficients(sum_)[1]
    weight = inside.without(inner_body.coefficients(chosen[0])[1] * factor, up)
    if weight.free & {index, j}:
        return None
    rest = put(body, sum_, ZERO) + factor * total(
        j, sum_.low, sum_.high, put(inner_body, chosen[0], ZERO), outside.known
    )
    others = total(index, atom.low, atom.high, outside.without(rest, up), bounds.known)
    return others + limits.at_most * _positive(bounds, weight)


def _positive(bounds: Bounds, size: Size) -> Size:
    if bounds.known.proves(size):
        return size
    return ZERO if bounds.known.proves(-size) else maximum(0, size)


def _times(bounds: Bounds, index: str, low: Size, high: Size, weight: Size, limits: Range, up: int) -> Size:
    """The largest sum_i t_i X(i) with t_i >= 0 and sum t_i at most b; the smallest where `up` is -1."""
    if up < 0:
        return -_times(bounds, index, low, high, -weight, limits, 1)
    assert limits.at_most is not None
    cap, number = limits.at_most, count(low, high, bounds.known)
    unit = limits.high is not None and limits.high == 1
    times = smaller(cap, number, bounds.known) if unit else cap
    inside = bounds.known.plus(sym(index) - low, high - sym(index))
    if inside.proves(-weight):
        return ZERO
    if index not in weight.free:
        return times * _positive(bounds, weight)
    step = weight.replace({index: sym(index) + 1}) - weight
    below = bounds.known.plus(sym(index) - low, high - sym(index) - 1)
    largest = weight if inside.proves(weight) else maximum(0, weight)
    if unit and below.proves(step):
        return total(index, larger(low, high - cap + 1, bounds.known), high, largest, bounds.known)
    if unit and below.proves(-step):
        return total(index, low, smaller(high, low + cap - 1, bounds.known), largest, bounds.known)
    return times * big("max", index, low, high, largest)


def _own(atom: Indexed, index: str, limits: Range) -> bool:
    """Whether `index` runs over instances of one activation: it is one of the atom's own indices, and only that."""
    places = [n for n, size in enumerate(atom.indices) if index in size.free]
    return len(places) == 1 and places[0] >= limits.outer and _injective(atom.indices[places[0]], index)


def _injective(size: Size, index: str) -> bool:
    parts = size.coefficients(Sym(index))
    slope = parts.get(1, ZERO).constant()
    return set(parts) <= {0, 1} and bool(slope) and index not in parts.get(0, ZERO).free
