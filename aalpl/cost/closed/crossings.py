"""For how many rounds r = 0, 1, 2, … from the first on a size stays >= 0, where the size is known in every round.

    a - c r >= 0              r <= a/c                        floor(a/c) + 1 rounds
    a - b c^r >= 0            c^r <= a/b                      floor(log_c(a/b)) + 1
    a r^2 + b r + d >= 0      r up to the larger root         a < 0 and d >= 0
    floor(q) + k >= 0         q + k >= 0                      k an integer
    ceil(q) + k >= 0          q + k > -1

and 0 where it is < 0 at first. A size that only grows stays >= 0 for ever, or is < 0 at first. Everything is an
equation: no round is counted that does not happen, for any value of the symbols for which the facts hold.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Size,
    Sym,
    apply,
    ceil,
    const,
    floor,
    given,
    is_whole,
    maximum,
    power,
    raised,
)


@attrs.frozen
class Lasting:
    """It holds in the rounds before number `rounds` (None: in all) if `guard` is 1, in none if that is 0.

    `once`: after these rounds it never holds again."""

    guard: Size
    rounds: Size | None
    once: bool = True


@attrs.frozen
class Question:
    """Whether `size >= 0` (`> 0` if `strict`) in the round `index`, which is 0 at first."""

    size: Size
    index: str
    known: Known
    strict: bool = False

    @property
    def parts(self) -> dict[int, Size]:
        """The size as a polynomial in the round."""
        return self.size.coefficients(Sym(self.index))

    def positive(self, size: Size) -> bool:
        """Whether a size is > 0 for sure."""
        number = size.constant()
        return number > 0 if number is not None else self.known.proves(size * size.under - 1)


def lasting(size: Size, index: str, known: Known) -> Lasting | None:
    """How long `size >= 0`; None where no rule applies."""
    return _lasting(Question(size, index, known))


def _lasting(asked: Question) -> Lasting | None:
    if asked.index not in asked.size.free:
        return Lasting(_holds(asked), None)
    for rule in (_progression, _unrounded, _powers, _parabola, _growing):
        found = rule(asked)
        if found is not None:
            return found
    return None


def _holds(asked: Question) -> Size:
    """1 where it holds, of a size that is the same in all rounds."""
    size = asked.size
    if asked.strict:
        size = size * size.under - 1 if is_whole(size * size.under) else ceil(size) - 1
    return tidy(given(size), asked.known)


# -- a - c r -----------------------------------------------------------------------------------------------------


def _progression(asked: Question) -> Lasting | None:
    parts = asked.parts
    fall, start = -parts.get(1, ZERO), parts.get(0, ZERO)
    if any(e not in (0, 1) for e in parts) or asked.index in fall.free | start.free:
        return None
    if not asked.positive(fall):
        return None
    number = ceil(start / fall) if asked.strict else floor(start / fall) + 1
    return Lasting(ONE, maximum(0, number))


# -- rounded -----------------------------------------------------------------------------------------------------


def _unrounded(asked: Question) -> Lasting | None:
    """One floor or ceiling that knows the round, and an integer that does not."""
    if asked.strict:
        return None
    for atom in sorted(asked.size.atoms(), key=str):
        if not isinstance(atom, Apply) or atom.function not in ("floor", "ceil"):
            continue
        if asked.index not in alone(atom).free or asked.size.degree(atom) != 1:
            continue
        parts = asked.size.coefficients(atom)
        factor, rest = parts[1].constant(), parts.get(0, ZERO)
        if factor is None or asked.index in rest.free or not set(parts) <= {0, 1} or not is_whole(rest):
            continue
        inner = atom.args[0] if factor > 0 else -atom.args[0]
        up = (atom.function == "ceil") == (factor > 0)
        limit = floor(rest / abs(factor))
        question = attrs.evolve(asked, size=inner + limit + (1 if up else 0), strict=up)
        return _lasting(question)
    return None


# -- a - b c^r ---------------------------------------------------------------------------------------------------


def _powers(asked: Question) -> Lasting | None:
    found = in_powers(asked.size, asked.index)
    if found is None:
        return None
    ratio, above, below = found
    below = -below
    if not asked.positive(ratio - 1) or not asked.positive(below):
        return None
    return Lasting(*_below(ratio, above, below, asked))


def _below(ratio: Size, above: Size, below: Size, asked: Question) -> tuple[Size, Size]:
    """How many powers ratio^0, ratio^1, … are <= above/below (< if strict), as a guard and a number.

    c^r < m for r < ceil(log_c(m)), and c^r <= m for r <= floor(log_c(m)), where m >= 1. Of integers c^r <= m is
    c^r < m + 1, which may be shorter."""
    known, base, limit = asked.known, apply("log", ratio), above / below
    some = tidy(given(above - below), known)
    if asked.strict:
        return some, ceil(_log(limit, some, known) / base)
    if below == 1 and is_whole(ratio) and is_whole(limit) and limit.terms.get(()) == -1:
        return tidy(given(limit), known), ceil(_log(limit + 1, some, known) / base)
    return some, floor(_log(limit, some, known) / base) + 1


def _log(size: Size, some: Size, known: Known) -> Size:
    """The logarithm, of what is below 1 as of 1."""
    return apply("log", size if some == 1 or known.proves(size - 1) else maximum(1, size))


def in_powers(size: Size, index: str) -> tuple[Size, Size, Size] | None:
    """(c, a, b) such that the size has the sign of a + b c^r in each round r."""
    terms: dict[int, Size] = {}
    base: Size | None = None
    for monomial, value in size.terms.items():
        step, rest = 0, ONE * value
        for atom, exponent in monomial:
            if index not in alone(atom).free:
                rest = rest * raised(alone(atom), exponent)
                continue
            found = _power_of(atom, index)
            if found is None or (base is not None and found[0] != base):
                return None
            base = found[0]
            step += found[1] * exponent
            rest = rest * raised(found[2], exponent)
        terms[step] = terms.get(step, ZERO) + rest
    terms = {step: rest for step, rest in terms.items() if rest}
    if base is None or len(terms) != 2:
        return None
    low, high = sorted(terms)
    return raised(base, high - low), terms[low], terms[high]


def _power_of(atom: Atom, index: str) -> tuple[Size, int, Size] | None:
    """(b, s, f) for an atom b^(s r + t) = f (b^s)^r."""
    if not isinstance(atom, Apply) or atom.function != "pow":
        return None
    base, exponent = atom.args
    parts = exponent.coefficients(Sym(index))
    rest = parts.get(0, ZERO)
    if index in base.free | rest.free or not set(parts) <= {0, 1}:
        return None
    slope = parts[1].constant() if 1 in parts else None
    if slope is None:
        return None
    if slope.denominator != 1:
        return power(base, const(Fraction(1, slope.denominator))), slope.numerator, power(base, rest)
    return base, int(slope), power(base, rest)


# -- a r^2 + b r + d ---------------------------------------------------------------------------------------------


def _parabola(asked: Question) -> Lasting | None:
    parts = asked.parts
    if max(parts) != 2 or min(parts) < 0 or any(asked.index in part.free for part in parts.values()):
        return None
    a, b, d = (parts.get(e, ZERO) for e in (2, 1, 0))
    bend = a.constant()
    if bend is None or bend >= 0 or asked.strict:
        return None
    guard = tidy(given(d), asked.known)
    inside = d if guard == 1 else maximum(0, d)
    root = apply("pow", b * b - 4 * a * inside, const(Fraction(1, 2)))
    falls = asked.known.proves(-b)
    return Lasting(guard, floor((b + root) / (-2 * bend)) + 1, guard == 1 or falls)


# -- what only grows ---------------------------------------------------------------------------------------------


def _growing(asked: Question) -> Lasting | None:
    known = asked.known
    at_first = attrs.evolve(asked, size=asked.size.replace({asked.index: ZERO}))
    more = asked.size.replace({asked.index: alone(Sym(asked.index)) + 1}) - asked.size
    if not known.proves(more):
        return None
    guard = _holds(at_first)
    return Lasting(guard, None, guard == 1)
