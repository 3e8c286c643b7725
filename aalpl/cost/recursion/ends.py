"""A recurrence from above and from below: over all that may be observed in one activation.

Where T(v) = E(v, T, o) for what is observed, T(v) <= sup_o E(v, T, o) and >= inf_o; both are recurrences without
observables. What is observed and handed on (the place where a list is cut) becomes a choice: a symbol with its range,
and a bound must hold for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import attrs

from aalpl.cost.bounds.extremes import Bounds, Unbounded
from aalpl.cost.recursion.recurrence import Recurrence
from aalpl.cost.result import Range
from aalpl.cost.sizes.rewrite import rewrite
from aalpl.cost.sizes.terms import alone
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import ZERO, Apply, Indexed, Size, Sym, sym

CHOICE = "choice°"

FEW = 4
"""How many observables are tried at both ends of their ranges."""


@attrs.frozen
class Ends:
    """The recurrence from above and from below; None where there is none, with the reason. Where something observed
    makes the recurrence the one from above, that is `reached`."""

    above: Recurrence | None
    below: Recurrence | None
    reason: str = ""
    reached: bool = False


def ends(of: Recurrence, ranges: Mapping[str, Range]) -> Ends:
    """Both ends."""
    opened = _chosen(of, ranges)
    if opened is None:
        return Ends(None, None, "what a call of itself is handed depends on what happens in a loop")
    bounds = Bounds(opened.known, ranges)
    found: list[Recurrence | None] = []
    reason = ""
    for up in (1, -1):
        try:
            body = bounds.extreme(opened.body, up)
        except Unbounded as why:
            reason = str(why)
            found.append(None)
        else:
            found.append(None if body.free & ranges.keys() else attrs.evolve(opened, body=body, side=up))
    reached = found[0] is not None and _reached(opened, found[0], ranges)
    return Ends(found[0], found[1], reason, reached)


def _reached(of: Recurrence, above: Recurrence, ranges: Mapping[str, Range]) -> bool:
    """Whether everything that the recurrence from above may be comes from numbers that may be observed."""
    names = sorted(of.body.free & ranges.keys())
    if len(names) > FEW or any(ranges[name].low is None or ranges[name].high is None for name in names):
        return False
    most = [atom for atom in above.body.atoms() if above.body == alone(atom)]
    parts = (
        most[0].args if most and isinstance(most[0], Apply) and most[0].function == "max" else (above.body,)
    )
    found = set()
    for ends_ in product((0, 1), repeat=len(names)):
        at = {}
        for name, end in zip(names, ends_, strict=True):
            limit = ranges[name].high if end else ranges[name].low
            at[name] = ZERO if limit is None else limit
        found.add(tidy(of.body.replace(at), of.known))
    return all(part in found for part in parts)


def _chosen(of: Recurrence, ranges: Mapping[str, Range]) -> Recurrence | None:
    """With choices for the observables that calls are handed; None where a loop's index is in them."""
    names: dict[Sym | Indexed, str] = {}

    def collect(atom: Sym | Indexed) -> Size | None:
        if atom.name in ranges:
            names.setdefault(atom, f"{CHOICE}{len(names)}")
        return None

    def change(atom: Sym | Indexed) -> Size | None:
        return sym(names[atom]) if atom in names else None

    calls = of.calls(of.body)
    for call in calls:
        for arg in call.args:
            rewrite(arg, collect)
    if not names:
        return of
    facts: list[Size] = []
    for atom, name in names.items():
        limits = ranges[atom.name]
        at = dict(zip(limits.indices, atom.indices, strict=False)) if isinstance(atom, Indexed) else {}
        ends = [(limits.low, 1), (limits.high, -1)]
        facts += [(sym(name) - end.replace(at)) * sign for end, sign in ends if end is not None]
    facts = [rewrite(fact, change) for fact in facts]
    if any(fact.free & ranges.keys() for fact in facts):
        return None
    return attrs.evolve(of, body=rewrite(of.body, change), chosen=tuple(facts))
