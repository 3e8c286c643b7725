"""Counted loops whose variables change at random: expectations of polynomials in them, round by round.

H_i(y) is the expectation from round i on. If a round takes y to a_o(i, y) with weight w_o(i), then of a product m of the
variables sum_o w_o m(a_o) is a combination of products again. Where no two products need each other, the coefficients
of H_i solve one recurrence each (linear recurrences of moments; Bartocci, Kovács, Stankovič 2019).
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.polynomials import Powers, assembled, monomial, polynomial
from aalpl.cost.chance.rational import normal
from aalpl.cost.closed.recurrences import Rounds, solve
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.ranges import count
from aalpl.program.size import ZERO, Size, sym

PRODUCTS = 24
"""More products of variables are given up."""

Jump = tuple[tuple[Size, ...], Size]


@attrs.frozen
class Moments:
    """How products of the variables go on: `image[m]` is the mean of m after a round."""

    names: Sequence[str]
    jumps: Sequence[Jump]
    image: dict[Powers, dict[Powers, Size]] = attrs.field(factory=dict)

    def close(self, wanted: Sequence[Powers]) -> None:
        """The images of products, and of those in them."""
        waiting = list(wanted)
        while waiting:
            powers = waiting.pop()
            if powers in self.image:
                continue
            if len(self.image) >= PRODUCTS:
                raise Declined("products of variables without end")
            mean = sum((weight * monomial(powers, args) for args, weight in self.jumps), ZERO)
            self.image[powers] = {key: normal(value) for key, value in polynomial(mean, self.names).items()}
            waiting += self.image[powers]

    def order(self) -> list[Powers]:
        """The products, each after those that need it."""
        waiting, found = list(self.image), list[Powers]()
        while waiting:
            free = [
                m
                for m in waiting
                if all(m not in self.image[other] or other in (m, *found) for other in self.image)
            ]
            if not free:
                raise Declined("products of variables that need each other")
            found += free
            waiting = [m for m in waiting if m not in free]
        return found


def backwards(
    names: Sequence[str],
    price: Size,
    jumps: Sequence[Jump],
    after: Size,
    index: str,
    low: Size,
    high: Size,
    known: Known,
) -> Size:
    """H at the first round, where `after` is H past the last."""
    if any(not weight.free.isdisjoint(names) for _, weight in jumps):
        raise Declined("how a loop goes on depends on variables that change")
    start, prices = polynomial(after, names), polynomial(price, names)
    moments = Moments(names, jumps)
    moments.close([*start, *prices])
    left = f"{index}.left"  # rounds still to come: the index is high + 1 - left before them
    rounds = Rounds(left, ZERO, known.plus(sym(left)))
    at = {index: high - sym(left)}
    solved: dict[Powers, Size] = {}
    for powers in moments.order():
        here = f"{index}.here"
        update = prices.get(powers, ZERO).replace(at)
        for other, image in moments.image.items():
            if powers in image:
                factor = image[powers].replace(at)
                update = update + factor * (sym(here) if other == powers else solved[other])
        found = solve(here, update, start.get(powers, ZERO), rounds)
        if found is None:
            raise Declined("how expectations change from round to round was not solved")
        solved[powers] = found
    number = count(low, high, known)
    return assembled({m: value.replace({left: number}) for m, value in solved.items()}, names)
