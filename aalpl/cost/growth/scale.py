"""What is known of how the sizes of a program grow against each other, and the question whether one product outgrows
another.

Every atom of a product is a column, its logarithm an unknown number. A hypothesis such as `b <= k` is the row
`log b - log k <= O(1)`; that all sizes tend to infinity (semantics 19) says that the logarithm of each is at least 0, and
in the end above any number. A product a is dominated by b (a = O(b) on the whole declared domain) if log a - log b is a
non-negative combination of rows, less logarithms of what is at least 1: Farkas' lemma makes this an exact decision for
products of powers. Strictly (a = o(b)) if some growing atom is left over.

Between scales: log n = O(n^e) and n = O((2^n)^e) for every e > 0. So where some of the larger atom is left over, any power
of the smaller one is free.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from fractions import Fraction

import attrs

from aalpl.cost.growth.cone import Vector, combines
from aalpl.cost.sizes.terms import alone
from aalpl.program.nodes import Function, Program, Relation
from aalpl.program.size import Apply, Atom, Big, Indexed, Monomial, Size, Sym, sym
from aalpl.program.types import Int


@attrs.frozen
class Row:
    """`product <= bound` for all sizes, `bound` None where the constant is not known."""

    product: Monomial
    bound: Fraction | None


@attrs.frozen
class Scale:
    """The names that are fixed (`const`, `prob`, the constants o_P; `weights` of them: fixed, but kept in classes), and
    the hypotheses as rows. Every other name is a size and tends to infinity."""

    fixed: frozenset[str] = frozenset()
    weights: frozenset[str] = frozenset()
    probabilities: frozenset[str] = frozenset()
    rows: tuple[Row, ...] = ()

    # -- what an atom does -------------------------------------------------------------------------------------------

    def constant(self, atom: Atom) -> bool:
        """Whether the atom is a fixed number."""
        free = alone(atom).free
        return free <= self.fixed

    def growing(self, atom: Atom) -> bool:
        """Whether the atom tends to infinity, for sure."""
        match atom:
            case Sym(name):
                return name not in self.fixed and name not in self.weights
            case Apply("pow", (base, exponent)):
                root = base.constant()
                return root is not None and root > 1 and self.tends(exponent)
            case Apply("log", (inside,)):
                return self.tends(inside)
            case _:
                return False

    def tends(self, size: Size) -> bool:
        """Whether a product of one term tends to infinity, for sure."""
        if len(size.terms) != 1 or min(size.terms.values()) <= 0:
            return False
        (monomial,) = size.terms
        growing = [self.growing(a) for a, e in monomial if e > 0]
        if any(growing) and all(e > 0 and (self.growing(a) or self.constant(a)) for a, e in monomial):
            return True
        return self._plain().below((), monomial)

    def _plain(self) -> Scale:
        """Without the hypotheses on powers and logarithms: they are what is asked about (`N = 2^d`)."""
        return attrs.evolve(
            self, rows=tuple(r for r in self.rows if all(isinstance(a, Sym) for a, _ in r.product))
        )

    # -- comparing -------------------------------------------------------------------------------------------------

    def dominated(self, small: Monomial, large: Monomial) -> bool:
        """Whether small = O(large), provably."""
        return self._follows(small, large, strict=False) or self.below(small, large)

    def below(self, small: Monomial, large: Monomial) -> bool:
        """Whether small = o(large), provably."""
        return self._follows(small, large, strict=True)

    def at_most(self, small: Monomial, large: Monomial) -> bool:
        """Whether small <= large in the end, with no constant, provably."""
        plain = attrs.evolve(self, rows=tuple(r for r in self.rows if r.bound is not None and r.bound <= 1))
        return plain._follows(small, large, strict=False)

    def _follows(self, small: Monomial, large: Monomial, *, strict: bool) -> bool:
        target = _difference(small, large)
        if not target:
            return not strict
        rows: list[Vector] = [_vector(row.product) for row in self.rows]
        growing = self._growing(target, rows)
        shrinking = [(_vector(((atom, -1),)), atom) for atom in growing] + _powers(growing)
        known: list[Vector] = [*(vector for vector, _ in shrinking), *rows]
        if not strict:
            return combines(target, known)
        if combines(target, known, range(len(shrinking))):
            return True
        return any(
            combines(target, [*known, *({below: Fraction(1)} for below in slow)], [j])
            for j, (_, fast) in enumerate(shrinking)
            if (slow := [a for a in growing if self._slower(a, fast)])
        )

    def _growing(self, target: Vector, rows: Iterable[Vector]) -> list[Atom]:
        atoms = {a: None for v in (target, *rows) for a in v if isinstance(a, _ATOM) and self.growing(a)}
        return list(atoms)

    def _slower(self, slow: Atom, fast: Atom) -> bool:
        """Whether every power of `slow` is o(`fast`)."""
        match fast, slow:
            case Apply("pow", (_, exponent)), Sym():
                return self._divides(slow, exponent)
            case Apply("pow", (_, exponent)), Apply("log", (inside,)):
                tops = self._tops(inside)
                return bool(tops) and all(self._divides(a, exponent) for a in tops)
            case Sym(), Apply("log", (inside,)):
                return self._tops(inside) == [fast]
            case _:
                return False

    def _divides(self, atom: Atom, exponent: Size) -> bool:
        """Whether the exponent is at least a constant part of `atom`."""
        ((monomial, coefficient),) = exponent.terms.items()
        others = [
            a for a, e in monomial if a != atom and not (e > 0 and self.growing(a)) and not self.constant(a)
        ]
        return coefficient > 0 and not others and any(a == atom and e > 0 for a, e in monomial)

    def _tops(self, inside: Size) -> list[Atom]:
        """The atoms of which the product is at most a power; none where that is not clear."""
        ((monomial, _),) = inside.terms.items()
        if not all(self.growing(a) or self.constant(a) for a, _ in monomial):
            return []
        return [a for a, e in monomial if e > 0 and not self.constant(a)]


_ATOM = (Sym, Indexed, Apply, Big)


def scale(program: Program, function: Function | None = None, weights: Iterable[str] = ()) -> Scale:
    """How the sizes of `program` grow, and the int parameters of `function`; `weights` are prices and the like."""
    declared = program.sizes.values()
    fixed = {d.name for d in declared if d.kind != "size"} | {f"o_{name}" for name in program.primitives}
    chances = {d.name for d in declared if d.kind == "prob"}
    bare = Scale(frozenset(fixed), frozenset(weights), frozenset(chances))
    relations = [*program.assumptions, *(function.requires if function else ())]
    rows = [row for relation in relations for row in _relation(bare, relation)]
    rows += [row for p in (function.params if function else ()) for row in _range(bare, p.name, p.type)]
    return attrs.evolve(bare, rows=tuple(rows))


def bounded(known: Scale, names: Container[str]) -> str | None:
    """One of the sizes `names` that the hypotheses keep from growing: then no class means anything (semantics 19)."""
    rows: list[Vector] = [_vector(row.product) for row in known.rows]
    sizes = {a: None for v in rows for a in v if isinstance(a, Sym) and known.growing(a)}
    floors: list[Vector] = [{atom: Fraction(-1)} for atom in sizes]
    for j, atom in enumerate(sizes):
        if atom.name in names and combines({}, [*rows, *floors], [len(rows) + j]):
            return atom.name
    return None


def _relation(bare: Scale, relation: Relation) -> Iterator[Row]:
    if relation.operator in ("<=", "<", "="):
        yield from _less(bare, relation.right - relation.left)
    if relation.operator in (">=", ">", "="):
        yield from _less(bare, relation.left - relation.right)


def _range(bare: Scale, name: str, type: object) -> Iterator[Row]:
    if isinstance(type, Int) and type.high is not None:
        yield from _less(bare, type.high - sym(name))


def _less(bare: Scale, difference: Size) -> Iterator[Row]:
    """From `difference >= 0`: each negative term is at most the sum of the positive ones, if that is one term."""
    above = [(m, c) for m, c in difference.terms.items() if c > 0]
    if len(above) != 1:
        return
    ((large, weight),) = above
    for small, coefficient in difference.terms.items():
        if coefficient < 0:
            product = tuple(sorted(_difference(small, large).items(), key=str))
            kept = tuple((a, int(e)) for a, e in product if not bare.constant(a))
            if kept:
                yield Row(kept, weight / -coefficient if len(kept) == len(product) else None)


def _vector(monomial: Monomial) -> dict[Atom, Fraction]:
    return {atom: Fraction(exponent) for atom, exponent in monomial}


def _difference(small: Monomial, large: Monomial) -> dict[Atom, Fraction]:
    vector = _vector(small)
    for atom, exponent in large:
        vector[atom] = vector.get(atom, Fraction(0)) - exponent
    return {atom: value for atom, value in vector.items() if value}


def _powers(growing: list[Atom]) -> list[tuple[Vector, Atom]]:
    """What is always so between powers of numbers: 2^n / 3^n tends to 0, faster than any power of n grows."""
    powers = [a for a in growing if isinstance(a, Apply) and a.function == "pow"]
    pairs = [(low, high) for low in powers for high in powers if _power_below(low, high)]
    return [(_difference(((low, 1),), ((high, 1),)), high) for low, high in pairs]


def _power_below(low: Apply, high: Apply) -> bool:
    a, b = low.args[0].constant(), high.args[0].constant()
    return low.args[1] == high.args[1] and a is not None and b is not None and 1 < a < b
