"""Sums over an index, in closed form where there is one, formal (`Big`) where there is not.

`total(i, low, high, e)` equals the sum of e for the integers low <= i <= high, for every value of the symbols for which
the facts hold, also where the range is empty. Term by term:

- a condition on the index (an Iverson bracket, a max or min) cuts the range in two;
- i^k r^i: the antidifference Q with r Q(i+1) - Q(i) = i^k, so that the sum is r^(high+1) Q(high+1) - r^low Q(low);
- a sum inside, of terms that do not know i, is turned inside out: sum_i p(i) sum_{j <= i} g(j) = sum_j g(j) sum_{i >= j} p(i);
- families (`m[i]`, lengths, observables) stay under a formal sum, one for each range.

An antidifference is right for high >= low - 1. Where that is not proved, high becomes low - 1 + max(0, high - low + 1).
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import comb, gcd

from aalpl.cost.known import Known
from aalpl.cost.terms import alone, assembled
from aalpl.program.size import (
    ONE,
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
    ceil,
    const,
    floor,
    given,
    is_whole,
    maximum,
    minimum,
    power,
    raised,
    sym,
)

Part = tuple[tuple[Atom, int], ...]


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
    inside = known.plus(sym(index) - low, high - sym(index))
    whole, body = _pieces(index, low, high, body, inside)
    if whole:
        return whole + total(index, low, high, body, known)
    body = split(index, body, inside)
    result = ZERO
    formal: dict[tuple[Size, Size, Size], Size] = {}
    for (first, final), terms in _by_range(index, low, last, body, known).items():
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

    The sum of the terms that have such a length as a factor, and the rest of the body."""
    for atom in body.atoms():
        match atom:
            case Apply("min", (a, b)) if (index in a.free) != (index in b.free) and body.degree(atom) == 1:
                size, last = (a, b) if index in b.free else (b, a)
                whole = last.replace({index: low})
                factor = body.coefficients(atom)[1]
                covered = last == whole - size * (sym(index) - low) and high - low + 1 == ceil(whole / size)
                if covered and index not in factor.free and known.proves(whole) and known.proves(size - 1):
                    return factor * whole, body - factor * alone(atom)
    return ZERO, body


def count(low: Size, high: Size, known: Known) -> Size:
    """How many integers `low..high` has."""
    number = high - low + 1
    if known.proves(number):
        return number
    return ZERO if known.proves(-number) else maximum(0, number)


def end(low: Size, high: Size, known: Known) -> Size:
    """The last integer of the range, `low - 1` where it is empty."""
    return low - 1 + count(low, high, known)


def larger(a: Size, b: Size, known: Known) -> Size:
    """max(a, b), decided where the facts do."""
    if known.proves(a - b):
        return a
    return b if known.proves(b - a) else maximum(a, b)


def smaller(a: Size, b: Size, known: Known) -> Size:
    """min(a, b), decided where the facts do."""
    if known.proves(a - b):
        return b
    return a if known.proves(b - a) else minimum(a, b)


def tidy(size: Size, known: Known) -> Size:
    """The same size; brackets, maxima and minima that the facts decide are gone."""
    if not any(isinstance(atom, Given | Apply | Big) for atom in size.atoms()):
        return size
    return size.map_atoms(lambda atom: _tidied(atom, known))


def _tidied(atom: Atom, known: Known) -> Size:
    match atom:
        case Given(condition):
            condition = tidy(condition, known)
            if known.proves(condition):
                return ONE
            return ZERO if known.proves(-condition - 1) else given(condition)
        case Apply("max", args):
            return _fold(larger, (pushed_in(tidy(arg, known)) for arg in args), known)
        case Apply("min", args):
            return _fold(smaller, (pushed_in(tidy(arg, known)) for arg in args), known)
        case Apply("floor" | "ceil", (arg,)):
            return _rounded(atom.function, tidy(arg, known), known)
        case Apply(function, args):
            return apply(function, *(tidy(arg, known) for arg in args))
        case Big("sum", index, low, high, body):
            name = _fresh(index, low, high, body)
            body = body.replace({index: sym(name)})
            low, high = tidy(low, known), tidy(high, known)
            inside = known.plus(sym(name) - low, high - sym(name))
            return total(name, low, high, tidy(body, inside), known)
        case Big(operator, index, low, high, body):
            name = _fresh(index, low, high, body)
            body = body.replace({index: sym(name)})
            low, high = tidy(low, known), tidy(high, known)
            inside = known.plus(sym(name) - low, high - sym(name))
            return big(operator, name, low, high, tidy(body, inside))
        case Sym() | Indexed():
            return alone(atom)


def _fresh(index: str, *sizes: Size) -> str:
    used = {name for size in sizes for name in size.free}
    return next(name for n in range(len(used) + 1) if (name := f"{index}.{n}") not in used)


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
            if is_whole(divisor) and known.proves(divisor - 1):
                return apply(name, inner[0].args[0] / divisor)
    return apply(name, size)


def _fold(choose, sizes: Iterable[Size], known: Known) -> Size:  # type: ignore[no-untyped-def]
    first, *others = sizes
    for size in others:
        first = choose(first, size, known)
    return first


# -- conditions on the index -----------------------------------------------------------------------------------------


def split(index: str, body: Size, known: Known) -> Size:
    """The same body with each max and min that depends on the index written with brackets, if its sides cross once."""

    def change(atom: Atom) -> Size:
        match atom:
            case Apply("max" | "min" as name, (first, *others)) if any(
                index in size.free for size in atom.args
            ):
                result = first
                for size in others:
                    result = _extreme(index, name, result, size, known)
                return result
            case Given(condition) if index in condition.free:
                return _bracket(index, condition, known)
            case _:
                return alone(atom)

    return body.map_atoms(change)


def _extreme(index: str, name: str, a: Size, b: Size, known: Known) -> Size:
    if index not in a.free:
        a, b = b, a
    difference = a - b if name == "max" else b - a
    if known.proves(difference):
        return a
    if known.proves(-difference):
        return b
    if index not in difference.free:  # both move alike
        gap = maximum(0, difference)
        return b + gap if name == "max" else b - gap
    crossing = _crossing(index, difference, known)
    if crossing is None:
        return maximum(a, b) if name == "max" else minimum(a, b)
    return b + (a - b) * given(crossing)


def _bracket(index: str, condition: Size, known: Known) -> Size:
    if known.proves(condition):
        return ONE
    if known.proves(-condition - 1):
        return ZERO
    crossing = _crossing(index, condition, known, strictly=1)
    return given(condition if crossing is None else crossing)


def _crossing(index: str, size: Size, known: Known, strictly: int = 0) -> Size | None:
    """A size with the sign of this one that is `index + rest` or `rest - index` (or has a number before the index)."""
    parts = size.coefficients(Sym(index))
    slope = parts.get(1, ZERO)
    if any(e not in (0, 1) for e in parts) or index in parts.get(0, ZERO).free | slope.free:
        return None
    if slope.constant() is not None:
        return size
    for sign in (1, -1):
        if known.proves(slope * sign - strictly):
            rest = divided(parts.get(0, ZERO), slope * sign)
            return None if rest is None else sym(index) * sign + rest
    return None


def divided(size: Size, by: Size) -> Size | None:
    """The exact quotient of two polynomials, if there is one."""
    atoms = sorted(size.atoms() | by.atoms(), key=str)

    def order(monomial: Monomial) -> list[int]:
        exponents = dict(monomial)
        return [exponents.get(atom, 0) for atom in atoms]

    lead = max(by.terms, key=order)
    quotient = ZERO
    for _ in range(40):
        if not size:
            return quotient
        top = max(size.terms, key=order)
        term = assembled({top: size.terms[top]}) / assembled({lead: by.terms[lead]})
        if any(e < 0 for monomial in term.terms for _, e in monomial):
            return None
        quotient, size = quotient + term, size - term * by
    return None


def _slope(index: str, size: Size) -> Fraction | None:
    """The number c with size = c*index + rest."""
    parts = size.coefficients(Sym(index))
    if any(exponent not in (0, 1) for exponent in parts) or index in parts.get(0, ZERO).free:
        return None
    return parts.get(1, ZERO).constant()


def _by_range(index: str, low: Size, high: Size, body: Size, known: Known) -> dict[tuple[Size, Size], Size]:
    """The body's terms by the range that their brackets leave, brackets used up."""
    ranges: dict[tuple[Size, Size], dict[Monomial, Fraction]] = {}
    cache: dict[Part, tuple[Size, Size] | None] = {}
    for monomial, value in body.terms.items():
        cuts = tuple(
            (atom, e) for atom, e in monomial if isinstance(atom, Given) and _slope(index, atom.condition)
        )
        if cuts not in cache:
            cache[cuts] = _cut(index, low, high, cuts, known)
        place = cache[cuts]
        if place is not None:
            rest = tuple(pair for pair in monomial if pair not in cuts)
            terms = ranges.setdefault(place, {})
            terms[rest] = terms.get(rest, Fraction(0)) + value
    return {
        place: assembled({m: v for m, v in terms.items() if v})
        for place, terms in ranges.items()
        if any(terms.values())
    }


def _cut(index: str, low: Size, high: Size, cuts: Part, known: Known) -> tuple[Size, Size] | None:
    for atom, _ in cuts:
        assert isinstance(atom, Given)
        step = _slope(index, atom.condition)
        assert step
        border = -(atom.condition - sym(index) * step) / step
        if step > 0:
            low = larger(low, ceil(border), known)
        else:
            high = smaller(high, floor(border), known)
    if not cuts:
        return low, high
    last = end(low, high, known)
    return None if last == low - 1 else (low, last)


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
        closed = _geometric(degree, ratio, low, high, known)
        if closed is not None:
            return fixed * factor * closed, ZERO
    if len(others) == 1 and degree >= 0 and not bases and others[0][1] == 1:
        turned = _inside_out(index, low, high, degree, others[0][0], known)
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
                step = _slope(index, high)
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
    step = _slope(index, size)
    return int(step) if step is not None and step.denominator == 1 else None


def _geometric(degree: int, ratio: Size, low: Size, high: Size, known: Known) -> Size | None:
    """sum of i^degree ratio^i."""
    if ratio == 1:
        return powers(degree, high) - powers(degree, low - 1)
    number = ratio.constant()
    if number is None and not (known.proves(ratio - 2) or known.proves(-ratio)):
        return None
    if number == 0:
        return None
    above = high + 1
    return power(ratio, above) * _antidifference(degree, ratio, above) - power(ratio, low) * _antidifference(
        degree, ratio, low
    )


def _antidifference(degree: int, ratio: Size, at: Size) -> Size:
    """Q(at) for the polynomial Q with ratio*Q(i+1) - Q(i) = i^degree.

    Comparing coefficients of i^e, from the highest: (ratio-1) q_e = [e = degree] - ratio * sum_{d>e} C(d,e) q_d."""
    coefficients: dict[int, Size] = {}
    for e in range(degree, -1, -1):
        value = ONE if e == degree else ZERO
        for d in range(e + 1, degree + 1):
            value = value - ratio * coefficients[d] * comb(d, e)
        coefficients[e] = value / (ratio - 1)
    result = ZERO
    for e, value in coefficients.items():
        result = result + value * at**e
    return result


def powers(degree: int, n: Size) -> Size:
    """1^degree + … + n^degree as a polynomial in n (Faulhaber), which is right for every integer n >= 0."""
    result = ZERO
    for e, value in enumerate(_faulhaber(degree)):
        if value:
            result = result + n**e * value
    return result


def _faulhaber(degree: int) -> list[Fraction]:
    """Coefficients of S_k(n), by (k+1) S_k(n) = (n+1)^(k+1) - 1 - sum_{j<k} C(k+1,j) S_j(n)."""
    found: list[list[Fraction]] = []
    for k in range(degree + 1):
        row = [Fraction(comb(k + 1, e)) for e in range(k + 2)]
        row[0] -= 1
        for j, earlier in enumerate(found):
            for e, value in enumerate(earlier):
                row[e] -= comb(k + 1, j) * value
        found.append([value / (k + 1) for value in row])
    # S_0 counts j = 1..n; the formula above counts them too
    return found[degree]


def _inside_out(index: str, low: Size, high: Size, degree: int, atom: Atom, known: Known) -> Size | None:
    """sum_i i^degree sum_{j in a..b} g(j) as a sum over j, where one of a, b moves with i and g does not know i."""
    if not isinstance(atom, Big) or atom.operator != "sum" or index in atom.body.free:
        return None
    name = _fresh(atom.index, low, high, atom.body, atom.low, atom.high, sym(index))
    body = atom.body.replace({atom.index: sym(name)})
    j, i = sym(name), sym(index)
    below, above = _slope(index, atom.low), _slope(index, atom.high)
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
