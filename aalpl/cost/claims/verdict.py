"""Decides claims: true, false with sizes that show it, or undecided with the reason.

A class is compared term by term (`classes`, `scale`): true when every product on one side is dominated by one on the
other, for all sizes tending to infinity under the hypotheses (semantics 19). It is false when along a ray of sizes
n_i = B^(e_i) that satisfies the hypotheses the side that should be smaller has the larger exponent: then no constant
helps. An equation is true when both ends of what is derived equal it as polynomials, false where at some sizes both ends
lie on one side of it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import permutations
from random import Random
from typing import Any

import attrs

from aalpl.check.obligations import entry_facts
from aalpl.cost import analyse
from aalpl.cost.claims.sides import Order, Reader, Side
from aalpl.cost.growth.assumed import joined
from aalpl.cost.growth.scale import Row, Scale, bounded
from aalpl.cost.result import Analysis
from aalpl.program import nodes as p
from aalpl.program.prove import Facts
from aalpl.program.refute import counterexample
from aalpl.program.size import Size, Sym, const, sym
from aalpl.program.types import Int
from aalpl.report import Diagnostic, Label, Severity


@attrs.frozen
class Verdict:
    """`outcome` is `true`, `false` or `undecided`; `reason` says why, or at which sizes it fails."""

    claim: p.Claim
    outcome: str
    reason: str = ""


def verdicts(program: p.Program) -> tuple[Verdict, ...]:
    """What becomes of each claim of a program."""

    @cache
    def analysed(function: str, model: str) -> Analysis:
        return analyse(program, function, (model,))

    return tuple(decided(program, claim, analysed) for claim in program.claims)


def told(program: p.Program) -> list[Diagnostic]:
    """A diagnostic for each claim that is not true: false ones are errors, undecided ones warnings."""
    return [_told(verdict) for verdict in verdicts(program) if verdict.outcome != "true"]


def _told(verdict: Verdict) -> Diagnostic:
    label = Label(verdict.claim.span, "not so")
    if verdict.outcome == "false":
        hint = "look at `aalpl cost` for what is derived"
        return Diagnostic("claim-false", f"this claim is false {verdict.reason}", label, hint=hint)
    title = f"this claim is left undecided: {verdict.reason}"
    hint = "say in `assume` what it rests on, or claim less"
    return Diagnostic("claim-undecided", title, attrs.evolve(label, text=""), (), hint, Severity.WARNING)


def decided(program: p.Program, claim: p.Claim, analysed: Callable[[str, str], Analysis]) -> Verdict:
    """What becomes of one claim."""
    functions = [
        program.functions[name] for name in dict.fromkeys(_functions(claim)) if name in program.functions
    ]
    known = joined(program, functions)
    facts = _facts(program, functions)
    reader = Reader(program, known, facts, analysed)
    left, right = reader.side(claim.left), reader.side(claim.right)
    names = {
        name
        for side in (left, right)
        for end in (side.low, side.high)
        if end is not None
        for name in end.free
    }
    if isinstance(claim.right, p.Class) and (name := bounded(known, names)) is not None:
        return Verdict(
            claim, "undecided", f"the hypotheses keep `{name}` from growing, so no class means anything"
        )
    if isinstance(claim.right, p.Class):
        return _classed(program, functions, claim, claim.right.name, left, right, known)
    return _equated(claim, left, right, facts)


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


# -- classes -----------------------------------------------------------------------------------------------------


def _classed(
    program: p.Program,
    functions: list[p.Function],
    claim: p.Claim,
    name: str,
    left: Side,
    right: Side,
    known: Scale,
) -> Verdict:
    wanted = _WANTED[name]
    if all(_holds(side, left, right, known) for side in wanted):
        return Verdict(claim, "true")
    if condition := _weakest(
        program, known, lambda helped: all(_holds(side, left, right, helped) for side in wanted)
    ):
        return Verdict(claim, "undecided", f"true if {condition}")
    for side in wanted:
        small, large = _pair(side, left, right, proving=False)
        if (
            small is not None
            and large is not None
            and (ray := _ray(program, functions, small, large)) is not None
        ):
            return Verdict(claim, "false", ray)
    if any(end is None for side in wanted for end in _pair(side, left, right, proving=True)):
        return Verdict(claim, "undecided", left.missing or right.missing or "no class is derived")
    return Verdict(claim, "undecided", "neither side is known to outgrow the other")


_WANTED = {"Theta": ("O", "Omega"), "O": ("O",), "Omega": ("Omega",)}


def _pair(side: str, left: Side, right: Side, *, proving: bool) -> tuple[Order | None, Order | None]:
    """What must be dominated by what; to refute, the ends that are certainly reached."""
    if side == "O":
        return (left.upper, right.lower) if proving else (left.lower, right.upper)
    return (right.upper, left.lower) if proving else (right.lower, left.upper)


def _holds(side: str, left: Side, right: Side, known: Scale) -> bool:
    small, large = _pair(side, left, right, proving=True)
    if small is None or large is None:
        return False
    above, below = small.above * large.below, large.above * small.below
    return all(any(known.dominated(a, b) for b in below.terms) for a in above.terms)


@attrs.frozen
class _Condition:
    """`small = O(large)`."""

    small: str
    large: str

    @property
    def row(self) -> Row:
        """The condition as a hypothesis."""
        return Row(((Sym(self.small), 1), (Sym(self.large), -1)), None)

    def follows(self, known: Scale) -> bool:
        """Whether it needs no stating."""
        return known.dominated(((Sym(self.small), 1),), ((Sym(self.large), 1),))


def _weakest(program: p.Program, known: Scale, enough: Callable[[Scale], bool]) -> str | None:
    """Of the conditions between two sizes that are enough, one that most of the others imply; on models' sizes last."""

    def with_(condition: _Condition) -> Scale:
        return attrs.evolve(known, rows=(*known.rows, condition.row))

    helpful = [
        c for c in _conditions(program) if bounded(with_(c), program.sizes) is None and enough(with_(c))
    ]
    if not helpful:
        return None
    best = max(helpful, key=lambda c: sum(c.follows(with_(other)) for other in helpful))
    return f"{best.small} = O({best.large})"


def _conditions(program: p.Program) -> list[_Condition]:
    weights = {name for model in program.models.values() for name in model.size.free}
    names = [n for n, d in program.sizes.items() if d.kind == "size" and d.family is None]
    names.sort(key=lambda name: name in weights)
    return [_Condition(small, large) for small, large in permutations(names, 2)]


# -- rays of sizes -----------------------------------------------------------------------------------------------

_TRIES = 400


def _ray(program: p.Program, functions: list[p.Function], small: Order, large: Order) -> str | None:
    """Sizes along which `small` outgrows `large`, in words; only products of sizes are followed."""
    over, under = small.above * large.below, large.above * small.below
    if not all(isinstance(atom, Sym) for size in (over, under) for atom in size.atoms()):
        return None
    declared = [n for n, d in program.sizes.items() if d.kind == "size" and d.family is None]
    declared += [x.name for f in functions for x in f.params if isinstance(x.type, Int)]
    if not (over.free | under.free) <= set(declared):
        return None
    random = Random(0)
    for _ in range(_TRIES):
        ray = {name: random.randint(1, 4) for name in declared}
        if _degree(over, ray) > _degree(under, ray) and _satisfied(program, functions, ray):
            used = sorted(over.free | under.free)
            sizes = ", ".join(f"{n} = B" if ray[n] == 1 else f"{n} = B^{ray[n]}" for n in used)
            return f"at {sizes} they part by a factor of B^{_degree(over, ray) - _degree(under, ray)}"
    return None


def _degree(size: Size, ray: Mapping[str, int]) -> int:
    return max(sum(ray[str(atom)] * e for atom, e in monomial) for monomial in size.terms)


def _satisfied(program: p.Program, functions: list[p.Function], ray: Mapping[str, int]) -> bool:
    """Whether the hypotheses hold from some B on: each compares two products of sizes, of which the larger one has the
    larger degree, or at equal degrees the larger coefficient."""
    fixed = {n: const(1) for n, d in program.sizes.items() if d.kind == "const"}
    for relation in (*program.assumptions, *(r for f in functions for r in f.requires)):
        sides = [side.replace(fixed) for side in (relation.left, relation.right)]
        if any(len(side.terms) != 1 or not {str(a) for a in side.atoms()} <= ray.keys() for side in sides):
            return False
        left, right = ((_degree(side, ray), *side.terms.values()) for side in sides)
        if not _TESTS[relation.operator](left, right):
            return False
    return True


_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    "<": operator.lt,
    ">=": operator.ge,
    ">": operator.gt,
}


# -- equations ---------------------------------------------------------------------------------------------------


def _equated(claim: p.Claim, left: Side, right: Side, facts: Facts) -> Verdict:
    at_most = claim.relation in ("=", "<=")
    at_least = claim.relation in ("=", ">=")
    ends = [(left.high, right.low)] * at_most + [(right.high, left.low)] * at_least
    if all(small is not None and large is not None and facts.proves(large - small) for small, large in ends):
        return Verdict(claim, "true")
    broken = [(left.low, right.high)] * at_most + [(right.low, left.high)] * at_least
    for small, large in broken:
        if small is None or large is None:
            continue
        if (sizes := _exceeds(facts, small, large)) is not None:
            return Verdict(claim, "false", sizes)
    if any(small is None or large is None for small, large in ends):
        return Verdict(claim, "undecided", left.missing or right.missing or "no bound is derived")
    return Verdict(claim, "undecided", left.missing or right.missing or "what is derived leaves it open")


def _exceeds(facts: Facts, small: Size, large: Size) -> str | None:
    """Sizes at which what should be smaller is larger, in words."""
    names = small.free | large.free
    members = {name for name, _ in facts.families}
    found = counterexample(facts, large - small, sorted(names - members))
    if found is None or not names <= found.keys():
        return None
    sizes = ", ".join(f"{name} = {found[name]}" for name in sorted(names))
    return f"at {sizes or 'all sizes'}: {small.value(found)} against {large.value(found)}"
