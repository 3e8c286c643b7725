"""Loops whose draws have too many outcomes to be followed one by one: additive drift.

If V >= 0 is part of the condition, a round lowers V by delta on the average, and never by more than M, then V + delta times
the rounds so far falls on the average as long as the loop goes on, and V stays at least -M; so there are at most
(V + M)/delta rounds on the average (He and Yao 2001; Lengler 2020). Only expectations of V itself are needed, to which a
binomial or geometric draw brings its mean. If V >= 0 is all of the condition and a round changes V by a bounded amount,
at least (V + 1)/delta rounds; else at least one.

If X = V + 1 is never below 0 and a round lowers it by at least a share s of what it is, there are at most (1 + log X)/s rounds
on the average: multiplicative drift (Doerr, Johannsen and Winzen 2012). So are the largest of n geometric waiting times bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.shapes import parts
from aalpl.cost.chance.walker import Walker, Where, bracket
from aalpl.cost.engine.conditions import facts
from aalpl.cost.form.nodes import Cycle, Event, Havoc, Step, Steps
from aalpl.cost.form.steps import mapped
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size, Sym, apply, given, maximum


@attrs.frozen
class _Leap:
    """What is lost in a round: `loss` on the average, at most `most`, at least `least` (None: without limit)."""

    height: Size
    price: Size
    loss: Size
    most: Size
    least: Size | None


def leap(of: Cycle, names: Sequence[str], after: Size, at: Where, walker: Walker) -> Size | None:
    """A bound of the expectation before a loop, from above or below as the walker goes."""
    plain = not of.before if of.kind == "while" else not of.body
    if of.probability is not None or not plain or not after.free.isdisjoint(names):
        return None
    round_ = of.body if of.kind == "while" else of.before
    conditions = parts(of.condition)
    known = at.known.plus(*facts(of.condition))
    for height in conditions:
        shared = _by_share(of, height, at, names, known, walker)
        if shared is not None:
            walker.exact = False
            return after + shared
        found = _measured(height, round_, names, at.under(*facts(of.condition)), known, walker)
        if found is not None:
            walker.exact = False
            rounds = _rounds(of, found, len(conditions) == 1, walker)
            return after + found.price * rounds
    return None


def _rounds(of: Cycle, found: _Leap, alone: bool, walker: Walker) -> Size:
    """Bounds of the rounds before the loop."""
    height, each = found.height, found.loss
    goes = bracket(of.condition)
    if walker.up > 0 and of.kind == "while":
        return goes * normal((height + found.most) / each)
    if walker.up > 0:  # of a `repeat` the first round is always there
        rise = ZERO if found.least is None else -found.least
        later = 1 + (maximum(0, height + rise) + found.most) / each
        return given(height) * normal((height + found.most) / each) + given(-height - 1) * later
    if alone and found.least is not None and of.kind == "while":
        return goes * normal((height + 1) / each)
    return goes if of.kind == "while" else ONE


def _by_share(
    of: Cycle, height: Size, at: Where, names: Sequence[str], known: Known, walker: Walker
) -> Size | None:
    """What is paid where each round lowers X = height + 1 by at least a share of it."""
    if of.kind != "while":
        return None
    inside, x = at.under(*facts(of.condition)), height + 1
    silent = Walker(walker.forms, _nothing, walker.asked, walker.up)
    try:
        price = walker.steps(of.body, ZERO, inside)
        mean = silent.steps(of.body, x, inside)
        lowest = attrs.evolve(silent, up=-1).steps(_chosen(of.body), x, inside)
    except Declined:
        return None
    loss, lowest = (normal(brackets.reduced(size, known), known) for size in (x - mean, lowest))
    share = _share(loss, x, names)
    fixed = price.free.isdisjoint(names) and share is not None and share.free.isdisjoint(names)
    if share is None or not fixed or not share:
        return None
    if not all(map(known.proves, (share, loss - share * x, price, lowest))):
        return None
    if walker.up < 0:
        return bracket(of.condition) * price
    return bracket(of.condition) * price * (1 + apply("log", x)) / share


def _share(loss: Size, x: Size, names: Sequence[str]) -> Size | None:
    """Which part of x the loss is, as far as a variable of the loop says."""
    for name in sorted(x.free & loss.free & set(names)):
        mine, whole = (size.coefficients(Sym(name)) for size in (loss, x))
        if set(mine) <= {0, 1} and set(whole) <= {0, 1}:
            return normal(mine.get(1, ZERO) / whole[1]) if 1 in whole else None
    return None


def _measured(
    height: Size, round_: Steps, names: Sequence[str], at: Where, known: Known, walker: Walker
) -> _Leap | None:
    silent = Walker(walker.forms, _nothing, walker.asked, walker.up)
    try:
        price = walker.steps(round_, ZERO, at)
        mean = silent.steps(round_, height, at)
        lowest = attrs.evolve(silent, up=-1).steps(_chosen(round_), height, at)
    except Declined:
        return None
    loss, most = (normal(brackets.reduced(height - size, known), known) for size in (mean, lowest))
    if not (price.free | loss.free | most.free).isdisjoint(names) or loss == 0:
        return None
    if not known.proves(loss) or not known.proves(price) or not known.proves(most):
        return None
    return _Leap(height, price, loss, most, _least(height, round_, names, at, known, silent))


def _least(
    height: Size, round_: Steps, names: Sequence[str], at: Where, known: Known, silent: Walker
) -> Size | None:
    try:
        highest = attrs.evolve(silent, up=1).steps(_chosen(round_), height, at)
    except Declined:
        return None
    least = brackets.reduced(height - highest, known)
    return least if least.free.isdisjoint(names) else None


def _chosen(steps: Steps) -> Steps:
    """The steps with draws left to the adversary."""

    def step(of: Step) -> Step:
        return attrs.evolve(of, law=None, mean=None) if isinstance(of, Havoc) else of

    return tuple(mapped(step(of), lambda size: size, _chosen) for of in steps)


def _nothing(_: Event) -> Size:
    return ZERO
