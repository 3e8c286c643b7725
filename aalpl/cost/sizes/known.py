"""What is known of symbols, and what follows: `proves(e)` only if e >= 0 wherever the facts hold.

The method is substitution of slacks. A fact f >= 0 in which an atom a stands alone with a positive coefficient says
a = (s - rest)/c for some s >= 0; put in, it is used up. After that a polynomial all of whose coefficients are positive
is not negative, because slacks are not. Where an atom is also bounded above (a branch is taken 0 or 1 times) and the
polynomial is linear in it, the least value is at an end, so both ends are tried. What is no symbol brings facts of its
own: max(a, b) >= a, an observable lies in its range, a length is not negative. Everything is over the rationals; a
proof there is one for integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import attrs

from aalpl.cost.result import Range
from aalpl.cost.sizes.slacks import Slacks
from aalpl.cost.sizes.terms import alone, denominators, idempotent, one_power, times_of, times_out
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, const, is_whole, sym

LOST = "?"
"""Marks names of values that nothing is known of: of two with the same name, not even that they are equal."""
NESTED = 3  # how far facts about facts are followed: the range of an answer may speak of the answer before


@attrs.define(eq=False, slots=False)
class Known:
    """Facts, each a size >= 0 (or 0, in `equalities`), and the ranges of observables."""

    facts: tuple[Size, ...] = ()
    equalities: tuple[Size, ...] = ()
    ranges: Mapping[str, Range] = attrs.field(factory=dict)
    families: frozenset[str] = frozenset()  # of lists inside a loop, not solved yet, whose elements are >= 0
    signed: frozenset[str] = frozenset()  # lists given at the entry whose elements may be negative
    level: int = 0  # how many proofs this one is part of
    _extended: dict[tuple[Size, ...], Known] = attrs.field(factory=dict, init=False, repr=False)
    _proved: dict[Size, bool] = attrs.field(factory=dict, init=False, repr=False)
    _base: Slacks | None = attrs.field(default=None, init=False, repr=False)
    _deeper: Known | None = attrs.field(default=None, init=False, repr=False)

    def bits(self, size: Size) -> Size:
        """The same size, squares of observables that are 0 or 1 reduced."""
        return idempotent(size, self._bit)

    def _bit(self, name: str) -> bool:
        limits = self.ranges.get(name)
        return limits is not None and limits.low == 0 and limits.high == 1

    def plus(self, *facts: Size) -> Known:
        """The same with more facts."""
        new = tuple(fact for fact in facts if fact.constant() is None and not _lost(fact))
        if not new:
            return self
        if new not in self._extended:
            more = Known(
                (*self.facts, *new), self.equalities, self.ranges, self.families, self.signed, self.level
            )
            more._base = self._slacks.plus(new)
            self._extended[new] = more
        return self._extended[new]

    def with_families(self, names: frozenset[str]) -> Known:
        """The same; elements of these families are not negative either."""
        if names <= self.families:
            return self
        more = Known(self.facts, self.equalities, self.ranges, self.families | names, self.signed, self.level)
        more._base = self._slacks
        return more

    def proves(self, size: Size) -> bool:
        """Whether the size is >= 0 wherever the facts hold; False says nothing."""
        number = size.constant()
        if number is not None:
            return number >= 0
        if size not in self._proved:
            if _lost(size):
                return False
            plain = self._multiplied_out(one_power(size))
            self._proved[size] = self._with(plain)._slacks.nonnegative(plain)
        return self._proved[size]

    def _quotient(self, size: Size) -> tuple[Size, Size, int]:
        """The size as a quotient with a positive divisor; and 1 if both are integers, so that > 0 means >= 1."""
        below = const(size.under)
        size = size * size.under
        for atom in denominators(size):
            base = alone(atom) if not isinstance(atom, Apply) or atom.function != "pow" else atom.args[0]
            if _a_logarithm(base) or self._shows(base - 1):
                multiplied = times_out(size, atom, base)
                below = below * base ** times_of(size, atom)
                size = multiplied
        return size, below, int(is_whole(size) and is_whole(below))

    def _multiplied_out(self, size: Size) -> Size:
        """The size times its divisors that are positive for sure."""
        for atom in denominators(size):
            base = alone(atom) if not isinstance(atom, Apply) or atom.function != "pow" else atom.args[0]
            if _a_logarithm(base) or self._shows(base - 1):
                size = times_out(size, atom, base)
        return size

    def _shows(self, size: Size, *facts: Size) -> bool:
        """A proof inside a proof, which are not nested without end: a range may speak of the observable itself."""
        number = size.constant()
        if number is not None or self.level >= NESTED:
            return number is not None and number >= 0
        if self._deeper is None:
            self._deeper = Known(
                self.facts, self.equalities, self.ranges, self.families, self.signed, self.level + 1
            )
            self._deeper._base = self._slacks
        return self._deeper.plus(*facts).proves(size)

    def sign(self, size: Size) -> int | None:
        """1 if the size is >= 0 for sure, -1 if <= 0, 0 if it is 0, None where nothing is proved."""
        if not size:
            return 0
        if self.proves(size):
            return 1
        return -1 if self.proves(-size) else None

    @cached_property
    def _slacks(self) -> Slacks:
        if self._base is not None:
            return self._base
        slacks = Slacks({}, (), 0)
        for equality in self.equalities:
            slacks = slacks.equal(equality)
        return slacks.plus(sorted(self.facts, key=lambda fact: len(fact.terms)))

    def _with(self, size: Size) -> Known:
        """With the facts that the atoms of the size bring along."""
        facts: list[Size] = []
        seen: set[Atom] = set()
        self._collect(size, facts, seen, NESTED)
        return self.plus(*sorted(facts, key=lambda fact: len(fact.whole))) if facts else self

    def _collect(self, size: Size, facts: list[Size], seen: set[Atom], depth: int) -> None:
        """The facts that atoms bring, and those that the atoms of these facts bring, to a depth."""
        if not depth:
            return
        for atom in sorted(size.atoms() - seen, key=str):
            seen.add(atom)
            for fact in self.facts_of(atom):
                self._collect(fact, facts, seen, depth - 1)
                if fact not in facts:
                    facts.append(fact)

    def facts_of(self, atom: Atom) -> Iterator[Size]:
        """What holds of the atom by itself."""
        here = alone(atom)
        match atom:
            case Sym(name):
                yield from self._limits(name, (), here)
            case Indexed(name, indices):
                if name in self.ranges:
                    yield from self._limits(name, indices, here)
                elif name in self.families or ("~" not in name and name not in self.signed):
                    # families of sizes and lengths; `~` marks a list inside a loop, not solved yet
                    yield here
            case Given():
                yield here
                yield 1 - here
            case Apply(function, args):
                yield from self._of_function(function, args, here)
            case Big(operator, index, low, high, body):
                if self._shows(body, sym(index) - low, high - sym(index)):
                    yield here
                    if operator == "max" and index not in body.free:
                        yield body - here

    def _limits(self, name: str, indices: tuple[Size, ...], here: Size) -> Iterator[Size]:
        if (limits := self.ranges.get(name)) is None:
            return
        at = dict(zip(limits.indices, indices, strict=False))
        if limits.low is not None:
            yield here - limits.low.replace(at)
        if limits.high is not None:
            yield limits.high.replace(at) - here

    def _of_function(self, function: str, args: tuple[Size, ...], here: Size) -> Iterator[Size]:
        match function:
            case "max":
                yield from (here - size for size in args)
                if any(size.constant() is None and self._shows(size) for size in args):
                    yield here
            case "min":
                yield from (size - here for size in args)
                if all(self._shows(size) for size in args):
                    yield here
            case "floor":
                above, below, step = self._quotient(args[0])
                yield above - here * below
                yield here * below + below - step - above
                if self._shows(above - below):
                    yield here - 1
                elif self._shows(above):
                    yield here
            case "ceil":
                above, below, step = self._quotient(args[0])
                yield here * below - above
                yield above + below - step - here * below
                if step and self._shows(above - 1):
                    yield here - 1
                elif self._shows(above):
                    yield here
            case "mod":
                if self._shows(args[1] - 1):
                    yield here
                    yield args[1] - 1 - here
                    if self._shows(args[0] - args[1]):  # a whole divisor at least is gone
                        yield args[0] - args[1] - here
                    elif self._shows(args[0]):
                        yield args[0] - here
            case "pow":
                base, exponent = args
                if self._shows(base - 1) and self._shows(exponent):
                    yield here - 1
                    if exponent.free and self._shows(exponent - 1):
                        yield here - base
                elif self._shows(base):
                    yield here
                    if self._shows(base - 1) and self._shows(-exponent):
                        yield 1 - here
            case "abs":
                yield here
                yield here - args[0]
                yield here + args[0]
            case "log":
                if self._shows(args[0] - 1):
                    yield here
            case _:
                if "~" not in function:  # what is not solved yet may be anything
                    yield here  # uninterpreted functions of cost models are costs


def _a_logarithm(base: Size) -> bool:
    """Whether this is the logarithm of a number above 1, which is positive though it may be below 1."""
    match [*base.terms.items()]:
        case [(((Apply("log", (inside,)), 1),), factor)]:
            number = inside.constant()
            return number is not None and number > 1 and factor > 0
        case _:
            return False


def _lost(size: Size) -> bool:
    return any(name.startswith(LOST) for name in size.free)
