"""Proofs of `size >= 0` from hypotheses of the same form, in exact arithmetic and without search for cleverness.

The unknowns are integers, except those named as real. A goal g is proved by, in this order:

1. positivity: after s = c + s' for every symbol with a known lower bound c, no coefficient is negative;
2. Farkas: g = sum of f_i * h_i + rest, with numbers f_i >= 0, hypotheses h_i >= 0 and a number rest >= 0
   (rest > -1 where g is an integer), found by linear programming over monomials as independent unknowns;
3. Handelman: the same with products of two hypotheses beside the hypotheses;
4. cases: a minimum is one of its arguments, which is then the smallest.

Sound and incomplete: `proves` answers True only for what holds wherever the hypotheses do.
Sources: Handelman, Pacific J. Math. 132 (1988) 35-62; Schrijver, Theory of Linear and Integer Programming, ch. 7.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from math import floor, gcd

import attrs

from aalpl.program.atomfacts import facts_about, fraction
from aalpl.program.cases import alternatives, put, splits
from aalpl.program.handelman import products
from aalpl.program.nodes import Relation
from aalpl.program.simplex import least_combination
from aalpl.program.size import (
    ZERO,
    Atom,
    Given,
    Indexed,
    Monomial,
    Size,
    Sym,
    const,
    is_whole,
    sym,
)

_RELEVANT = 28  # hypotheses that take part in one linear program
_CASES = 2  # minima that are split in one proof


@attrs.frozen(eq=False, slots=False)
class Facts:
    """What is known: sizes that are at least 0, and equations used as rewrites. Grows by `adding` and its sisters.

    `families` holds bounds of family members as functions of the indices: name -> sizes that are at least 0."""

    known: tuple[Size, ...] = ()
    rules: tuple[tuple[str, Size], ...] = ()
    reals: frozenset[str] = frozenset()
    families: tuple[tuple[str, Callable[..., Size]], ...] = ()
    _memo: dict[Size, bool] = attrs.field(factory=dict, repr=False)

    # -- growing -------------------------------------------------------------------------------------------------

    def adding(self, *sizes: Size) -> Facts:
        """With more sizes that are at least 0."""
        fresh: dict[Size, None] = {}
        for size in sizes:
            tight = self.tightened(self.rewritten(size))
            if (number := tight.constant()) is not None and number >= 0:
                continue
            if tight not in self.known:
                fresh[tight] = None
        if not fresh:
            return self
        proved = {goal: True for goal, found in self._memo.items() if found}
        return Facts((*self.known, *fresh), self.rules, self.reals, self.families, proved)

    def equating(self, left: Size, right: Size) -> Facts:
        """With `left = right`: as a rewrite where it gives a symbol, else as two inequalities."""
        difference = self.rewritten(left) - self.rewritten(right)
        if not difference:
            return self
        rule = self._oriented(difference, self.rewritten(left), self.rewritten(right))
        if rule is None:
            return self.adding(difference, -difference)
        name, value = rule
        change = {name: value}
        rules = tuple((n, _replaced(v, change)) for n, v in self.rules)
        bare = attrs.evolve(self, known=(), rules=(*rules, rule), memo={})
        return bare.adding(*(_replaced(size, change) for size in self.known))

    def relating(self, operator: str, left: Size, right: Size) -> Facts:
        """With `left operator right`, an operator of `= != < <= > >=`."""
        match operator:
            case "=":
                return self.equating(left, right)
            case "<=":
                return self.adding(right - left)
            case ">=":
                return self.adding(left - right)
            case "<":
                return self.adding(self.above(right - left))
            case ">":
                return self.adding(self.above(left - right))
            case _:
                return self._apart(left - right)

    def assuming(self, relations: Iterable[Relation]) -> Facts:
        """With relations, equations first (they rewrite the others)."""
        facts = self
        for relation in sorted(relations, key=lambda r: r.operator != "="):
            facts = facts.relating(relation.operator, relation.left, relation.right)
        return facts

    def with_reals(self, *names: str) -> Facts:
        """With symbols or families whose values need not be integers."""
        return attrs.evolve(self, reals=self.reals | set(names), memo={})

    def with_family(self, name: str, bound: Callable[..., Size]) -> Facts:
        """With `bound(*indices) >= 0` for the members of a family."""
        return attrs.evolve(self, families=(*self.families, (name, bound)), memo={})

    # -- asking --------------------------------------------------------------------------------------------------

    def proves(self, goal: Size) -> bool:
        """Whether `goal >= 0` follows (True is certain, False means not found)."""
        goal = self.tightened(self.rewritten(goal))
        if goal not in self._memo:
            self._memo[goal] = self._prove(goal, _CASES)
        return self._memo[goal]

    def holds(self, operator: str, left: Size, right: Size) -> bool:
        """Whether a relation follows."""
        match operator:
            case "=":
                return self.equal(left, right)
            case "<=":
                return self.proves(right - left)
            case ">=":
                return self.proves(left - right)
            case "<":
                return self.proves_positive(right - left)
            case ">":
                return self.proves_positive(left - right)
            case _:
                return self.proves_positive(left - right) or self.proves_positive(right - left)

    def proves_positive(self, goal: Size) -> bool:
        """Whether `goal > 0` follows."""
        if self.whole(goal):
            return self.proves(goal - 1)
        content, _ = self._scaled(goal)
        return bool(self.whole(content) and self.proves(content - 1))

    def equal(self, left: Size, right: Size) -> bool:
        """Whether `left = right` follows."""
        difference = self.rewritten(left - right)
        return not difference or (self.proves(difference) and self.proves(-difference))

    def sign(self, size: Size) -> int | None:
        """1, 0 or -1 where the sign follows, else None."""
        if self.proves_positive(size):
            return 1
        if self.proves_positive(-size):
            return -1
        return 0 if self.equal(size, ZERO) else None

    @cached_property
    def contradictory(self) -> bool:
        """Whether the hypotheses cannot all hold (found out by linear means only)."""
        if any((c := size.constant()) is not None and c < 0 for size in self.known):
            return True
        return bool(self.known) and self._combined(const(-1), list(self.known)[:_RELEVANT])

    # -- normal forms --------------------------------------------------------------------------------------------

    def rewritten(self, size: Size) -> Size:
        """With the equations applied (not where that would divide by 0)."""
        if not self.rules or size.free.isdisjoint(self._rewrites):
            return size
        return _replaced(size, self._rewrites)

    @cached_property
    def _rewrites(self) -> dict[str, Size]:
        return dict(self.rules)

    def whole(self, size: Size) -> bool:
        """Whether a size is an integer for sure."""
        return is_whole(size) and (not self.reals or size.free.isdisjoint(self.reals))

    def tightened(self, size: Size) -> Size:
        """A size that is at least 0 exactly when this is: lowest terms, the number rounded down."""
        content, integral = self._scaled(size)
        if not integral:
            return content
        number = content.whole.get((), 0)
        common = gcd(*(value for monomial, value in content.whole.items() if monomial))
        if common <= 1:
            return content
        rest = Size({monomial: value // common for monomial, value in content.whole.items() if monomial})
        return rest + floor(Fraction(number, common))

    def above(self, size: Size) -> Size:
        """A size that is at least 0 where this one is above 0 (for integers, exactly where)."""
        content, integral = self._scaled(size)
        return self.tightened(content - 1) if integral else content

    def _scaled(self, size: Size) -> tuple[Size, bool]:
        """Multiplied by a positive number so that coefficients are integers; whether it then is an integer."""
        content = Size(size.whole)
        return content, self.whole(content)

    def _apart(self, difference: Size) -> Facts:
        if self.proves(difference):
            return self.adding(self.above(difference))
        if self.proves(-difference):
            return self.adding(self.above(-difference))
        return self

    def _oriented(self, difference: Size, left: Size, right: Size) -> tuple[str, Size] | None:
        """A symbol of the equation `difference = 0` and what it equals."""
        candidates = [s for s in difference.atoms() if isinstance(s, Sym)]
        alone = [side for side in (left, right) if len(side.whole) == 1]
        candidates.sort(key=lambda s: (0 if any(sym(s.name) == side for side in alone) else 1, s.name))
        for symbol in candidates:
            monomial: Monomial = ((symbol, 1),)
            factor = difference.terms.get(monomial)
            if factor is None:
                continue
            rest = difference - sym(symbol.name) * factor
            value = rest * (-1 / factor)
            if symbol.name not in rest.free and (symbol.name in self.reals or self.whole(value)):
                return symbol.name, value
        return None

    # -- proof ---------------------------------------------------------------------------------------------------

    def _prove(self, goal: Size, cases: int) -> bool:
        if (number := goal.constant()) is not None:
            return number >= 0 or self.contradictory
        if goal in self.known:
            return True
        goal = self.without_common_factor(goal)
        if self._positive(goal):
            return True
        if goal in self.known:
            return True
        pool = self._pool(goal)
        if self._combined(goal, pool):
            return True
        if cases and any(map(splits, _opaque([goal]))):
            return self._by_cases(goal, cases) or self._multiplied(goal, pool)
        return self._multiplied(goal, pool) or self._by_cases(goal, cases)

    def _multiplied(self, goal: Size, pool: list[Size]) -> bool:
        """Combinations with products: first only by symbols of the goal, then of any two hypotheses."""
        few, many = list(products(goal, pool, narrow=True)), list(products(goal, pool, narrow=False))
        if few and len(few) < len(many) and self._combined(goal, [*pool, *few]):
            return True
        return bool(many) and self._combined(goal, [*pool, *many])

    def _positive(self, goal: Size) -> bool:
        """No negative coefficient once every symbol is written as its lower bound and what is above it."""
        shifted = goal.map_atoms(self._shifted) if self._lows and _polynomial(goal) else goal
        return all(
            value >= 0 and all(e % 2 == 0 or self._not_negative(a) for a, e in monomial)
            for monomial, value in shifted.whole.items()
        )

    def _shifted(self, atom: Atom) -> Size:
        low = self._lows.get(atom)
        here = Size({((atom, 1),): 1})
        return here if low is None else here + low

    @cached_property
    def _lows(self) -> dict[Atom, int | Fraction]:
        """Symbols with a lower bound that is a number."""
        lows: dict[Atom, int | Fraction] = {}
        for size in self.known:
            symbols = [m for m in size.whole if m]
            if len(symbols) == 1 and len(symbols[0]) == 1 and symbols[0][0][1] == 1:
                atom = symbols[0][0][0]
                factor, number = size.whole[symbols[0]], size.whole.get((), 0)
                if factor > 0 and isinstance(atom, Sym):
                    low = -number if factor == 1 else Fraction(-number, factor)
                    lows[atom] = max(lows.get(atom, low), low)
        return {atom: low for atom, low in lows.items() if low >= 0}

    def _not_negative(self, atom: Atom) -> bool:
        if isinstance(atom, Sym):
            return atom in self._lows
        if isinstance(atom, Given):
            return True
        return any(size.whole == {((atom, 1),): 1} or self._lifts(size, atom) for size in self._about(atom))

    def _lifts(self, size: Size, atom: Atom) -> bool:
        """Whether `size >= 0` bounds the atom from below by a number that is at least 0."""
        rest = size - Size({((atom, 1),): 1})
        number = rest.constant()
        return number is not None and number <= 0

    def _about(self, atom: Atom) -> list[Size]:
        found = [self.rewritten(size) for size in facts_about(atom, self._quick)]
        if isinstance(atom, Indexed):
            found.extend(bound(*atom.indices) for name, bound in self.families if name == atom.name)
        return [self.tightened(size) for size in found]

    def _quick(self, size: Size) -> bool:
        """A test that does not start a proof of its own beyond what is linear."""
        size = self.tightened(self.rewritten(size))
        if (number := size.constant()) is not None:
            return number >= 0
        key = size
        if key not in self._memo:
            self._memo[key] = False  # an atom inside its own facts proves nothing
            proved = self._positive(size) or size in self.known
            if not proved:
                proved = self._combined(size, self.related(size.free, _RELEVANT // 2))
            if proved:
                self._memo[key] = True
            else:
                del self._memo[key]
        return self._memo.get(key, False)

    def without_common_factor(self, goal: Size) -> Size:
        """Divided by atoms that stand in every monomial and are never negative; multiplied by divisors."""
        above, divisor = fraction(goal)
        if divisor.constant() is None and self._positive(divisor - 1):
            goal = self.tightened(above)
        if () in goal.whole:
            return goal
        shared = set.intersection(*({a for a, e in m if e > 0} for m in goal.whole))
        for atom in shared:
            if self._not_negative(atom):
                goal = goal / Size({((atom, 1),): 1})
        return self.tightened(goal)

    def related(self, to: Iterable[str], limit: int) -> list[Size]:
        """Hypotheses about these symbols or, through others, are tied to them; nearest first."""
        names, rest = set(to), list(self.known)
        pool: list[Size] = []
        while rest and len(pool) < limit:
            near = [size for size in rest if not names.isdisjoint(size.free)]
            if not near:
                break
            pool.extend(near)
            rest = [size for size in rest if names.isdisjoint(size.free)]
            names.update(name for size in near for name in size.free)
        return pool[:limit]

    def _pool(self, goal: Size) -> list[Size]:
        """Hypotheses related to the goal, and what is known of the atoms in all of them."""
        pool = dict.fromkeys(self.related(goal.free, _RELEVANT))
        seen: set[Atom] = set()
        fresh = list(_opaque([goal, *pool]))
        while fresh and len(pool) < 2 * _RELEVANT:
            seen.update(fresh)
            found = [size for atom in fresh for size in self._about(atom)]
            pool.update(dict.fromkeys(found))
            fresh = [atom for atom in dict.fromkeys(_opaque(found)) if atom not in seen]
        return [size for size in pool if size.constant() is None]

    def _combined(self, goal: Size, pool: list[Size]) -> bool:
        """Whether the goal is a nonnegative combination of the pool and a number."""
        if any(m and not any(m in size.whole for size in pool) for m in goal.whole):
            return False
        least = least_combination(
            [_variable_part(size) for size in pool],
            [size.whole.get((), 0) for size in pool],
            _variable_part(goal),
            goal.whole.get((), 0),
        )
        if least is None:
            return False
        rest = goal.whole.get((), 0) - least
        return rest >= 0 or (rest > -1 and self.whole(goal))

    def _by_cases(self, goal: Size, cases: int) -> bool:
        """A minimum or maximum is one of its arguments; a bracket is 0 or 1; |a| is a or -a."""
        if not cases:
            return False
        inside = [atom for atom in _opaque([goal]) if splits(atom)]
        if not inside:
            inside = [atom for atom in _opaque(self.related(goal.free, 8)) if splits(atom)]
            if not inside:
                return False
        return all(
            facts._prove(facts.tightened(facts.rewritten(now)), cases - 1)
            for facts, now in self._cases(inside[0], goal)
        )

    def _cases(self, atom: Atom, goal: Size) -> Iterator[tuple[Facts, Size]]:
        for value, conditions in alternatives(atom):
            bare = attrs.evolve(self, known=(), memo={})
            known = [put(size, atom, value) for size in self.known]
            facts = bare.adding(*known, *conditions)
            if not facts.contradictory:
                yield facts, put(goal, atom, value)


def sizes_at_least(low: int, names: Iterable[str]) -> Facts:
    """The facts that each of these symbols is at least `low`."""
    return Facts().adding(*(sym(name) - low for name in names))


def _replaced(size: Size, values: Mapping[str, Size]) -> Size:
    try:
        return size.replace(values)
    except ZeroDivisionError:
        return size


def _opaque(sizes: Iterable[Size]) -> list[Atom]:
    atoms = (a for size in sizes for m in size.whole for a, _ in m)
    return list(dict.fromkeys(a for a in atoms if not isinstance(a, Sym)))


def _polynomial(size: Size) -> bool:
    return all(e > 0 for m in size.whole for _, e in m)


def _variable_part(size: Size) -> Mapping[object, int]:
    return {m: value for m, value in size.whole.items() if m}
