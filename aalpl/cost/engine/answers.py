"""Answers from a ledger: fold, bound, and say what is missing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping

import attrs

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.chance.front import Chance
from aalpl.cost.engine.behaviours import Behaviours
from aalpl.cost.engine.combine import combined
from aalpl.cost.engine.ledger import Charge, Ledger, Unpayable, critical, parts, side_by_side, work
from aalpl.cost.engine.run import FIELD, FRESH, Run
from aalpl.cost.engine.spare import spared
from aalpl.cost.engine.state import weight
from aalpl.cost.form.nodes import Event
from aalpl.cost.result import (
    EVERYTHING,
    Answer,
    Asked,
    Bracket,
    Condition,
    Expected,
    Kind,
    Quantity,
    Range,
    Step,
    Unknown,
)
from aalpl.cost.sizes.conditioned import conditioned
from aalpl.cost.sizes.known import LOST, Known
from aalpl.cost.sizes.ranges import larger, smaller
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import absorbed, gathered, tidy
from aalpl.program.size import ONE, ZERO, Apply, Atom, Big, Given, Indexed, Size, Sym, big
from aalpl.report import Span


def _calls(event: Event) -> Size:
    return ONE


def _overhead(event: Event) -> Size:
    return event.overhead or ZERO


COUNTED: Mapping[Kind, Charge] = {
    "calls": _calls,
    "tokens in": lambda event: event.inputs,
    "tokens out": lambda event: event.outputs,
    "tokens": lambda event: event.inputs + event.outputs,
    "overhead": _overhead,
}


LONG = 60
"""A form of more terms is bounded place by place."""


@attrs.define
class Book:
    """Answers the questions about one function; an answer is worked out once."""

    ledger: Ledger
    known: Known
    run: Run
    charges: Mapping[str, Charge]
    bracket: Callable[[Charge], Bracket]
    chance: Chance | None = None  # where something is random
    local: frozenset[str] = frozenset()  # variables that are not given at the entry
    behaviours: Behaviours | None = None  # where something is free
    _answers: dict[tuple[Quantity, Asked], Answer] = attrs.field(factory=dict)
    _told: dict[tuple[Quantity, Asked], tuple[Step, ...]] = attrs.field(factory=dict)  # of recurrences

    def answer(self, quantity: Quantity, asked: Asked) -> Answer:
        """The exact form and its bounds."""
        key = (quantity, asked)
        if key not in self._answers:
            found = self._meaningful(self._answer(quantity, asked))
            if self._open_ended(found, quantity):
                least = None if quantity.kind == "cost" else ZERO
                found = combined(found, self._by_rules(quantity, asked), self.known, least)
            found = self._attained(found, quantity, asked)
            if self._undecided(found, quantity):
                found = combined(found, self._by_rules(quantity, asked), self.known)
            found = self._whatever(found, quantity, asked)
            found = self._in_expectation(self._plainly(found), quantity, asked)
            told = self._told.get(key, ())
            found = attrs.evolve(found, derivation=(*told, *found.derivation))
            self._answers[key] = self._meaningful(found)
        return self._answers[key]

    def _meaningful(self, answer: Answer) -> Answer:
        """Without bounds in names that mean nothing to whoever asks: variables of the function, and of proofs."""

        def kept(size: Size | None) -> Size | None:
            return (
                None
                if size is None or any(n in self.local or FRESH in n or "°" in n for n in size.free)
                else size
            )

        expected = answer.expected
        return attrs.evolve(
            answer,
            exact=kept(answer.exact),
            upper=kept(answer.upper),
            lower=kept(answer.lower),
            reached=kept(answer.reached),
            least=kept(answer.least),
            surely=kept(answer.surely),
            expected=attrs.evolve(expected, low=kept(expected.low), high=kept(expected.high)),
        )

    def _plainly(self, found: Answer) -> Answer:
        """Each formula as it is where its brackets hold."""
        parts = found.exact, found.lower, found.upper, found.reached, found.least
        exact, lower, upper, reached, least = (
            None if size is None else conditioned(size, self.known) for size in parts
        )
        return attrs.evolve(found, exact=exact, lower=lower, upper=upper, reached=reached, least=least)

    def _in_expectation(self, answer: Answer, quantity: Quantity, asked: Asked) -> Answer:
        """With the expectation by structure, where something is random: exact, or the better of both ends."""
        if self.chance is None:
            return answer
        expected, found = answer.expected, self.chance.paid(self._charge(quantity), asked, quantity.critical)
        if found.low is None or found.high is None:
            reason = expected.reason if expected.low or expected.high else found.reason
            told = () if expected.low is not None and expected.high is not None else found.derivation
            return attrs.evolve(answer, expected=attrs.evolve(expected, reason=reason, derivation=told))
        if found.low != found.high:
            low, high = expected.low, expected.high
            if low is not None and self.known.proves(low - found.low):
                found = attrs.evolve(found, low=low)
            if high is not None and found.high is not None and self.known.proves(found.high - high):
                found = attrs.evolve(found, high=high)
        return attrs.evolve(answer, expected=found)

    def _attained(self, answer: Answer, quantity: Quantity, asked: Asked) -> Answer:
        """With what some behaviours pay, where the bounds are apart."""
        if self.behaviours is None or quantity.critical or answer.conditional or answer.upper == answer.lower:
            return answer
        values: list[Size] = []
        for value in self.behaviours.paid(self._charge(quantity), asked):
            values.append(value)
            reached = _best(answer.reached, answer.upper, values, 1, self.known)
            least = _best(answer.least, answer.lower, values, -1, self.known)
            if reached == answer.upper and least == answer.lower:
                break
        return (
            self._shortest(attrs.evolve(answer, reached=reached, least=least), values) if values else answer
        )

    def _shortest(self, answer: Answer, paid: list[Size]) -> Answer:
        """An end that is met is what is paid there: of equal formulas the shortest is told."""
        upper, lower = answer.upper, answer.lower
        if upper is not None and answer.reached == upper:
            equal = [value for value in paid if self.known.proves(value - upper)]
            upper = min((upper, *equal), key=_length)
            answer = attrs.evolve(answer, upper=upper, reached=upper)
        if lower is not None and answer.least == lower:
            equal = [value for value in paid if self.known.proves(lower - value)]
            lower = min((lower, *equal), key=_length)
            answer = attrs.evolve(answer, lower=lower, least=lower)
        return answer

    def _whatever(self, answer: Answer, quantity: Quantity, asked: Asked) -> Answer:
        """With the best case, where the rounds that an answer is given in may be any number."""
        if not answer.conditional or answer.exact is None:
            return answer
        low, expected = self._ends(answer.exact, frozenset())[0], answer.expected
        if low is not None and expected.low is not None and self.known.proves(low - expected.low):
            answer = attrs.evolve(answer, expected=attrs.evolve(expected, low=low))
        if self.behaviours is None or quantity.critical:
            return attrs.evolve(answer, surely=low)
        paid = list(self.behaviours.paid(self._charge(quantity), asked))
        return attrs.evolve(
            answer, surely=low, least=_best(None, low, paid, -1, self.known) if paid else None
        )

    def _open_ended(self, answer: Answer, quantity: Quantity) -> bool:
        """Whether rules may say more: a loop's rounds are observed, or not even that is known; rules are about work."""
        if quantity.critical and side_by_side(self.ledger):
            return False
        if answer.upper is not None and answer.upper == answer.lower and not answer.conditional:
            return False
        exact = answer.exact
        if exact is None and self.run.settled and answer.upper is not None and answer.lower is not None:
            return False  # a recurrence is solved from both sides
        return exact is None or any(name.startswith("T@") for name in exact.free)

    def _undecided(self, answer: Answer, quantity: Quantity) -> bool:
        """Whether branches are observed that no behaviour is known to take as the bounds have it: rules see what they ask."""
        if answer.exact is None or answer.upper is None or answer.lower is None or answer.conditional:
            return False
        if self._open_ended(answer, quantity) or (quantity.critical and side_by_side(self.ledger)):
            return False
        asked = any(name.startswith("taken@") for name in answer.exact.free)
        met = answer.upper == answer.reached and answer.lower == answer.least
        return asked and not met and answer.upper != answer.lower

    def _by_rules(self, quantity: Quantity, asked: Asked) -> Bracket:
        charge = self._charge(quantity)
        return self.bracket(
            lambda event: charge(event) if asked.takes(event.place, event.primitive, event.model) else ZERO
        )

    def _charge(self, quantity: Quantity) -> Charge:
        return (
            COUNTED[quantity.kind] if quantity.kind != "cost" else self.charges[quantity.model or "primitive"]
        )

    def _answer(self, quantity: Quantity, asked: Asked) -> Answer:
        try:
            exact = self._exact(quantity, asked)
        except Unpayable as lost:
            return nothing(lost.unknown)
        missing = tuple(
            self.run.unknowns[name.partition(FIELD)[0]]
            for name in sorted(exact.free)
            if name.startswith(LOST)
        )
        if missing:
            return nothing(*missing)
        opaque = [name for name in exact.free if name.startswith("opaque@")]
        kept = frozenset(self._open(exact))
        answer = self._bounded(exact, kept, quantity, asked, bool(opaque))
        rounds = {name for name in exact.free if name.startswith("T@") and name in self.run.observables}
        if answer.upper is None and not rounds <= kept:  # in their numbers there may be a bound
            answer = self._bounded(exact, kept | rounds, quantity, asked, bool(opaque))
        return answer

    def _bounded(
        self, exact: Size, kept: frozenset[str], quantity: Quantity, asked: Asked, opaque: bool
    ) -> Answer:
        conditional = tuple(self._condition(name) for name in sorted(kept))
        lower, upper, unknowns = self._around(exact, kept, quantity, asked)
        if quantity.kind != "cost" and (lower is None or (lower.constant() or 0) < 0):
            lower = ZERO  # what is counted is never negative
        return Answer(
            None if opaque else exact,
            lower,
            upper,
            self._expected(exact, lower, upper, kept),
            conditional,
            unknowns,
            self._reached(exact),
        )

    def recurrences(self, quantity: Quantity) -> None:
        """Solve the recurrences of a quantity, so that the derivation tells how."""
        with contextlib.suppress(Unpayable):
            self._exact(quantity, EVERYTHING)

    def _reached(self, exact: Size) -> Size | None:
        """What some behaviour pays, where the worst case of recursion is known to be reached."""
        found = exact.replace(self.run.reached) if exact.free & self.run.reached.keys() else None
        return None if found is None or found.free & self.run.observables.keys() else tidy(found, self.known)

    def _open(self, exact: Size) -> list[str]:
        """Numbers of rounds, and lengths of what is no model's answer, that nothing bounds: answers are given in them."""
        waiting, seen = sorted(exact.free), set[str]()
        while waiting:
            name = waiting.pop()
            limits = self.run.observables.get(name)
            if limits is not None and name not in seen:
                seen.add(name)
                ends = [size for size in (limits.low, limits.high) if size is not None]
                waiting.extend(other for size in ends for other in size.free)
        return sorted(name for name in seen if name in self.run.conditions or self._length(name))

    def _length(self, name: str) -> bool:
        limits = self.run.observables[name]
        return limits.high is None and limits.at_most is None and name.startswith(("size@", "elem@"))

    def _condition(self, name: str) -> Condition:
        if name in self.run.conditions:
            return self.run.conditions[name]
        limits = self.run.observables[name]
        if name.startswith("T@"):
            hint = "say how often it may run (`at most 20 times`)"
            return Condition(name, f"{limits.words}, of which no bound was found", hint, span=limits.span)
        hint = "give what is answered a length (`-> list[k] of text[<= l]`)"
        return Condition(name, f"{limits.words}, not bounded by the program", hint, span=limits.span)

    def _exact(self, quantity: Quantity, asked: Asked) -> Size:
        charge = self._charge(quantity)
        fold = critical if quantity.critical else work
        before = dict(self.run.derivation)
        try:
            paid = fold(self.ledger, charge, asked, self.known)
        finally:
            told = tuple(step for step in self.run.derivation if step not in before)
            self._told[quantity, asked] = (*self._told.get((quantity, asked), ()), *told)
            self.run.derivation = before
        return absorbed(tidy(gathered(paid), self.known), self.known)

    def _around(
        self, exact: Size, kept: frozenset[str], quantity: Quantity, asked: Asked
    ) -> tuple[Size | None, Size | None, tuple[Unknown, ...]]:
        """The bounds; those of a long sum place by place, which is quicker and seldom worse."""
        places = {part.place for part in parts(self.ledger) if asked.covers(part)}
        if quantity.critical or len(places) == 1 or weight(exact, LONG) <= LONG:
            return self._ends(exact, kept)
        pieces = [self._exact(quantity, attrs.evolve(asked, place=place)) for place in sorted(places)]
        found = [self._ends(piece, kept) for piece in pieces]
        lower, upper = added([low for low, _, _ in found]), added([high for _, high, _ in found])
        return lower, upper, tuple(dict.fromkeys(unknown for _, _, more in found for unknown in more))

    def _ends(
        self, exact: Size, kept: frozenset[str]
    ) -> tuple[Size | None, Size | None, tuple[Unknown, ...]]:
        bounds = Bounds(self.known, self.run.observables, kept)
        found: list[Size | None] = []
        unknowns: dict[str, Unknown] = {}
        for up in (-1, 1):
            try:
                found.append(bounds.extreme(exact, up))
            except Unbounded as reason:
                found.append(None)
                unknowns[str(reason)] = Unknown(str(reason), self._where(exact))
        return found[0], found[1], tuple(unknowns.values())

    def _where(self, exact: Size) -> Span | None:
        """The first place whose observable is in the form."""
        found = [self.run.observables[name] for name in exact.free if name in self.run.observables]
        return min((limits.span for limits in found), key=lambda span: span.start, default=None)

    # -- expectation -----------------------------------------------------------------------------------------------

    def _expected(
        self, exact: Size, lower: Size | None, upper: Size | None, kept: frozenset[str]
    ) -> Expected:
        """The bounds, where nothing in the form is random; the means, where it is linear in what is."""
        if kept:
            return Expected(None, None, Unknown("the expected number of rounds was not derived"))
        random = {name for name in exact.free if self._random(name)}
        if not random:
            return Expected(lower, upper)
        rounds = [name for name in exact.free if name.startswith("T@")]
        if rounds or not linear(exact, random):
            return Expected(None, None, Unknown("the expected cost was not derived", self._where(exact)))
        mean = averaged(exact, {name: self.run.observables[name] for name in random})
        low, high, _ = self._ends(mean, kept)
        return Expected(low, high)

    def _random(self, name: str) -> bool:
        limits = self.run.observables.get(name)
        return limits is not None and (limits.probability is not None or limits.mean is not None)


def _length(size: Size) -> int:
    """How long a formula is to read."""
    return len(str(size))


def _best(old: Size | None, bound: Size | None, found: list[Size], up: int, known: Known) -> Size | None:
    """The largest (smallest) of what is attained; the bound itself where that is met."""
    values = found if old is None else [old, *found]
    if bound is not None and any(known.proves((value - bound) * up) for value in values):
        return bound
    best = values[0]
    for value in values[1:]:
        best = larger(best, value, known) if up > 0 else smaller(best, value, known)
    if bound is not None and known.proves((best - bound) * up):
        return bound
    return spared(best, "max" if up > 0 else "min", known.facts)


def added(sizes: list[Size | None]) -> Size | None:
    """The sum, if all are there."""
    result = ZERO
    for size in sizes:
        if size is None:
            return None
        result = result + size
    return result


def nothing(*unknowns: Unknown) -> Answer:
    """No answer."""
    return Answer(None, None, None, Expected(None, None, unknowns[0] if unknowns else None), (), unknowns)


def linear(size: Size, names: set[str]) -> bool:
    """Whether each term has at most one of the observables, as a plain factor."""
    return all(
        sum(_count(atom, exponent, names) for atom, exponent in monomial) <= 1 for monomial in size.whole
    )


def _count(atom: Atom, exponent: int, names: set[str]) -> int:
    """How many of the observables a factor has; 2 stands for too many."""
    match atom:
        case Sym(name):
            return exponent if name in names else 0
        case Indexed(name, indices):
            if any(index.free & names for index in indices):
                return 2
            return abs(exponent) if name in names else 0
        case Big("sum", _, low, high, body):
            if (low.free | high.free) & names:
                return 2
            inside = body.free & names
            if not inside:
                return 0
            return 1 if exponent == 1 and linear(body, names) else 2
        case Apply() | Big() | Given():
            return 2 if alone(atom).free & names else 0


def averaged(size: Size, ranges: Mapping[str, Range]) -> Size:
    """Each observable replaced by its mean."""

    def change(atom: Atom) -> Size:
        match atom:
            case Sym(name) if name in ranges:
                return _mean(ranges[name])
            case Indexed(name, indices) if name in ranges:
                at = dict(zip(ranges[name].indices, indices, strict=False))
                return _mean(ranges[name]).replace(at)
            case Big(operator, index, low, high, body) if body.free & set(ranges):
                return big(operator, index, low, high, averaged(body, ranges))
            case _:
                return alone(atom)

    return size.map_atoms(change)


def _mean(limits: Range) -> Size:
    mean = limits.probability if limits.probability is not None else limits.mean
    assert mean is not None
    return mean
