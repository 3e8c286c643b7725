"""Sizes arranged for reading: models apart, common factors in front, `b*(b-1)/2` where a sum over rounds left one.

The normal form of a size is expanded; people think in products. `phrase` finds a form that says the same; one with fewer
negative parts is preferred, then the shorter one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

import attrs

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import assembled
from aalpl.cost.sizes.tidy import tidy
from aalpl.cost.words import factors
from aalpl.cost.words.phrase import (
    Call,
    Choice,
    Fold,
    Member,
    Name,
    Number,
    Order,
    Phrase,
    Power,
    Product,
    Sum,
    added,
    effort,
    multiplied,
    parted,
    raised_to,
    signed,
)
from aalpl.program.size import ZERO, Apply, Atom, Big, Given, Indexed, Monomial, Size, Sym, sym

LARGE = 40  # terms beyond which nothing is arranged: nobody reads them
GROUPED = 8  # terms beyond which sums are not searched for partial factors
TRIED = 4000  # symbols in all sums for which other ways of writing them are looked for, of one size
_INDICES = "ijhuv"


def phrase(size: Size, first: Iterable[str] = ()) -> Phrase:
    """The size arranged; symbols in `first` (sizes of models, prices) lead every product and are grouped by."""
    return _Arranger(tuple(first)).size(size)


def products(size: Size, first: Iterable[str] = ()) -> Phrase:
    """The size as a sum of products, in the order of its leading symbols; nothing is taken out."""
    return _Arranger(tuple(first), plain=True).size(size)


def extent(size: Size) -> int:
    """How many symbols and numbers the size has in its expanded form, at all depths."""
    return sum(1 + sum(_extent(atom) for atom, _ in monomial) for monomial in size.terms)


def _extent(atom: Atom) -> int:
    match atom:
        case Sym():
            return 1
        case Indexed(_, parts) | Apply(_, parts):
            return 1 + sum(map(extent, parts))
        case Big(_, _, low, high, body):
            return 1 + extent(low) + extent(high) + extent(body)
        case Given(condition):
            return 1 + extent(condition)


@attrs.frozen
class _Arranger:
    first: tuple[str, ...]
    depth: int = 0
    plain: bool = False
    seen: dict[tuple[Size, int, bool], Phrase] = attrs.field(factory=dict)
    sides: dict[Given, tuple[Known, Known]] = attrs.field(
        factory=dict
    )  # what is known where one holds, and fails
    left: list[int] = attrs.field(factory=lambda: [TRIED])

    # -- sums ------------------------------------------------------------------------------------------------------

    def size(self, size: Size) -> Phrase:
        """The best arrangement found; remembered, for it is asked for often."""
        key = size, self.depth, self.plain
        if key not in self.seen:
            self.seen[key] = self._size(size)
        return self.seen[key]

    def _size(self, size: Size) -> Phrase:
        brackets = any(isinstance(atom, Given) for atom in size.atoms())
        if len(size.terms) < (1 if brackets else 2) or len(size.terms) > LARGE or self.plain:
            return self._plain(size)
        if self.depth < 2 and (groups := self._by_first(size)) is not None:
            return groups
        if self.depth > 4 or self.left[0] < 0:
            return self._plain(size)
        self.left[0] -= extent(size)
        return min(self._candidates(size), key=effort)

    def _candidates(self, size: Size) -> Iterator[Phrase]:
        for bracket in sorted((a for a in size.atoms() if isinstance(a, Given)), key=str):
            yield self._split(size, bracket)
        found = factors.factored(size)
        if found is not None:
            yield self._product(found)
        common = factors.common(size)
        if common:
            rest = attrs.evolve(self, depth=self.depth + 1).size(size / Size({common: 1}))
            if not isinstance(rest, Sum) or len(rest.terms) > 1:
                yield multiplied(self._term(common, Fraction(1)), rest)
        for atom in sorted(size.atoms(), key=str):
            rounds = self._rounds(size, atom) if isinstance(atom, Sym) else None
            if rounds is not None:
                yield rounds
        if self.depth < 3 and len(size.terms) <= GROUPED:
            yield from self._grouped(size)
        yield self._plain(size)

    def _grouped(self, size: Size) -> Iterator[Phrase]:
        """`x + y*(x-1)`: what has a factor in common stands together."""
        below = attrs.evolve(self, depth=self.depth + 1)
        for atom in sorted(size.atoms(), key=str):
            parts = size.coefficients(atom)
            if set(parts) == {0, 1} and len(parts[1].terms) > 1:
                together = signed(self.atom(atom), below.size(parts[1]))
                yield added([parted(below.size(parts[0])), together])

    def _split(self, size: Size, bracket: Given) -> Phrase:
        """`a if c else b`: each side written as it is there."""
        parts = size.coefficients(bracket)
        if bracket not in self.sides:
            self.sides[bracket] = Known((bracket.condition,)), Known((-bracket.condition - 1,))
        holds, fails = self.sides[bracket]
        otherwise = parts.get(0, ZERO)
        below = attrs.evolve(self, depth=self.depth + 1)
        then = below.size(tidy(otherwise + parts.get(1, ZERO), holds))
        orelse = below.size(tidy(otherwise, fails))
        condition = self._order(bracket.condition)
        if isinstance(then, Choice) and then.orelse == orelse:
            return Choice((condition, *then.conditions), then.then, orelse)
        return Choice((condition,), then, orelse)

    def _order(self, size: Size) -> Order:
        """`x > y` for x - y - 1 >= 0: what is added on one side, what is taken away on the other."""
        number = size.terms.get((), Fraction(0))
        strict = number < 0 and number.denominator == 1
        size = size + 1 if strict else size
        left = assembled({m: v for m, v in size.terms.items() if v > 0})
        below = attrs.evolve(self, depth=self.depth + 1)
        return Order(below.size(left), below.size(left - size), strict)

    def _plain(self, size: Size) -> Phrase:
        if not size.terms:
            return Number(0)
        terms = sorted(size.terms.items(), key=self._reading)
        return added([(value < 0, self._term(monomial, abs(value))) for monomial, value in terms])

    def _by_first(self, size: Size) -> Phrase | None:
        """`m_q*(...) + m_d*(...)`: where each term has one of the leading symbols."""
        groups: dict[Monomial, Size] = {}
        for monomial, value in size.terms.items():
            lead = tuple((a, e) for a, e in monomial if self._leads(a))
            rest = tuple((a, e) for a, e in monomial if not self._leads(a))
            groups[lead] = groups.get(lead, ZERO) + assembled({rest: value})
        if () in groups:
            return None
        below = attrs.evolve(self, depth=self.depth + 1)
        parts = [(lead, below.size(rest)) for lead, rest in sorted(groups.items(), key=self._rank)]
        return added([signed(self._term(lead, Fraction(1)), rest) for lead, rest in parts])

    def _rounds(self, size: Size, atom: Sym) -> Phrase | None:
        """`a + c1*b + c2*b*(b-1)/2` for a size of degree 2 in b."""
        parts = size.coefficients(atom)
        if max(parts) != 2 or min(parts) < 0:
            return None
        twice = parts[2] * 2
        once = parts.get(1, ZERO) + parts[2]
        below = attrs.evolve(self, depth=self.depth + 1)
        name = Name(atom.name)
        pairs = Product((name, Sum(((False, name), (True, Number(1))))), (Number(2),))
        terms = [signed(name, below.size(once))] if once.terms else []
        terms += [signed(pairs, below.size(twice))]
        terms += [parted(below.size(parts[0]))] if 0 in parts else []
        return added(terms)

    # -- products --------------------------------------------------------------------------------------------------

    def _product(self, found: factors.Factored) -> Phrase:
        below = attrs.evolve(self, depth=self.depth + 1)
        above: list[Phrase] = [raised_to(below.size(part), e) for part, e in found.parts]
        lead = self._term(found.common, abs(found.number))
        product = multiplied(lead, *above)
        return Sum(((True, product),)) if found.number < 0 else product

    def _term(self, monomial: Monomial, value: Fraction) -> Phrase:
        ordered = sorted(monomial, key=self._place)
        above = [self._power(a, e) for a, e in ordered if e > 0]
        below = [self._power(a, -e) for a, e in ordered if e < 0]
        if value.numerator != 1 or not above:
            above.insert(0, Number(value.numerator))
        if value.denominator != 1:
            below.insert(0, Number(value.denominator))
        return above[0] if len(above) == 1 and not below else Product(tuple(above), tuple(below))

    def _power(self, atom: Atom, exponent: int) -> Phrase:
        """`4^n` for `(2^n)^2`."""
        match atom:
            case Apply("pow", (base, top)) if (root := base.constant()) is not None and root.denominator == 1:
                return Power(
                    Number(root.numerator**exponent), attrs.evolve(self, depth=self.depth + 1).size(top)
                )
            case _:
                return raised_to(self.atom(atom), exponent)

    def atom(self, atom: Atom) -> Phrase:
        """One atom, its insides arranged too."""
        inner = attrs.evolve(self, depth=self.depth + 1, plain=False)
        match atom:
            case Sym(name):
                return Name(name)
            case Indexed(name, indices):
                return Member(name, tuple(map(inner.size, indices)))
            case Apply("pow", (base, exponent)):
                if exponent == -1:
                    return Product((Number(1),), (inner.size(base),))
                return Power(inner.size(base), inner.size(exponent))
            case Apply(function, args):
                return Call(function, tuple(map(inner.size, args)))
            case Big(operator, index, low, high, body):
                return self._fold(operator, index, low, high, body)
            case Given(condition):
                return Choice((self._order(condition),), Number(1))

    def _fold(self, operator: str, index: str, low: Size, high: Size, body: Size) -> Phrase:
        if operator == "sum" and (name := _counted(body, (index,))) is not None:
            return Name(name)
        inner = attrs.evolve(self, depth=self.depth + 1, plain=False)
        taken = body.free | low.free | high.free
        name = next((c for c in _INDICES if c not in taken), index)
        return Fold(
            operator, name, inner.size(low), inner.size(high), inner.size(body.replace({index: sym(name)}))
        )

    # -- order -----------------------------------------------------------------------------------------------------

    def _leads(self, atom: Atom) -> bool:
        return isinstance(atom, Sym | Indexed) and atom.name in self.first

    def _place(self, pair: tuple[Atom, int]) -> tuple[int, int, str]:
        """Leading symbols, then sizes, then what is observed, then functions."""
        atom = pair[0]
        rank = (
            self.first.index(atom.name)
            if isinstance(atom, Sym | Indexed) and self._leads(atom)
            else len(self.first)
        )
        kind = 2 if not isinstance(atom, Sym) else 1 if "@" in atom.name else 0
        return rank, kind, str(atom)

    def _rank(self, term: tuple[Monomial, object]) -> tuple[int, str]:
        """Terms of earlier leading symbols come first."""
        ranks = [
            self.first.index(a.name)
            for a, _ in term[0]
            if isinstance(a, Sym | Indexed) and a.name in self.first
        ]
        return min(ranks, default=len(self.first)), str(term[0])

    def _reading(self, term: tuple[Monomial, Fraction]) -> tuple[bool, int, int, int, str]:
        monomial, value = term
        spelled = "*".join(f"{a}^{e}" for a, e in monomial)
        functions = sum(not isinstance(a, Sym) for a, _ in monomial)
        return value < 0, self._rank(term)[0], -sum(e for _, e in monomial), functions, spelled


def _counted(body: Size, indices: tuple[str, ...]) -> str | None:
    """`n@9` for the sum of all `taken@9[...]`, or of all `present@9[...]`, over all their indices."""
    if len(body.terms) != 1 or next(iter(body.terms.values())) != 1:
        return None
    ((monomial, _),) = body.terms.items()
    match monomial:
        case ((Indexed(name, found), 1),) if name.startswith(("taken@", "present@")):
            return "n@" + name.partition("@")[2] if found == tuple(map(sym, indices)) else None
        case ((Big("sum", index, _, _, inner), 1),):
            return _counted(inner, (*indices, index))
        case _:
            return None
