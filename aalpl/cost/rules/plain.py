"""Takes rules apart until all of their sizes are polynomials.

`min`, `max`, `abs` and `[e >= 0]` become cases, one rule each; `floor`, `ceil` and `mod` a name of the rule's own with the
inequalities that define it. With a divisor that is a name, cases say its sign, and where the divisor is positive and the
number not negative, what follows without products: of x mod y, that it is x where x < y, and at most x - y otherwise.
What is left (a sum, a logarithm, an element of a list, a power) is an unknown number: the rule allows more than happens.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.rules.nodes import Jump, Outcome, Rule
from aalpl.program.size import (
    ONE,
    ZERO,
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
    apply,
    big,
    given,
    indexed,
    sym,
)

CASES = 16


@attrs.frozen
class Case:
    """What stands for an atom, under which guard; `unknown` where it is only a number."""

    value: Size
    guard: tuple[Size, ...] = ()
    unknown: str | None = None


@attrs.frozen
class Plain:
    """A rule over polynomials; `unknown` says what in it is only some number, `paid` that this number is paid."""

    rule: Rule
    unknown: tuple[str, ...] = ()
    paid: bool = False


def plain(rule: Rule, fresh: Callable[[], str], cases: int = CASES) -> list[Plain]:
    """The rule as rules over polynomials; `fresh` gives names that nothing has."""
    done: list[Plain] = []
    waiting = [Plain(rule)]
    while waiting:
        now = waiting.pop()
        atom = next(_special(now.rule), None)
        if atom is None:
            done.append(now)
            continue
        found = _cases(atom, fresh, len(done) + len(waiting) < cases)
        paid = atom in set(_inside(now.rule.cost))
        waiting += [_with(now, atom, case, paid) for case in reversed(found)]
    return done


def _cases(atom: Atom, fresh: Callable[[], str], room: bool) -> list[Case]:
    match atom:
        case Given(condition) if room:
            return [Case(ONE, (condition,)), Case(ZERO, (-condition - 1,))]
        case Apply("min", (left, right, *more)) if room:
            rest = apply("min", right, *more) if more else right
            less = whole(rest - left)
            return [Case(left, (less,)), Case(rest, (-less - 1,))]
        case Apply("max", (left, right, *more)) if room:
            rest = apply("max", right, *more) if more else right
            less = whole(rest - left)
            return [Case(rest, (less,)), Case(left, (-less - 1,))]
        case Apply("abs", (inner,)) if room:
            return [Case(inner, (inner,)), Case(-inner, (-whole(inner) - 1,))]
        case Apply("floor", (inner,)) if (over := fraction(inner)) is not None:
            return _divided(*over, sym(fresh()))
        case Apply("ceil", (inner,)) if (over := fraction(inner)) is not None:
            top, bottom = over
            return [Case(-case.value, case.guard) for case in _divided(-top, bottom, sym(fresh()))]
        case Apply("mod", (left, right)):
            quotient = sym(fresh())
            return [
                Case(left - case.value * right, case.guard) if right.constant() is not None else case
                for case in _rest(left, right, quotient, fresh)
            ]
        case _:
            name = fresh()
            counted = isinstance(atom, Indexed) and atom.name.startswith(("len(", "total("))
            return [Case(sym(name), (sym(name),) if counted else (), f"{name} stands for {atom}")]


def _divided(top: Size, bottom: Size, quotient: Size) -> list[Case]:
    """The cases of floor(top / bottom); by 0 there is none."""
    number = bottom.constant()
    rest = top - quotient * bottom
    if number is not None:
        return [Case(quotient, (rest, bottom - 1 - rest))]
    around = (rest, bottom - 1 - rest)
    return [
        Case(quotient, (bottom - 1, -top - 1, -quotient - 1, quotient - top, *around)),
        Case(ZERO, (bottom - 1, top, bottom - 1 - top)),
        Case(quotient, (bottom - 1, top - bottom, quotient - 1, top - quotient, *around)),
        Case(quotient, (-bottom - 1, -rest, rest - bottom - 1)),
    ]


def _rest(left: Size, right: Size, quotient: Size, fresh: Callable[[], str]) -> list[Case]:
    """The cases of left mod right; of a constant divisor the value is the quotient."""
    number = right.constant()
    if number is not None:
        return _divided(left, right, quotient) if number > 0 else []
    rest = sym(fresh())
    equal = left - right * quotient - rest
    same = (equal, -equal)
    return [
        Case(rest, (right - 1, -left - 1, -quotient - 1, rest, right - 1 - rest, *same)),
        Case(left, (right - 1, left, right - 1 - left)),
        Case(
            rest,
            (right - 1, left - right - rest, quotient - 1, left - quotient, rest, right - 1 - rest, *same),
        ),
        Case(rest, (-right - 1, -rest, rest - right - 1, *same)),
    ]


def whole(size: Size) -> Size:
    """The size times its denominator: of the same sign, and an integer."""
    return Size(size.whole)


def fraction(size: Size) -> tuple[Size, Size] | None:
    """A fraction as (top, bottom) with a bottom that is one positive number or one name."""
    bottom = ONE * math.lcm(*(value.denominator for value in size.terms.values()), 1)
    below = {atom for monomial in size.terms for atom, exponent in monomial if exponent < 0}
    for atom in below:
        lowest = min(e for m in size.terms for a, e in m if a == atom)
        bottom = bottom * Size({((atom, -lowest),): 1})
    top = size * bottom
    return None if any(e < 0 for m in top.terms for _, e in m) else (top, bottom)


# -- atoms ---------------------------------------------------------------------------------------------------------


def _special(rule: Rule) -> Iterator[Atom]:
    """Atoms that are no names, innermost first."""
    for size in whole_sizes(rule):
        yield from _inside(size)


def _inside(size: Size) -> Iterator[Atom]:
    for atom in sorted(size.atoms(), key=str):
        match atom:
            case Sym():
                continue
            case Apply(_, args) | Indexed(_, args):
                for arg in args:
                    yield from _inside(arg)
            case Given(condition):
                yield from _inside(condition)
            case Big():
                pass
        yield atom


def whole_sizes(rule: Rule) -> list[Size]:
    """The sizes of a rule, without probabilities."""
    sizes = [*rule.guard, rule.cost, *(value for jump in rule.jumps for _, value in jump.values)]
    return [*sizes, *(value for _, args in rule.calls for _, value in args)]


def _with(of: Plain, atom: Atom, case: Case, paid: bool) -> Plain:
    changed = mapped(of.rule, lambda size: swapped(size, atom, case.value))
    rule = attrs.evolve(changed, guard=(*changed.guard, *case.guard))
    if case.unknown is None:
        return attrs.evolve(of, rule=rule)
    return Plain(rule, (*of.unknown, case.unknown), of.paid or paid)


def mapped(rule: Rule, change: Callable[[Size], Size]) -> Rule:
    """The rule with its sizes changed, all but the probabilities."""

    def jump(to: Jump) -> Jump:
        return attrs.evolve(to, values=tuple((name, change(value)) for name, value in to.values))

    def outcome(of: Outcome) -> Outcome:
        return attrs.evolve(
            of,
            values=tuple((name, change(value)) for name, value in of.values),
            also=tuple(map(jump, of.also)),
        )

    calls = tuple((name, tuple((arg, change(value)) for arg, value in args)) for name, args in rule.calls)
    guard = tuple(map(change, rule.guard))
    outcomes = tuple(map(outcome, rule.outcomes))
    return attrs.evolve(rule, guard=guard, cost=change(rule.cost), outcomes=outcomes, calls=calls)


def swapped(size: Size, old: Atom, new: Size) -> Size:
    """The size with another in the place of an atom, at every depth."""

    def change(atom: Atom) -> Size:
        if atom == old:
            return new
        match atom:
            case Sym(name):
                return sym(name)
            case Indexed(name, indices):
                return indexed(name, *(swapped(index, old, new) for index in indices))
            case Apply(function, args):
                return apply(function, *(swapped(arg, old, new) for arg in args))
            case Big(operator, index, low, high, body):
                return big(operator, index, swapped(low, old, new), swapped(high, old, new), body)
            case Given(condition):
                return given(swapped(condition, old, new))

    return size.map_atoms(change)
