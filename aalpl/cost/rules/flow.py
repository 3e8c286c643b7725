"""Goes through the steps of a form and makes a rule of whatever happens between two locations."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.form.nodes import (
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
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.form.steps import condition_sizes, every
from aalpl.cost.lower.expressions import denied
from aalpl.cost.rules.calls import invoke
from aalpl.cost.rules.laws import chances, translated
from aalpl.cost.rules.loops import count, cycle, fork
from aalpl.cost.rules.nodes import Charge, Outcome, Rule
from aalpl.cost.rules.pending import Frame, Pending, line_of, opened, ways, written
from aalpl.program.size import ZERO, Size, sym
from aalpl.program.types import Law


@attrs.define
class Flow:
    """The rules made so far. `forms` are functions that may be called: those that call themselves, perhaps through
    others (`recursive`), have rules of their own, to which a call is a further jump; others become part of the caller."""

    charge: Charge
    main: str
    frame: Frame
    forms: Mapping[str, Form] = attrs.field(factory=dict)
    recursive: frozenset[str] = frozenset()
    rules: list[Rule] = attrs.field(factory=list)
    inputs: set[str] = attrs.field(factory=set)
    entries: dict[str, str] = attrs.field(factory=dict)
    waiting: list[tuple[str, str]] = attrs.field(factory=list)
    locations: int = 0
    fresh: int = 0
    loose: bool = False
    conditioned: bool = False
    reasons: list[str] = attrs.field(factory=list)

    def location(self) -> str:
        """A new location."""
        self.locations += 1
        return f"f{self.locations - 1}"

    def input(self) -> str:
        """A name that is decided outside, of one rule."""
        self.fresh += 1
        self.inputs.add(f"u{self.fresh}")
        return f"u{self.fresh}"

    def at(self, now: Pending, size: Size) -> Size:
        """A size of the function over the variables at the location where things are pending."""
        return now.at(self.frame.size(size))

    # -- functions ---------------------------------------------------------------------------------------------------

    def opened(self, start: str, opening: Steps) -> None:
        """The rules of the main function where it is analysed itself; it may be called again from behind its opening."""
        entry = start
        if opening and self.main in self.recursive:
            now = self.steps(opening, start)
            entry = start if now is None else self.close(now)
            opening = ()
        self.entries[self.main] = entry
        self.function(entry, opening)

    def function(self, start: str, opening: Steps = ()) -> None:
        """The rules of the function of the frame, from a location."""
        now = Pending(start)
        now.values.update(dict.fromkeys(self._unset(), ZERO))
        self._counters(now)
        last = self._going(opening, now)
        self.finish(self._going(self.frame.form.body, last), self.frame.exit)

    def _unset(self) -> list[str]:
        """Variables that are 0 until they are set: those that are read, and not known at entry."""
        given = {*self.frame.form.entry, *opened(self.frame.form)}
        return [
            self.frame.name(name)
            for name in written(self.frame.form)
            if name not in given and name in self.frame.reads
        ]

    def _counters(self, now: Pending) -> None:
        """How often a condition may still hold is counted down from the start of the activation."""
        changed = set(written(self.frame.form))
        for step in every(self.frame.form.body):
            limited = isinstance(step, Branch) or (isinstance(step, Cycle) and step.kind == "while")
            if limited and isinstance(step, Branch | Cycle) and step.at_most is not None:
                self._counter(step.place, step.at_most, changed, now)

    def _counter(self, place: str, at_most: Size, changed: set[str], now: Pending) -> None:
        if at_most.free & changed or place in self.frame.counters:
            self.loose = True
            return
        name = f"{self.frame.function}.left@{place}"
        self.frame.counters[place] = name
        now.values[name] = self.at(now, at_most)

    # -- going through steps -----------------------------------------------------------------------------------------

    def steps(self, of: Steps, source: str) -> Pending | None:
        """Goes through steps from a location; None where they all return."""
        return self._going(of, Pending(source))

    def _going(self, of: Steps, now: Pending | None) -> Pending | None:
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
        outcome = Outcome(target, tuple(sorted(values.items())), None, tuple(now.also))
        self.rules.append(
            Rule(
                now.source,
                tuple(now.guard),
                now.cost,
                (outcome,),
                tuple(now.calls),
                tuple(now.comments),
                line=now.line,
            )
        )

    def step(self, of: Step, now: Pending) -> Pending | None:
        match of:
            case Set(values):
                changed = [(self.frame.name(name), self.at(now, value)) for name, value in values]
                now.values.update(changed)
            case Havoc():
                return self.havoc(of, now)
            case Event():
                now.cost = now.cost + self.at(now, self.charge(of))
                now.line = now.line or of.span.line
                now.comments.append(f"{of.place}: {of.primitive} reads {of.inputs}, writes {of.outputs}")
            case Branch():
                return self.branch(of, now)
            case Count(index, low, high, step, body):
                return count(self, of.place, index, (low, high, step), body, now)
            case Fork():
                return fork(self, of, now)
            case Cycle():
                return cycle(self, of, now)
            case Invoke():
                return invoke(self, of, now)
            case Leave():
                self.finish(now, self.frame.exit)
                return None
            case Beyond(reason):
                now.comments.append(f"beyond integers: {reason}")
                self.reasons.append(reason)
            case Fill() | Store() | HavocArray():
                pass
        return now

    # -- what is decided outside -------------------------------------------------------------------------------------

    def havoc(self, of: Havoc, now: Pending) -> Pending:
        variable = self.frame.name(of.variable)
        self.frame.havocs[of.variable] = of
        if of.law is not None:
            return self._drawn(of, of.law, variable, now)
        name = self.input()
        now.guard += [] if of.low is None else [sym(name) - self.at(now, of.low)]
        now.guard += [] if of.high is None else [self.at(now, of.high) - sym(name)]
        now.values[variable] = sym(name)
        return now

    def _drawn(self, of: Havoc, law: Law, variable: str, now: Pending) -> Pending:
        """A rule of its own: what is decided outside afterwards may depend on what was drawn."""
        source, target = self.close(now), self.location()
        law = translated(law, self.frame.size)
        few = chances(law)
        comments = (f"{of.place}: drawn",)
        if few:
            outcomes = tuple(Outcome(target, ((variable, value),), p) for value, p in few)
            self.rules.append(Rule(source, (), ZERO, outcomes, (), comments))
        else:
            name = self.input()
            outcome = Outcome(target, ((variable, sym(name)),))
            self.rules.append(Rule(source, (), ZERO, (outcome,), (), comments, ((name, law),)))
        return Pending(target)

    # -- branches ------------------------------------------------------------------------------------------

    def branch(self, of: Branch, now: Pending) -> Pending | None:
        source = self.close(now)
        then, orelse, after = self.location(), self.location(), self.location()
        comment = f"{of.place}: at most {of.at_most} times" if of.at_most is not None else f"{of.place}: if"
        taken = self.counted(of.place, then)
        if of.probability is not None:
            chance = self.frame.size(of.probability)
            self.toss(source, of.condition, (chance, taken, orelse), comment)
        else:
            self.choose(source, of.condition, taken, comment)
            self.choose(source, denied(of.condition), orelse, f"{of.place}: else")
        ends = [self.steps(of.then, then), self.steps(of.orelse, orelse)]
        for end in ends:
            self.finish(end, after)
        return None if ends == [None, None] else Pending(after)

    def counted(self, place: str, target: str) -> str:
        """Where to go instead of a target so that one time less is left of a hypothesis `at most`."""
        if place not in self.frame.counters:
            return target
        self.conditioned = True
        left = self.frame.counters[place]
        before = self.location()
        outcome = Outcome(target, ((left, sym(left) - 1),))
        self.rules.append(Rule(before, (sym(left) - 1,), ZERO, (outcome,)))
        return before

    def choose(self, source: str, condition: Condition, target: str, comment: str) -> None:
        """One rule for each way in which a condition may hold."""
        for guard in ways(self.frame.condition(condition)):
            self.rules.append(
                Rule(source, guard, ZERO, (Outcome(target),), (), (comment,), line=line_of(comment))
            )

    def toss(self, source: str, condition: Condition, to: tuple[Size, str, str], comment: str) -> None:
        """A condition with a probability holds independently of all before; what else is read of what it tests is
        decided again where it is known how the condition came out."""
        chance, on, off = to
        tested = sorted({name for size in condition_sizes(condition) for name in size.free})
        again = [name for name in tested if self.frame.reads.get(name, 0) > 1]
        targets = [on, off]
        if again and all(name in self.frame.havocs for name in again):
            on, off = self.location(), self.location()
            self._again(on, condition, again, targets[0])
            self._again(off, denied(condition), again, targets[1])
        elif again:
            self.conditioned = True
        outcomes = (Outcome(on, (), chance), Outcome(off, (), 1 - chance))
        self.rules.append(Rule(source, (), ZERO, outcomes, (), (comment,), line=line_of(comment)))

    def _again(self, source: str, condition: Condition, names: list[str], target: str) -> None:
        """Values anew, such that the condition holds."""
        now = Pending(source)
        for name in names:
            self.havoc(attrs.evolve(self.frame.havocs[name], law=None), now)
        for guard in ways(self.frame.condition(condition)):
            told = attrs.evolve(now, guard=[*now.guard, *(now.at(size) for size in guard)])
            self.finish(told, target)
