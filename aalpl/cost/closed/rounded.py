"""Sums of roundings over an index: of quotients, of logarithms; and remainders as roundings.

    sum_{a <= j <= b} floor(j/m) = F(b + 1) - F(a),   F(n) = m q (q - 1)/2 + (n - m q) q,  q = floor(n/m)
    sum_{1 <= j <= n} floor(log_c(j)) = (n + 1) L - (c^(L + 1) - c)/(c - 1),   L = floor(log_c(n))
    sum_{a <= j <= b} floor(ceil(n/2^j)/2) = ceil(n/2^a) - ceil(n/2^(b + 1))
    sum_{1 <= j <= n} ceil(log_c(j)) = n M - (c^M - 1)/(c - 1),   M = ceil(log_c(n))
    [a <= e mod m <= b] = floor((e - a)/m) - floor((e - b - 1)/m)        for 0 <= a <= b < m
    e mod m = e - m floor(e/m)

for all integers, m >= 1, c >= 2 (Graham, Knuth, Patashnik, Concrete Mathematics, ch. 3).
"""

from __future__ import annotations

from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import nonempty
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Given,
    Monomial,
    Size,
    Sym,
    apply,
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

MANY = 4  # residues that are counted one by one


def summed(index: str, low: Size, high: Size, atom: Atom, known: Known) -> Size | None:
    """The sum of a rounding over low..high, high >= low - 1."""
    if not isinstance(atom, Apply) or atom.function not in ("floor", "ceil"):
        return None
    (size,) = atom.args
    some, last = nonempty(low, high)
    inside = known if some == 1 else known.plus(last - low)
    found = _halves(index, low, high, size, known) if atom.function == "floor" else None
    if found is not None:
        return found
    found = _quotients(index, low, last, size, atom.function, inside)
    if found is None:
        found = _logarithms(index, low, last, size, atom.function, inside)
    return None if found is None else some * found


def _quotients(index: str, low: Size, high: Size, size: Size, function: str, known: Known) -> Size | None:
    if function == "ceil":
        found = _quotients(index, low, high, -size, "floor", known)
        return None if found is None else -found
    parts = size.coefficients(Sym(index))
    if set(parts) - {0, 1} or 1 not in parts or index in parts[1].free | parts.get(0, ZERO).free:
        return None
    number = parts[1].constant()
    if number is not None and number.denominator > 2 and number.denominator - number.numerator == 1:
        falling = _quotients(index, low, high, size - sym(index), function, known)  # (m - 1) i/m = i - i/m
        return None if falling is None else falling + (low + high) * (high - low + 1) / 2
    below = 1 / parts[1]
    up = known.proves(below - 1)
    below = below if up else -below
    shift = parts.get(0, ZERO) * below
    if not is_whole(below) or not is_whole(shift) or not known.proves(below - 1):
        return None
    first, last = (low + shift, high + shift) if up else (shift - high, shift - low)
    return _staircase(last + 1, below) - _staircase(first, below)


def _halves(index: str, low: Size, high: Size, size: Size, known: Known) -> Size | None:
    """What is left out when the larger half is kept, time and again: floor(x/2) = x - ceil(x/2)."""
    inner = size * 2
    for atom in inner.atoms():
        if isinstance(atom, Apply) and atom.function == "ceil" and inner == alone(atom):
            (whole,) = atom.args
            if whole.replace({index: sym(index) + 1}) * 2 == whole:
                first, last = (ceil(whole.replace({index: end})) for end in (low, high + 1))
                return _less_one(first, last, known) or first - last
    return None


def _less_one(number: Size, last: Size, known: Known) -> Size | None:
    """max(0, n - 1) for n - ceil(n/2^ceil(log2(max(1, n)))), of which the last is 1 for n >= 1, and n for other n."""
    sure = known.proves(number - 1)
    rounds = ceil(apply("log", number if sure else maximum(1, number)) / apply("log", const(2)))
    for exponent in (rounds, given(number - 1) * rounds):
        if is_whole(number) and last == ceil(number / power(const(2), exponent)):
            return number - 1 if sure else maximum(0, number - 1)
    return None


def _staircase(n: Size, width: Size) -> Size:
    whole = floor(n / width)
    return width * whole * (whole - 1) / 2 + (n - width * whole) * whole


def _logarithms(index: str, low: Size, high: Size, size: Size, function: str, known: Known) -> Size | None:
    found = _logarithm(index, size)
    if found is None:
        return None
    base, shift = found
    if not known.proves(base - 2) or not is_whole(base) or not is_whole(shift):
        return None
    first, last = low + shift, high + shift
    if not known.proves(first - 1):
        return None
    upto = _floors if function == "floor" else _ceilings
    whole = upto(last, base, known)
    return whole if first == 1 else whole - upto(first - 1, base, known)


def _logarithm(index: str, size: Size) -> tuple[Size, Size] | None:
    """(c, k) of log_c(i + k)."""
    if len(size.whole) != 1 or size.under != 1:
        return None
    ((monomial, value),) = size.whole.items()
    above = [a for a, e in monomial if e == 1]
    below = [a for a, e in monomial if e == -1]
    if value != 1 or len(monomial) != 2 or len(above) != 1 or len(below) != 1:
        return None
    (one,), (two,) = above, below
    if (
        not isinstance(one, Apply)
        or not isinstance(two, Apply)
        or (one.function, two.function) != ("log",) * 2
    ):
        return None
    shift, base = one.args[0] - sym(index), two.args[0]
    return None if index in shift.free | base.free else (base, shift)


def _at_least_one(n: Size, known: Known) -> Size:
    return n if known.proves(n - 1) else maximum(1, n)


def _floors(n: Size, base: Size, known: Known) -> Size:
    most = floor(apply("log", _at_least_one(n, known)) / apply("log", base))
    return (n + 1) * most - (power(base, most + 1) - base) / (base - 1)


def _ceilings(n: Size, base: Size, known: Known) -> Size:
    most = ceil(apply("log", _at_least_one(n, known)) / apply("log", base))
    return n * most - (power(base, most) - 1) / (base - 1)


# -- periods ---------------------------------------------------------------------------------------------------------


def periodic(index: str, low: Size, high: Size, body: Size, known: Known) -> tuple[Size, Size]:
    """The sum of the terms that count how often the index leaves a remainder within two numbers; and the other terms."""
    result, rest = ZERO, ZERO
    for monomial, value in body.terms.items():
        fixed, moving = ONE * value, list[Atom]()
        for atom, exponent in monomial:
            if index in alone(atom).free:
                moving.append(atom)
            else:
                fixed = fixed * raised(alone(atom), exponent)
        counted = _counted(index, low, high, moving, known)
        if counted is None:
            rest = rest + assembled({monomial: value})
        else:
            result = result + fixed * counted
    return result, rest


def _counted(index: str, low: Size, high: Size, brackets: list[Atom], known: Known) -> Size | None:
    ends = [_end(atom, index, known) if isinstance(atom, Given) else None for atom in brackets]
    found = [end for end in ends if end is not None]
    if not found or len(found) < len(ends) or any(end[0] != found[0][0] for end in found):
        return None
    remainder = found[0][0]
    divided, by = remainder.args
    first, last = (size.constant() for size in _borders(remainder, [condition for _, condition in found]))
    assert first is not None
    assert last is not None
    if last - first >= MANY:
        return None
    some, stop = nonempty(low, high)
    residues = range(int(first), int(last) + 1)
    ways = [divided, divided - by * sym(index)]  # as remainders go, m - 1 is -1
    turns = [_turns(index, low, stop, way, by, residues) for way in ways]
    shortest = sorted((each for each in turns if each is not None), key=lambda size: len(str(size)))
    return some * shortest[0] if shortest else None


def _turns(index: str, low: Size, high: Size, divided: Size, by: Size, residues: range) -> Size | None:
    """How often one of the residues is left by i + c or by c - i."""
    up = index not in (divided - sym(index)).free
    shift = divided - sym(index) if up else divided + sym(index)
    if index in shift.free:
        return None
    begin, stop = (low + shift, high + shift) if up else (shift - high, shift - low)
    result = ZERO
    for residue in residues:
        result = result + floor((stop - residue) / by) - floor((begin - 1 - residue) / by)
    return result


# -- remainders ----------------------------------------------------------------------------------------------------


def without_remainders(index: str, body: Size, known: Known) -> Size:
    """The same body with remainders that know the index, and brackets of one of them, written with floors."""
    if not any(_remainder(atom, index) for atom in body.atoms()):
        return body
    result = ZERO
    for monomial, value in body.terms.items():
        result = result + _written(monomial, index, known) * value
    return result


def _remainder(atom: Atom, index: str) -> bool:
    """Whether this is a remainder that knows the index, or a bracket of one."""
    match atom:
        case Apply("mod", args):
            return any(index in size.free for size in args)
        case Given(condition):
            return any(_remainder(inner, index) for inner in condition.atoms())
        case _:
            return False


def _written(monomial: Monomial, index: str, known: Known) -> Size:
    result = ONE
    ends: dict[Apply, list[Size]] = {}
    for atom, exponent in monomial:
        end = _end(atom, index, known) if isinstance(atom, Given) else None
        if end is not None:
            ends.setdefault(end[0], []).append(end[1])
        elif isinstance(atom, Apply) and _remainder(atom, index) and _plain(atom, known):
            result = result * raised(_by_floor(atom), exponent)
        else:
            result = result * raised(alone(atom), exponent)
    for remainder, borders in ends.items():
        result = result * _between(remainder, borders)
    return result


def _end(atom: Given, index: str, known: Known) -> tuple[Apply, Size] | None:
    """(e mod m, c) of a bracket `c + mod >= 0` or `c - mod >= 0` with a number c."""
    inner = [a for a in atom.condition.atoms() if _remainder(a, index)]
    remainder = inner[0] if len(inner) == 1 else None
    if not isinstance(remainder, Apply) or not _plain(remainder, known):
        return None
    parts = atom.condition.coefficients(remainder)
    if set(parts) - {0, 1} or parts[1].constant() not in (1, -1) or parts.get(0, ZERO).constant() is None:
        return None
    return remainder, atom.condition


def _plain(remainder: Apply, known: Known) -> bool:
    """Whether the divisor is a number >= 1 and what is divided an integer."""
    divided, by = remainder.args
    number = by.constant()
    return number is not None and number >= 1 and number.denominator == 1 and is_whole(divided)


def _by_floor(remainder: Apply) -> Size:
    divided, by = remainder.args
    return divided - by * floor(divided / by)


def _borders(remainder: Apply, conditions: list[Size]) -> tuple[Size, Size]:
    """The least and the largest remainder for which all conditions `c + mod >= 0`, `c - mod >= 0` hold."""
    first, last = ZERO, remainder.args[1] - 1
    for condition in conditions:
        parts = condition.coefficients(remainder)
        border = parts.get(0, ZERO)
        if parts[1] == 1:
            first = maximum(first, -border)
        else:
            last = minimum(last, border)
    return first, last


def _between(remainder: Apply, conditions: list[Size]) -> Size:
    """1 where all conditions hold."""
    divided, by = remainder.args
    first, last = _borders(remainder, conditions)
    if given(last - first) == 0:
        return ZERO
    return floor((divided - first) / by) - floor((divided - last - 1) / by)
