"""Prints transition rules in KoAT's text format, in which integers are all there is.

Guards and updates there are polynomials with integer coefficients. What is not is taken apart: `min`, `max` and `[e >= 0]`
by cases, one rule each; `floor`, `ceil`, `mod` and fractions by a new name with the inequalities that define it; a
sum, a logarithm or an element of a list by a new name, said in a comment.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

import attrs

from aalpl.cost.form.nodes import Form
from aalpl.cost.rules.flatten import one_call, rules
from aalpl.cost.rules.nodes import Charge, Jump, Outcome, Rule, Rules
from aalpl.cost.rules.plain import mapped, plain
from aalpl.program.size import Size, sym
from aalpl.program.types import Bernoulli, Binomial, Geometric, Law, Uniform


def koat(form: Form, charge: Charge = one_call, forms: Mapping[str, Form] | None = None) -> str:
    """The rules of a form in KoAT's format; a call costs 1 where no other charge is given."""
    return written(rules(form, charge, forms))


def written(found: Rules) -> str:
    """Rules in KoAT's format."""
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
        for case in integral(rule, names):
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
    drawn = {name: _law(law, names) for name, law in rule.draws}
    outcomes = [_outcome(outcome, rule, names, drawn) for outcome in rule.outcomes]
    after = outcomes[0] if len(outcomes) == 1 else " :+: ".join(outcomes)
    guard = " && ".join(relation(size, names) for size in rule.guard)
    cost = names.write(rule.cost)
    return f"{before} -{{{cost}}}> {after}" + (f" :|: {guard}" if guard else "")


def _outcome(outcome: Outcome, rule: Rule, names: _Names, drawn: Mapping[str, str]) -> str:
    jumps = [_jump(jump, names, drawn) for jump in outcome.jumps]
    for function, args in rule.calls:
        jumps.insert(0, f"{names.of(function)}({', '.join(names.write(value) for _, value in args)})")
    chance = "" if outcome.probability is None else f"{names.write(outcome.probability)}:"
    return chance + (jumps[0] if len(jumps) == 1 else f"Com_{len(jumps)}({', '.join(jumps)})")


def _jump(jump: Jump, names: _Names, drawn: Mapping[str, str]) -> str:
    values = dict(jump.values)
    args = [_argument(values.get(name, sym(name)), names, drawn) for name in names.variables]
    return f"{jump.target}({', '.join(args)})"


def _argument(value: Size, names: _Names, drawn: Mapping[str, str]) -> str:
    """A value; a draw in it is written as its law. A law by itself would be added to the variable."""
    text = names.write(value)
    if text in map(names.of, drawn):
        text = f"0 + {text}"
    for name in sorted(value.free & drawn.keys()):
        text = re.sub(rf"\b{re.escape(names.of(name))}\b", drawn[name], text)
    return text


def _law(law: Law, names: _Names) -> str:
    match law:
        case Bernoulli(p):
            return f"BERNOULLI({names.write(p)})"
        case Binomial(n, p):
            return f"BINOMIAL({names.write(n)}, {names.write(p)})"
        case Uniform(low, high):
            return f"UNIFORM({names.write(low)}, {names.write(high)})"
        case Geometric(p):
            return f"GEOMETRIC({names.write(p)})"


def relation(size: Size, names: _Names) -> str:
    """`size >= 0` with no minus sign: `x >= y + 1`, written `x > y`."""
    left = Size({m: v for m, v in size.whole.items() if v > 0}, size.under)
    right = left - size
    if right.terms.get(()) == 1:
        return f"{names.write(left)} > {names.write(right - 1)}"
    return f"{names.write(left)} >= {names.write(right)}"


# -- polynomials ---------------------------------------------------------------------------------------------------


def integral(rule: Rule, names: _Names) -> list[Rule]:
    """The rule as rules over integer polynomials."""
    return [
        _integral(attrs.evolve(each.rule, comments=(*each.rule.comments, *each.unknown)), names)
        for each in plain(rule, names.new)
    ]


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
    changed = mapped(attrs.evolve(rule, guard=()), whole)
    return attrs.evolve(changed, guard=(*guard, *more))
