"""Families of sizes along which one product outgrows another: they show that a class is wrong.

All sizes become functions of one number B, such as n = B^2, k = 2^B; sizes that an equation gives (`n = k*l`) follow. Along such a
family every hypothesis and both sides are functions of B alone, and the same engine that decides dominance compares them: the
hypotheses must hold from some B on, and the one side must be of lower order than the other. A quick look in floating point
says which families are worth that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product

import attrs

from aalpl.cost.growth.classes import leading, of_sum
from aalpl.cost.growth.logarithm import exact
from aalpl.cost.growth.scale import Scale
from aalpl.cost.sizes.terms import alone
from aalpl.program.nodes import Relation
from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, const, power, sym

BASE = "B"

_B = sym(BASE)
_FORMS = (
    *(_B, _B**2, power(2, _B), _B**3, _B**4),
    *(power(2, 2 * _B), power(2, 3 * _B), power(2, _B**2), power(2, power(2, _B))),
)
_FEWER = {4: 6, 5: 4, 6: 3}  # how many forms are tried for so many sizes
_TRIES = 6000
_CHECKED = 12  # families that look right and are looked at exactly
_NEAR, _FAR = 60.0, 400.0

Family = Mapping[str, Size]


@attrs.frozen
class Apart:
    """Along `family` one side is larger than the other by a factor of the order of `factor`; `names` are in the sides."""

    family: Family
    factor: Size
    names: frozenset[str]

    def __str__(self) -> str:
        shown = {name: form for name, form in self.family.items() if name in self.names}
        return f"{written(shown)}: the sides part by a factor of {_named(self.factor, shown)}"


def apart(known: Scale, relations: Sequence[Relation], over: Size, under: Size) -> Apart | None:
    """A family along which `over`, a sum of products, outgrows `under`."""
    names = _connected(known, relations, over.free | under.free)
    if not names or not all(_plain(size) for size in (over, under)):
        return None
    given = _equations(known, relations, names)
    near = [r for r in relations if (r.left.free | r.right.free) & names]
    wanted = [r for r in near if not (r.operator == "=" and _solved(r, given))]
    found = 0
    for family in _families([name for name in sorted(names) if name not in given], given):
        if not _likely(known, family, wanted, over, under):
            continue
        if (factor := _diverges(known, family, wanted, over, under)) is not None:
            return Apart(family, factor, over.free | under.free)
        found += 1
        if found == _CHECKED:
            return None
    return None


def written(family: Family) -> str:
    """`at k = n^2`: in a size that is B itself, if there is one."""
    base = _base(family)
    rest = [(n, f) for n, f in family.items() if n != base]
    if not rest:
        return f"for large {base}"
    return f"at {', '.join(f'{name} = {_named(form, family)}' for name, form in rest)}"


def _base(family: Family) -> str | None:
    return next((name for name, form in family.items() if form == _B), None)


def _named(size: Size, family: Family) -> str:
    base = _base(family)
    return str(size if base is None else size.replace({BASE: sym(base)}))


# -- which families ------------------------------------------------------------------------------------------------


def _connected(known: Scale, relations: Iterable[Relation], names: frozenset[str]) -> frozenset[str]:
    """The sizes of the question and those that hypotheses tie to them; none where one is no plain size."""
    reached = {name for name in names if name not in known.fixed}
    while fresh := {
        name
        for r in relations
        if (r.left.free | r.right.free) & reached
        for name in (r.left.free | r.right.free) - reached - known.fixed
    }:
        reached |= fresh
    return frozenset(reached)


def _plain(size: Size) -> bool:
    """Whether the size consists of symbols, powers, logarithms and the like, and of no families or formal sums."""
    for atom in size.atoms():
        match atom:
            case Sym():
                pass
            case Apply("pow" | "log" | "min" | "max" | "floor" | "ceil", args):
                if not all(map(_plain, args)):
                    return False
            case Apply() | Indexed() | Big() | Given():
                return False
    return True


def _equations(known: Scale, relations: Iterable[Relation], names: frozenset[str]) -> dict[str, Size]:
    """Sizes that equations give by others: `n = k*l` gives n."""
    given: dict[str, Size] = {}
    for relation in relations:
        if relation.operator != "=" or not (relation.left.free | relation.right.free) & names:
            continue
        left, right = relation.left.replace(given), relation.right.replace(given)
        for name, value in ((_single(left), right), (_single(right), left)):
            if name is not None and name not in known.fixed and name not in value.free:
                given = {other: old.replace({name: value}) for other, old in given.items()}
                given[name] = value
                break
    return given


def _single(size: Size) -> str | None:
    atoms = size.atoms()
    if len(atoms) == 1 and isinstance(atom := next(iter(atoms)), Sym) and size == alone(atom):
        return atom.name
    return None


def _solved(relation: Relation, given: Mapping[str, Size]) -> bool:
    return not (relation.left.replace(given) - relation.right.replace(given))


def _families(free: list[str], given: Mapping[str, Size]) -> Iterator[Family]:
    """Simple ones first."""
    forms = _FORMS[: _FEWER.get(len(free), len(_FORMS) if len(free) < 4 else 2)]
    ways = sorted(product(range(len(forms)), repeat=len(free)), key=lambda way: (sum(way), way))
    for way in ways[:_TRIES]:
        family = {name: forms[i] for name, i in zip(free, way, strict=True)}
        yield family | {name: sharp(value.replace(family)) for name, value in given.items()}


# -- the quick look --------------------------------------------------------------------------------------------------


def _likely(known: Scale, family: Family, relations: Iterable[Relation], over: Size, under: Size) -> bool:
    fixed = {name: _some(*limits) for name, limits in known.ranges.items()}
    try:
        near, far = (fixed | _logs(family, at, fixed) for at in (_NEAR, _FAR))
        if not all(_obeyed(relation, far) for relation in relations):
            return False
        first = _magnitude(over, near) - _magnitude(under, near)
        last = _magnitude(over, far) - _magnitude(under, far)
    except (ValueError, KeyError, OverflowError, ZeroDivisionError):
        return False
    return last > first + 0.2


def _some(low: Fraction, high: Fraction | None) -> float:
    """The logarithm of some number of a range."""
    return math.log(low + 1) if high is None else math.log((low + high) / 2)


def _logs(family: Family, base: float, fixed: Mapping[str, float]) -> dict[str, float]:
    at = {BASE: math.log(base), **fixed}
    return {name: _magnitude(form, at) for name, form in family.items()}


def _obeyed(relation: Relation, logs: Mapping[str, float]) -> bool:
    left, right = _magnitude(relation.left, logs), _magnitude(relation.right, logs)
    match relation.operator:
        case "<=" | "<":
            return left <= right + 1e-6
        case ">=" | ">":
            return right <= left + 1e-6
        case "=":
            return abs(left - right) < 1e-6 * (1 + abs(left))
        case _:
            return True


def _magnitude(size: Size, logs: Mapping[str, float]) -> float:
    """The logarithm of a number above 0."""
    parts: dict[bool, list[float]] = {True: [], False: []}
    for monomial, value in size.terms.items():
        parts[value > 0].append(math.log(abs(value)) + sum(e * _atom(a, logs) for a, e in monomial))
    above, below = _summed(parts[True]), _summed(parts[False])
    if below == -math.inf or above == below == math.inf:
        return above
    return above + math.log1p(-math.exp(min(0.0, below - above)))


def _summed(parts: list[float]) -> float:
    top = max(parts, default=-math.inf)
    if not math.isfinite(top):
        return top
    return top + math.log(sum(math.exp(part - top) for part in parts))


def _atom(atom: Atom, logs: Mapping[str, float]) -> float:
    match atom:
        case Sym(name):
            return logs[name]
        case Apply("pow", (base, exponent)):
            sign = -1 if max(exponent.terms.values(), default=1) < 0 else 1
            return sign * math.exp(min(_magnitude(sign * exponent, logs), 650)) * _magnitude(base, logs)
        case Apply("log", (inside,)):
            return math.log(max(_magnitude(inside, logs), 1e-9))
        case Apply("min", args):
            return min(_magnitude(arg, logs) for arg in args)
        case Apply("max" | "floor" | "ceil", args):
            return max(_magnitude(arg, logs) for arg in args)
        case Apply() | Indexed() | Big() | Given():
            raise ValueError


# -- exactly ---------------------------------------------------------------------------------------------------------


def _diverges(
    known: Scale, family: Family, relations: Iterable[Relation], over: Size, under: Size
) -> Size | None:
    """The class of over/under along the family if it tends to infinity and the hypotheses hold in the end."""
    alone_ = attrs.evolve(known, rows=(), less=(), flat=())
    if not all(_holds(alone_, relation, family) for relation in relations):
        return None
    large = of_sum(sharp(over.replace(family)), alone_, "lower")
    small = of_sum(sharp(under.replace(family)), alone_, "upper")
    if large is None or small is None or not large.terms:
        return None
    if not all(alone_.below(each, *large.terms) for each in small.terms):
        return None
    top, bottom = leading(large.terms, alone_), leading(small.terms, alone_)
    return sharp(top / bottom)


def _holds(known: Scale, relation: Relation, family: Family) -> bool:
    """Whether the hypothesis holds along the family from some B on."""
    difference = sharp((relation.right - relation.left).replace(family))
    match relation.operator:
        case "<=":
            return not difference or _mounts(difference, known)
        case "<":
            return _mounts(difference, known)
        case ">=":
            return not difference or _mounts(-difference, known)
        case ">":
            return _mounts(-difference, known)
        case "=":
            return not difference
        case _:
            return _mounts(difference, known) or _mounts(-difference, known)


def _mounts(size: Size, known: Scale) -> bool:
    number = size.constant()
    if number is not None:
        return number > 0
    if size.free <= known.fixed:
        return known.positive(size)
    lower = of_sum(size, known, "lower")
    return lower is not None and bool(lower.terms)


def sharp(size: Size) -> Size:
    """The same size with logarithms of products taken apart."""
    return size.map_atoms(_sharp)


def _sharp(atom: Atom) -> Size:
    match atom:
        case Apply("log", (inside,)):
            inside = sharp(inside)
            return exact(inside) if len(inside.terms) == 1 else apply("log", inside)
        case Apply("pow", (base, exponent)):
            return _power(sharp(base), sharp(exponent))
        case Apply(function, args):
            return apply(function, *map(sharp, args))
        case _:
            return alone(atom)


def _power(base: Size, exponent: Size) -> Size:
    """(2^B)^k = 2^(B*k) and 2^(log(B)/log(2)) = B: each term of the logarithm has the logarithm of some number in it."""
    if len(base.terms) != 1:
        return power(base, exponent)
    total = const(1)
    for monomial, value in (exponent * exact(base)).terms.items():
        root = next(a for a, e in monomial if isinstance(a, Apply) and a.function == "log" and e == 1)
        rest = Size({tuple(pair for pair in monomial if pair[0] != root): 1}) * value
        total = total * power(root.args[0], rest)
    return total
