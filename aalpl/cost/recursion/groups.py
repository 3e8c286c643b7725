"""Which functions call themselves, and through which of them each such cycle of calls goes.

Functions that call each other form a group. If one of them, the head, is on every cycle of calls in the group, the
others are run in line and what is left is a function that calls only itself: `even` and `odd` become one `even`.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as Set_

import attrs

from aalpl.cost.form.nodes import Form, Invoke
from aalpl.cost.form.steps import every

Calls = Mapping[str, Set_[str]]


@attrs.frozen
class Groups:
    """`heads` are the functions that recursion is solved for; `tangled` those of groups that have no head."""

    heads: frozenset[str] = frozenset()
    tangled: frozenset[str] = frozenset()


def groups(forms: Mapping[str, Form]) -> Groups:
    """The functions that call themselves, directly or through others."""
    calls = {name: _called(form) & forms.keys() for name, form in forms.items()}
    reached = {name: _reached(name, calls) for name in calls}
    heads: set[str] = set()
    tangled: set[str] = set()
    for name in calls:
        group = {other for other in reached[name] if name in reached[other]}
        if name not in group:
            continue
        head = next((each for each in calls if each in group and _acyclic(group - {each}, calls)), None)
        if head is None:
            tangled.add(name)
        else:
            heads.add(head)
    return Groups(frozenset(heads), frozenset(tangled))


def _called(form: Form) -> set[str]:
    return {step.function for step in every(form.body) if isinstance(step, Invoke)}


def _reached(name: str, calls: Calls) -> set[str]:
    """What a function calls, directly or not."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = calls[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return found


def _acyclic(names: Set_[str], calls: Calls) -> bool:
    inside = {name: calls[name] & names for name in names}
    return all(name not in _reached(name, inside) for name in names)
