"""What a recurrence over one number pays at small numbers, over the other symbols."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import attrs

from aalpl.cost.recursion.recurrence import Recurrence, put_in
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ZERO, Apply, Big, Given, Monomial, Size, Sym, const

MANY = 40
"""How many values of a choice are tried."""

BUDGET = 400
"""How many calls are worked out."""


@attrs.define
class Values:
    """The values found so far. A maximum over sums is the larger coefficient by coefficient, on the side of the recurrence."""

    of: Recurrence
    left: int = BUDGET
    _found: dict[int, Size | None] = attrs.field(factory=dict)

    def at(self, n: int) -> Size | None:
        """The value at a number; None where it is not decided."""
        if n not in self._found:
            self._found[n] = None  # a call that leads to itself has no value
            self.left -= 1
            if self.left >= 0:
                (name,) = self.of.params
                at = {name: const(n)}
                self._found[n] = self._chosen(
                    self.of.body.replace(at), [f.replace(at) for f in self.of.chosen]
                )
        return self._found[n]

    def _chosen(self, body: Size, facts: list[Size]) -> Size | None:
        """The most (least) over all values of the choices."""
        names = sorted(name for name in body.free if any(name in fact.free for fact in facts))
        if not names or self.of.unknown not in body.free:
            return self._settled(body)
        low, high = limits(names[0], facts)
        if low is None or high is None or not 0 <= high - low < MANY:
            return None
        found = [
            self._chosen(body.replace({names[0]: const(i)}), [f.replace({names[0]: const(i)}) for f in facts])
            for i in range(low, high + 1)
        ]
        whole = [each for each in found if each is not None]
        return self._extreme(whole) if len(whole) == len(found) else None

    def _settled(self, body: Size) -> Size | None:
        for atom in sorted(body.atoms(), key=str):
            if isinstance(atom, Apply) and atom.function == self.of.unknown:
                number = atom.args[0].constant()
                value = None if number is None or number.denominator != 1 else self.at(int(number))
            elif isinstance(atom, Apply) and atom.function in ("max", "min"):
                args = [self._settled(arg) for arg in atom.args]
                whole = [arg for arg in args if arg is not None]
                value = self._extreme(whole) if len(whole) == len(args) else None
            elif (
                self.of.unknown in alone(atom).free
                or self.of.params[0] in alone(atom).free
                or isinstance(atom, Given | Big)
            ):
                return None
            else:
                continue
            if value is None:
                return None
            body = put_in(body, atom, value)
        return body

    def _extreme(self, sizes: list[Size]) -> Size | None:
        """At least (at most) each of the sizes, whose symbols are not negative."""
        if len(sizes) == 1:
            return sizes[0]
        if not self.of.side:
            return None
        choose = max if self.of.side > 0 else min
        monomials: set[Monomial] = {m for size in sizes for m in size.terms}
        found = {m: choose(size.terms.get(m, Fraction(0)) for size in sizes) for m in monomials}
        return assembled({m: value for m, value in found.items() if value})


def limits(name: str, facts: list[Size]) -> tuple[int | None, int | None]:
    """The least and the largest integer that facts allow a name."""
    low: int | None = None
    high: int | None = None
    for fact in facts:
        parts = fact.coefficients(Sym(name))
        slope, rest = parts.get(1, ZERO).constant(), parts.get(0, ZERO).constant()
        if not slope or rest is None or set(parts) - {0, 1}:
            continue
        if slope > 0:
            least = ceil(-rest / slope)
            low = least if low is None else max(low, least)
        else:
            most = floor(rest / -slope)
            high = most if high is None else min(high, most)
    return low, high
