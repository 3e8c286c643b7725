"""What a function pays, bounded by its transition system.

flatten -> make small -> what holds where -> potentials, and rounds times sizes -> the least upper and the largest lower bound
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from aalpl.cost.form.nodes import Form
from aalpl.cost.form.slices import sliced as needed
from aalpl.cost.potentials.front import bracket as potentials
from aalpl.cost.potentials.work import ALL
from aalpl.cost.result import Bracket, Unknown
from aalpl.cost.rounds.front import rounds
from aalpl.cost.rules.combine import best, ordered, scaled, together
from aalpl.cost.rules.flatten import rules
from aalpl.cost.rules.invariants import entry, invariants
from aalpl.cost.rules.linear import impossible
from aalpl.cost.rules.loops import last
from aalpl.cost.rules.nodes import Charge, Rules
from aalpl.cost.rules.parts import parts
from aalpl.cost.rules.pending import opened, written
from aalpl.cost.rules.polynomial import polynomial
from aalpl.cost.rules.simplify import simplify
from aalpl.cost.sizes.known import Known
from aalpl.program.size import ONE, ZERO, Size

RULES = 160
Found = dict[tuple[Rules, int], Bracket]  # of a system, with so much work


@attrs.define
class Systems:
    """Answers for the functions of a program; a system is bounded once, whatever its cost is multiplied with."""

    forms: Mapping[str, Form]
    known: Known
    _needed: dict[str, Mapping[str, Form]] = attrs.field(factory=dict)
    _found: Found = attrs.field(factory=dict)
    _whole: dict[Rules, Bracket] = attrs.field(factory=dict)

    def bracket(self, function: str, charge: Charge) -> Bracket:
        """Bounds of what the function pays."""
        if function not in self._needed:
            self._needed[function] = needed(self.forms, function)
        forms = self._needed[function]
        found = bounded_system(rules(forms[function], charge, forms), self.known, self._found, self._whole)
        return begun(found, forms[function])


def begun(found: Bracket, form: Form) -> Bracket:
    """Bounds that hold whatever is in variables before they are set, where these are 0."""
    given = {name for size in (*form.domain, *form.outset, *form.equalities) for name in size.free}
    own = set(written(form)) - {*form.entry, *opened(form)} - given
    nothing = {name: ZERO for each in own for name in (each, last(each))}

    def put(size: Size | None) -> Size | None:
        return size if size is None or size.free.isdisjoint(nothing) else size.replace(nothing)

    return attrs.evolve(
        found,
        upper=put(found.upper),
        lower=put(found.lower),
        reached=put(found.reached),
        least=put(found.least),
        expected_upper=put(found.expected_upper),
        expected_lower=put(found.expected_lower),
    )


def bounded(forms: Mapping[str, Form], function: str, charge: Charge, known: Known) -> Bracket:
    """Bounds of what a function pays."""
    return Systems(forms, known).bracket(function, charge)


def bounded_system(
    system: Rules,
    known: Known | None = None,
    found: Found | None = None,
    whole: dict[Rules, Bracket] | None = None,
) -> Bracket:
    """Bounds of what a system pays, over its variables at the start. What was `found` of systems made small, and of the
    `whole` ones, is found again."""
    memo = {} if found is None else found
    before = {} if whole is None else whole
    if len(system.rules) > RULES:
        return Bracket(reason=Unknown("its transition system has too many rules"))
    system = polynomial(system)  # a factor that is taken out is a product of symbols
    if system.reason is not None:
        return Bracket(reason=Unknown(system.reason))
    pieces = parts(system, _asked(system, known).proves)
    factor, one = (pieces[0].factor, pieces[0].system) if len(pieces) == 1 else (ONE, system)
    if one not in before:  # what pays the same but for a factor is made small once
        before[one] = _whole(one, known, memo)
    return scaled(before[one], factor)


def _asked(system: Rules, known: Known | None) -> Known:
    facts = entry(system, known)
    return Known(facts) if known is None else known.plus(*facts)


def _whole(system: Rules, known: Known | None, memo: Found) -> Bracket:
    small = simplify(system)
    if small.reason is not None:
        return Bracket(reason=Unknown(small.reason))
    if not any(rule.cost for rule in small.rules):
        return Bracket(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
    pieces = parts(small, _asked(small, known).proves)
    factors: dict[
        Rules, Size
    ] = {}  # what pays alike is bounded once, so that what is reached is reached at once
    for piece in pieces:
        lean = simplify(piece.system) if len(pieces) > 1 else piece.system
        factors[lean] = factors.get(lean, ZERO) + piece.factor
    brackets = []
    work = ALL // max(1, len(factors))
    for lean, factor in factors.items():
        if (lean, work) not in memo:
            memo[lean, work] = _bracket(lean, known, work)
        brackets.append(scaled(memo[lean, work], factor))
    return together(brackets)


def _bracket(system: Rules, known: Known | None, work: int) -> Bracket:
    """The bounds of all methods, put together, with so much work."""
    facts = entry(system, known)
    holding = invariants(system, known)

    def whole(sizes: Iterable[Size]) -> list[Size]:
        return [size for size in sizes if size.free.isdisjoint(system.parameters)]

    possible = tuple(
        rule for rule in system.rules if not impossible(whole((*holding.get(rule.source, ()), *rule.guard)))
    )
    if len(possible) < len(system.rules):
        system = simplify(attrs.evolve(system, rules=possible))
        holding = invariants(system, known)
    asked = Known(facts) if known is None else known.plus(*facts)
    found = potentials(system, holding, facts, work)
    settled = found.upper is not None and found.upper in (found.lower, found.reached)
    if not settled or (system.random and found.expected_upper is None):
        between = found if system.conditioned else ordered(found)
        found = best(between, rounds(system, holding, asked, work // 2), asked)
    return found if system.conditioned else ordered(found)
