"""A variable that falls to any smaller value alike, from x to one of a..x-1 (or to x again): differences of the equation.

    H(x) = p(x) + (H(a) + ... + H(x - 1))/c(x) with c(x + 1) = c(x) + 1, so c(x) (H(x) - p(x)) is a sum with one more term
    at x + 1, and  H(x + 1) - H(x) = p(x + 1) - c(x) p(x)/c(x + 1)

as for quickselect's and quicksort's recurrences (Knuth, vol. 3, 5.2.2). Halving at random takes 1 + 1/2 + ... + 1/n rounds.
"""

from __future__ import annotations

import attrs

from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.shapes import parts
from aalpl.cost.chance.walker import Loop, either
from aalpl.cost.closed.sums import total
from aalpl.cost.sizes.terms import alone, assembled
from aalpl.program.size import ONE, ZERO, Apply, Big, Size, is_whole, sym


@attrs.frozen
class _Fall:
    """With this weight each of `low..x-1`, with `stay` x again, at the price `price`."""

    price: Size
    weight: Size
    stay: Size
    low: Size


def fall(loop: Loop) -> Size | None:
    """H of such a loop."""
    if len(loop.variables) != 1:
        return None
    (name,) = loop.variables
    try:
        (condition,) = parts(loop.condition)
    except (Declined, ValueError):
        return None
    first = sym(name) - condition
    found = _taken_apart(loop, name)
    if found is None or not is_whole(first) or name in first.free | loop.outside.free:
        return None
    here, known = sym(name), loop.known
    goes = ONE - found.stay
    share, price = normal(goes / found.weight), normal(found.price / goes)
    ahead = normal(share - here)
    enough = known.proves(first + ahead - 1) and known.proves(first - found.low)
    if name in ahead.free or not enough:
        return None
    index = f"{name}.fall"

    def at(size: Size, place: Size) -> Size:
        return size.replace({name: place})

    y = sym(index)
    change = normal(at(price, y) - at(share, y - 1) * at(price, y - 1) / at(share, y))
    begin = at(price, first) + (first - found.low) * loop.outside / at(share, first)
    inside = normal(begin) + total(index, first + 1, here, change, known.plus(condition))
    return either(loop.condition, inside, loop.outside, known)


def _taken_apart(loop: Loop, name: str) -> _Fall | None:
    """The round; None where it is something else."""
    price, weight, stay = ZERO, ZERO, ZERO
    low: Size | None = None
    for monomial, value in loop.inside.terms.items():
        ways = [a for a, _ in monomial if loop.name in alone(a).free]
        if not ways:
            price = price + assembled({monomial: value})
            continue
        way = ways[0]
        rest = assembled({tuple((a, e) for a, e in monomial if a != way): value})
        if len(ways) > 1 or (way, 1) not in monomial:
            return None
        match way:
            case Apply(_, (arg,)) if arg == sym(name):
                stay = stay + rest
            case Big("sum", index, first, last, body) if (
                body == _ahead(loop, sym(index)) and name not in first.free
            ):
                if last - sym(name) not in (-1, 0) or low not in (None, first):
                    return None
                low, weight = first, weight + rest
                stay = stay + (rest if last == sym(name) else ZERO)
            case _:
                return None
    return None if low is None or not weight else _Fall(price, weight, stay, low)


def _ahead(loop: Loop, place: Size) -> Size:
    return alone(Apply(loop.name, (place,)))
