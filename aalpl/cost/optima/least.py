"""The value of a free number at which a cost is least: by search over all that the hypotheses allow, and as a formula.

The search evaluates every value exactly, which is its own proof; logarithms and roots are evaluated in floating point,
which is told. A formula is proposed from the cost without rounding (`floor(x)`, `ceil(x)` as x): where only falling powers
of the name occur, the upper end of its domain; only rising ones, the lower end; else, for

    a*x^p + c + b*x^-q    with a, b > 0,    x = (q*b/(p*a))^(1/(p+q)),

where the derivative vanishes and the cost, convex in log(x), is least. Besides, where a rounding up leaves its first step:
`ceil(n/(m*w))` at m = n/w. Where numbers are given, a formula is told only if it attains the least cost there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction

import attrs

from aalpl.cost.optima.curve import Curve, Number, curve
from aalpl.cost.optima.domain import Domain, Values
from aalpl.cost.sizes.terms import alone
from aalpl.program.prove import Facts
from aalpl.program.size import Apply, Big, Given, Indexed, Monomial, Size, Sym, apply, const, minimum, power

LIMIT = 200_000
"""No more values than this are tried."""


@attrs.frozen
class Least:
    """The cost `value` at `argument`, the smallest of `ties` arguments with that cost; `formula` gives an argument with it."""

    name: str
    argument: int
    value: Number
    ties: int
    first: int
    last: int
    every: bool  # whether first..last is all that the hypotheses allow
    formula: Size | None


def least(size: Size, domain: Domain, at: Values, facts: Facts) -> Least | None:
    """The least value at given numbers for all other names; None where there is no value at all."""
    first, last, every = domain.span(at, LIMIT)
    values = curve(size.replace({n: const(v) for n, v in at.items() if n != domain.name}), domain.name)
    best: Number | None = None
    argument, ties = first, 0
    for x in range(first, last + 1):
        if domain.relations and not domain.allows(x, at):
            continue
        value = values(x)
        if best is None or value < best:
            best, argument, ties = value, x, 1
        elif value == best:
            ties += 1
    if best is None:
        return None
    attaining = [f for f in formulas(size, domain, facts) if _attains(f, at, domain, best, values)]
    attaining.sort(key=lambda formula: formula.value(at) != argument)
    return Least(domain.name, argument, best, ties, first, last, every, next(iter(attaining), None))


def _attains(formula: Size, at: Values, domain: Domain, best: Number, values: Curve) -> bool:
    """Whether the formula, rounded one way or the other, gives an argument with the least value."""
    try:
        place = formula.value(at)
    except (KeyError, ZeroDivisionError, ValueError):
        return False
    first, last, _ = domain.span(at, LIMIT)
    return any(values(x) == best for x in {math.floor(place), math.ceil(place)} if first <= x <= last)


def formulas(size: Size, domain: Domain, facts: Facts) -> Iterator[Size]:
    """Arguments at which the size may be least, the likeliest first."""
    x = Sym(domain.name)
    if (found := _stationary(_smooth(size), domain, facts)) is not None:
        yield found
    yield from _steps(size, x)
    yield from domain.low
    yield from domain.high


def _stationary(size: Size, domain: Domain, facts: Facts) -> Size | None:
    x = Sym(domain.name)
    if any(domain.name in alone(a).free for a in size.atoms() if a != x):
        return None
    parts = {e: part for e, part in size.coefficients(x).items() if e}
    if not parts or not all(facts.proves(part) for part in parts.values()):
        return None
    rising, falling = [e for e in parts if e > 0], [e for e in parts if e < 0]
    if not falling:
        return domain.low[0] if len(domain.low) == 1 else None
    if not rising:
        return minimum(*domain.high) if domain.high else None
    if len(rising) == len(falling) == 1:
        p, q = rising[0], -falling[0]
        return root(parts[-q] * q / (parts[p] * p), p + q)
    return None


def root(size: Size, degree: int) -> Size:
    """The root of a size, of each factor by itself where it is a power."""
    if degree == 1:
        return size
    if len(size.terms) != 1:
        return power(size, Fraction(1, degree))
    ((monomial, value),) = size.terms.items()
    whole = tuple((a, e // degree) for a, e in monomial if e % degree == 0)
    rest = tuple((a, e) for a, e in monomial if e % degree)
    number = _root(value, degree)
    inside = Size({rest: 1}) * (1 if number is not None else value)
    outside = Size({whole: 1}) * (number if number is not None else 1)
    return outside if inside == 1 else outside * power(inside, Fraction(1, degree))


def _root(value: Fraction, degree: int) -> Fraction | None:
    parts = [round(n ** (1 / degree)) for n in (value.numerator, value.denominator)]
    found = Fraction(parts[0], parts[1])
    return found if found**degree == value else None


def _smooth(size: Size) -> Size:
    """Without rounding."""

    def change(atom: object) -> Size:
        match atom:
            case Apply("floor" | "ceil", (inside,)):
                return _smooth(inside)
            case Apply(function, args):
                return apply(function, *map(_smooth, args))
            case Sym() | Indexed() | Big() | Given():
                return alone(atom)
            case _:
                raise TypeError(atom)

    return size.map_atoms(change)


def _steps(size: Size, x: Sym) -> Iterator[Size]:
    """Where what is rounded up is 1: `n/(m*w) = 1` gives m = n/w."""
    for atom in sorted(size.atoms(), key=lambda a: a.order):
        match atom:
            case Apply(function, args):
                for arg in args:
                    yield from _steps(arg, x)
                if function == "ceil":
                    yield from _unit(_smooth(args[0]), x)
            case Big(_, _, low, high, _):
                yield from _steps(low, x)
                yield from _steps(high, x)
            case _:
                pass


def _unit(size: Size, x: Sym) -> Iterator[Size]:
    if len(size.terms) != 1:
        return
    monomial: Monomial
    ((monomial, value),) = size.terms.items()
    exponent = dict(monomial).get(x, 0)
    if exponent in (1, -1) and not any(x.name in alone(a).free for a, _ in monomial if a != x):
        rest = Size({tuple(pair for pair in monomial if pair[0] != x): 1}) * value
        yield rest if exponent == -1 else 1 / rest
