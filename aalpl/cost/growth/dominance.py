"""Whether a product is dominated by others: a linear program over logarithms, with scales.

A product a is O(b_1 + … + b_k) iff log(a) is at most the largest log(b_j), up to a constant, wherever the hypotheses hold and
all sizes are large. Logarithms are linear in their columns (`logarithm`), and so are the hypotheses (`hypotheses`). By Farkas'
lemma it is enough, and for products of powers necessary, to find

    sum_j w_j * (log(a) - log(b_j))  =  sum lambda_i * R_i  -  sum mu_c * c  +  sum nu_s * s        (w_j, lambda, mu, nu >= 0)

with w_1 + … + w_k = 1, R_i combinations that the hypotheses bound above, c columns that are not negative. With w one finds that
n*k = O(n^2 + k^2). The last sum is for scales: log(n) = o(n^e) for every e > 0, so columns s may be added at will where some
column c of which they are a vanishing part is left over, mu_c > 0. Strictly dominated (a = o(b)): some column that tends to
infinity is left over.

What is dominated is so for certain. For products of powers the converse holds as well; between scales it need not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from math import prod
from typing import Any

import attrs

from aalpl.cost.growth.cone import combines
from aalpl.cost.growth.fixed import Limits, rational
from aalpl.cost.growth.hypotheses import Lines, Vector, Way
from aalpl.cost.growth.logarithm import columns, ln
from aalpl.program.size import ZERO, Apply, Atom, Monomial, Size

_WAYS = 64  # combinations of alternatives that are looked at
_PRODUCTS = 24  # hypotheses times columns

_ONE = Fraction(1)
_SMALL, _LARGE = "small", "large"  # the rows that make the weights sum to 1


@attrs.frozen
class World:
    """What is known: `lines` from the hypotheses, and of atoms and columns."""

    lines: Lines
    fixed: Callable[[Atom], bool]
    grows: Callable[[Atom], bool]
    tends: Callable[[Monomial], bool]
    below: Callable[[Monomial, Monomial], bool]
    limits: Callable[[Size], Limits]


def follows(world: World, smalls: Sequence[Size], larges: Sequence[Size], *, strict: bool) -> bool:
    """Whether the smallest of `smalls` is at most the largest of `larges` up to a constant; all are logarithms."""
    if len(smalls) == len(larges) == 1:
        smalls, larges = [smalls[0] - larges[0]], [ZERO]
    below = [columns(size, world.fixed) for size in smalls]
    above = [columns(size, world.fixed) for size in larges]
    used = {column for vector in (*below, *above) for column in vector}
    if not used:
        return not strict
    return all(
        _Program.of(world, below, above, _connected(world, used, way)).solved(strict=strict)
        for way in _ways(world.lines, used)
    )


def _ways(lines: Lines, used: set[Monomial]) -> Iterator[Way]:
    """One way for each choice among alternatives that are connected with the question."""
    reached, live = set(used), list[tuple[Way, ...]]()
    vectors = [*lines.sure, *(v for ways in lines.either for way in ways for v in way)]
    while fresh := [v for v in vectors if not reached.isdisjoint(v) and not reached.issuperset(v)]:
        reached |= {column for vector in fresh for column in vector}
    for ways in lines.either:
        near = any(not reached.isdisjoint(vector) for way in ways for vector in way)
        if near and prod(map(len, live)) * len(ways) <= _WAYS:
            live.append(ways)
    for chosen in product(*live):
        yield (*lines.sure, *(vector for way in chosen for vector in way))


def _connected(world: World, used: set[Monomial], way: Way) -> list[Vector]:
    """The combinations that share a column with the question, with those added, and so on; some of them multiplied."""
    reached, kept, left = set(used), list[Vector](), list(way)
    while fresh := [vector for vector in left if not reached.isdisjoint(vector)]:
        kept += fresh
        left = [vector for vector in left if vector not in fresh]
        reached |= {column for vector in fresh for column in vector}
    kept += islice(_multiplied(world, used, way), _PRODUCTS)
    kept += [
        gap
        for vector in way
        if (gap := _parting(world, vector)) and not used.isdisjoint(gap.keys() - vector.keys())
    ]
    return kept


def _parting(world: World, vector: Vector) -> Vector:
    """From u <= v + C also log(v) - log(u) <= v - u + C: logarithms part more slowly than what they are taken of."""
    if len(vector) != 2 or sorted(filter(None, (c.constant() for c in vector.values()))) != [-1, 1]:
        return {}
    (v, _), (u, _) = sorted(vector.items(), key=lambda pair: pair[1].constant() or 0)
    if not all(e > 0 and world.grows(a) for column in (u, v) for a, e in column):
        return {}
    logarithms = ln(v, world.fixed) - ln(u, world.fixed)
    return columns(logarithms - Size({v: 1}) + Size({u: 1}), world.fixed)


def _multiplied(world: World, used: Iterable[Monomial], way: Way) -> Iterator[Vector]:
    """b <= k gives b*log(n) <= k*log(n)."""
    wanted = [column for column in used if len(column) > 1 or any(e > 1 for _, e in column)]
    for vector in way:
        for column in wanted:
            for own in vector:
                factor = _quotient(column, own)
                if factor and all(e > 0 and world.grows(a) for a, e in factor):
                    yield {_times(c, factor): value for c, value in vector.items()}


def _in_units(world: World, question: Sequence[Vector], rows: Sequence[Vector]) -> Iterator[Vector]:
    """v + w <= x times log(2), where the question is about powers of 2: coefficients of a column in the same unit."""
    units = {column: value for vector in question for column, value in vector.items()}
    left = list(rows)
    while left:
        row = next((r for r in left if not units.keys().isdisjoint(r)), left[0])
        left.remove(row)
        column = next((c for c in row if c in units), None)
        if column is not None:
            factor = units[column] / row[column]
            sign = 0 if factor.constant() is not None else world.limits(factor).sign
            row = {c: value * factor * sign for c, value in row.items()} if sign else row
        units = {**row, **units}
        yield row


@attrs.frozen
class _Program:
    """The linear program of one question under one set of hypotheses."""

    world: World
    generators: list[Mapping[Any, Fraction]]
    dropped: list[Monomial]  # columns that may be left over, in the order of their generators
    first: int  # the number of the first such generator

    @staticmethod
    def of(
        world: World, below: Sequence[Vector], above: Sequence[Vector], rows: Sequence[Vector]
    ) -> _Program:
        rows = [*_in_units(world, [*below, *above], rows)]
        vectors = [*below, *above, *rows]
        up = [1] * len(below) + [-1] * (len(above) + len(rows))
        numbers = _numbers(world, vectors, up)
        generators: list[Mapping[Any, Fraction]] = []
        for i, vector in enumerate(numbers):
            if vector is None:
                continue
            if i < len(below):
                generators.append({_SMALL: _ONE, **{c: -value for c, value in vector.items()}})
            elif i < len(below) + len(above):
                generators.append({_LARGE: _ONE, **vector})
            else:
                generators.append(dict(vector))
        used = dict.fromkeys(c for vector in vectors for c in vector)
        dropped = [c for c in used if all(world.grows(a) for a, _ in c)]
        first = len(generators)
        generators += [{column: -_ONE} for column in dropped]
        return _Program(world, generators, dropped, first)

    def solved(self, *, strict: bool) -> bool:
        target: Mapping[Any, Fraction] = {_SMALL: _ONE, _LARGE: _ONE}
        growing = [i for i, c in enumerate(self.dropped) if self.world.tends(c)]
        if strict:
            if combines(target, self.generators, [self.first + i for i in growing]):
                return True
        elif combines(target, self.generators):
            return True
        return self._scaled(target, growing)

    def _scaled(self, target: Mapping[Any, Fraction], growing: Iterable[int]) -> bool:
        """With scales: the largest set of columns that can all be left over, where what vanishes beside them is free."""
        slow = {i: [s for s in self.dropped if self._slower(s, self.dropped[i])] for i in growing}
        fast = [i for i, columns_ in slow.items() if columns_]
        while fast:
            free = dict.fromkeys(s for i in fast for s in slow[i])
            known: list[Mapping[Any, Fraction]] = [*self.generators, *({s: _ONE} for s in free)]
            if not combines(target, known):
                return False
            left = [i for i in fast if combines(target, known, [self.first + i])]
            if left == fast:
                return True
            fast = left
        return False

    def _slower(self, slow: Monomial, fast: Monomial) -> bool:
        return slow != fast and (vanishes(slow, fast, self.world.grows) or self.world.below(slow, fast))


def vanishes(slow: Monomial, fast: Monomial, grows: Callable[[Atom], bool]) -> bool:
    """Whether slow = o(fast) by form alone: more of the same, or logarithms against what they are taken of."""
    quotient = _quotient(fast, slow)
    up = [a for a, e in quotient if e > 0]
    down = [a for a, e in quotient if e < 0]
    if not up or not all(grows(a) for a in up):
        return False
    return all(any(_deeper(low, high) for high in up) for low in down)


def _deeper(low: Atom, high: Atom) -> bool:
    """Whether `low` is a logarithm of `high`, perhaps several times."""
    while isinstance(low, Apply) and low.function == "log":
        inside = low.args[0]
        if len(inside.terms) != 1:
            return False
        ((monomial, _),) = inside.terms.items()
        if len(monomial) != 1:
            return False
        low = monomial[0][0]
        if low == high:
            return True
    return False


def _numbers(
    world: World, vectors: Sequence[Vector], up: Sequence[int]
) -> list[dict[Monomial, Fraction] | None]:
    """The vectors in rational numbers; None for those that have none."""
    found: list[dict[Monomial, Fraction] | None] = [{} for _ in vectors]
    for column in dict.fromkeys(c for vector in vectors for c in vector):
        where = [i for i, vector in enumerate(vectors) if column in vector]
        coefficients = [vectors[i][column] for i in where]
        values = rational(coefficients, [up[i] for i in where], world.limits)
        exact = all((c / coefficients[0]).constant() is not None for c in coefficients)
        sound = exact or all(world.grows(a) for a, _ in column)
        for i, value in zip(where, values, strict=True):
            vector = found[i]
            if value is None or not sound:
                found[i] = None
            elif vector is not None and value:
                vector[column] = value
    return found


def _quotient(above: Monomial, below: Monomial) -> Monomial:
    exponents = dict(above)
    for atom, exponent in below:
        exponents[atom] = exponents.get(atom, 0) - exponent
    return tuple((atom, e) for atom, e in exponents.items() if e)


def _times(left: Monomial, right: Monomial) -> Monomial:
    ((found, _),) = (Size({left: 1}) * Size({right: 1})).terms.items()
    return found
