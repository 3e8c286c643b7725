"""Hypotheses as inequalities between logarithms, and between logarithms of logarithms.

A hypothesis `b <= 3*k + l` between sizes says: b is at most a constant times the larger of k and l. So log(b) is at most
log(k) or log(l), up to a constant; and because b tends to infinity, log(b) is at most a constant times the larger of log(k)
and log(l), which is of the same kind one level higher: log(log(b)) <= log(log(k)) or log(log(l)). Where a logarithm is itself
a size, levels meet: `N = 2^d` says log(N) = log(2)*d and log(log(N)) = log(d), up to constants. Besides, the hypothesis is
linear as it stands, in b, k and l; that matters where sizes are exponents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import prod

import attrs

from aalpl.cost.growth.logarithm import columns, ln
from aalpl.program.size import Atom, Monomial, Size

LEVELS = 3
_WAYS = 8  # choices that one hypothesis may lead to, beyond which its higher levels are left out

Vector = Mapping[Monomial, Size]
"""Coefficients (fixed numbers) of columns (products of what grows)."""


@attrs.frozen
class Row:
    """`product <= bound` for all sizes, `bound` None where the constant is not known."""

    product: Monomial
    bound: Fraction | None


@attrs.frozen
class Less:
    """`small` is at most a constant times the largest of `large`."""

    small: Monomial
    large: tuple[Monomial, ...]


Way = tuple[Vector, ...]
"""Linear combinations of columns that are bounded above, all at once."""


@attrs.frozen
class Lines:
    """What hypotheses say of columns: `sure` combinations are bounded above, and of each of `either` one way is so."""

    sure: Way = ()
    either: tuple[tuple[Way, ...], ...] = ()


Test = Callable[[Atom], bool]


def lines(rows: Iterable[Row], less: Iterable[Less], flat: Iterable[Size], fixed: Test, grows: Test) -> Lines:
    """All that follows at each level; `grows` says of an atom that it tends to infinity for sure."""
    sure: list[Vector] = [columns(size, fixed) for size in flat]
    sure += [vector for row in rows if (vector := _flat(row, fixed))]
    either: list[tuple[Way, ...]] = []
    for each in (*map(_parted, rows), *less):
        ways = _ways(each, LEVELS, fixed, grows)
        if len(ways) == 1:
            sure.extend(ways[0])
        else:
            either.append(ways)
    return Lines(_distinct(sure), tuple(either))


def _ways(less: Less, levels: int, fixed: Test, grows: Test) -> tuple[Way, ...]:
    """What follows at this level and those above it, for each choice of the larger side."""
    found: list[Way] = []
    for top in less.large:
        first = (columns(_difference(less.small, top, fixed), fixed),)
        higher = [
            _ways(each, levels - 1, fixed, grows)
            for each in (_lifted(Less(less.small, (top,)), fixed, grows) if levels > 1 else ())
        ]
        if prod(map(len, higher)) > _WAYS:
            higher = []
        found += [(*first, *(v for way in chosen for v in way)) for chosen in product(*higher)]
    return tuple(found)


def _difference(small: Monomial, large: Monomial, fixed: Test) -> Size:
    return ln(small, fixed) - ln(large, fixed)


def _parted(row: Row) -> Less:
    """`n/k <= C` as `n <= C*k`."""
    above = tuple((a, e) for a, e in row.product if e > 0)
    below = tuple((a, -e) for a, e in row.product if e < 0)
    return Less(above, (below,))


def _flat(row: Row, fixed: Test) -> Vector:
    """`n <= bound*k` as it stands."""
    if row.bound is None:
        return {}
    parted = _parted(row)
    return columns(Size({parted.small: 1}) - row.bound * Size({parted.large[0]: 1}), fixed)


def _lifted(less: Less, fixed: Test, grows: Test) -> Iterator[Less]:
    """What the same says of logarithms: each part of log(small) is at most the largest part of the log(large)."""
    if not less.small or not all(e > 0 and (fixed(a) or grows(a)) for a, e in less.small):
        return
    small = columns(ln(less.small, fixed), fixed)
    if not all(_plain(column, coefficient, fixed) for column, coefficient in small.items()):
        return
    tops = [column for large in less.large for column in columns(ln(large, fixed), fixed)]
    if not tops or not all(grows(a) and e > 0 for column in tops for a, e in column):
        return
    for column in small:
        yield Less(column, tuple(dict.fromkeys(tops)))


def _plain(column: Monomial, coefficient: Size, fixed: Test) -> bool:
    """Whether the coefficient is a positive number; one logarithm of a number above 1 is."""
    number = coefficient.constant()
    if number is None and not coefficient.free:
        number = Fraction(coefficient.value({}))
    return number is not None and number > 0 and all(e > 0 for _, e in column)


def _distinct(vectors: Iterable[Vector]) -> Way:
    found: dict[frozenset[tuple[Monomial, Size]], Vector] = {}
    for vector in vectors:
        if vector:
            found.setdefault(frozenset(vector.items()), vector)
    return tuple(found.values())
