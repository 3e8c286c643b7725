"""Sums over an index, in closed form where there is one, formal (`Big`) where there is not.

`total(i, low, high, e)` equals the sum of e for the integers low <= i <= high, for every value of the symbols for which
the facts hold, also where the range is empty. Term by term:

- a condition on the index (an Iverson bracket, a max or min) cuts the range in two;
- i^k r^i: the antidifference Q with r Q(i+1) - Q(i) = i^k, so that the sum is r^(high+1) Q(high+1) - r^low Q(low);
- roundings of quotients and of logarithms, and remainders by a number (see `rounded`);
- a sum inside, of terms that do not know i, is turned inside out: sum_i p(i) sum_{j <= i} g(j) = sum_j g(j) sum_{i >= j} p(i);
- families (`m[i]`, lengths, observables) stay under a formal sum, one for each range.

An antidifference is right for high >= low - 1. Where that is not proved, high becomes low - 1 + max(0, high - low + 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd

from aalpl.cost.closed.antidifferences import geometric
from aalpl.cost.closed.brackets import by_range, slope, split
from aalpl.cost.closed.rounded import periodic, summed, without_remainders
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.quotients import one_power
from aalpl.cost.sizes.ranges import count, end, larger, smaller, within
from aalpl.cost.sizes.terms import alone, assembled, fresh
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Monomial,
    Size,
    Sym,
    big,
    ceil,
    const,
    is_whole,
    power,
    raised,
    sym,
)


def total(index: str, low: Size, high: Size, body: Size, known: Known) -> Size:
    """The sum of `body` for `index` in `low..high`."""
    if not body:
        return ZERO
    if index not in body.free:
        return body * count(low, high, known)
    last = end(low, high, known)
    if last == low - 1:
        return ZERO
    if last == low:
        return body.replace({index: low})
    inside = known.plus(*within(sym(index), low, high))
    whole, body = _pieces(index, low, high, body, known)
    if not whole:
        whole, body = periodic(index, low, last, body, inside)
    if whole:
        return whole + total(index, low, high, body, known)
    body = without_remainders(index, split(index, body, inside), inside)
    result = ZERO
    formal: dict[tuple[Size, Size, Size], Size] = {}
    for (first, final), terms in by_range(index, low, last, body, known).items():
        for monomial, value in terms.terms.items():
            closed, rest = _term(index, first, final, monomial, value, known)
            result = result + closed
            if rest:
                outside, rest = _constant_sums(index, rest)
                formal[first, final, outside] = formal.get((first, final, outside), ZERO) + rest
    for (first, final, outside), rest in formal.items():
        factor = common(rest, index)
        result = result + outside * factor * big("sum", index, first, final, rest / factor)
    return result


def _constant_sums(index: str, term: Size) -> tuple[Size, Size]:
    """A term's factors that are sums and do not know the index, and the rest of it."""
    ((monomial, value),) = term.terms.items()
    sums = tuple((a, e) for a, e in monomial if isinstance(a, Big) and index not in alone(a).free)
    if not sums:
        return ONE, term
    return assembled({sums: Fraction(1)}), assembled({tuple(p for p in monomial if p not in sums): value})


def common(size: Size, index: str) -> Size:
    """What all terms have as a factor and does not know the index, with the numbers' common divisor."""
    shared: dict[Atom, int] | None = None
    for monomial in size.whole:
        mine = {atom: e for atom, e in monomial if e > 0 and index not in alone(atom).free}
        shared = mine if shared is None else {a: min(e, mine[a]) for a, e in shared.items() if a in mine}
    divisor = gcd(*size.whole.values())
    if all(value < 0 for value in size.whole.values()):
        divisor = -divisor
    factor = const(Fraction(divisor, size.under))
    for atom, exponent in (shared or {}).items():
        factor = factor * raised(alone(atom), exponent)
    return factor


def _pieces(index: str, low: Size, high: Size, body: Size, known: Known) -> tuple[Size, Size]:
    """Lengths of consecutive pieces of size f of something of length n are min(f, n - f i); their sum is n.

    The sum of the terms that have such a length in them, and the rest of the body."""
    found = [(atom, lengths) for atom in body.atoms() if (lengths := _piece(index, atom)) is not None]
    covered = [pair for pair in found if _covers(index, low, high, *pair[1], known)]
    for atom, (_, last) in covered:
        factor = body.coefficients(atom)[1] if body.degree(atom) == 1 else None
        whole = last.replace({index: low})
        if factor is not None and index not in factor.free and known.proves(whole):
            return factor * whole, body - factor * alone(atom)
    for atom, lengths in covered:
        if known.proves(lengths[1].replace({index: low}) - 1):
            return _but_the_last(index, low, high, body, atom, lengths, known), ZERO
    return ZERO, body


def _piece(index: str, atom: Atom) -> tuple[Size, Size] | None:
    """(f, n - f i) of min(f, n - f i), or of that where it is not below 0, which it never is before the last piece."""
    match atom:
        case Apply("max", (zero, other)) if zero == 0:
            inner = sorted(other.atoms(), key=str)
            return _piece(index, inner[0]) if len(inner) == 1 and other == alone(inner[0]) else None
        case Apply("min", (a, b)) if (index in a.free) != (index in b.free):
            return (a, b) if index in b.free else (b, a)
        case _:
            return None


def _covers(index: str, low: Size, high: Size, size: Size, last: Size, known: Known) -> bool:
    """Whether the pieces in low..high are all there are."""
    whole = last.replace({index: low})
    if last != whole - size * (sym(index) - low) or not known.proves(size - 1):
        return False
    return high - low + 1 in (ceil(whole / size), _ceiling_once(whole, size))


def _ceiling_once(whole: Size, size: Size) -> Size:
    """ceil(ceil(n/d)/size) is ceil(n/(d*size)), for an integer size."""
    atoms = sorted(whole.atoms(), key=str)
    if len(atoms) == 1 and whole == alone(atoms[0]) and is_whole(size):
        (atom,) = atoms
        if isinstance(atom, Apply) and atom.function == "ceil":
            return ceil(atom.args[0] / size)
    return ceil(whole / size)


def _but_the_last(
    index: str, low: Size, high: Size, body: Size, atom: Atom, lengths: tuple[Size, Size], known: Known
) -> Size:
    """All pieces are of the same size but the last, which is what is left."""
    same, rest = (_with(body, atom, length) for length in lengths)
    return total(index, low, high - 1, same, known) + rest.replace({index: high})


def _with(size: Size, atom: Atom, value: Size) -> Size:
    return size.map_atoms(lambda other: value if other == atom else alone(other))


# -- one term ----------------------------------------------------------------------------------------------------


def _term(
    index: str, low: Size, high: Size, monomial: Monomial, value: Fraction, known: Known
) -> tuple[Size, Size]:
    """The closed sum of a term, and what of it stays below a formal sum."""
    fixed, moving = ONE * value, []
    for atom, exponent in monomial:
        if index in alone(atom).free:
            moving.append((atom, exponent))
        else:
            fixed = fixed * raised(alone(atom), exponent)
    degree, bases, others = _shape(index, moving)
    if not others and degree >= 0 and len(bases) <= 1:
        ratio, factor = bases[0] if bases else (ONE, ONE)
        closed = geometric(degree, ratio, low, high, known)
        if closed is not None:
            return fixed * factor * closed, ZERO
        if degree == 0 and ratio.free and not high.free & ratio.free:  # from the last on, it grows
            closed = geometric(0, 1 / ratio, ZERO, high - low, known)
            if closed is not None:
                last = factor * power(1 / ratio, -high)
                found = one_power(last)
                return fixed * (last if found is None else power(*found)) * closed, ZERO
    if len(others) == 1 and degree >= 0 and not bases and others[0][1] == 1:
        turned = summed(index, low, high, others[0][0], known) if degree == 0 else None
        turned = turned or _inside_out(index, low, high, degree, others[0][0], known)
        if turned is not None:
            return fixed * turned, ZERO
    whole = fixed
    for atom, exponent in moving:
        whole = whole * raised(alone(atom), exponent)
    return ZERO, whole


def _shape(
    index: str, moving: Iterable[tuple[Atom, int]]
) -> tuple[int, list[tuple[Size, Size]], list[tuple[Atom, int]]]:
    """The power of the index; the geometric factors as (ratio, factor without the index); everything else."""
    degree = 0
    others: list[tuple[Atom, int]] = []
    number = Fraction(1)
    bases: list[tuple[Size, Size]] = []
    for atom, exponent in moving:
        match atom:
            case Sym():
                degree += exponent
            case Apply("pow", (base, high)) if (
                index not in base.free and base != 0 and _whole_slope(index, high) is not None
            ):
                step = slope(index, high)
                assert step is not None
                rest = (high - sym(index) * step) * exponent
                ratio = base.constant()
                if ratio is not None:
                    number *= ratio ** int(step * exponent)
                    if rest:
                        bases.append((ONE, power(base, rest)))
                else:
                    bases.append((raised(base, int(step * exponent)), power(base, rest)))
            case _:
                others.append((atom, exponent))
    return degree, _merged(number, bases), others


def _merged(number: Fraction, bases: list[tuple[Size, Size]]) -> list[tuple[Size, Size]]:
    """All geometric factors as one, where they are numbers but for one."""
    factor = ONE
    symbolic = []
    for ratio, rest in bases:
        factor = factor * rest
        if ratio != 1:
            symbolic.append(ratio)
    if not symbolic:
        return [] if number == 1 and factor == 1 else [(const(number), factor)]
    if len(symbolic) == 1 and number == 1:
        return [(symbolic[0], factor)]
    return [(ratio, ONE) for ratio in symbolic] + [(const(number), factor)]


def _whole_slope(index: str, size: Size) -> int | None:
    step = slope(index, size)
    return int(step) if step is not None and step.denominator == 1 else None


def _inside_out(index: str, low: Size, high: Size, degree: int, atom: Atom, known: Known) -> Size | None:
    """sum_i i^degree sum_{j in a..b} g(j) as a sum over j, where one of a, b moves with i and g does not know i."""
    if not isinstance(atom, Big) or atom.operator != "sum" or index in atom.body.free:
        return None
    name = fresh(atom.index, low, high, atom.body, atom.low, atom.high, sym(index))
    body = atom.body.replace({atom.index: sym(name)})
    j, i = sym(name), sym(index)
    below, above = slope(index, atom.low), slope(index, atom.high)
    if below == 0 and above == 1:
        shift = atom.high - i
        first = larger(low, j - shift, known.plus(j - atom.low, high + shift - j))
        inner = total(index, first, high, i**degree, known.plus(j - atom.low, high + shift - j))
        return total(name, atom.low, high + shift, body * inner, known)
    if below == 1 and above == 0:
        shift = atom.low - i
        final = smaller(high, j - shift, known.plus(j - low - shift, atom.high - j))
        inner = total(index, low, final, i**degree, known.plus(j - low - shift, atom.high - j))
        return total(name, low + shift, atom.high, body * inner, known)
    return None


def product(index: str, low: Size, high: Size, body: Size, known: Known) -> Size:
    """The product of `body` for `index` in `low..high`."""
    if body == 1:
        return ONE
    if index not in body.free:
        number = count(low, high, known)
        return power(body, number)
    return big("prod", index, low, end(low, high, known), body)
