"""One variable that moves by one step or stays, with chances that depend on where it is: a sum over where it has been.

    H(x) = price(x) + stay(x) H(x) + move(x) H(x - s),  so  H(x) = sum over levels y of (price/(1 - stay))(y) times the
    product of (move/(1 - stay)) over the levels before,  plus what comes after times the product over all

The number of levels from x down to a barrier is ceil((x - low + 1)/s). Waiting times are geometric (coupon collector).
"""

from __future__ import annotations

from aalpl.cost.chance.barriers import walking
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.shapes import Shape
from aalpl.cost.closed.sums import product, total
from aalpl.program.size import ONE, Size, ceil, sym


def levels(shape: Shape) -> Size | None:
    """H of a loop in which one variable moves one way."""
    way = walking(shape)
    if way is None or way.low is None or way.high is not None or len(shape.rest) != 1 or shape.unrolled:
        return None
    if any(step > 0 for step in way.steps) or len({step for step in way.steps if step}) != 1:
        return None
    (name,) = shape.rest
    node, stride = shape.only, -min(way.steps)
    outside, known = shape.loop.outside, shape.loop.known
    if node is None or way.size not in (sym(name), -sym(name)) or name in outside.free:
        return None
    sign = 1 if way.size == sym(name) else -1
    index = f"{name}.level"  # 1 is the last level before the barrier
    number = ceil((way.size - way.low + 1) / stride)
    here = sign * (way.low - 1 + sym(index))
    if stride > 1:
        here = sym(name) - sign * (number - sym(index)) * stride
    leaves = ONE - way.weight(0)
    each = normal(node.price / leaves).replace({name: here})
    goes = normal(way.weight(-1) / leaves).replace({name: here})
    if goes == 1:
        return total(index, ONE, number, each, known) + outside
    other = f"{index}'"
    goes = goes.replace({index: sym(other)})
    inside = known.plus(sym(index) - 1, number - sym(index))
    reached = product(other, sym(index) + 1, number, goes, inside)
    return total(index, ONE, number, each * reached, known) + outside * product(
        other, ONE, number, goes, known
    )
