"""What a recurrence over one number pays at small numbers, over the other symbols."""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.recursion.recurrence import Recurrence, put_in
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import Apply, Big, Given, Monomial, Size, const

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
                self._found[n] = self._settled(self.of.body.replace({name: const(n)}))
        return self._found[n]

    def _settled(self, body: Size) -> Size | None:
        for atom in sorted(body.atoms(), key=str):
            if isinstance(atom, Apply) and atom.function == self.of.unknown:
                number = atom.args[0].constant()
                value = None if number is None or number.denominator != 1 else self.at(int(number))
            elif isinstance(atom, Apply) and atom.function in ("max", "min"):
                args = [self._settled(arg) for arg in atom.args]
                whole = [arg for arg in args if arg is not None]
                value = self._extreme(whole) if len(whole) == len(args) else None
            elif self.of.unknown in alone(atom).free or self.of.params[0] in alone(atom).free or isinstance(atom, Given | Big):
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
