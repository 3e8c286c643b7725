"""The variable that walks: the one combination of a loop's variables that its condition speaks of, and its barriers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

import attrs

from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.polynomials import polynomial
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.shapes import Jump, Node, Shape, parts
from aalpl.cost.form.steps import conditioned
from aalpl.program.size import ONE, ZERO, Size, ceil, floor, sym


@attrs.frozen
class Walk:
    """`size` is a combination of the variables with whole coefficients; the loop goes on while it is in `low..high`
    (None: no barrier there). `steps` are by how much each jump changes it; `weights` theirs; 1 less all is `ends`, with
    which a round ends the loop wherever it is."""

    size: Size
    low: Size | None
    high: Size | None
    steps: tuple[int, ...]
    weights: tuple[Size, ...]
    ends: Size

    @property
    def drift(self) -> Size:
        """By how much it changes on the average."""
        return sum((weight * step for weight, step in zip(self.weights, self.steps, strict=True)), ZERO)

    def weight(self, sign: int) -> Size:
        """With which weight it goes up (1), down (-1) or stays (0)."""
        pairs = zip(self.weights, self.steps, strict=True)
        return normal(sum((w for w, step in pairs if (step > 0) - (step < 0) == sign), ZERO))

    def turned(self) -> Walk:
        """Up and down exchanged."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return attrs.evolve(self, size=-self.size, low=low, high=high, steps=tuple(-s for s in self.steps))


def walking(shape: Shape) -> Walk | None:
    """The walk of a loop with one node, if its condition is about one."""
    node = shape.only
    if node is None or not node.jumps or not shape.rest:
        return None
    at = shape.at(next(iter(shape.nodes)))
    conditions = parts(conditioned(shape.condition, lambda size: size.replace(at)))
    open_ = [size for size in conditions if _open(size, node, shape.rest)]
    direction, low, high = ZERO, None, None
    for size in open_:
        mine, end = _linear(size, shape.rest)
        if direction in (ZERO, mine) and (low is None or low == end):
            direction, low = mine, end
        elif direction in (ZERO, -mine) and (high is None or high == -end):
            direction, high = -mine, -end
        else:
            return None
    if not direction:
        return None
    steps = [_step(direction, jump, shape.rest) for jump in node.jumps]
    whole = tuple(int(step) for step in steps if step is not None and step.denominator == 1)
    if len(whole) < len(steps):
        return None
    weights = tuple(jump.weight for jump in node.jumps)
    walk = Walk(direction, low, high, whole, weights, normal(ONE - sum(weights, ZERO)))
    return walk if low is not None else walk.turned()


def _open(size: Size, node: Node, rest: Sequence[str]) -> bool:
    """Whether a jump may break a part of the condition."""
    if size.free.isdisjoint(rest):
        return False
    return not all(node.known.proves(_after(size, jump, rest)) for jump in node.jumps)


def _after(size: Size, jump: Jump, rest: Sequence[str]) -> Size:
    return size.replace(dict(zip(rest, jump.values, strict=True)))


def _linear(size: Size, rest: Sequence[str]) -> tuple[Size, Size]:
    """`size >= 0` as w >= end, for w a combination of the variables with whole coefficients without common divisor."""
    terms = polynomial(size, rest)
    constant = terms.pop((0,) * len(rest), ZERO)
    numbers: list[Fraction] = []
    for powers, value in terms.items():
        number = value.constant()
        if number is None or sum(powers) != 1:
            raise Declined("a condition that is not linear in what changes")
        numbers.append(number)
    scale = Fraction(lcm(*(n.denominator for n in numbers)))
    scale /= gcd(*(int(n * scale) for n in numbers))
    direction = sum(
        (value * scale * sym(name) for name, value in _single(terms, rest)),
        ZERO,
    )
    end = -constant * scale
    return direction, (end if scale == scale.numerator and scale >= 1 else ceil(end))


def _single(terms: dict[tuple[int, ...], Size], rest: Sequence[str]) -> list[tuple[str, Size]]:
    return [(rest[powers.index(1)], value) for powers, value in terms.items()]


def _step(direction: Size, jump: Jump, rest: Sequence[str]) -> Fraction | None:
    return (_after(direction, jump, rest) - direction).constant()


__all__ = ["Walk", "floor", "walking"]
