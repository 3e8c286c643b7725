"""Sizes written as the facts allow: decided brackets, maxima and roundings are gone, sums over one range are one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from aalpl.cost.closed.brackets import nonnegative
from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.quotients import logarithm, rounded_quotient, whole_power
from aalpl.cost.sizes.ranges import larger, smaller, within
from aalpl.cost.sizes.terms import alone, assembled, fresh
from aalpl.program.size import (
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Monomial,
    Size,
    Sym,
    apply,
    big,
    is_whole,
    raised,
    sym,
)


def tidy(size: Size, known: Known) -> Size:
    """The same size; brackets, maxima and minima that the facts decide are gone."""
    if not any(isinstance(atom, Given | Apply | Big) for atom in size.atoms()):
        return size
    return size.map_atoms(lambda atom: _tidied(atom, known))


def _tidied(atom: Atom, known: Known) -> Size:
    match atom:
        case Given(condition):
            return nonnegative(tidy(condition, known), known)
        case Apply("max", args):
            return _fold(larger, (pushed_in(tidy(arg, known)) for arg in args), known)
        case Apply("min", args):
            return _fold(smaller, (pushed_in(tidy(arg, known)) for arg in args), known)
        case Apply("floor" | "ceil", (arg,)):
            return _rounded(atom.function, tidy(arg, known), known)
        case Apply("log", (arg,)):
            argument = tidy(arg, known)
            found = logarithm(argument, known)
            return apply("log", argument) if found is None else found
        case Apply(function, args):
            return apply(function, *(tidy(arg, known) for arg in args))
        case Big("sum", index, low, high, body):
            name = fresh(index, low, high, body)
            body = body.replace({index: sym(name)})
            low, high = tidy(low, known), tidy(high, known)
            inside = known.plus(*within(sym(name), low, high))
            return total(name, low, high, tidy(body, inside), known)
        case Big(operator, index, low, high, body):
            name = fresh(index, low, high, body)
            body = body.replace({index: sym(name)})
            low, high = tidy(low, known), tidy(high, known)
            inside = known.plus(*within(sym(name), low, high))
            return big(operator, name, low, high, tidy(body, inside))
        case Sym() | Indexed():
            return alone(atom)


def pushed_in(size: Size) -> Size:
    """min(a, b) + c as min(a + c, b + c), and so max."""
    for atom in size.atoms():
        match atom:
            case Apply("max" | "min", args) if size.degree(atom) == 1 and size.coefficients(atom)[1] == 1:
                rest = size - alone(atom)
                if not any(isinstance(a, Apply | Big | Given) for a in rest.atoms()):
                    return apply(atom.function, *(arg + rest for arg in args))
    return size


def _rounded(name: str, size: Size, known: Known) -> Size:
    """Rounding something rounded and divided by an integer is rounding once."""
    if len(size.whole) == 1:
        (monomial,) = size.whole
        inner = [a for a, e in monomial if isinstance(a, Apply) and a.function == name and e == 1]
        if len(inner) == 1:
            divisor = alone(inner[0]) / size
            if _whole(divisor, known) and known.proves(divisor - 1):
                return apply(name, inner[0].args[0] / divisor)
    if _whole(size, known):
        return size
    found = whole_power(size, known) or rounded_quotient(name, size, known, lambda part: _whole(part, known))
    return apply(name, size) if found is None else found


def _whole(size: Size, known: Known) -> bool:
    """Whether the size is an integer by what is known: 2^i is, for i >= 0."""
    if size.under != 1:
        return False
    return all(e > 0 and (is_whole(alone(a)) or _whole_power(a, known)) for m in size.whole for a, e in m)


def _whole_power(atom: Atom, known: Known) -> bool:
    if not isinstance(atom, Apply) or atom.function != "pow":
        return False
    base, exponent = atom.args
    return is_whole(base) and is_whole(exponent) and known.proves(exponent)


def _fold(choose: Callable[[Size, Size, Known], Size], sizes: Iterable[Size], known: Known) -> Size:
    first, *others = sizes
    for size in others:
        first = choose(first, size, known)
    return first


def gathered(size: Size) -> Size:
    """Sums over the same range put into one, so that what cancels cancels."""
    ranges: dict[tuple[Size, Size], Size] = {}
    result = ZERO
    if sum(isinstance(a, Big) and a.operator == "sum" for a in size.atoms()) < 2:
        return size
    for monomial, value in size.terms.items():
        sums = [a for a, e in monomial if isinstance(a, Big) and a.operator == "sum" and e == 1]
        if len(sums) != 1:
            result = result + _monomial(monomial, value)
            continue
        (atom,) = sums
        factor = _monomial(tuple(pair for pair in monomial if pair[0] != atom), value)
        place = (atom.low, atom.high)
        body = atom.body.replace({atom.index: sym("gathered%")}) * factor
        ranges[place] = ranges.get(place, ZERO) + body
    for (low, high), body in ranges.items():
        result = result + big("sum", "gathered%", low, high, body)
    return result


def absorbed(size: Size, known: Known) -> Size:
    """The same size; a term that is the next one of a sum before its first, or after its last, is part of the sum."""
    for monomial, value in size.terms.items():
        sums = [a for a, e in monomial if isinstance(a, Big) and a.operator == "sum" and e == 1]
        if len(sums) != 1:
            continue
        (atom,) = sums
        factor = assembled({tuple(pair for pair in monomial if pair[0] != atom): value})
        for low, high, at in ((-1, 0, atom.low - 1), (0, 1, atom.high + 1)):
            term = _next(atom, at, factor, known)
            if term is not None and term <= size.terms.items() and known.proves(atom.high - atom.low + 1):
                longer = _from_zero(atom, atom.low + low, atom.high + high, known)
                return absorbed(
                    size - assembled({monomial: value}) - assembled(dict(term)) + factor * longer, known
                )
    return size


def _next(atom: Big, at: Size, factor: Size, known: Known) -> set[tuple[Monomial, Fraction]] | None:
    """The terms of the summand at another index."""
    try:
        found = tidy(atom.body.replace({atom.index: at}), known) * factor
    except ZeroDivisionError:
        return None
    return set(found.terms.items()) or None


def _from_zero(atom: Big, low: Size, high: Size, known: Known) -> Size:
    """The sum over another range, counted from 0 if it begins at a number."""
    start = low.constant()
    if start is None or start.denominator != 1:
        return big("sum", atom.index, low, high, atom.body)
    return big("sum", atom.index, ZERO, high - start, _later(atom.body, atom.index, int(start), known))


def _later(size: Size, index: str, start: int, known: Known) -> Size:
    """The size with the index that much larger; c^(i + 1) is written c c^i."""

    def change(atom: Atom) -> Size:
        match atom:
            case Apply("pow", (base, exponent)) if index not in base.free and known.proves(base - 1):
                step = (exponent.replace({index: sym(index) + start}) - exponent).constant()
                if step is not None and step.denominator == 1:
                    return alone(atom) * raised(base, int(step))
            case Apply(function, args):
                return apply(function, *(_later(arg, index, start, known) for arg in args))
            case _:
                pass
        return alone(atom).replace({index: sym(index) + start})

    return size.map_atoms(change)


def _monomial(monomial: tuple[tuple[Atom, int], ...], value: Fraction) -> Size:
    return assembled({monomial: value})
