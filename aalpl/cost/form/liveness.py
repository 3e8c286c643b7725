"""Which variables are still read: backwards over steps, what a step reads and what is read after it unless it is set there."""

from __future__ import annotations

from aalpl.cost.form.nodes import (
    Beyond,
    Branch,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Havoc,
    HavocArray,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.cost.form.steps import every, sizes, writes

Names = frozenset[str]


def before(steps: Steps, after: Names, leave: Names) -> Names:
    """The names that are read before the steps, if `after` are read after them and `leave` after a `return`."""
    for step in reversed(steps):
        after = _before(step, after, leave)
    return after


def head(of: Cycle, after: Names, leave: Names) -> Names:
    """The names that are read at the test of a loop or later."""
    live = after | _read(of)
    while True:
        more = live | before(of.body, before(of.before, live, leave), leave)
        if more == live:
            return live
        live = more


def _before(of: Step, after: Names, leave: Names) -> Names:
    match of:
        case Set() | Havoc() | Invoke():
            return (after - {name for (name, array), _ in writes(of) if not array}) | _read(of)
        case Event() | Fill() | Store() | HavocArray() | Beyond():
            return after | _read(of)
        case Leave():
            return leave
        case Branch(then=then, orelse=orelse):
            return before(then, after, leave) | before(orelse, after, leave) | _read(of)
        case Cycle():
            return before(of.before, head(of, after, leave), leave)
        case Count() | Fork():
            inner = frozenset[str]().union(*(_read(step) for step in every((of,))))
            return after | inner | (leave if any(isinstance(step, Leave) for step in every((of,))) else after)


def _read(of: Step) -> Names:
    return frozenset[str]().union(*(size.free for size in sizes(of)))
