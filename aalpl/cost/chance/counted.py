"""Counted loops, backwards: H_i = (the body before H_{i+1}), and H after the last round is what comes after the loop.

With H put as a name, the body gives H_i = C + p H_{i+1}(values after the round). Where neither the price C, the weight p
(below 1 where a round may return) nor what comes after depends on what the rounds change, the solution is

    H = sum_i C(i) prod_{j < i} p(j) + after prod_i p(i)

Otherwise H is sought as a polynomial in the variables that change, whose coefficients are recurrences in the round: each
follows from those of larger degree, solved as any variable of a loop (`closed.recurrences`).
"""

from __future__ import annotations

import attrs

from aalpl.cost.chance import brackets
from aalpl.cost.chance.moments import backwards
from aalpl.cost.chance.rational import normal
from aalpl.cost.chance.telling import counted
from aalpl.cost.chance.walker import Declined, Walker, Where
from aalpl.cost.closed.sums import product, total
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.ledger import greatest
from aalpl.cost.form.nodes import Branch, Count, Cycle, Fork, Havoc, Step
from aalpl.cost.form.steps import every
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Apply, Size, Sym, floor, sym
from aalpl.report import Span


def count(of: Count, after: Size, at: Where, walker: Walker) -> Size:
    """Before a counted loop; its bounds are evaluated there."""
    index = walker.fresh("i")
    values, lists = changed(of.body)
    values.discard(of.index)
    apart_from(lists, after, of.span)
    low, high, here = of.low, of.high, sym(index)
    if of.step != 1:
        low, high, here = ZERO, floor((of.high - of.low) / of.step), of.low + sym(index) * of.step
    first = {name: walker.fresh(name) for name in sorted(values & (low.free | high.free | here.free))}
    before = {name: sym(mine) for name, mine in first.items()}
    run = Run(index, low.replace(before), high.replace(before), here.replace(before))
    try:
        found = _solve(of, run, after, at.past(of), walker, sorted(values))
    except Declined:
        few = _one_by_one(of, run, after, at.past(of), walker)
        if few is None:
            raise
        found = few
    counted(of, run.low, run.high, found, walker)
    return found.replace({mine: sym(name) for name, mine in first.items()})


ROUNDS = 6
"""Loops of at most so many rounds are gone through round by round where nothing else helps."""


@attrs.frozen
class Run:
    """The rounds: `index` in `low..high`, where the loop's variable is `here`."""

    index: str
    low: Size
    high: Size
    here: Size

    def facts(self) -> tuple[Size, ...]:
        """What holds in a round."""
        return sym(self.index) - self.low, self.high - sym(self.index)

    def around(self, variable: str) -> tuple[Size, ...]:
        """What holds in a round, of the loop's own variable."""
        if self.here == sym(self.index):
            return sym(variable) - self.low, self.high - sym(variable)
        return (sym(variable) - self.here.replace({self.index: ZERO}),)

    def known(self, known: Known) -> Known:
        """What is known in a round."""
        return known.plus(*self.facts())


def _solve(of: Count, run: Run, after: Size, at: Where, walker: Walker, names: list[str]) -> Size:
    found = _alike(of, run, after, at, walker, names) if after.free.isdisjoint(names) else None
    if found is not None:
        return found
    head = walker.fresh("%head")
    unknown = Size({((Apply(head, tuple(map(sym, names))), 1),): 1})
    price, jumps = apart(_round(of, run, unknown, at, walker), head)
    moving = {name for size in (price, after, *(w for _, w in jumps)) for name in size.free}
    if moving.isdisjoint(names):
        weight = normal(sum((w for _, w in jumps), ZERO), run.known(at.known))
        return _survived(run, price, weight, after, at.known)
    return backwards(names, price, jumps, after, run.index, run.low, run.high, at.known)


def _one_by_one(of: Count, run: Run, after: Size, at: Where, walker: Walker) -> Size | None:
    """A few rounds, each gone through by itself."""
    first, number = run.low.constant(), (run.high - run.low + 1).constant()
    if first is None or number is None or number > ROUNDS:
        return None
    for i in reversed(range(int(number))):
        here = run.here.replace({run.index: run.low + i})
        before = walker.steps(of.body, after, at).replace({of.index: here})
        after = brackets.reduced(brackets.flat(before), at.known)
    return after


def _alike(of: Count, run: Run, after: Size, at: Where, walker: Walker, names: list[str]) -> Size | None:
    """Where H at the next round does not depend on what the rounds change, one name stands for it."""
    mark = walker.fresh("%next")
    try:
        parts = _round(of, run, sym(mark), at, walker).coefficients(Sym(mark))
    except Declined:
        return None
    price, weight = parts.get(0, ZERO), parts.get(1, ZERO)
    if set(parts) - {0, 1} or not (price.free | weight.free).isdisjoint({*names, mark}):
        return None
    return _survived(run, price, normal(weight, run.known(at.known)), after, at.known)


def _round(of: Count, run: Run, goal: Size, at: Where, walker: Walker) -> Size:
    """H at a round, `goal` being H at the next."""
    before = walker.steps(of.body, goal, at.under(*run.around(of.index)))
    apart_from(changed(of.body)[1], before, of.span)
    return brackets.reduced(brackets.flat(before.replace({of.index: run.here})), run.known(at.known))


def _survived(run: Run, price: Size, weight: Size, after: Size, known: Known) -> Size:
    """The sum of the prices of all rounds that are reached."""
    index, low, high = run.index, run.low, run.high
    if weight == 1:
        return total(index, low, high, price, known) + after
    other = f"{index}'"
    each = weight.replace({index: sym(other)})
    reached = product(other, low, sym(index) - 1, each, run.known(known))
    return total(index, low, high, price * reached, known) + after * product(other, low, high, each, known)


def apart_from(lists: set[str], size: Size, span: Span) -> None:
    """Declines where it matters what a loop does to lists."""
    for name in sorted(lists & size.free):
        raise Declined(f"it depends on the elements of `{name}`, which change", span)


Jump = tuple[tuple[Size, ...], Size]
"""The values after a round, and the weight of that way."""


def apart(size: Size, head: str) -> tuple[Size, list[Jump]]:
    """The size as a price and what goes on: H(...) must be a plain factor of terms."""
    price, jumps = ZERO, dict[tuple[Size, ...], Size]()
    for monomial, value in size.terms.items():
        heads = [(a, e) for a, e in monomial if isinstance(a, Apply) and a.function == head]
        rest = ONE * value
        for atom, exponent in monomial:
            if not (isinstance(atom, Apply) and atom.function == head):
                rest = rest * Size({((atom, exponent),): 1})
        if head in rest.free or len(heads) > 1 or any(e != 1 for _, e in heads):
            raise Declined("how a loop goes on has no closed form")
        if heads:
            atom = heads[0][0]
            assert isinstance(atom, Apply)
            jumps[atom.args] = jumps.get(atom.args, ZERO) + rest
        else:
            price = price + rest
    return price, [(args, weight) for args, weight in jumps.items() if weight]


def fork(of: Fork, after: Size, at: Where, walker: Walker) -> Size:
    """Side by side: as work prices add up. What the branches leave behind must not matter."""
    values, arrays = changed(of.joins)
    if not (values | arrays | set(of.results)).isdisjoint(after.free):
        raise Declined("it depends on what branches side by side answer", of.span)
    index = walker.fresh("i")
    run = Run(index, of.low, of.high, sym(index))
    each = walker.steps(of.body, ZERO, at.under(*run.around(of.index))).replace({of.index: sym(run.index)})
    if not walker.critical:
        return total(run.index, of.low, of.high, each, at.known) + after
    random = any(_is_random(step) for step in every(of.body))
    walker.exact &= not random
    if (
        random and walker.up > 0
    ):  # the mean of the largest lies between the largest of the means and their sum
        return total(run.index, of.low, of.high, each, at.known) + after
    if of.workers is not None:
        raise Declined("the span of branches in groups", of.span)
    return greatest(run.index, of.low, of.high, each, at.known) + after


def _is_random(step: Step) -> bool:
    match step:
        case Havoc(law=law, mean=mean):
            return law is not None or mean is not None
        case Branch(probability=probability) | Cycle(probability=probability):
            return probability is not None
        case _:
            return False
