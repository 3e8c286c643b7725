"""Signs: of constants made of `const`s (at least 1) and `prob`s (strictly between 0 and 1), and of what may grow."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from aalpl.cost.growth.scale import Scale
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Given, Indexed, Monomial, Size, Sym, raised, sym

Sign = Literal["+", "0+", "0-", "-", "?"]


def sign(size: Size, known: Scale) -> Sign:
    """`+` where the constant is above zero whatever the constants are, `0+` where never below; `-`, `0-`; `?` otherwise.

    A `const` is 1 + t and a `prob` t/(1 + t) with t >= 0: coefficients of one sign in t decide."""
    if all(positive(atom, known) for atom in size.atoms()):
        values = size.terms.values()
        if all(value > 0 for value in values):
            return "+" if size.terms else "0+"
        if all(value < 0 for value in values):
            return "-"
    shifted = _shifted(size, known)
    if shifted is None:
        return "?"
    values = shifted.terms.values()
    strict = () in shifted.terms or _open(size, known)
    if all(v > 0 for v in values):
        return "+" if strict else "0+"
    if all(v < 0 for v in values):
        return "-" if strict else "0-"
    return "?"


def positive(atom: Atom, known: Scale) -> bool:
    """Whether the atom is never below zero once all sizes are large; families are of positive numbers."""
    match atom:
        case Sym() | Indexed() | Given():
            return True
        case Apply("max", args):
            return any(nonnegative(arg, known) for arg in args)
        case Apply("floor" | "ceil" | "min", args):
            return all(nonnegative(arg, known) for arg in args)
        case Apply("log", (inside,)):
            return any(nonnegative(each - 1, known) for each in _at_least(inside))
        case Apply("pow", (base, _)):
            return (base.free <= known.fixed and known.positive(base)) or nonnegative(base, known)
        case Big(_, index, low, _, body):
            start = low.constant()
            return (index not in body.free or (start is not None and start >= 0)) and nonnegative(body, known)
        case Apply():
            return True


def _at_least(size: Size) -> tuple[Size, ...]:
    """What a size is at least, each: the parts of a maximum, or itself."""
    ((monomial, value),) = size.terms.items() if len(size.terms) == 1 else (((), 0),)
    match monomial:
        case ((Apply("max", args), 1),) if value == 1:
            return args
        case _:
            return (size,)


def nonnegative(size: Size, known: Scale) -> bool:
    """Whether the size is not below zero once all sizes are large: every negative term stays below positive ones."""
    return _outweighed(size, known) or _outweighed(_floored(size), known)


def _floored(size: Size) -> Size:
    """With ceil(x) as x, where that is no more."""
    single = {m[0][0] for m, value in size.whole.items() if value > 0 and len(m) == 1 and m[0][1] == 1}
    return size.map_atoms(
        lambda atom: (
            atom.args[0]
            if atom in single and isinstance(atom, Apply) and atom.function == "ceil"
            else alone(atom)
        )
    )


def _outweighed(size: Size, known: Scale) -> bool:
    if not all(positive(atom, known) for atom in size.atoms()):
        return False
    budget = {m: value for m, value in size.terms.items() if value > 0}
    return all(_paid(m, -value, budget, known) for m, value in size.terms.items() if value < 0)


def _paid(loss: Monomial, weight: Fraction, budget: dict[Monomial, Fraction], known: Scale) -> bool:
    if any(known.below(loss, product) for product in budget):
        return True
    for product, left in budget.items():
        if left >= weight and known.at_most(loss, product):
            budget[product] = left - weight
            return True
    return False


def _open(size: Size, known: Scale) -> bool:
    """Whether all symbols are probabilities, for which t > 0: then no constant term is needed."""
    return size.free <= known.probabilities


def _shifted(size: Size, known: Scale) -> Size | None:
    """The polynomial in t times a positive denominator; None where it is no polynomial in symbols."""
    names = [atom.name for atom in size.atoms() if isinstance(atom, Sym)]
    if len(names) < len(size.atoms()) or any(e < 0 for m in size.terms for _, e in m):
        return None
    for name in sorted(names):
        t = sym(name)
        if name not in known.probabilities:
            size = size.replace({name: t + 1})
            continue
        powers = size.coefficients(Sym(name))
        top = max(powers)
        parts = [part * raised(t, e) * raised(ONE + t, top - e) for e, part in powers.items()]
        size = sum(parts, ZERO)
    return size
