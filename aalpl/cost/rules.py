"""Flattens an integer form to transition rules: location, guard, cost, and what follows with which probability.

A rule moves from one location to others: `guard` are sizes that are >= 0, over the variables at `source` and over names
that only this rule has (decided outside, within the guard); each outcome sets variables at once. Straight-line steps
are one rule; nothing can stop in between, so no cost is lost. Branches run one after the other where a form has them
side by side: the rules are about work. Lists are not followed into the rules: an element is a number of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import attrs

from aalpl.cost.form import (
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
from aalpl.cost.lower_expressions import denied
from aalpl.cost.steps import every, writes
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.program.types import Bernoulli, Uniform

Charge = Callable[[Event], Size]


@attrs.frozen
class Outcome:
    """With this probability: go to `target`, having set `values`."""

    target: str
    values: tuple[tuple[str, Size], ...] = ()
    probability: Size | None = None


@attrs.frozen
class Rule:
    """From `source`, if all of `guard` is >= 0: pay `cost`, then one of the outcomes. `calls` are functions called."""

    source: str
    guard: tuple[Size, ...]
    cost: Size
    outcomes: tuple[Outcome, ...]
    calls: tuple[tuple[str, tuple[tuple[str, Size], ...]], ...] = ()
    comments: tuple[str, ...] = ()


@attrs.frozen
class Rules:
    """All rules of a form; `variables` are those that locations carry, sizes of the program among them."""

    start: str
    variables: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def random(self) -> bool:
        """Whether some rule has outcomes with probabilities."""
        return any(len(rule.outcomes) > 1 for rule in self.rules)


def one_call(event: Event) -> Size:
    """The cost of a call when calls are counted."""
    return ONE


def rules(form: Form, charge: Charge = one_call) -> Rules:
    """The transition rules of a form."""
    flow = _Flow(charge)
    start = flow.location()
    last = flow.steps((*form.opening, *form.body), start)
    flow.finish(last, "end")
    needed = _needed(flow.rules)
    kept = _shortened([_sliced(rule, needed) for rule in flow.rules], start)
    own = dict.fromkeys(name for name in (*form.entry, *sorted(needed - flow.inputs)) if name in needed)
    return Rules(start, tuple(own), kept)


def _needed(rules_: list[Rule]) -> set[str]:
    """Names that decide where to go and what is paid, and those their values come from."""
    needed: set[str] = set()
    for rule in rules_:
        sizes = [*rule.guard, rule.cost, *(value for _, args in rule.calls for _, value in args)]
        sizes += [outcome.probability for outcome in rule.outcomes if outcome.probability is not None]
        needed |= {name for size in sizes for name in size.free}
    sets = [pair for rule in rules_ for outcome in rule.outcomes for pair in outcome.values]
    while more := {free for name, value in sets if name in needed for free in value.free} - needed:
        needed |= more
    return needed


def _sliced(rule: Rule, needed: set[str]) -> Rule:
    outcomes = tuple(
        attrs.evolve(outcome, values=tuple(pair for pair in outcome.values if pair[0] in needed))
        for outcome in rule.outcomes
    )
    return attrs.evolve(rule, outcomes=outcomes)


def _shortened(rules_: list[Rule], start: str) -> tuple[Rule, ...]:
    """Without rules that only pass on: whoever goes to such a location goes to the next one."""
    sources = Counter(rule.source for rule in rules_)
    passing = {
        rule.source: rule.outcomes[0].target for rule in rules_ if _passes(rule) and sources[rule.source] == 1
    }
    passing.pop(start, None)

    def end(location: str, seen: frozenset[str] = frozenset()) -> str:
        if location not in passing or location in seen:
            return location
        return end(passing[location], seen | {location})

    kept = [rule for rule in rules_ if rule.source not in passing or end(rule.source) == rule.source]
    return tuple(
        attrs.evolve(rule, outcomes=tuple(attrs.evolve(o, target=end(o.target)) for o in rule.outcomes))
        for rule in kept
    )


def _passes(rule: Rule) -> bool:
    return (
        not (rule.guard or rule.cost or rule.calls or rule.comments or rule.outcomes[0].values)
        and len(rule.outcomes) == 1
    )


@attrs.define
class _Pending:
    """What has happened since a location, over the variables there."""

    source: str
    values: dict[str, Size] = attrs.field(factory=dict)
    guard: list[Size] = attrs.field(factory=list)
    cost: Size = ZERO
    calls: list[tuple[str, tuple[tuple[str, Size], ...]]] = attrs.field(factory=list)
    comments: list[str] = attrs.field(factory=list)

    def at(self, size: Size) -> Size:
        """A size over the variables at the location."""
        return size.replace(self.values)

    @property
    def idle(self) -> bool:
        """Whether nothing has happened."""
        return not (self.values or self.guard or self.cost or self.calls)


@attrs.define
class _Flow:
    charge: Charge
    rules: list[Rule] = attrs.field(factory=list)
    inputs: set[str] = attrs.field(factory=set)
    locations: int = 0
    fresh: int = 0

    def location(self) -> str:
        """A new location."""
        self.locations += 1
        return f"f{self.locations - 1}"

    def input(self) -> str:
        """A name that is decided outside, of one rule."""
        self.fresh += 1
        self.inputs.add(f"u{self.fresh}")
        return f"u{self.fresh}"

    # -- going through steps -----------------------------------------------------------------------------------------

    def steps(self, of: Steps, source: str) -> _Pending | None:
        """Goes through steps from a location; None where they all return."""
        now: _Pending | None = _Pending(source)
        for step in of:
            if now is None:
                return None
            now = self.step(step, now)
        return now

    def close(self, now: _Pending) -> str:
        """The location where what is pending has happened."""
        if now.idle and not now.comments:
            return now.source
        target = self.location()
        self.finish(now, target)
        return target

    def finish(self, now: _Pending | None, target: str, also: dict[str, Size] | None = None) -> None:
        """Goes to a location with what is pending."""
        if now is None:
            return
        values = {**now.values, **{name: now.at(value) for name, value in (also or {}).items()}}
        outcome = Outcome(target, tuple(sorted(values.items())))
        self.rules.append(
            Rule(now.source, tuple(now.guard), now.cost, (outcome,), tuple(now.calls), tuple(now.comments))
        )

    def step(self, of: Step, now: _Pending) -> _Pending | None:
        match of:
            case Set(values):
                now.values.update([(name, now.at(value)) for name, value in values])
            case Havoc():
                return self.havoc(of, now)
            case Event():
                now.cost = now.cost + now.at(self.charge(of))
                now.comments.append(f"{of.place}: {of.primitive} reads {of.inputs}, writes {of.outputs}")
            case Branch():
                return self.branch(of, now)
            case Count(index, low, high, step, body):
                return self.count(of.place, index, (low, high, step), body, now)
            case Fork(index, low, high, _, body, _, joins):
                after = self.count(of.place, index, (low, high, ONE), body, now, "side by side")
                return self.steps(joins, self.close(after))
            case Cycle():
                return self.cycle(of, now)
            case Invoke():
                self.invoke(of, now)
            case Leave():
                self.finish(now, "end")
                return None
            case Beyond(reason):
                now.comments.append(f"beyond integers: {reason}")
            case Fill() | Store() | HavocArray():
                pass
        return now

    def havoc(self, of: Havoc, now: _Pending) -> _Pending:
        chances = _chances(of, now)
        if chances:
            source, target = self.close(now), self.location()
            outcomes = tuple(Outcome(target, ((of.variable, value),), p) for value, p in chances)
            self.rules.append(Rule(source, (), ZERO, outcomes, (), (f"{of.place}: drawn",)))
            return _Pending(target)
        name = self.input()
        now.guard += [] if of.low is None else [sym(name) - now.at(of.low)]
        now.guard += [] if of.high is None else [now.at(of.high) - sym(name)]
        now.values[of.variable] = sym(name)
        return now

    def branch(self, of: Branch, now: _Pending) -> _Pending | None:
        source = self.close(now)
        then, orelse, after = self.location(), self.location(), self.location()
        comment = f"{of.place}: at most {of.at_most} times" if of.at_most is not None else f"{of.place}: if"
        if of.probability is not None:
            outcomes = (Outcome(then, (), of.probability), Outcome(orelse, (), 1 - of.probability))
            self.rules.append(Rule(source, (), ZERO, outcomes, (), (comment,)))
        else:
            self.choose(source, of.condition, then, comment)
            self.choose(source, denied(of.condition), orelse, f"{of.place}: else")
        ends = [self.steps(of.then, then), self.steps(of.orelse, orelse)]
        for end in ends:
            self.finish(end, after)
        return None if ends == [None, None] else _Pending(after)

    def choose(self, source: str, condition: Condition, target: str, comment: str) -> None:
        """One rule for each way in which a condition may hold."""
        for guard in ways(condition):
            self.rules.append(Rule(source, guard, ZERO, (Outcome(target),), (), (comment,)))

    def count(
        self,
        place: str,
        index: str,
        run: tuple[Size, Size, Size],
        body: Steps,
        now: _Pending,
        note: str = "for",
    ) -> _Pending:
        low, high, step = run
        changed = {name for each in every(body) for (name, _), _ in writes(each)} | {index}
        last = f"last_{index}"
        fixed = not high.free & changed
        head, inside = self.location(), self.location()
        self.finish(now, head, {index: low} if fixed else {index: low, last: high})
        bound = high if fixed else sym(last)
        self.rules.append(
            Rule(head, (bound - sym(index),), ZERO, (Outcome(inside),), (), (f"{place}: {note}",))
        )
        self.finish(self.steps(body, inside), head, {index: sym(index) + step})
        after = self.location()
        self.rules.append(Rule(head, (sym(index) - bound - 1,), ZERO, (Outcome(after),)))
        return _Pending(after)

    def cycle(self, of: Cycle, now: _Pending) -> _Pending | None:
        head = self.location()
        self.finish(now, head)
        tested = self.steps(of.before, head)
        if tested is None:
            return None
        test, inside, after = self.close(tested), self.location(), self.location()
        if of.probability is not None:
            on = of.probability if of.kind == "while" else 1 - of.probability
            outcomes = (Outcome(inside, (), on), Outcome(after, (), 1 - on))
            self.rules.append(Rule(test, (), ZERO, outcomes, (), (f"{of.place}: {of.kind}",)))
        else:
            self.choose(test, of.condition, inside, f"{of.place}: {of.kind}")
            self.choose(test, denied(of.condition), after, f"{of.place}: done")
        self.finish(self.steps(of.body, inside), head)
        return _Pending(after)

    def invoke(self, of: Invoke, now: _Pending) -> None:
        """A call costs what the function costs; its results are decided outside."""
        now.calls.append((of.function, tuple((name, now.at(value)) for name, value in of.args)))
        now.comments.append(f"{of.place}: calls {of.function}")
        for mine, _ in of.results:
            name = self.input()
            now.values[mine] = sym(name)
            if mine.startswith(("len(", "total(")):
                now.guard.append(sym(name))


def _chances(of: Havoc, now: _Pending) -> list[tuple[Size, Size]]:
    """Value and probability, of draws with few outcomes."""
    match of.law:
        case Bernoulli(p):
            return [(ONE, now.at(p)), (ZERO, 1 - now.at(p))]
        case Uniform(low, high):
            first, width = now.at(low), (now.at(high) - now.at(low) + 1).constant()
            if width is None or not 1 <= width <= 10:
                return []
            return [(first + i, ONE / const(width)) for i in range(int(width))]
        case _:
            return []


def ways(condition: Condition) -> list[tuple[Size, ...]]:
    """The ways in which a condition may hold, each a conjunction."""
    match condition:
        case Holds(size):
            number = size.constant()
            return [(size,)] if number is None else ([()] if number >= 0 else [])
        case All(parts):
            found: list[tuple[Size, ...]] = [()]
            for part in parts:
                found = [(*left, *right) for left in found for right in ways(part)]
            return found
        case Any(parts):
            return [way for part in parts for way in ways(part)]
