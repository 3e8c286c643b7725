"""Full-history recurrences: T(n) = g(n) + c(n) (T(A) + … + T(n - 1)) for n >= n0, c(n) a number or a/n.

The sum S(n) = T(A) + … + T(n - 1) satisfies S(n + 1) = (1 + c(n)) S(n) + g(n). With a number c, subtracting T(n - 1) from
T(n) leaves a recurrence with one term. With c(n) = a/n, a whole, dividing by P(n) = n (n+1) … (n+a-1) makes

    S(n + 1)/P(n + 1) = S(n)/P(n) + g(n)/P(n + 1)

a sum of rational functions, which partial fractions turn into a polynomial and harmonic numbers H(n). Of quicksort, whose
pivot is drawn, a = 2 and g(n) = n - 1, it is T(n) = 2 (n + 1) H(n) - 4 n.
Source: Sedgewick and Flajolet, An Introduction to the Analysis of Algorithms, ch. 2; Hoare, Quicksort (1962).
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.cost.closed.sums import total
from aalpl.cost.recursion.activation import plain
from aalpl.cost.recursion.guarded import essential, least
from aalpl.cost.recursion.pieces import from_there
from aalpl.cost.recursion.recurrence import Recurrence, brackets, cases, put_in
from aalpl.cost.recursion.solution import Solution, exactly
from aalpl.cost.recursion.terms import terms
from aalpl.cost.result import Step
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, ZERO, Apply, Big, Size, Sym, big, const, given, sym

SUM = "S°"


@attrs.frozen
class History:
    """The recurrence: `factor` times the sum from `low` to n - 1, and `paid`, from `first` on; elsewhere `last`."""

    name: str
    first: int
    low: int
    factor: Size
    paid: Size
    last: Size


def history(of: Recurrence) -> Solution | None:
    """The closed form of a full-history recurrence."""
    found = taken_apart(of)
    if found is None:
        return None
    if found.name not in found.factor.free:
        return _constant(of, found)
    return _harmonic(of, found)


def taken_apart(of: Recurrence) -> History | None:
    """The recurrence as one with a sum over all before."""
    if len(of.params) != 1 or of.calls(of.body):
        return None
    (name,) = of.params
    sums = [a for a in of.body.atoms() if isinstance(a, Big) and of.unknown in alone(a).free]
    lows = [_from(of, atom, name) for atom in sums]
    if not sums or any(low is None for low in lows):
        return None
    if len(set(lows)) > 1 or any(of.body.degree(atom) != 1 for atom in sums):
        return None
    body = of.body
    for atom in sums:
        body = put_in(body, atom, sym(SUM))
    parts = body.coefficients(Sym(SUM))
    if of.unknown in body.free or set(parts) - {0, 1}:
        return None
    split = cases(parts[1], of.known, brackets(parts[1]))
    calling = [case for case in split or [] if case.body]
    others = [case for case in split or [] if not case.body]
    if len(calling) != 1 or not others:
        return None
    first = least(essential(calling[0], of.known), name)
    if first is None:
        return None
    inside, outside = of.known.plus(*calling[0].facts), of.known.plus(*others[0].facts)
    low = next(low for low in lows if low is not None)
    rest = parts.get(0, ZERO)
    last = tidy(rest, outside) if len(others) == 1 else rest
    return History(name, first, low, calling[0].body, tidy(rest, inside), last)


def _from(of: Recurrence, atom: Big, name: str) -> int | None:
    """The A of a sum of T(i) for i = A, ..., n - 1, in whatever order."""
    calls = of.calls(atom.body)
    if atom.operator != "sum" or len(calls) != 1 or atom.body != alone(calls[0]):
        return None
    (arg,) = calls[0].args
    slope = arg.coefficients(Sym(atom.index)).get(1, ZERO).constant()
    if slope not in (1, -1):
        return None
    ends = [arg.replace({atom.index: end}) for end in (atom.low, atom.high)]
    low, high = ends if slope == 1 else ends[::-1]
    number = low.constant()
    return int(number) if high == sym(name) - 1 and number is not None and number.denominator == 1 else None


def _sum_before(found: History) -> Size | None:
    """S(n0), over what is paid without calls."""
    values = [found.last.replace({found.name: const(i)}) for i in range(found.low, found.first)]
    result = sum(values, ZERO)
    return None if found.name in result.free or brackets(result) else result


def _constant(of: Recurrence, found: History) -> Solution | None:
    """T(n) = (1 + c) T(n - 1) + g(n) - g(n - 1) from n0 + 1 on."""
    before = _sum_before(found)
    if before is None or found.low > found.first:
        return None
    n = sym(found.name)
    at_first = found.paid.replace({found.name: const(found.first)}) + found.factor * before
    step = found.paid - found.paid.replace({found.name: n - 1})
    call = alone(Apply(of.unknown, (n - 1,)))
    calling, later = given(n - found.first - 1), given(n - found.first)
    body = calling * ((1 + found.factor) * call + step) + (1 - calling) * (
        later * at_first + (1 - later) * found.last
    )
    return terms(attrs.evolve(of, body=body))


def _harmonic(of: Recurrence, found: History) -> Solution | None:
    """By partial fractions of g(k)/((k+1) ... (k+a))."""
    n = sym(found.name)
    a = (found.factor * n).constant()
    before = _sum_before(found)
    paid = found.paid.coefficients(Sym(found.name))
    if a is None or a < 1 or a > 6 or a.denominator != 1 or before is None or found.first < 1:
        return None
    if any(degree < 0 or found.name in part.free for degree, part in paid.items()) or found.low > found.first:
        return None
    number, first = int(a), found.first
    start = before / _rising(const(first), number)  # S(n0)/P(n0)
    quotient, residues = _fractions(found.paid, found.name, number)
    index = "k°"
    plain_sum = total(
        index, const(first), n - 1, quotient.replace({found.name: sym(index)}), of.known.plus(n - first)
    )
    factor = _rising(n + 1, number - 1)
    closed = found.paid + number * factor * (start + plain_sum)
    harmonic = big("sum", "i", 1, n, 1 / sym("i"))
    for j, residue in residues.items():
        past = sum((Fraction(1, i) for i in range(1, first + j)), Fraction(0))  # H(n0 + j - 1)
        closed = closed + number * residue * factor * (harmonic - past)
        for i in range(1, j):  # 1/(n + i), which divides the factor
            others = ONE
            for other in range(1, number):
                others = others * (n + other) if other != i else others
            closed = closed + number * residue * others
    whole = from_there(of, found.name, first, closed, found.last)
    step = Step(
        of.span.line,
        "a full-history recurrence: the sum of all before, by partial fractions",
        f"T(n) = {number}/n*(T({found.low}) + ... + T(n - 1)) + {plain(found.paid.replace({found.name: sym('n')}))}, "
        f"so T(n) = {plain(closed.replace({found.name: sym('n')}))}",
    )
    return exactly(whole, step)


def _rising(start: Size, count: int) -> Size:
    """start (start + 1) ... , that many factors."""
    result = ONE
    for i in range(count):
        result = result * (start + i)
    return result


def _fractions(paid: Size, name: str, number: int) -> tuple[Size, dict[int, Size]]:
    """g(k)/((k+1) ... (k+a)) as a polynomial and residues r_j of r_j/(k+j)."""
    k = sym(name)
    residues = {}
    for j in range(1, number + 1):
        below = Fraction(1)
        for other in range(1, number + 1):
            below *= other - j if other != j else 1
        residues[j] = paid.replace({name: const(-j)}) / const(below)
    divisor = _rising(k + 1, number)
    quotient, rest = ZERO, paid
    while (
        degree := max((d for d, part in rest.coefficients(Sym(name)).items() if part), default=0)
    ) >= number:
        term = rest.coefficients(Sym(name))[degree] * k ** (degree - number)
        quotient, rest = quotient + term, rest - term * divisor
    return quotient, residues
