"""The front door: the expectation of what a function pays, or of what it answers, where structure gives it exactly."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from aalpl.cost.chance.brackets import fixed, flat, reduced
from aalpl.cost.chance.draws import Declined
from aalpl.cost.chance.rational import Beyond, normal
from aalpl.cost.chance.signs import never_negative
from aalpl.cost.chance.telling import together
from aalpl.cost.chance.walker import Charge, Walker, Where, assigned
from aalpl.cost.form.nodes import Branch, Cycle, Event, Form, Havoc, Invoke
from aalpl.cost.form.steps import every
from aalpl.cost.result import EVERYTHING, Asked, Expected, Unknown
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.terms import denominators
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Apply, Atom, Big, Given, Indexed, Size, Sym


@attrs.frozen
class Chance:
    """Expectations of one function; `known` is what holds at its entry."""

    forms: Mapping[str, Form]
    function: str
    known: Known

    def paid(self, charge: Charge, asked: Asked = EVERYTHING, critical: bool = False) -> Expected:
        """The expectation of what is paid."""
        return self._between(charge, asked, critical, ZERO)

    def answered(self, payoff: Size) -> Expected:
        """The expectation of `payoff`, a size over the function's results and entry, over runs that end.

        With a bracket for payoff this is the probability that the run ends with that; with 1 that it ends."""
        return self._between(_nothing, EVERYTHING, False, payoff)

    def _between(self, charge: Charge, asked: Asked, critical: bool, payoff: Size) -> Expected:
        up, down = (Walker(self.forms, charge, asked, way, critical) for way in (1, -1))
        try:
            high = self._before(up, payoff)
            low = high if not up.decided and up.exact else self._before(down, payoff)
        except Declined as why:
            return Expected(
                None,
                None,
                Unknown(why.reason, why.span),
                derivation=together(self.forms[self.function].span, up, down),
            )
        except Beyond as why:
            return Expected(None, None, Unknown(str(why)))
        top, bottom = (high if up.exact else None), (low if down.exact else None)
        return Expected(low, high, None, top, bottom, together(self.forms[self.function].span, up, down))

    def _before(self, walker: Walker, payoff: Size) -> Size:
        form = self.forms[self.function]
        steps = (*form.opening, *form.body)
        names = assigned(form)
        fixed = Known(
            tuple(fact for fact in self.known.facts if fact.free.isdisjoint(names)),
            tuple(fact for fact in self.known.equalities if fact.free.isdisjoint(names)),
            self.known.ranges,
        )
        fixed = fixed.plus(*never_negative(form, fixed))
        at = Where(payoff, fixed, (), (self.function,))
        before = walker.steps(steps, payoff, at)
        unset = dict.fromkeys(names - set(form.entry), ZERO)
        before = walker.ended(flat(before.replace(unset)))
        for name in walker.pending:
            if name in before.free:
                loop = walker.pending[name]
                raise Declined(
                    f"the expectation of the loop at line {loop.span.line} was not derived", loop.span
                )
        found = plain(tidy(reduced(before, self.known), self.known), self.known)
        if any(_bracketed(atom) for atom in denominators(found)):
            raise Declined("whether a loop ends depends on a condition at the entry")
        return found


def _bracketed(divisor: Atom) -> bool:
    """Whether a divisor may be 0 because a condition does not hold."""
    match divisor:
        case Given():
            return True
        case Apply("pow", (base, _)):
            return any(map(_bracketed, base.atoms()))
        case Sym() | Indexed() | Apply() | Big():
            return False


def plain(size: Size, known: Known) -> Size:
    """In lowest terms; brackets are gone that make no difference where they do not hold."""
    for atom in sorted((a for a in size.atoms() if isinstance(a, Given)), key=lambda a: a.order):
        if size.degree(atom) == 1 and known.proves(atom.condition + 1) and _seamless(size, atom):
            size = fixed(size, {atom: 1})
    return normal(size, known)


def _seamless(size: Size, atom: Given) -> bool:
    """Whether what the bracket is a factor of is 0 where its condition is -1: then it says nothing."""
    factor = size.coefficients(atom)[1]
    for name in sorted(atom.condition.free):
        parts = atom.condition.coefficients(Sym(name))
        if set(parts) <= {0, 1} and parts.get(1) in (1, -1):
            at = (-1 - parts.get(0, ZERO)) / parts[1]
            return not normal(factor.replace({name: at}))
    return False


def _nothing(_: Event) -> Size:
    return ZERO


def is_random(forms: Mapping[str, Form], function: str) -> bool:
    """Whether a draw, a mean or a stated probability is in the function or in one that it calls."""
    waiting, seen = [function], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in forms:
            continue
        seen.add(name)
        for step in every((*forms[name].opening, *forms[name].body)):
            match step:
                case Havoc(law=law, mean=mean) if law is not None or mean is not None:
                    return True
                case Branch(probability=p) | Cycle(probability=p) if p is not None:
                    return True
                case Invoke(function=other):
                    waiting.append(other)
                case _:
                    pass
    return False
