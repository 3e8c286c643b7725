"""Why recursion may not end: calls of itself that make nothing smaller."""

from __future__ import annotations

from itertools import combinations

from aalpl.cost.recursion.activation import Activation, Call, entry_symbol
from aalpl.cost.recursion.proofs import holds
from aalpl.program.size import Size, sym


def unsolved(act: Activation) -> str:
    """What is said of a recurrence that was not solved: the first call that does not get smaller, if there is one."""
    for call in act.calls:
        if not _falls(act, call):
            return f", whose call of itself at line {call.span.line} does not get smaller in any parameter,"
    return ""


def _falls(act: Activation, call: Call) -> bool:
    """Whether some entry variable, or a sum or difference of two, gets smaller and has a limit below."""
    handed = {entry_symbol(name, act.function): call.values.get(name, sym(name)) for name in act.params}
    names = [sym(name) for name in act.symbols]
    pairs = [
        pair for one, other in combinations(names, 2) for pair in (one + other, one - other, other - one)
    ]
    given = [
        value - name for value in act.given.values() for name in names
    ]  # up to a limit that is handed on
    return any(_smaller(measure, handed, call) for measure in (*names, *pairs, *given))


def _smaller(measure: Size, handed: dict[str, Size], call: Call) -> bool:
    after = measure.replace(handed)
    return holds(call.known, measure - after - 1) and holds(call.known, measure)
