"""What is paid from a point of a form to its end, in expectation, as a size over the variables at that point.

The steps are gone through backwards (Kaminski, Katoen, Matheja, Olmedo 2016, in the way of weakest preconditions): with
A the expectation of what is paid after a step, before it there is

    x <- e            A with e for x
    a call            its price + A
    a draw x ~ law    the mean of A over the law (`draws`); where only a mean is declared, A must be linear in x
    x from outside    the largest value of A (or the smallest: the adversary knows the past, not the future)
    if c              [c] (A before `then`) + [not c] (A before `else`);  with probability p: p and 1 - p in their places
    return            what the caller pays after the call
    a loop            H, a solution of H = [c] (H before the body) + [not c] A: see `cycles` and `counted`
    a call of f       A before the body of f

Draws are fresh, so nothing has to be assumed of their independence: it is in the order of the steps. The result is
exact unless the adversary has a say or a bound was used; then the two directions differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from aalpl.cost.chance import brackets, draws
from aalpl.cost.chance.draws import Declined
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.conditions import facts
from aalpl.cost.form.nodes import (
    All,
    Any,
    Beyond,
    Branch,
    Condition,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Form,
    Havoc,
    HavocArray,
    Holds,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.lower.expressions import denied
from aalpl.cost.result import Asked, Part
from aalpl.cost.result import Step as Told
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.rewrite import reads
from aalpl.program.size import ONE, ZERO, Size, Sym, maximum, minimum, sym
from aalpl.report import Span

Charge = Callable[[Event], Size]
LARGE = 300
"""Expressions of more terms are given up."""


@attrs.frozen
class Where:
    """The function that is gone through: what its `return` leaves to pay, what holds at all times, and where we are."""

    leave: Size
    always: Known
    chain: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()
    here: tuple[Size, ...] = ()  # what holds of variables at this point

    @property
    def known(self) -> Known:
        """What holds at this point."""
        return self.always.plus(*self.here)

    def under(self, *facts_: Size) -> Where:
        """Where more holds."""
        return attrs.evolve(self, here=(*self.here, *facts_))

    def past(self, step: Step) -> Where:
        """After a step: what holds of variables that it does not assign."""
        names = changed((step,))[0] | ({step.index} if isinstance(step, Count | Fork) else set())
        return attrs.evolve(self, here=tuple(fact for fact in self.here if fact.free.isdisjoint(names)))


@attrs.define
class Walker:
    """Goes backwards through steps. `up`: 1 for the largest expectation over the adversary, -1 for the smallest."""

    forms: Mapping[str, Form]
    charge: Charge
    asked: Asked
    up: int
    critical: bool = False
    budget: int = 4000
    pending: dict[str, Loop] = attrs.field(factory=dict)
    names: int = 0
    decided: bool = False  # whether an adversary had a say
    exact: bool = True  # whether no bound was used
    told: dict[Span, tuple[Told, ...]] = attrs.field(factory=dict)  # how loops were passed, by loop

    def fresh(self, kind: str) -> str:
        """A new name."""
        self.names += 1
        return f"{kind}%{self.names}"

    def steps(self, of: Steps, after: Size, at: Where) -> Size:
        """The expectation before the steps; `at` is where they begin."""
        places = []
        for step in of:
            places.append(at)
            at = at.past(step)
        for step, place in zip(reversed(of), reversed(places), strict=True):
            after = self.step(step, after, place)
            if len(after.whole) > LARGE:
                raise Declined("an expression is out of proportion", step.span)
        return after

    def step(self, of: Step, after: Size, at: Where) -> Size:
        self.budget -= 1
        if self.budget < 0:
            raise Declined("the program is too deeply nested to be analysed", of.span)
        match of:
            case Set(values):
                return self.ended(brackets.flat(after.replace(dict(values))))
            case Event():
                part = Part(of.place, of.primitive, of.model, at.chain, span=of.span)
                return after + self.charge(of) if self.asked.covers(part) else after
            case Havoc():
                return self.ended(self.havoc(of, after, at))
            case Branch():
                return self.branch(of, after, at)
            case Count():
                from aalpl.cost.chance.counted import count

                return count(of, after, at, self)
            case Cycle():
                from aalpl.cost.chance.cycles import cycle

                return cycle(of, after, at, self)
            case Invoke():
                from aalpl.cost.chance.calls import invoke

                return invoke(of, after, at, self)
            case Fork():
                from aalpl.cost.chance.counted import fork

                return fork(of, after, at, self)
            case Leave():
                return at.leave
            case Beyond(reason):
                raise Declined(reason, of.span)
            case Fill(array=array) | Store(array=array) | HavocArray(array=array):
                if (array, True) in reads(after):
                    raise Declined(f"it depends on the elements of `{array}`", of.span)
                return after

    def ended(self, size: Size) -> Size:
        """With loops that were left open resolved where it is known by now in which state they begin."""
        from aalpl.cost.chance.chains import resolved

        return resolved(size, self) if self.pending and not size.free.isdisjoint(self.pending) else size

    # -- what is decided outside -----------------------------------------------------------------------------------

    def havoc(self, of: Havoc, after: Size, at: Where) -> Size:
        if of.variable not in after.free:
            return after
        name = self.fresh(of.variable)  # what is known, and the law, speak of the value before
        of, after = attrs.evolve(of, variable=name), after.replace({of.variable: sym(name)})
        if of.law is not None:
            return draws.mean(after, of.variable, of.law, at.known)
        if of.mean is not None:
            return self.by_mean(of, after)
        return self.extreme(of, after, at.known)

    def by_mean(self, of: Havoc, after: Size) -> Size:
        parts = after.coefficients(Sym(of.variable))
        linear = set(parts) <= {0, 1} and not any(of.variable in part.free for part in parts.values())
        if not linear or of.mean is None:
            raise Declined(f"only the mean of what is drawn at line {of.span.line} is declared", of.span)
        return parts.get(0, ZERO) + parts.get(1, ZERO) * of.mean

    def extreme(self, of: Havoc, after: Size, known: Known) -> Size:
        """The largest (smallest) value over what may be answered: case by case of the brackets that know it."""
        self.decided = True
        low, high, name = of.low, of.high, of.variable
        here = sym(name)
        if low == 0 and high == 1:
            ends = [brackets.flat(after.replace({name: end})) for end in (ZERO, ONE)]
            return self.preferred(ends[0], ends[1], known)
        limits = [here - low] if low is not None else []
        limits += [high - here] if high is not None else []
        within = known.plus(*limits)
        known_ones = brackets.of(brackets.reduced(after, within), {name})
        if len(known_ones) > brackets.CASES:
            raise Declined(f"it depends on what is answered at line {of.span.line}", of.span)
        found: Size | None = None
        for conditions, inside in brackets.cases(brackets.reduced(after, within), known_ones):
            if any(within.plus(*conditions).proves(-condition - 1) for condition in conditions):
                continue
            self.exact &= not conditions or self.reachable(name, conditions, low, high, known)
            best = self.endpoint(of, inside, known)
            found = best if found is None else self.preferred(found, best, known)
        return after if found is None else found

    def reachable(
        self, name: str, conditions: tuple[Size, ...], low: Size | None, high: Size | None, known: Known
    ) -> bool:
        """Whether some end of the range is in a case."""
        return any(
            end is not None and all(known.proves(size.replace({name: end})) for size in conditions)
            for end in (low, high)
        )

    def endpoint(self, of: Havoc, size: Size, known: Known) -> Size:
        """The largest (smallest) value of a linear expression, at an end of the range."""
        name = of.variable
        if name not in size.free:
            return size
        parts = size.coefficients(Sym(name))
        if set(parts) <= {0, 1} and not any(name in part.free for part in parts.values()):
            sign = known.sign(parts[1])
            end = None if sign is None else of.high if sign * self.up > 0 else of.low
            if sign is not None and end is None:
                raise Declined(f"what is answered at line {of.span.line} has no limit", of.span)
            if end is not None:
                return parts.get(0, ZERO) + parts[1] * end
        raise Declined(f"it depends on what is answered at line {of.span.line}", of.span)

    def preferred(self, a: Size, b: Size, known: Known) -> Size:
        """What the adversary takes."""
        if a == b:
            return a
        if known.proves((a - b) * self.up):
            return a
        if known.proves((b - a) * self.up):
            return b
        if not (a.free | b.free).isdisjoint(self.pending) or any("%head" in n for n in a.free | b.free):
            raise Declined("how a loop goes on is decided outside")
        return maximum(a, b) if self.up > 0 else minimum(a, b)

    # -- branches --------------------------------------------------------------------------------------------------

    def branch(self, of: Branch, after: Size, at: Where) -> Size:
        holds = () if of.probability is not None else facts(of.condition)
        fails = () if of.probability is not None else facts(denied(of.condition))
        then = self.steps(of.then, after, at.under(*holds))
        orelse = self.steps(of.orelse, after, at.under(*fails))
        if then == orelse:
            return then
        if of.at_most is not None:
            raise Declined("a branch that is taken a limited number of times", of.span)
        if of.probability is not None:
            return of.probability * then + (1 - of.probability) * orelse
        return either(of.condition, then, orelse, at.known)


def either(condition: Condition, then: Size, orelse: Size, known: Known) -> Size:
    """[c] then + [not c] orelse, each simplified where it counts."""
    then = brackets.reduced(then, known.plus(*facts(condition)))
    orelse = brackets.reduced(orelse, known.plus(*facts(denied(condition))))
    holds = bracket(condition)
    return holds * then + (1 - holds) * orelse


def bracket(condition: Condition) -> Size:
    """1 where the condition holds, else 0."""
    match condition:
        case Holds(size):
            return brackets.over(brackets.flat(size))
        case All(parts):
            result = ONE
            for part in parts:
                result = result * bracket(part)
            return result
        case Any(parts):
            result = ONE
            for part in parts:
                result = result * (1 - bracket(part))
            return 1 - result


@attrs.frozen
class Loop:
    """H(v1, ..., vn) = `inside` where the condition holds, `outside` elsewhere; `inside` mentions H as `name(...)`."""

    name: str
    variables: tuple[str, ...]
    condition: Condition
    inside: Size
    outside: Size
    known: Known
    walker: Walker
    span: Span = attrs.field(eq=False, repr=False)


def assigned(form: Form) -> frozenset[str]:
    """Names that a function assigns."""
    values, arrays = changed(form.opening + form.body)
    return frozenset(values | arrays)


__all__ = ["Charge", "Declined", "Loop", "Walker", "Where", "assigned", "bracket", "either"]
