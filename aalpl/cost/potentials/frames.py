"""Facts turned into coordinates in which most of them just say that a number is not negative.

A fact f >= 0 that is linear in a variable x gives x = (s - rest)/c with a slack s >= 0. Put in everywhere, the fact is
used up, and of a polynomial in slacks it is enough to see that no coefficient is negative: that is the cone of all
products of the facts so used, of every degree, without a multiplier for each. What no variable was left for stays as an
`extra` fact. Sizes count as integers, so 2x - 1 >= 0 says x >= 1; names in `reals` do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import floor, gcd

import attrs

from aalpl.program.size import ZERO, Monomial, Size, Sym

MARK = "§"
REMEMBERED = 5000
Row = dict[str, int | Fraction]  # name -> coefficient; the constant at ""


@attrs.frozen(eq=False)
class Frame:
    """Values of variables over slacks and free names; facts left over; `dead` where the facts contradict."""

    put: Mapping[str, Size]
    extras: tuple[Size, ...] = ()
    dead: bool = False
    _seen: dict[Size, Size] = attrs.field(factory=dict, repr=False)

    def at(self, size: Size) -> Size:
        """A size in these coordinates."""
        if size not in self._seen:
            self._seen[size] = size.replace(self.put)
        return self._seen[size]

    def sign(self, size: Size) -> int | None:
        """1 where the size (in the variables) is >= 0 at a glance, -1 where it is <= 0, None where it is not seen."""
        seen = self.at(size)
        if any(_positive(seen - used) for used in (ZERO, *self.extras)):
            return 1
        return -1 if any(_positive(-seen - used) for used in (ZERO, *self.extras)) else None


def _positive(size: Size) -> bool:
    return all(value >= 0 and positive(monomial) for monomial, value in size.whole.items())


def positive(monomial: Monomial) -> bool:
    """Whether a product is >= 0 because its factors are slacks or squares."""
    return all(exponent % 2 == 0 or is_slack(atom) for atom, exponent in monomial)


def is_slack(atom: object) -> bool:
    """Whether an atom is a slack."""
    return isinstance(atom, Sym) and atom.name.startswith(MARK)


def tightened(fact: Size, reals: Collection[str] = ()) -> Size:
    """The same fact about integers with coefficients that have no common divisor."""
    terms = {m: v for m, v in fact.whole.items() if m}
    if not terms or any(name in reals for name in fact.free):
        return fact
    common = gcd(*terms.values())
    whole = {m: v // common for m, v in terms.items()}
    rest = floor(Fraction(fact.whole.get((), 0), common))
    if rest:
        whole[()] = rest
    return Size(whole)


def framed(facts: Iterable[Size], reals: Collection[str] = ()) -> Frame:
    """The coordinates that facts give."""
    return _framed(frozenset(facts), frozenset(reals))


@lru_cache(maxsize=REMEMBERED)
def _framed(facts: frozenset[Size], reals: frozenset[str]) -> Frame:
    solver = _Solver(reals)
    for fact in sorted(facts, key=lambda fact: (len(fact.whole), str(fact))):
        row = linear(fact)
        if row is None:
            solver.other.append(fact)
        elif not solver.add(row):
            return Frame({}, (), True)
    return solver.frame()


def linear(size: Size) -> Row | None:
    """The size as a row, if it is linear in symbols."""
    row: Row = {}
    for monomial, value in size.whole.items():
        if not monomial:
            row[""] = value
        elif len(monomial) == 1 and monomial[0][1] == 1 and isinstance(monomial[0][0], Sym):
            row[monomial[0][0].name] = value
        else:
            return None
    return row


@attrs.define
class _Solver:
    reals: frozenset[str]
    solved: dict[str, Row] = attrs.field(factory=dict)
    extras: list[Row] = attrs.field(factory=list)
    other: list[Size] = attrs.field(factory=list)
    count: int = 0

    def add(self, fact: Row) -> bool:
        """With one more fact; False where it contradicts the others."""
        row = self._tight(self._reduced(fact))
        names = [name for name in row if name]
        if not names:
            return row.get("", 0) >= 0
        free = [name for name in names if name[0] != MARK]
        if free:
            name = min(free, key=lambda n: (abs(row[n]) != 1, n))
            return self._pivot(name, row)
        if all(row[name] > 0 for name in names) and row.get("", 0) >= 0:
            return True
        if all(row[name] < 0 for name in names):
            if row.get("", 0) < 0:
                return False
            if not row.get("", 0):
                return all(self._put(name, {}) for name in names)
        for name in names:  # s >= k, more or less: a new slack from there on
            if row[name] > 0 and all(value <= 0 for other, value in row.items() if other != name):
                return self._pivot(name, row)
        if row not in self.extras:
            self.extras.append(row)
        return self._consistent(row)

    def _consistent(self, row: Row) -> bool:
        """No other extra fact is the opposite of this one, and too large."""
        for other in self.extras:
            names = {name for name in (*row, *other) if name}
            below = all(row.get(n, 0) + other.get(n, 0) <= 0 for n in names)
            if below and row.get("", 0) + other.get("", 0) < 0:
                return False
        return True

    def _reduced(self, row: Row) -> Row:
        result: Row = {}
        for name, value in row.items():
            for inner, factor in self.solved.get(name, {name: 1}).items():
                result[inner] = result.get(inner, 0) + value * factor
        return {name: value for name, value in result.items() if value}

    def _tight(self, row: Row) -> Row:
        values = [value for name, value in row.items() if name]
        if not values or any(isinstance(v, Fraction) for v in values) or not self.reals.isdisjoint(row):
            return row
        if any(name in self._rough for name in row):
            return row
        common = gcd(*map(int, values))
        rest = floor(Fraction(row.get("", 0)) / common)
        tight: Row = {name: int(value) // common for name, value in row.items() if name}
        return {**tight, "": rest} if rest else tight

    _rough: set[str] = attrs.field(factory=set)  # slacks that need not be integers

    def _pivot(self, name: str, row: Row) -> bool:
        slack = f"{MARK}{self.count}"
        self.count += 1
        if not self.reals.isdisjoint(row) or any(
            isinstance(v, Fraction) or other in self._rough for other, v in row.items()
        ):
            self._rough.add(slack)
        value = row[name]
        put: Row = {slack: _over(1, value)}
        for other, factor in row.items():
            if other != name:
                put[other] = _over(-factor, value)
        return self._put(name, put)

    def _put(self, name: str, put: Row) -> bool:
        for other, row in self.solved.items():
            if name in row:
                self.solved[other] = _replaced(row, name, put)
        self.solved[name] = put
        again = [_replaced(row, name, put) if name in row else row for row in self.extras]
        changed = [row for row, old in zip(again, self.extras, strict=True) if row is not old]
        self.extras = [row for row, old in zip(again, self.extras, strict=True) if row is old]
        return all(self.add(row) for row in changed)

    def frame(self) -> Frame:
        put = {name: _size(row) for name, row in self.solved.items() if name[0] != MARK}
        extras = [_size(row) for row in self.extras]
        extras += [fact.replace(put) for fact in self.other]
        return Frame(put, tuple(extras))


def _over(value: int | Fraction, divisor: int | Fraction) -> int | Fraction:
    if divisor == 1:
        return value
    if divisor == -1:
        return -value
    quotient = Fraction(value) / divisor
    return int(quotient) if quotient.denominator == 1 else quotient


def _replaced(row: Row, name: str, put: Row) -> Row:
    result = {other: value for other, value in row.items() if other != name}
    factor = row[name]
    for other, value in put.items():
        result[other] = result.get(other, 0) + factor * value
    return {other: value for other, value in result.items() if value}


def _size(row: Row) -> Size:
    under = 1
    for value in row.values():
        if isinstance(value, Fraction):
            under = under * value.denominator // gcd(under, value.denominator)
    whole: dict[Monomial, int] = {}
    for name, value in row.items():
        if value:
            whole[((Sym(name), 1),) if name else ()] = int(value * under)
    return Size(whole, under)
