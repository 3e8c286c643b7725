"""Exact arithmetic for linear recurrences: rational roots, shapes n^d r^n, systems of linear equations."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ZERO, Apply, Size, Sym

Polynomial = list[Fraction]
"""Coefficients, the lowest first."""


def times(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product."""
    result = [Fraction(0)] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            result[i + j] += a * b
    return result


def value(of: Polynomial, at: Fraction) -> Fraction:
    """The value at a number."""
    result = Fraction(0)
    for coefficient in reversed(of):
        result = result * at + coefficient
    return result


def rational_roots(of: Polynomial) -> dict[Fraction, int] | None:
    """The roots with multiplicities; None where some are not rational, or 0."""
    rest = list(of)
    found: dict[Fraction, int] = {}
    while len(rest) > 1:
        root = _rational_root(rest)
        if root is None:
            return None
        found[root] = found.get(root, 0) + 1
        rest = _divided(rest, root)
    return found


def _rational_root(of: Polynomial) -> Fraction | None:
    scale = 1
    for coefficient in of:
        scale = scale * coefficient.denominator // gcd(scale, coefficient.denominator)
    whole = [int(coefficient * scale) for coefficient in of]
    if whole[0] == 0 or abs(whole[0]) > 10**6 or abs(whole[-1]) > 10**6:
        return None
    for below in _divisors(abs(whole[-1])):
        for above in _divisors(abs(whole[0])):
            for root in (Fraction(above, below), Fraction(-above, below)):
                if value(of, root) == 0:
                    return root
    return None


def _divisors(number: int) -> list[int]:
    small = [d for d in range(1, int(number**0.5) + 1) if number % d == 0]
    return sorted({*small, *(number // d for d in small)})


def _divided(of: Polynomial, root: Fraction) -> Polynomial:
    """Divided by x - root."""
    result: Polynomial = []
    carried = Fraction(0)
    for coefficient in reversed(of):
        carried = carried * root + coefficient
        result.append(carried)
    return list(reversed(result[:-1]))


def exponential(size: Size, name: str, others: tuple[str, ...] = ()) -> dict[Fraction, int] | None:
    """A sum of terms n^d r^n: the r with the largest d of each; None where it is no such sum.

    `others` may occur only as factors."""
    found: dict[Fraction, int] = {}
    for monomial in size.terms:
        root, degree = Fraction(1), 0
        for atom, exponent in monomial:
            free = alone(atom).free
            if isinstance(atom, Sym):
                degree += exponent if atom.name == name else 0
                if atom.name in (name, *others) and exponent < 0:
                    return None
            elif name in free or free & set(others):
                ratio = _ratio(atom, name) if isinstance(atom, Apply) else None
                if ratio is None:
                    return None
                root *= ratio**exponent
        found[root] = max(found.get(root, 0), degree)
    return found


def _ratio(atom: Apply, name: str) -> Fraction | None:
    """The r of r^(n + c), for a number r."""
    if atom.function != "pow":
        return None
    base, exponent = atom.args[0].constant(), atom.args[1]
    parts = exponent.coefficients(Sym(name))
    slope = parts.get(1, ZERO).constant()
    if (
        base is None
        or set(parts) - {0, 1}
        or slope is None
        or slope.denominator != 1
        or name in parts.get(0, ZERO).free
    ):
        return None
    return base ** int(slope)


def solve_linear(rows: list[list[Fraction]], right: list[Size]) -> list[Size] | None:
    """The solution of a system of linear equations with numbers on the left; None where it is not unique."""
    rows, right = [list(row) for row in rows], list(right)
    count = len(right)
    for i in range(count):
        pivot = next((j for j in range(i, count) if rows[j][i]), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        right[i], right[pivot] = right[pivot], right[i]
        scale = rows[i][i]
        rows[i], right[i] = [entry / scale for entry in rows[i]], right[i] / scale
        for j in range(count):
            if j != i and rows[j][i]:
                factor = rows[j][i]
                rows[j] = [a - factor * b for a, b in zip(rows[j], rows[i], strict=True)]
                right[j] = right[j] - factor * right[i]
    return right
