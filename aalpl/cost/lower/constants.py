"""Finds variables and arrays of a form that are the same wherever they are read.

Optimistic: a variable counts as constant until two of its assignments disagree, with what is known of the others put in;
what is left when nothing changes any more is consistent, and true because a variable is assigned before it is read.
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.form.nodes import (
    Steps,
)
from aalpl.cost.form.steps import Key, every, writes
from aalpl.cost.lower.components import INDICES
from aalpl.cost.sizes.rewrite import reads, rewrite
from aalpl.program.size import Indexed, Size, Sym


def constants(steps: Steps, fixed: frozenset[Key]) -> tuple[dict[Key, Size], frozenset[str]]:
    """Variables and arrays that always are the same size over what is never assigned; and all names that vary.

    A variable that is assigned more than once counts if each assignment, with what is known of others, gives the same
    size. `fixed` are those set from outside (entry variables): they vary if they are assigned at all."""
    found = [(key, value) for step in every(steps) for key, value in writes(step)]
    assigned = {key for key, _ in found}
    top: set[Key] = set(assigned)
    known: dict[Key, Size] = {}
    varying: set[Key] = {key for key in assigned if key in fixed}
    varying |= {key for key, value in found if value is None}
    top -= varying
    while True:
        before = (len(top), len(varying), len(known))
        for key, value in found:
            if key in varying or value is None:
                continue
            new = _evaluated(value, known, varying, top)
            if new is None:
                varying.add(key)
                known.pop(key, None)
            elif isinstance(new, Size) and known.setdefault(key, new) != new:
                varying.add(key)
                known.pop(key)
            top.discard(key) if not isinstance(new, bool) else None
        if before == (len(top), len(varying), len(known)):
            break
    names = {name for name, _ in assigned if (name, False) not in known and (name, True) not in known}
    return known, frozenset(names | {name for name, _ in varying})


def _evaluated(
    value: Size, known: Mapping[Key, Size], varying: set[Key], top: set[Key]
) -> Size | bool | None:
    """The value where it is known, None where it varies, True where nothing is known yet."""
    found = replaced(value, known)
    read = reads(found)
    if any(key in varying for key in read):
        return None
    return True if any(key in top for key in read) else found


def replaced(value: Size, known: Mapping[Key, Size]) -> Size:
    """The size with what is known of variables and arrays."""

    def change(atom: Sym | Indexed) -> Size | None:
        if isinstance(atom, Sym):
            return known.get((atom.name, False))
        found = known.get((atom.name, True))
        return None if found is None else found.replace(dict(zip(INDICES, atom.indices, strict=False)))

    return rewrite(value, change)
