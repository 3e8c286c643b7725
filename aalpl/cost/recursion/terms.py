"""Linear recurrences with several terms: T(n, w) = sum_j a_j T(n - c_j, w_j) + g(n, w) for n >= n0, with numbers a_j.

The other entry variables w may be handed on changed affinely, w_j = A_j w + b_j(n). For each n, T(n, w) is a polynomial
in w, and every coefficient of it, as a sequence in n, is annihilated by a product of factors: x^c - sum_j a_j A_j^k x^(c-c_j)
for the degrees k in w, and (x - r)^(d+1) for each n^d r^n in g. If all roots of the product are rational, T is a sum of
terms n^d r^n with coefficients that as many values of T determine as there are roots: a system of linear equations. As
both sides satisfy the same recurrence from there on, equality at these values is equality everywhere.

Where the roots are not rational, rational numbers above and below the largest root give bounds a r^n + P(n).
Source: Graham, Knuth, Patashnik, Concrete Mathematics, section 7.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import attrs

from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.guarded import Guarded, guarded, least
from aalpl.cost.recursion.pieces import from_there
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.recursion.roots import Polynomial, exponential, rational_roots, solve_linear, times
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.result import Step
from aalpl.program.size import ZERO, Size, Sym, const, power, sym

ORDER = 14
"""The largest order of a recurrence that is tried."""


@attrs.frozen
class Terms:
    """The recurrence: over `name`, from `first` on; each call with its step back c, its number a, and what becomes of w."""

    name: str
    first: int
    calls: tuple[tuple[int, Fraction, Mapping[str, Size]], ...]
    paid: Size
    last: Size

    @property
    def back(self) -> int:
        """The largest step."""
        return max(step for step, _, _ in self.calls)


def terms(of: Recurrence) -> Solution | None:
    """The closed form, where all roots are rational."""
    found = taken_apart(of)
    if found is None:
        return None
    roots = all_roots(found)
    if roots is None or sum(roots.values()) > ORDER:
        return None
    low = found.first - found.back
    basis = [(degree, root) for root, times_ in sorted(roots.items()) for degree in range(times_)]
    values = table(found, low + len(basis))
    if values is None:
        return None
    rows = [[Fraction(n) ** degree * root**n for degree, root in basis] for n in range(low, low + len(basis))]
    factors = solve_linear(rows, [values[n] for n in range(low, low + len(basis))])
    if factors is None:
        return None
    n = sym(found.name)
    closed = ZERO
    for (degree, root), factor in zip(basis, factors, strict=True):
        closed = closed + factor * n**degree * power(const(root), n)
    return at_start(of, found, closed)


def at_start(of: Recurrence, found: Terms, closed: Size) -> Solution:
    """The closed form where calls are made, what is paid without calls elsewhere."""
    step = Step(
        of.span.line,
        f"a linear recurrence with constant coefficients, for n >= {found.first}",
        f"T(n) = {_written(found)}, so T(n) = {plain(closed.replace({found.name: sym('n')}))}",
    )
    return exactly(from_there(of, found.name, found.first, closed, found.last), step)


def _written(found: Terms) -> str:
    calls = [f"{'' if number == 1 else f'{number}*'}T(n - {step})" for step, number, _ in found.calls]
    return " + ".join([*calls, plain(found.paid.replace({found.name: sym("n")}))])


def taken_apart(of: Recurrence) -> Terms | None:
    """The recurrence as one with steps back by numbers."""
    found = guarded(of)
    if found is None:
        return None
    for i, name in enumerate(of.params):
        first = least(found.facts, name)
        if first is not None:
            return _by(of, found, i, first)
    return None


def _by(of: Recurrence, found: Guarded, place: int, first: int) -> Terms | None:
    name = of.params[place]
    others = [other for other in of.params if other != name]
    calls = []
    for args, times_ in found.calls:
        step = (sym(name) - args[place]).constant()
        number = times_.constant()
        if step is None or step < 1 or step.denominator != 1 or number is None:
            return None
        moved = {other: arg for other, arg in zip(of.params, args, strict=True) if other != name}
        if any(_affine(arg, other, name, others) is None for other, arg in moved.items()):
            return None
        calls.append((int(step), number, moved))
    return Terms(name, first, tuple(calls), found.paid, found.last)


def _affine(arg: Size, mine: str, name: str, others: list[str]) -> tuple[Fraction, int] | None:
    """A and the degree of b in w' = A w + b(n)."""
    parts = arg.coefficients(Sym(mine))
    slope = parts.get(1, ZERO).constant()
    rest = parts.get(0, ZERO)
    if set(parts) - {0, 1} or slope is None or slope == 0 or rest.free & set(others):
        return None
    degree = exponential(rest, name)
    return None if degree is None or set(degree) - {Fraction(1)} else (slope, max(degree.values(), default=0))


def all_roots(found: Terms) -> dict[Fraction, int] | None:
    """Rational roots with multiplicities of a product that annihilates T; None where some are not rational."""
    others = sorted({other for _, _, moved in found.calls for other in moved})
    spread = _degrees(found, others)
    paid = exponential(found.paid, found.name, tuple(others))
    if spread is None or paid is None:
        return None
    total, extra = spread
    product: Polynomial = [Fraction(1)]
    for degrees in _monomials(len(others), total):
        factor = characteristic(found, others, degrees)
        for _ in range(1 + extra * total):
            product = times(product, factor)
            if len(product) > ORDER + 1:
                return None
    roots = rational_roots(product)
    if roots is None:
        return None
    for root, degree in paid.items():
        roots[root] = roots.get(root, 0) + (degree + 1) * (1 + total)
    return roots


def characteristic(found: Terms, others: list[str], degrees: tuple[int, ...]) -> Polynomial:
    """x^c - sum_j a_j A_j^k x^(c - c_j), lowest coefficient first."""
    result = [Fraction(0)] * (found.back + 1)
    result[found.back] += 1
    for step, number, moved in found.calls:
        for other, degree in zip(others, degrees, strict=True):
            slope = moved[other].coefficients(Sym(other))[1].constant() or Fraction(0)
            number = number * slope**degree
        result[found.back - step] -= number
    return result


def _monomials(count: int, total: int) -> list[tuple[int, ...]]:
    """Exponents of all monomials up to a degree."""
    if not count:
        return [()]
    return [(e, *rest) for e in range(total + 1) for rest in _monomials(count - 1, total - e)]


def _degrees(found: Terms, others: list[str]) -> tuple[int, int] | None:
    """The degree of T in w, and of the b_j in n; None where T is no polynomial in w."""
    total = 0
    for size in (found.paid, found.last):
        for monomial in size.terms:
            used = [(atom, e) for atom, e in monomial if isinstance(atom, Sym) and atom.name in others]
            inner = {
                name
                for atom, _ in monomial
                if not isinstance(atom, Sym)
                for name in Size({((atom, 1),): 1}).free
            }
            if inner & set(others) or any(e < 0 for _, e in used):
                return None
            total = max(total, sum(e for _, e in used))
    extra = 0
    for _, _, moved in found.calls:
        for other, arg in moved.items():
            shape = _affine(arg, other, found.name, others)
            if shape is None:
                return None
            extra = max(extra, shape[1])
    return total, extra


def table(found: Terms, above: int) -> dict[int, Size] | None:
    """T(n, w) for the numbers n from first - back on, over w; None where what is paid is not decided."""
    values: dict[int, Size] = {}
    for n in range(found.first - found.back, above):
        at = {found.name: const(n)}
        if n < found.first:
            values[n] = found.last.replace(at)
            continue
        value = found.paid.replace(at)
        for step, number, moved in found.calls:
            value = value + number * values[n - step].replace(
                {o: arg.replace(at) for o, arg in moved.items()}
            )
        values[n] = value
    if any(found.name in value.free for value in values.values()):
        return None
    return values
