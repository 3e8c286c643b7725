"""Decides claims: true, false with sizes that show it, or undecided with the reason.

A class is compared by dominance (`orders`), for all sizes tending to infinity under the hypotheses (semantics 19); an equation or
inequality is proved on the whole declared domain, or refuted by small sizes (`equations`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from aalpl.check.obligations import entry_facts
from aalpl.cost import analyse
from aalpl.cost.claims.equations import compared
from aalpl.cost.claims.orders import classed
from aalpl.cost.claims.regions import Domain
from aalpl.cost.claims.sides import Reader
from aalpl.cost.claims.wording import Verdict
from aalpl.cost.growth.assumed import joined
from aalpl.cost.growth.scale import bounded
from aalpl.cost.result import Analysis
from aalpl.program import nodes as p
from aalpl.program.prove import Facts
from aalpl.program.size import sym
from aalpl.program.types import Int


def verdicts(program: p.Program) -> tuple[Verdict, ...]:
    """What becomes of each claim of a program."""
    return tuple(decisions(program, program.claims))


def decisions(program: p.Program, claims: Iterable[p.Claim]) -> Iterator[Verdict]:
    """What becomes of some claims; a function is analysed once."""

    @cache
    def analysed(function: str, model: str) -> Analysis:
        return analyse(program, function, (model,))

    for claim in claims:
        yield decided(program, claim, analysed)


def decided(program: p.Program, claim: p.Claim, analysed: Callable[[str, str], Analysis]) -> Verdict:
    """What becomes of one claim."""
    functions = [
        program.functions[name] for name in dict.fromkeys(_functions(claim)) if name in program.functions
    ]
    known = joined(program, functions)
    facts = _facts(program, functions)
    reader = Reader(program, known, facts, analysed)
    left, right = reader.side(claim.left), reader.side(claim.right)
    for side in (left, right):
        if side.endless:
            return Verdict(
                claim, "false", f"because the worst case is infinite: {side.endless}", side.instead
            )
    instead = left.instead or right.instead
    if isinstance(claim.right, p.Class):
        if (name := bounded(known, program.sizes)) is not None:
            return Verdict(
                claim, "void", f"the hypotheses keep `{name}` from growing, so no class means anything"
            )
        relations = (*program.assumptions, *(r for function in functions for r in function.requires))
        outcome = classed(program, relations, claim.right.name, left, right, known)
    else:
        outcome = compared(claim.relation, left, right, Domain(facts, known))
    return Verdict(claim, *outcome, instead if outcome[0] == "undecided" else "")


def _facts(program: p.Program, functions: list[p.Function]) -> Facts:
    """What holds of all sizes and int parameters that a claim may speak of."""
    facts = entry_facts(program, frozenset()).adding(*(sym(f"o_{name}") - 1 for name in program.primitives))
    for function in functions:
        for param in function.params:
            if isinstance(param.type, Int):
                low, high = param.type.low, param.type.high
                facts = facts.adding(*([] if low is None else [sym(param.name) - low]))
                facts = facts.adding(*([] if high is None else [high - sym(param.name)]))
        facts = facts.assuming(function.requires)
    return facts


def _functions(claim: p.Claim) -> Iterator[str]:
    todo: list[p.ClaimTerm] = [claim.left, claim.right]
    while todo:
        match todo.pop(0):
            case p.Quantity(function=name) | p.EventProbability(function=name):
                yield name
            case p.Class(_, body):
                todo.append(body)
            case p.Combined(_, args):
                todo.extend(args)
            case p.Plain():
                pass
