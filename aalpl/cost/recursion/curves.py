"""Whether a closed form grows with a number, and whether it is convex in it: by structure, by proof, at small numbers."""

from __future__ import annotations

from fractions import Fraction

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ONE, Apply, Atom, Given, Size, Sym, const, sym

SMALL = 12
"""Up to which number a closed form is looked at number by number."""


def grows(size: Size, name: str, known: Known) -> bool:
    """Whether size(n) <= size(n + 1) for all integers n >= 0."""
    if name not in size.free:
        return True
    terms = [assembled({monomial: value}) for monomial, value in size.terms.items()]
    if all(_term_grows(term, name, known) for term in terms):
        return True
    return _everywhere(size.replace({name: sym(name) + 1}) - size, name, known)


def convex(size: Size, name: str, known: Known) -> bool:
    """Whether size(n + 1) - size(n) grows, for all integers n >= 0."""
    later = size.replace({name: sym(name) + 1})
    return _everywhere(later.replace({name: sym(name) + 1}) - 2 * later + size, name, known)


def _everywhere(size: Size, name: str, known: Known) -> bool:
    """Whether the size is >= 0 for all n >= 0: number by number at first, then with a fact n >= SMALL."""
    free = [fact for fact in known.facts if name not in fact.free]
    bare = Known(tuple(free), known.equalities, known.ranges)
    for n in range(SMALL):
        if not bare.proves(tidy(size.replace({name: const(n)}), bare)):
            return False
    above = bare.plus(sym(name) - SMALL)
    return above.proves(tidy(size, above))


def _term_grows(term: Size, name: str, known: Known) -> bool:
    ((monomial, value),) = term.terms.items()
    if value < 0:
        return name not in term.free
    return all(
        (name not in alone(atom).free and known.proves(alone(atom)))
        or (exponent > 0 and _atom_grows(atom, name, known))
        for atom, exponent in monomial
    )


def _atom_grows(atom: Atom, name: str, known: Known) -> bool:
    """Whether an atom is not negative and grows with n >= 0."""
    match atom:
        case Sym():
            return atom.name == name
        case Given(condition):
            return grows(condition, name, known)
        case Apply("max", args):
            return all(grows(arg, name, known) for arg in args) and any(known.proves(arg) for arg in args)
        case Apply("floor" | "ceil", (inner,)):
            return grows(inner, name, known) and _first(inner, name) >= 0
        case Apply("log", (inner,)):
            return grows(inner, name, known) and _first(inner, name) >= 1
        case Apply("pow", (base, exponent)):
            return name not in base.free and known.proves(base - ONE) and grows(exponent, name, known)
        case _:
            return False


def _first(size: Size, name: str) -> Fraction:
    """The value at 0; -1 where that is no number."""
    number = size.replace({name: const(0)}).constant()
    return Fraction(-1) if number is None else number
