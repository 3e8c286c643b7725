"""What is known when a loop has ended: its condition does not hold any more.

Where the condition was v + c >= 0, now v <= -c - 1; if v cannot be less either, that is its value: what halving leaves of
a positive number is 0, whatever the number of rounds."""

from __future__ import annotations

from aalpl.cost.engine.conditions import denied, facts
from aalpl.cost.engine.state import State, is_lost
from aalpl.cost.form.nodes import Condition, Holds
from aalpl.cost.sizes.known import Known
from aalpl.cost.sizes.tidy import tidy
from aalpl.program.size import Apply, given


def left(condition: Condition, final: State) -> None:
    """Note that the condition, at the values after the loop, does not hold."""
    found = tuple(fact for fact in facts(denied(condition)) if fact.constant() is None and not is_lost(fact))
    final.facts = (*final.facts, *found)


def settled(last: Condition, first: Condition, start: State, final: State, known: Known) -> None:
    """Values after the loop that follow from its end; `last` and `first` are its condition at the end and at first."""
    if not isinstance(last, Holds) or not isinstance(first, Holds) or is_lost(last.size):
        return
    ran = known.plus(first.size, *final.facts)
    for name, value in final.values.items():
        before = start.values.get(name)
        if before is None or before == value or not any(map(_hard, value.atoms())) or is_lost(value):
            continue
        border = value - last.size - 1
        if any(map(_hard, border.atoms())) or not ran.proves(value - border):
            continue
        some = tidy(given(first.size), known)
        final.values[name] = tidy(some * border + (1 - some) * before, known)


def _hard(atom: object) -> bool:
    """Whether an atom is a rounding of powers, which the number of rounds is in."""
    if not isinstance(atom, Apply):
        return False
    inside = (inner for size in atom.args for inner in size.atoms())
    return atom.function in ("floor", "ceil") and any(
        isinstance(inner, Apply) and inner.function == "pow" for inner in inside
    )
