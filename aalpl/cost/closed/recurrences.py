"""Values of variables that change round by round, as closed forms in the round.

`solve` takes one round of a loop, x' = u(x, i), and x at its beginning, and answers x at the beginning of the round in
which the loop's index is i:

    x' = x                     x_i = x0
    x' = g(i)                  x_i = g(i-1), and x0 in the first round
    x' = x + g(i)              x_i = x0 + sum_{j<i} g(j)
    x' = a x + g(i)            x_i = a^(i-low) x0 + sum_{j<i} a^(i-1-j) g(j)
    x' = a(i) x + g(i)         x_i = x0 prod_{j<i} a(j) + sum_{j<i} g(j) prod_{j<l<i} a(l)     (formal)
    x' = min(x + c, w)         x_i = min(x0 + (i-low) c, w)     for c >= 0, x0 <= w; so max(x - c, w) for x0 >= w
    x' = floor((x + b)/c)      x_i = floor((x0 + b (c^(i-low) - 1)/(c - 1))/c^(i-low))     for integers b, c >= 1; so ceil
    x' = [b] u + [not b] v     x_i = [b] (x_i by u) + [not b] (x_i by v)     for a condition b without i
    x' = max(x, g(i))          x_i = max(x0, max_{j<i} g(j))     and so min

Anything else has no answer (None), never a guess. A sum or product of observables stays formal and is exact.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.closed.brackets import divided
from aalpl.cost.closed.rounded import without_remainders
from aalpl.cost.closed.sums import product, total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import (
    ZERO,
    Apply,
    Atom,
    Given,
    Size,
    Sym,
    apply,
    big,
    const,
    given,
    is_whole,
    maximum,
    minimum,
    power,
    sym,
)


@attrs.frozen
class Rounds:
    """The rounds of a loop: its index runs up by one from `low`; the round at hand is that of `index`."""

    index: str
    low: Size
    known: Known

    @property
    def now(self) -> Size:
        """The index of the round at hand."""
        return sym(self.index)

    @property
    def passed(self) -> Size:
        """How many rounds were before."""
        return self.now - self.low


def solve(variable: str, update: Size, start: Size, rounds: Rounds) -> Size | None:
    """`variable`, whose value one round later is `update`, at the beginning of the round at hand."""
    here = Sym(variable)
    parts = update.coefficients(here)
    if any(exponent not in (0, 1) for exponent in parts) or any(
        variable in part.free for part in parts.values()
    ):
        return _extreme(variable, update, start, rounds)
    factor, rest = parts.get(1, ZERO), parts.get(0, ZERO)
    either = next((a for a in sorted(factor.atoms(), key=str) if _fixed_condition(a, rounds)), None)
    if either is not None:
        return _cases(either, variable, update, start, rounds)
    if not factor:
        return reset(rest, start, rounds)
    if factor == 1:
        return start + _before(rest, rounds)
    if rounds.index not in factor.free:
        growth = power(factor, rounds.passed)
        j = _other(rounds, factor, rest)
        since = power(factor, rounds.now - 1 - sym(j)) * rest.replace({rounds.index: sym(j)})
        return growth * start + total(j, rounds.low, rounds.now - 1, since, rounds.known)
    return _varying(factor, rest, start, rounds)


def _fixed_condition(atom: Atom, rounds: Rounds) -> bool:
    return isinstance(atom, Given) and rounds.index not in atom.condition.free


def _cases(condition: Atom, variable: str, update: Size, start: Size, rounds: Rounds) -> Size | None:
    """A condition that is the same in all rounds: one solution where it holds, one where it does not."""
    found = []
    for holds in (1, 0):
        case = update.map_atoms(lambda atom, holds=holds: const(holds) if atom == condition else alone(atom))  # type: ignore[misc]
        found.append(solve(variable, case, start, rounds))
    then, orelse = found
    if then is None or orelse is None:
        return None
    return alone(condition) * then + (1 - alone(condition)) * orelse


def reset(value: Size, start: Size, rounds: Rounds) -> Size:
    """What the last round set, and the start in the first one."""
    last = value.replace({rounds.index: rounds.now - 1})
    if value == start or _before_first(value, rounds) == start:
        return last
    if rounds.known.proves(rounds.passed - 1):
        return last
    return given(rounds.passed - 1) * last + given(-rounds.passed) * start


def _before_first(value: Size, rounds: Rounds) -> Size | None:
    """What the round before the first one would have set, if that means anything."""
    try:
        return value.replace({rounds.index: rounds.low - 1})
    except ZeroDivisionError:
        return None


def _before(value: Size, rounds: Rounds) -> Size:
    """The sum of `value` over the rounds before."""
    j = _other(rounds, value)
    return total(j, rounds.low, rounds.now - 1, value.replace({rounds.index: sym(j)}), rounds.known)


def _varying(factor: Size, rest: Size, start: Size, rounds: Rounds) -> Size:
    j = _other(rounds, factor, rest)
    later = _other(rounds, factor, rest, sym(j))
    known = rounds.known
    at_j, at_later = {rounds.index: sym(j)}, {rounds.index: sym(later)}
    whole = product(j, rounds.low, rounds.now - 1, factor.replace(at_j), known)
    inside = known.plus(sym(j) - rounds.low, rounds.now - 1 - sym(j))
    since = product(later, sym(j) + 1, rounds.now - 1, factor.replace(at_later), inside)
    return whole * start + total(j, rounds.low, rounds.now - 1, rest.replace(at_j) * since, known)


def _extreme(variable: str, update: Size, start: Size, rounds: Rounds) -> Size | None:
    """One maximum, minimum, floor or ceiling that knows the variable, and what is added to it."""
    update = without_remainders(variable, update, rounds.known)
    for atom in sorted(update.atoms(), key=str):
        if not isinstance(atom, Apply) or variable not in alone(atom).free:
            continue
        parts = update.coefficients(atom)
        factor, rest = parts.get(1, ZERO).constant(), parts.get(0, ZERO)
        if not set(parts) <= {0, 1} or factor is None:
            return None
        if atom.function in ("ceil", "floor"):
            return _divided(variable, atom, factor, rest, start, rounds)
        if atom.function in ("max", "min") and len(atom.args) == 2:
            function = atom.function if factor > 0 else _OTHER[atom.function]
            return _bounded(
                variable, function, tuple(arg * factor + rest for arg in atom.args), start, rounds
            )
    return None


_OTHER = {"max": "min", "min": "max", "floor": "ceil", "ceil": "floor"}


def _bounded(
    variable: str, function: str, args: tuple[Size, ...], start: Size, rounds: Rounds
) -> Size | None:
    """x' = function(x + step, limit)."""
    mine = [arg for arg in args if variable in arg.free]
    other = [arg for arg in args if variable not in arg.free]
    if len(mine) != 1 or len(other) != 1:
        return None
    step, limit = mine[0] - sym(variable), other[0]
    if variable in step.free:
        return None
    return _limited(function, step, limit, start, rounds)


def _divided(
    variable: str, atom: Apply, factor: Fraction, rest: Size, start: Size, rounds: Rounds
) -> Size | None:
    """x' = floor((x + b)/c), whose rounding may be left to the end: x_i = floor((x0 + b + b c + … + b c^(i-1))/c^i).

    What is taken away rounded is left rounded the other way: x - floor(x/2) = ceil(x/2)."""
    if abs(factor) != 1 or not is_whole(rest) or not _integer(start, rounds.known):
        return None
    function = atom.function if factor == 1 else _OTHER[atom.function]
    parts = (atom.args[0] * factor + rest).coefficients(Sym(variable))
    if not set(parts) <= {0, 1} or 1 not in parts:
        return None
    slope, added = parts[1], parts.get(0, ZERO)
    if (slope.free | added.free) & {variable, rounds.index}:
        return None
    divisor = 1 / slope
    shift = added * divisor
    if not is_whole(divisor) or not is_whole(shift) or not rounds.known.proves(divisor - 1):
        return None
    growth = power(divisor, rounds.passed)
    if not shift:
        return apply(function, start / growth)
    if not rounds.known.proves(divisor - 2):
        return None
    each = divided(shift, divisor - 1)
    each = shift / (divisor - 1) if each is None else each
    return apply(function, (start - each) / growth + each)


def _integer(size: Size, known: Known) -> bool:
    """Whether a size is an integer: powers are, of integers that are not negative."""

    def plain(atom: Atom) -> Size:
        match atom:
            case Apply("pow", (base, exponent)) if (
                is_whole(base) and is_whole(exponent) and known.proves(exponent)
            ):
                return sym("an integer")
            case _:
                return alone(atom)

    return is_whole(size) or is_whole(size.map_atoms(plain))


def _limited(function: str, step: Size, limit: Size, start: Size, rounds: Rounds) -> Size | None:
    """x' = function(x + step, limit)."""
    choose = smaller if function == "min" else larger
    toward = 1 if function == "min" else -1
    if not step:
        j = _other(rounds, limit)
        known = rounds.known
        if rounds.index not in limit.free:
            return reset(choose(start, limit, known), start, rounds)
        best = big(function, j, rounds.low, rounds.now - 1, limit.replace({rounds.index: sym(j)}))
        pick = minimum if function == "min" else maximum
        return reset(pick(start, best).replace({rounds.index: rounds.now + 1}), start, rounds)
    if rounds.index in limit.free or rounds.index in step.free:
        return None
    known = rounds.known
    if known.proves(step * toward) and known.proves((limit - start) * toward):
        return tidy(choose(start + step * rounds.passed, limit, known), known)
    return None


def _other(rounds: Rounds, *sizes: Size) -> str:
    """A name for a round before, new in these sizes."""
    used = {rounds.index, *(name for size in sizes for name in size.free)}
    return next(name for n in range(1, len(used) + 2) if (name := f"{rounds.index}.{n}") not in used)
