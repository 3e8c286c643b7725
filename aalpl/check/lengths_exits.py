"""After a loop: what is known where no further round comes."""

from __future__ import annotations

from aalpl.check.lengths import meant, parts, rebuilt
from aalpl.check.lengths_invariants import Head
from aalpl.check.state import MARK, State
from aalpl.program.size import ZERO, Size, sym


def after_loop(head: Head, before: State, end: State | None, last: dict[str, Size]) -> State:
    """The state after a counted loop: as at the head of a round that does not come."""
    rules = dict(head.state.facts.rules)
    (index,) = last
    after = before.copy()
    for symbol, meaning in head.state.facts.rules:
        if index not in meaning.free:
            after.facts = after.facts.equating(sym(symbol), meaning)
    first = {
        next(iter(s.free)): head.first[path] for path, s in head.changed.items() if "element" not in path[1]
    }
    for size in head.state.facts.known:  # what may be known only because there is a round is not kept
        if index not in size.free and before.facts.proves(_replaced(size, first)):
            after.facts = after.facts.adding(size)
    known = {name for name, _ in after.facts.families}
    for name, bound in head.state.facts.families:
        if name not in known:
            after.facts = after.facts.with_family(name, bound)
    for name in {name for name, _ in head.changed} & after.values.keys():
        value = head.state.values[name]
        closed = {path: size.replace(rules).replace(last) for path, size in parts(value).items()}
        after.values[name] = rebuilt(value, closed)
    for name, value in head.state.values.items():
        if name in before.values and parts(value).keys() != parts(before.values[name]).keys():
            after.values[name] = value
        elif name in before.values and meant(value) != meant(before.values[name]):
            after.values[name] = rebuilt(value, parts(after.values[name]))
    add_inner(after, end)
    return after


def _replaced(size: Size, values: dict[str, Size]) -> Size:
    try:
        return size.replace(values)
    except ZeroDivisionError:
        return ZERO - 1


def add_inner(after: State, end: State | None) -> None:
    """What only the body binds may be read after the loop: kept where it is the same in every round."""
    known = {name for size in after.facts.known for name in size.free}
    for name, value in ({} if end is None else end.values).items():
        if name not in after.values and meant(value) == meant(rebuilt(value, parts(value))):
            free = {n for size in parts(value).values() for n in size.free}
            if all(MARK not in n or n in known for n in free):
                after.values[name] = value
