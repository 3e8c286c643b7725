"""Goes through the steps of a form and makes a rule of whatever happens between two locations."""

from __future__ import annotations

import attrs

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
from aalpl.cost.form.steps import every, writes
from aalpl.cost.lower.expressions import denied
from aalpl.cost.rules.nodes import Charge, Outcome, Rule
from aalpl.program.size import ONE, ZERO, Size, const, sym
from aalpl.program.types import Bernoulli, Uniform


@attrs.define
class Pending:
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
class Flow:
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

    def steps(self, of: Steps, source: str) -> Pending | None:
        """Goes through steps from a location; None where they all return."""
        now: Pending | None = Pending(source)
        for step in of:
            if now is None:
                return None
            now = self.step(step, now)
        return now

    def close(self, now: Pending) -> str:
        """The location where what is pending has happened."""
        if now.idle and not now.comments:
            return now.source
        target = self.location()
        self.finish(now, target)
        return target

    def finish(self, now: Pending | None, target: str, also: dict[str, Size] | None = None) -> None:
        """Goes to a location with what is pending."""
        if now is None:
            return
        values = {**now.values, **{name: now.at(value) for name, value in (also or {}).items()}}
        outcome = Outcome(target, tuple(sorted(values.items())))
        self.rules.append(
            Rule(now.source, tuple(now.guard), now.cost, (outcome,), tuple(now.calls), tuple(now.comments))
        )

    def step(self, of: Step, now: Pending) -> Pending | None:
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

    def havoc(self, of: Havoc, now: Pending) -> Pending:
        chances = _chances(of, now)
        if chances:
            source, target = self.close(now), self.location()
            outcomes = tuple(Outcome(target, ((of.variable, value),), p) for value, p in chances)
            self.rules.append(Rule(source, (), ZERO, outcomes, (), (f"{of.place}: drawn",)))
            return Pending(target)
        name = self.input()
        now.guard += [] if of.low is None else [sym(name) - now.at(of.low)]
        now.guard += [] if of.high is None else [now.at(of.high) - sym(name)]
        now.values[of.variable] = sym(name)
        return now

    def branch(self, of: Branch, now: Pending) -> Pending | None:
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
        return None if ends == [None, None] else Pending(after)

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
        now: Pending,
        note: str = "for",
    ) -> Pending:
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
        return Pending(after)

    def cycle(self, of: Cycle, now: Pending) -> Pending | None:
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
        return Pending(after)

    def invoke(self, of: Invoke, now: Pending) -> None:
        """A call costs what the function costs; its results are decided outside."""
        now.calls.append((of.function, tuple((name, now.at(value)) for name, value in of.args)))
        now.comments.append(f"{of.place}: calls {of.function}")
        for mine, _ in of.results:
            name = self.input()
            now.values[mine] = sym(name)
            if mine.startswith(("len(", "total(")):
                now.guard.append(sym(name))


def _chances(of: Havoc, now: Pending) -> list[tuple[Size, Size]]:
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
