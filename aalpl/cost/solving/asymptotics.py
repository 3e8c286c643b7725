"""How a formula grows in one size that tends to infinity, all else fixed: Theta(n^a * log(n)^b).

    c^g - 1 is of the order of g, where g tends to 0 and c is not 1 (its first-order expansion is g*log(c))
    log(f) is of the order of log(n), where f is of an order n^a with a != 0
    of a sum the one largest order counts; where the limits of bounded terms cancel, what is left over
None where that does not decide it.
"""

from __future__ import annotations

from fractions import Fraction

import attrs

from aalpl.program.size import ONE, ZERO, Apply, Atom, Monomial, Size, Sym, apply, const, power, raised, sym
from aalpl.program.size.polynomial import of_atom

BOUNDED = (Fraction(0), Fraction(0))


@attrs.frozen
class Order:
    """n^a * log(n)^b; `limit` of what tends to a number that is not 0; `rest` is the order of the difference to it."""

    a: Fraction
    b: Fraction = Fraction(0)
    limit: Size | None = None
    rest: Order | None = None

    @property
    def key(self) -> tuple[Fraction, Fraction]:
        """Larger is faster."""
        return self.a, self.b


def grows(formula: Size, name: str) -> Size | None:
    """The class of a formula that tends to infinity with a size."""
    found = order(formula, name)
    if found is None or found.key <= BOUNDED:
        return None
    return power(sym(name), const(found.a)) * power(apply("log", sym(name)), const(found.b))


def order(size: Size, name: str) -> Order | None:
    """The order of a size."""
    if name not in size.free:
        return Order(Fraction(0), Fraction(0), size) if size.terms else None
    terms = [_term(monomial, factor, name) for monomial, factor in size.terms.items()]
    known = [each for each in terms if each is not None]
    if len(known) < len(terms):
        return None
    top = max(each.key for each in known)
    largest = [each for each in known if each.key == top]
    if top != BOUNDED:
        return Order(*top) if len(largest) == 1 else None
    limits = [each.limit for each in largest]
    total = sum((limit for limit in limits if limit is not None), ZERO)
    rests = [each.rest for each in largest if each.rest is not None] + [e for e in known if e.key < top]
    if None in limits:
        return None
    if total.terms:
        return Order(Fraction(0), Fraction(0), total, max(rests, key=lambda e: e.key) if rests else None)
    return Order(*rests[0].key) if len(rests) == 1 else None


def _term(monomial: Monomial, factor: Fraction, name: str) -> Order | None:
    a = b = Fraction(0)
    limit: Size | None = const(factor)
    rests: list[Order] = []
    for atom, exponent in monomial:
        found = _atom(atom, name)
        if found is None:
            return None
        a, b = a + exponent * found.a, b + exponent * found.b
        limit = None if limit is None or found.limit is None else limit * raised(found.limit, exponent)
        rests += [] if found.rest is None else [found.rest]
    bounded = (a, b) == BOUNDED
    if bounded and (limit is None or len(rests) > 1):
        return None
    return Order(a, b, limit if bounded else None, rests[0] if bounded and rests else None)


def _atom(atom: Atom, name: str) -> Order | None:
    if name not in of_atom(atom).free:
        return Order(Fraction(0), Fraction(0), of_atom(atom))
    match atom:
        case Sym():
            return Order(Fraction(1))
        case Apply("ceil" | "floor", (inside,)):
            found = order(inside, name)
            return found if found is not None and found.key > BOUNDED else None
        case Apply("log", (inside,)):
            found = order(inside, name)
            return Order(Fraction(0), Fraction(1)) if found is not None and found.a else None
        case Apply("pow", (base, exponent)):
            return _power(base, exponent, name)
        case _:
            return None


def _power(base: Size, exponent: Size, name: str) -> Order | None:
    number = exponent.constant()
    if number is not None:
        found = order(base, name)
        return None if found is None or found.key == BOUNDED else Order(found.a * number, found.b * number)
    small = order(exponent, name)
    if name in base.free or base.constant() in (None, 0, 1) or small is None or small.key >= BOUNDED:
        return None
    return Order(Fraction(0), Fraction(0), ONE, small)
