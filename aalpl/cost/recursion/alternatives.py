"""Recurrences in which one of several things is paid: the largest from above, the smallest from below.

T(v) <= max_i E_i(v, T) is as many recurrences as there are i: a bound must be one for each of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from aalpl.cost.recursion.recurrence import Recurrence, put_in
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Size, big, const, given, maximum, raised

MANY = 16
"""How many alternatives, and how many values of an index, are looked at one by one."""


def spelled(of: Recurrence) -> Recurrence:
    """Sums and maxima with calls in them that run over few numbers, written out."""
    return attrs.evolve(of, body=_spelled(of, of.body))


def _spelled(of: Recurrence, size: Size) -> Size:
    if of.unknown not in size.free:
        return size
    return size.map_atoms(lambda atom: _written_out(of, atom))


def _written_out(of: Recurrence, atom: Atom) -> Size:
    if not isinstance(atom, Big) or of.unknown not in atom.body.free or atom.operator not in ("sum", "max"):
        return alone(atom)
    if atom.operator == "sum" and (found := _over_calls(of, atom)) is not None:
        return found
    low, high = atom.low.constant(), atom.high.constant()
    if low is None or high is None or not 0 <= high - low < MANY:
        return big(atom.operator, atom.index, atom.low, atom.high, _spelled(of, atom.body))
    parts = [_spelled(of, atom.body.replace({atom.index: const(i)})) for i in range(int(low), int(high) + 1)]
    return sum(parts, ZERO) if atom.operator == "sum" else maximum(*parts)


def _over_calls(of: Recurrence, atom: Big) -> Size | None:
    """A sum of several calls as sums of one each, over the range where it is not empty; None where it is one already."""
    width = atom.high - atom.low + 1
    some = next((a for a in width.atoms() if width == alone(a) and _not_negative(a)), None)
    if isinstance(some, Apply):
        (number,) = (arg for arg in some.args if arg != ZERO)
        high = atom.low + number - 1
        return given(number - 1) * _spelled(of, big("sum", atom.index, atom.low, high, atom.body))
    if len(atom.body.terms) < 2:
        return None
    result = ZERO
    for monomial, value in atom.body.terms.items():
        term = assembled({monomial: value})
        fixed = ONE * value
        for factor, exponent in monomial:
            if atom.index not in alone(factor).free:
                fixed = fixed * raised(alone(factor), exponent)
        result = result + fixed * big("sum", atom.index, atom.low, atom.high, term / fixed)
    return _spelled(of, result)


def _not_negative(atom: Atom) -> bool:
    """max(0, x)."""
    return isinstance(atom, Apply) and atom.function == "max" and len(atom.args) == 2 and ZERO in atom.args


def alternatives(of: Recurrence) -> list[Recurrence] | None:
    """The recurrences that a bound on this side must satisfy, one by one; None where there are too many."""
    found = list(_alternatives(of, of.body, MANY))
    if len(found) > MANY or any(_extremes(of, body) for body in found):
        return None
    return [attrs.evolve(of, body=body) for body in found]


def _alternatives(of: Recurrence, body: Size, limit: int) -> Iterator[Size]:
    atom = next(iter(_extremes(of, body)), None)
    if atom is None or limit <= 0 or not of.side:
        yield body
        return
    if not _grows(body, atom, of.known):
        yield body
        return
    worst = "max" if of.side > 0 else "min"
    args = atom.args if atom.function == worst else atom.args[:1]  # of the others any one will do
    for arg in args:
        yield from _alternatives(of, put_in(body, atom, arg), limit // 2)


def _extremes(of: Recurrence, body: Size) -> list[Apply]:
    """Maxima and minima with calls in them."""
    found = (a for a in body.atoms() if isinstance(a, Apply) and a.function in ("max", "min"))
    return sorted((a for a in found if of.unknown in alone(a).free), key=str)


def _grows(body: Size, atom: Apply, known: Known) -> bool:
    """Whether the body is linear in the atom, with a factor that is not negative."""
    parts = body.coefficients(atom)
    return set(parts) <= {0, 1} and known.proves(parts.get(1, ZERO))
