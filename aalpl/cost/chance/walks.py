"""Walks and coins: H as a polynomial in the variables, and in z^w for a walking variable w.

A solution of H = price + sum of weight times H(after the jump), with H = outside at the barriers, is what the loop costs if
it is the only one that can be. That is so (optional stopping; Feller 1968, chapter XIV) in these cases, and no others are
answered. Weights and steps are constants; other variables grow at most like polynomials in the number of rounds.

    a coin            each round ends the loop with the same chance, or (several nodes) some coin does, and H is a polynomial:
                      rounds have a geometric tail, in which polynomials vanish
    one barrier       w goes down by at most one at a time, and down on the average: again rounds have a geometric tail
    a coin and one    w only goes down: H may have z^w with z = down/(1 - stay), which is below 1
      barrier
    two barriers      w moves by one at a time: z^w with z = down/up, or where both are equal a polynomial

The coefficients solve linear equations, coefficient by coefficient, over quotients of polynomials in all that is constant.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.cost.chance.barriers import Walk, walking
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.polynomials import Powers, degree, monomial, polynomial, up_to
from aalpl.cost.chance.rational import Field, normal, solution
from aalpl.cost.chance.shapes import Key, Node, Shape
from aalpl.cost.chance.walker import either
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, Sym, given, maximum, power, raised, sym

DEGREES = 3
"""By how much the degree of H may be above that of the price."""

UNKNOWNS = 60


def walk(shape: Shape) -> Size | None:
    """H of a loop of polynomials."""
    if not shape.rest or not _tame(shape):
        return None
    sure = all(jump.surely for node in shape.nodes.values() for jump in node.jumps)
    if sure:
        return _coins(shape)
    found = walking(shape)
    if found is None or found.low is None:
        return None
    return _between(shape, found) if found.high is not None else _down(shape, found)


def _tame(shape: Shape) -> bool:
    """Whether weights are constants, and variables grow like polynomials: each changes by what only those before it
    say, or is set to a constant."""
    names = set(shape.rest)
    grows: dict[str, set[str]] = {name: set() for name in shape.rest}
    for node in shape.nodes.values():
        for jump in node.jumps:
            if not jump.weight.free.isdisjoint(names):
                return False
            for name, value in zip(shape.rest, jump.values, strict=True):
                change = value - sym(name)
                if value.free.isdisjoint(names):
                    continue
                if name in change.free:
                    return False
                grows[name] |= change.free & names
    done: set[str] = set()
    while more := {name for name, needs in grows.items() if needs <= done} - done:
        done |= more
    return done == names


# -- which solutions are allowed -------------------------------------------------------------------------------------


def _coins(shape: Shape) -> Size | None:
    """No barrier: every round may end the loop by a coin."""
    if not any(normal(_ends(node)) for node in shape.nodes.values()):
        raise Declined(f"the loop at line {shape.loop.span.line} may never end", shape.loop.span)
    found = _solve(shape, None, ())
    return None if found is None else shape.whole(found)


def _ends(node: Node) -> Size:
    return ONE - sum((jump.weight for jump in node.jumps), ZERO)


def _down(shape: Shape, way: Walk) -> Size | None:
    """One barrier, below."""
    known = shape.loop.known
    (key,) = shape.nodes
    if way.ends:
        if any(step not in (0, -1) for step in way.steps):
            return None
        found = _solve(shape, way, (normal(way.weight(-1) / (1 - way.weight(0))),))
    else:
        falling(shape, way)
        if min(way.steps) < -1:
            return None
        found = _solve(shape, way, ())
    if found is None or way.low is None:
        return None
    above = way.size - way.low + 1
    return shape.whole(found) if shape.unrolled else _rounded(shape, found[key], above, known)


def falling(shape: Shape, way: Walk) -> None:
    """Declines unless the walk goes down on the average."""
    drift, known = normal(way.drift), shape.loop.known
    number = drift.constant()
    line = shape.loop.span.line
    if number == 0 or (number is not None and number > 0) or (number is None and known.proves(drift)):
        raise Declined(f"the loop at line {line} is not left on the average", shape.loop.span)
    if number is None and not known.proves(-drift):
        raise Declined(f"whether the loop at line {line} is left depends on {-drift} > 0", shape.loop.span)


def _between(shape: Shape, way: Walk) -> Size | None:
    """Two barriers."""
    if any(step not in (-1, 0, 1) for step in way.steps):
        return None
    up, down, stay = way.weight(1), way.weight(-1), way.weight(0)
    if way.ends:
        if up and down:
            return None
        ratio = normal((1 - stay) / up) if up else normal(down / (1 - stay))
    elif not (up or down):
        raise Declined(f"the loop at line {shape.loop.span.line} may never end", shape.loop.span)
    else:
        ratio = normal(down / up) if up and down else ONE
    found = _solve(shape, way, () if ratio == 1 else (ratio,), 2 if up and down else 1 if down else -1)
    return None if found is None else shape.whole(found)


def _rounded(shape: Shape, inside: Size, above: Size, known: Known) -> Size:
    """[above > 0] inside + [above <= 0] outside, as outside + max(0, above) * factor where that is the same."""
    outside = shape.loop.outside
    field = Field([inside, outside, above])
    factor = (field.ratio(inside) - field.ratio(outside)) / field.ratio(above)
    size = field.size(factor, known)
    if size.free.isdisjoint(above.free & set(shape.rest)) and len(shape.loop.variables) >= 1:
        return outside + maximum(0, above) * size
    return either(shape.loop.condition, inside, outside, shape.loop.known)


# -- coefficients ----------------------------------------------------------------------------------------------------


@attrs.frozen
class _Term:
    """A product of variables, times z^w where there is a ratio."""

    key: Key
    powers: Powers
    ratio: Size | None = None


def _solve(shape: Shape, way: Walk | None, ratios: Sequence[Size], sides: int = 1) -> dict[Key, Size] | None:
    """H at the nodes; `sides`: at the lower barrier 1, at the upper one -1, at both 2."""
    names = shape.rest
    prices = {key: polynomial(node.price, names) for key, node in shape.nodes.items()}
    least = max(map(degree, prices.values()))
    if way is not None:
        least = max(least, degree(_known_powers(shape.loop.outside, names)))
    for extra in range(DEGREES + 1):
        products = up_to(least + extra, len(names))
        terms = [_Term(key, powers) for key in shape.nodes for powers in products]
        for ratio in ratios:
            lower = up_to(least + max(0, extra - 1), len(names))
            terms += [_Term(key, powers, ratio) for key in shape.nodes for powers in lower]
        if len(terms) > UNKNOWNS:
            return None
        found = _coefficients(shape, way, terms, prices, sides)
        if found is not None:
            return found
    return None


def _known_powers(size: Size, names: Sequence[str]) -> list[Powers]:
    try:
        return list(polynomial(size, names))
    except Declined:
        return []


Equation = tuple[object, ...]
Row = dict[int, Size]


def _coefficients(
    shape: Shape, way: Walk | None, terms: Sequence[_Term], prices: dict[Key, dict[Powers, Size]], sides: int
) -> dict[Key, Size] | None:
    equations: dict[Equation, Row] = {}
    number = len(terms)

    def note(place: Equation, column: int, value: Size) -> None:
        row = equations.setdefault(place, {})
        row[column] = row.get(column, ZERO) + value

    for column, term in enumerate(terms):
        for place, value in _image(shape, way, term):
            note(place, column, value)
    for key, parts in prices.items():
        for powers, value in parts.items():
            note((key, powers, None), number, value)
    if way is not None:
        for side in _sides(way, sides):
            _barrier(shape, way, terms, side, note)
    rows = list(equations.values())
    field = Field([value for row in rows for value in row.values()])
    matrix = [[field.ratio(row[i]) if i in row else field.zero for i in range(number + 1)] for row in rows]
    answer = solution([row for row in matrix if any(row)])
    if answer is None:
        return None
    found = dict.fromkeys(shape.nodes, ZERO)
    for term, ratio in zip(terms, answer, strict=True):
        if ratio:
            size = field.size(ratio, shape.loop.known) * _term(term, way, shape.rest)
            found[term.key] = found[term.key] + size
    return found


def _term(term: _Term, way: Walk | None, names: Sequence[str]) -> Size:
    size = monomial(term.powers, [sym(name) for name in names])
    return size if term.ratio is None or way is None else size * power(term.ratio, way.size)


def _image(shape: Shape, way: Walk | None, term: _Term) -> list[tuple[Equation, Size]]:
    """What a term brings to H - sum of weight times H(after the jump), by products."""
    names = shape.rest
    found: list[tuple[Equation, Size]] = [((term.key, term.powers, term.ratio), ONE)]
    for key, node in shape.nodes.items():
        for i, jump in enumerate(node.jumps):
            if jump.key != term.key:
                continue
            image = jump.weight * monomial(term.powers, jump.values)
            if term.ratio is not None and way is not None:
                image = image * raised(term.ratio, way.steps[i])
            for powers, value in polynomial(image, names).items():
                found.append(((key, powers, term.ratio), -value))
    return found


def _sides(way: Walk, sides: int) -> list[Size]:
    """Where w is when it has just left."""
    found = []
    if sides in (1, 2) and way.low is not None:
        found.append(way.low - 1)
    if sides in (-1, 2) and way.high is not None:
        found.append(way.high + 1)
    return found


def _barrier(shape: Shape, way: Walk, terms: Sequence[_Term], end: Size, note: object) -> None:
    """H = outside where w = end, by products of the other variables."""
    assert callable(note)
    name = next((n for n in shape.rest if way.size.coefficients(Sym(n)).get(1) in (1, -1)), None)
    if name is None:
        raise Declined("a walk by a combination of variables")
    parts = way.size.coefficients(Sym(name))
    put = {name: (end - parts.get(0, ZERO)) / parts[1]}
    others = [n for n in shape.rest if n != name]
    values = [put.get(n, sym(n)) for n in shape.rest]
    for column, term in enumerate(terms):
        size = monomial(term.powers, values)
        if term.ratio is not None:
            size = size * power(term.ratio, end)
        for powers, value in polynomial(size, others).items():
            note((str(end), powers), column, value)
    (key,) = shape.nodes
    outside = shape.loop.outside.replace({**shape.at(key), **put})
    from aalpl.cost.chance import brackets

    outside = brackets.reduced(brackets.flat(outside), shape.loop.known)
    for powers, value in polynomial(outside, others).items():
        note((str(end), powers), len(terms), value)


# -- bounds ----------------------------------------------------------------------------------------------------------


def drift(shape: Shape) -> Size | None:
    """One barrier below, steps down of more than one: the last step goes too far by less than the longest.

    The rounds are (w + how far below) / loss on the average, by Wald's equation; the price of a round is a constant."""
    node = shape.only
    way = walking(shape) if _tame(shape) else None
    if node is None or way is None or way.low is None or way.high is not None or way.ends or shape.unrolled:
        return None
    known, outside = shape.loop.known, shape.loop.outside
    if not (node.price.free | outside.free).isdisjoint(shape.rest) or not known.proves(node.price):
        return None
    falling(shape, way)
    above = way.size - way.low + 1
    each = normal(node.price / -normal(way.drift), known)
    further = -min(way.steps) - 1
    shape.loop.walker.exact &= not further
    if shape.loop.walker.up < 0 or not further:
        return outside + maximum(0, above) * each
    return outside + given(above - 1) * (above + further) * each
