"""What is known of how the sizes of a program grow against each other, and the question whether one product outgrows
another (`dominance` says how it is decided).

Every name that is not fixed is a size, and all sizes tend to infinity (semantics 19), at whatever rates the hypotheses
allow.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from itertools import product

import attrs

from aalpl.cost.growth.cone import combines
from aalpl.cost.growth.dominance import World, follows, vanishes
from aalpl.cost.growth.fixed import Limits, limits, shifted
from aalpl.cost.growth.hypotheses import Less, Row, lines
from aalpl.cost.growth.logarithm import columns, ln, options
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import Apply, Atom, Monomial, Size, Sym, apply

__all__ = ["Row", "Scale", "bounded"]

_CHOICES = 64
_DEPTH = 2  # columns are compared by logarithms, their columns again

Span = tuple[Fraction, Fraction | None]


@attrs.frozen(slots=False)
class Scale:
    """The names that are fixed (`const`, `prob`, the constants o_P; `weights` of them: fixed, but kept in classes), and
    the hypotheses: as `rows`, those with a sum on their larger side as `less`, linear ones as `flat` (bounded above).
    `spans` are narrower limits of fixed names. Every other name is a size and tends to infinity."""

    fixed: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()
    probabilities: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()
    less: tuple[Less, ...] = ()
    flat: tuple[Size, ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()
    depth: int = 0
    _memo: dict[object, bool] = attrs.field(factory=dict, init=False, eq=False, repr=False)

    # -- what an atom does -------------------------------------------------------------------------------------------

    def constant(self, atom: Atom) -> bool:
        """Whether the atom is a fixed number."""
        if isinstance(atom, Sym):
            return atom.name in self.fixed
        key = ("constant", atom)
        if key not in self._memo:
            self._memo[key] = alone(atom).free <= self.fixed
        return self._memo[key]

    def growing(self, atom: Atom) -> bool:
        """Whether the atom tends to infinity, by its form alone."""
        key = ("growing", atom)
        if key not in self._memo:
            self._memo[key] = self._growing(atom)
        return self._memo[key]

    def _growing(self, atom: Atom) -> bool:
        match atom:
            case Sym(name):
                return name not in self.fixed and name not in self.weights
            case Apply("pow", (base, exponent)):
                above = self.positive(base - 1) if base.free <= self.fixed else self._mounts(base)
                return above and (self._mounts(exponent) or self._fixed_above(base, exponent))
            case Apply("log", (inside,)):
                return self._mounts(inside)
            case Apply("min" | "max", args):
                return all(self._mounts(arg) for arg in args)
            case _:
                return False

    def _mounts(self, size: Size) -> bool:
        """Whether each term of the size tends to infinity or is above 0, and some does the former, by form alone."""
        some = False
        for monomial, value in size.terms.items():
            if value <= 0 or not all(e > 0 and (self.growing(a) or self.constant(a)) for a, e in monomial):
                return False
            some = some or any(not self.constant(a) for a, _ in monomial)
        return some

    def _fixed_above(self, base: Size, exponent: Size) -> bool:
        return not base.free <= self.fixed and exponent.free <= self.fixed and self.positive(exponent)

    def tends(self, size: Size) -> bool:
        """Whether a product of one term tends to infinity, for sure."""
        if len(size.terms) != 1 or min(size.terms.values()) <= 0:
            return False
        (monomial,) = size.terms
        return self._tends(monomial)

    def _tends(self, monomial: Monomial) -> bool:
        growing = [a for a, e in monomial if e > 0 and self.growing(a)]
        if growing and all(e > 0 and (self.growing(a) or self.constant(a)) for a, e in monomial):
            return True
        return self._deeper.below((), monomial) if self.depth < _DEPTH else False

    def positive(self, size: Size) -> bool:
        """Whether a fixed number is above 0, whatever `const`s and `prob`s are."""
        number = size.constant()
        if number is not None:
            return number > 0
        key = ("positive", size)
        if key not in self._memo:
            self._memo[key] = self._positive(size)
        return self._memo[key]

    def _positive(self, size: Size) -> bool:
        if not size.free:
            return limits(size, self.positive).sign > 0
        found = shifted(size, self.ranges)
        if found is None or not found.terms or min(found.terms.values()) < 0:
            return False
        return () in found.terms or size.free <= self.probabilities

    @cached_property
    def ranges(self) -> Mapping[str, Span]:
        """Where fixed names lie: constants are at least 1, probabilities strictly between 0 and 1."""
        found: dict[str, Span] = dict.fromkeys(self.fixed, (Fraction(1), None))
        found |= dict.fromkeys(self.probabilities, (Fraction(0), Fraction(1)))
        return found | dict(self.spans)

    # -- comparing -------------------------------------------------------------------------------------------------

    def dominated(self, small: Monomial, *large: Monomial) -> bool:
        """Whether small = O(the sum of large), provably."""
        return self._asked("O", small, large)

    def below(self, small: Monomial, *large: Monomial) -> bool:
        """Whether small = o(the sum of large), provably."""
        return self._asked("o", small, large)

    def _asked(self, symbol: str, small: Monomial, large: tuple[Monomial, ...]) -> bool:
        if any(self._by_form(small, each, strict=symbol == "o") for each in large):
            return True
        key = (symbol, small, large)
        if key not in self._memo:
            self._memo[key] = False  # what leads back to itself is not proved by it
            self._memo[key] = self._decided(small, large, strict=symbol == "o")
        return self._memo[key]

    def _by_form(self, small: Monomial, large: Monomial, *, strict: bool) -> bool:
        """The common case: the quotient is a product of what grows, or of its inverses."""
        quotient = _difference(small, large)
        if not quotient:
            return not strict
        if all(e < 0 and (self.growing(a) or self.constant(a)) for a, e in quotient.items()):
            return not strict or any(not self.constant(a) for a in quotient)
        return vanishes(small, large, self.growing)

    def _decided(self, small: Monomial, large: tuple[Monomial, ...], *, strict: bool) -> bool:
        smalls = [ln(each, self.constant) for each in options(small)]
        ways = [[ln(each, self.constant) for each in options(product_)] for product_ in large]
        number = 1
        for way in ways:
            number *= len(way)
        if number > _CHOICES:
            return False
        world = self._with_logs(small, *large)
        return all(follows(world, smalls, choice, strict=strict) for choice in product(*ways))

    def _with_logs(self, *products: Monomial) -> World:
        """With what holds of logarithms of quotients: log(n/c) is at most n/c, and at most log(n)."""
        found = [
            columns(bound, self.constant)
            for atom in dict.fromkeys(a for product_ in products for a, _ in product_)
            for bound in _log_bounds(atom)
        ]
        if not found:
            return self._world
        known = self._world.lines
        return attrs.evolve(self._world, lines=attrs.evolve(known, sure=(*known.sure, *found)))

    @cached_property
    def _world(self) -> World:
        known = lines(self.rows, self.less, self.flat, self.constant, self.growing)
        return World(known, self.constant, self.growing, self._tends, self._column_below, self._limits)

    def _limits(self, number: Size) -> Limits:
        return limits(number, self.positive)

    def _column_below(self, small: Monomial, large: Monomial) -> bool:
        """Whether a column is a vanishing part of another, where hypotheses are needed to say so."""
        if self.depth >= _DEPTH or not any(map(_uncommon, (*small, *large))):
            return False
        return self._deeper.below(small, large)

    @cached_property
    def _deeper(self) -> Scale:
        return attrs.evolve(self, depth=self.depth + 1)

    def at_most(self, small: Monomial, large: Monomial, part: Fraction = Fraction(1)) -> bool:
        """Whether small <= part * large in the end, with no other constant, provably."""
        if part < 1:
            return self.below(small, large) or any(
                self.at_most(_over(small, row.product), large)
                for row in self.rows
                if row.bound is not None and row.bound <= part
            )
        key = ("<=", small, large)
        if key not in self._memo:
            self._memo[key] = self._at_most(small, large)
        return self._memo[key]

    def _at_most(self, small: Monomial, large: Monomial) -> bool:
        target = _difference(small, large)
        rows = [_vector(row.product) for row in self.rows if row.bound is not None and row.bound <= 1]
        atoms = dict.fromkeys(a for v in (target, *rows) for a in v)
        floors = [{atom: Fraction(-1)} for atom in atoms if self.growing(atom)]
        return not target or combines(target, [*floors, *rows])


def bounded(known: Scale, names: Container[str]) -> str | None:
    """One of the sizes `names` that the hypotheses keep from growing: then no class means anything (semantics 19)."""
    mentioned = {name for row in known.rows for a, _ in row.product for name in alone(a).free}
    mentioned |= {name for less in known.less for a, _ in less.small for name in alone(a).free}
    for name in sorted(mentioned):
        if name in names and known.growing(Sym(name)) and known.dominated(((Sym(name), 1),), ()):
            return name
    return None


def _log_bounds(atom: Atom) -> Iterator[Size]:
    """Sizes that are bounded above: log(log(q)) - log(q), and log(log(a/b)) - log(log(a))."""
    match atom:
        case Apply("log", (inside,)) if len(inside.terms) == 1:
            ((quotient, _),) = inside.terms.items()
            above = [a for a, e in quotient if e > 0]
            if len(above) < len(quotient):
                here = apply("log", alone(atom))
                yield here - ln(quotient, lambda _: False)
                if len(above) == 1:
                    yield here - apply("log", apply("log", alone(above[0])))
        case _:
            return


def _uncommon(factor: tuple[Atom, int]) -> bool:
    """Whether the form of a column may not say how it grows: powers, quotients."""
    atom, exponent = factor
    return exponent < 0 or (isinstance(atom, Apply) and atom.function != "log")


def _vector(monomial: Monomial) -> dict[Atom, Fraction]:
    return {atom: Fraction(exponent) for atom, exponent in monomial}


def _difference(small: Monomial, large: Monomial) -> dict[Atom, Fraction]:
    vector = _vector(small)
    for atom, exponent in large:
        vector[atom] = vector.get(atom, Fraction(0)) - exponent
    return {atom: value for atom, value in vector.items() if value}


def _over(left: Monomial, right: Monomial) -> Monomial:
    ((found, _),) = (Size({left: 1}) / Size({right: 1})).terms.items()
    return found
