"""Prints transition rules in KoAT's text format, in which integers are all there is.

Guards and updates there are polynomials with integer coefficients. What is not is taken apart: `min`, `max` and `[e >= 0]`
by cases, one rule each; `floor`, `ceil`, `mod` and fractions by a new name with the inequalities that define it; a
sum, a logarithm or an element of a list by a new name, said in a comment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.form.nodes import Form
from aalpl.cost.rules.flatten import Charge, Outcome, Rule, Rules, one_call, rules
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

_CASES = 16


def koat(form: Form, charge: Charge = one_call) -> str:
    """The rules of a form in KoAT's format; a call costs 1 where no other charge is given."""
    found = rules(form, charge)
    names = _Names(found)
    goal = "EXPECTEDCOMPLEXITY" if found.random else "COMPLEXITY"
    lines = [
        f"(GOAL {goal})",
        f"(STARTTERM (FUNCTIONSYMBOLS {found.start}))",
        f"(VAR {' '.join(names.all)})",
        "(RULES",
    ]
    for rule in found.rules:
        lines += [f"  # {comment}" for comment in rule.comments]
        for case in plain(rule, names):
            lines += [f"  # {comment}" for comment in case.comments[len(rule.comments) :]]
            lines.append(f"  {_written(case, names)}")
    return "\n".join([*lines, ")"]) + "\n"


@attrs.define(init=False)
class _Names:
    """Names that KoAT can read for the variables of a form."""

    known: dict[str, str]
    variables: tuple[str, ...]
    fresh: int = 0

    def __init__(self, of: Rules) -> None:
        self.known = {}
        self.variables = of.variables
        self.fresh = 0
        for name in of.variables:
            self.of(name)

    @property
    def all(self) -> list[str]:
        """Those of the variables that locations carry."""
        return [self.known[name] for name in self.variables]

    def of(self, name: str) -> str:
        """The name for a name."""
        if name not in self.known:
            plain = re.sub(r"^len\((.*)\)$", r"len_\1", name)
            plain = re.sub(r"\?$", "_given", plain.replace("'", "_prime"))
            plain = re.sub(r"\W+", "_", plain).strip("_") or "v"
            taken = set(self.known.values())
            self.known[name] = next(
                each
                for each in (plain, *(f"{plain}_{i}" for i in range(2, len(taken) + 3)))
                if each not in taken
            )
        return self.known[name]

    def new(self) -> str:
        """A name that nothing has."""
        self.fresh += 1
        return self.of(f"w{self.fresh}")

    def write(self, size: Size) -> str:
        """A polynomial; what is no name in it (the member of a family, in a probability) is written as one."""
        return str(size.map_atoms(lambda atom: sym(self.of(str(atom)))))


# -- printing ------------------------------------------------------------------------------------------------------


def _written(rule: Rule, names: _Names) -> str:
    before = f"{rule.source}({', '.join(names.all)})"
    outcomes = [_outcome(outcome, names) for outcome in rule.outcomes]
    after = outcomes[0] if len(outcomes) == 1 else " :+: ".join(outcomes)
    for function, args in rule.calls:
        inside = ", ".join(names.write(value) for _, value in args)
        after = f"Com_2({names.of(function)}({inside}), {after})"
    guard = " && ".join(relation(size, names) for size in rule.guard)
    cost = names.write(rule.cost)
    return f"{before} -{{{cost}}}> {after}" + (f" :|: {guard}" if guard else "")


def _outcome(outcome: Outcome, names: _Names) -> str:
    values = dict(outcome.values)
    inside = ", ".join(names.write(values.get(name, sym(name))) for name in names.variables)
    chance = "" if outcome.probability is None else f"{names.write(outcome.probability)}:"
    return f"{chance}{outcome.target}({inside})"


def relation(size: Size, names: _Names) -> str:
    """`size >= 0` with no minus sign: `x >= y + 1`, written `x > y`."""
    left = Size({m: v for m, v in size.whole.items() if v > 0}, size.under)
    right = left - size
    if right.terms.get(()) == 1:
        return f"{names.write(left)} > {names.write(right - 1)}"
    return f"{names.write(left)} >= {names.write(right)}"


# -- polynomials ---------------------------------------------------------------------------------------------------


def plain(rule: Rule, names: _Names) -> list[Rule]:
    """The rule as rules over integer polynomials."""
    done: list[Rule] = []
    waiting = [rule]
    while waiting:
        now = waiting.pop()
        atom = next(_special(now), None)
        if atom is None:
            done.append(_integral(now, names))
        else:
            cases = _cases(atom, names, len(done) + len(waiting) < _CASES)
            waiting += [_with(now, atom, *case) for case in reversed(cases)]
    return done


Case = tuple[Size, tuple[Size, ...], tuple[str, ...]]
"""What stands for an atom, under which guard, with which comments."""


def _cases(atom: Atom, names: _Names, room: bool) -> list[Case]:
    match atom:
        case Given(condition) if room:
            return [(ONE, (condition,), ()), (ZERO, (-condition - 1,), ())]
        case Apply("min", (left, right)) if room:
            return [(left, (right - left,), ()), (right, (left - right - 1,), ())]
        case Apply("max", (left, right)) if room:
            return [(left, (left - right,), ()), (right, (right - left - 1,), ())]
        case Apply("floor", (inner,)) if (over := _over(inner)) is not None:
            new = sym(names.new())
            top, bottom = over
            return [(new, (top - new * bottom, new * bottom + bottom - 1 - top), ())]
        case Apply("ceil", (inner,)) if (over := _over(inner)) is not None:
            new = sym(names.new())
            top, bottom = over
            return [(new, (new * bottom - top, top - new * bottom + bottom - 1), ())]
        case Apply("mod", (left, right)):
            rest, times = sym(names.new()), sym(names.new())
            equal = left - right * times - rest
            return [(rest, (equal, -equal, rest, right - rest - 1), ())]
        case _:
            new_name = names.new()
            return [(sym(new_name), (), (f"{new_name} stands for {atom}",))]


def _over(size: Size) -> tuple[Size, Size] | None:
    """A fraction as (top, bottom) with a positive bottom that is one number or one name."""
    bottom = ONE * math.lcm(*(value.denominator for value in size.terms.values()), 1)
    below = {atom for monomial in size.terms for atom, exponent in monomial if exponent < 0}
    for atom in below:
        lowest = min(e for m in size.terms for a, e in m if a == atom)
        bottom = bottom * Size({((atom, -lowest),): 1})
    top = size * bottom
    return None if any(e < 0 for m in top.terms for _, e in m) else (top, bottom)


def _special(rule: Rule) -> Iterator[Atom]:
    """Atoms that are no names, innermost first."""
    for size in _sizes(rule):
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


def _sizes(rule: Rule) -> list[Size]:
    sizes = [*rule.guard, rule.cost, *(value for outcome in rule.outcomes for _, value in outcome.values)]
    return [*sizes, *(value for _, args in rule.calls for _, value in args)]


def _with(rule: Rule, atom: Atom, new: Size, guard: tuple[Size, ...], comments: tuple[str, ...]) -> Rule:
    changed = _mapped(rule, lambda size: swapped(size, atom, new))
    return attrs.evolve(changed, guard=(*changed.guard, *guard), comments=(*changed.comments, *comments))


def _mapped(rule: Rule, change: Callable[[Size], Size]) -> Rule:
    outcomes = tuple(
        attrs.evolve(outcome, values=tuple((name, change(value)) for name, value in outcome.values))
        for outcome in rule.outcomes
    )
    calls = tuple((name, tuple((arg, change(value)) for arg, value in args)) for name, args in rule.calls)
    guard = tuple(map(change, rule.guard))
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


def _integral(rule: Rule, names: _Names) -> Rule:
    """Guards times their denominators; an update with fractions is a new name with an equation."""
    more: list[Size] = []

    def whole(size: Size) -> Size:
        bottom = math.lcm(*(value.denominator for value in size.terms.values()), 1)
        if bottom == 1:
            return size
        new = sym(names.new())
        more.extend((new * bottom - size * bottom, size * bottom - new * bottom))
        return new

    guard = tuple(
        size * math.lcm(*(value.denominator for value in size.terms.values()), 1) for size in rule.guard
    )
    changed = _mapped(attrs.evolve(rule, guard=()), whole)
    return attrs.evolve(changed, guard=(*guard, *more))
