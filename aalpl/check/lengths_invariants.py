"""Loops: invariants guessed and verified.

First guess: no size of any variable changes. What the body refutes becomes an unknown of its own at the head of the
loop, until the guess stands. Then what changes is looked at more closely: a size that grows by the same amount each
round is that amount times the number of rounds; combinations of sizes that the body leaves as they are (found by
elimination, after Karr 1976) keep their first value; and a size that never falls (rises) stays above (below) it.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs

from aalpl.check.lengths import Parts, joined, meant, parts, rebuilt
from aalpl.check.lengths_paths import chooser
from aalpl.check.state import MARK, Book, State
from aalpl.program.size import ZERO, Monomial, Size, indexed, sym

Path = tuple[str, tuple[str, ...]]


Round = Callable[[State], State | None]


_ROUNDS = 5
_DEEP = 3  # loops in loops: each looks at its body several times, within each look of the one around


@attrs.define
class Head:
    """What is known at the head of every round."""

    state: State
    changed: dict[Path, Size]  # the unknowns that stand for what changes
    first: dict[Path, Size]  # what these are in the first round


def invariant(
    state: State,
    assigned: set[str],
    once: Round,
    book: Book,
    rounds: Size | None,
    guards: Callable[[State], list[Size]] | None = None,
) -> Head:
    """The head of a loop whose body assigns some variables; `rounds` done before, where that has a form."""
    recording, returns, exact = book.recording, book.returns, state.exact
    book.recording, book.returns = False, []
    state.exact = False
    wishes, book.wishes = book.wishes, {}
    book.settling += 1
    head, end = _settled(state, {name for name in assigned if name in state.values}, once, book)
    wished, book.wishes = book.wishes, wishes
    if end is not None and head.changed:
        _grown(head, end, rounds)
        _bounded(head, end, once, guards, list(wished))
    book.settling -= 1
    book.recording, book.returns = recording, returns
    state.exact = exact
    return head


def _settled(state: State, assigned: set[str], once: Round, book: Book) -> tuple[Head, State | None]:
    """Guess that nothing changes; what does becomes an unknown, until the guess stands. Also the end of that round,
    and in `book.wishes` what its body wished to know."""
    head = Head(state.copy(), {}, {})
    for attempt in range(_ROUNDS if book.settling <= _DEEP else 0):
        book.wishes = {}
        end = once(head.state.copy())
        if end is None:
            return head, None
        moved = False
        for name in sorted(assigned):
            if name in head.state.values and name in end.values:
                moved |= _loosened(name, end, head, state, book, everything=attempt == _ROUNDS - 1)
        if not moved:
            return head, end
    for name in assigned:  # no guess stands: nothing is known of them
        head.state.values.pop(name, None)
    head.changed.clear()
    return head, None


def _loosened(name: str, end: State, head: Head, start: State, book: Book, *, everything: bool) -> bool:
    """Make unknown what the round changed in one variable; whether that was anything."""
    here, there = head.state.values[name], end.values[name]
    if type(here) is not type(there) or set(parts(here)) != set(parts(there)):
        wider = joined(here, there, chooser(head.state, book))
        wider = rebuilt(wider, {**parts(wider), **parts(here)})
        if type(wider) is type(here) and set(parts(wider)) == set(parts(here)):
            return False
        head.state.values[name] = wider
        return True
    if meant(here) != meant(there) and meant(
        wider := joined(here, there, chooser(head.state, book))
    ) != meant(here):
        head.state.values[name] = rebuilt(wider, parts(here))
        return True
    now, after = parts(here), parts(there)
    changed: Parts = {}
    for path, size in now.items():
        if (name, path) in head.changed:
            continue
        if everything or not end.facts.equal(size, after[path]):
            changed[path] = _unknown(name, path, size, head, book)
            head.changed[name, path] = changed[path]
            head.first[name, path] = size
    if changed:
        head.state.values[name] = rebuilt(here, {**now, **changed})
    return bool(changed)


def _unknown(name: str, path: tuple[str, ...], size: Size, head: Head, book: Book) -> Size:
    """A symbol (of an element: a family over the probe indices) for a size that changes from round to round."""
    hint = name if path[-1] == "value" else f"len({name})"
    fresh = book.fresh(hint)
    book.tainted.add(fresh)
    probes = [f"%{d}" for d in range(path.count("element"))]
    counts = path[-1] == "len"
    if not probes:
        if counts:
            head.state.facts = head.state.facts.adding(sym(fresh))
        return sym(fresh)
    if counts:
        head.state.facts = head.state.facts.with_family(fresh, lambda *i: indexed(fresh, *i))
    return indexed(fresh, *map(sym, probes))


def _grown(head: Head, end: State, rounds: Size | None) -> None:
    """Closed forms of what grows evenly, and combinations that stay as they are."""
    growth = _growth(head, end)
    unknowns = {next(iter(size.free)) for size in head.changed.values() if "element" not in str(size)}
    known: dict[str, Size] = {}
    if rounds is not None:
        volatile = unknowns | rounds.free - head.state.sizes.keys()
        for path, (name, change) in growth.items():
            if not change.free & volatile and not _invented(change, head):
                known[name] = head.first[path] + change * rounds
    left = {path: found for path, found in growth.items() if found[0] not in known}
    for name, value in known.items():
        head.state.facts = head.state.facts.equating(sym(name), value)
    for combination in _null_combinations([change for _, change in left.values()]):
        total = ZERO
        for factor, path in zip(combination, left, strict=True):
            total = total + (head.changed[path] - head.first[path]) * factor
        head.state.facts = head.state.facts.equating(total, ZERO)


def _growth(head: Head, end: State) -> dict[Path, tuple[str, Size]]:
    """By how much each changing size grew in the round, where it is a number of its own (no element)."""
    growth = {}
    for (name, path), size in head.changed.items():
        if "element" in path or name not in end.values:
            continue
        after = parts(end.values[name]).get(path)
        if after is not None and type(end.values[name]) is type(head.state.values[name]):
            growth[name, path] = (next(iter(size.free)), after - size)
    return growth


def _invented(change: Size, head: Head) -> bool:
    """Whether a growth depends on what the round itself brought."""
    known = {name for size in head.state.facts.known for name in size.free}
    known |= {name for name, _ in head.state.facts.families}
    return any(MARK in name and name not in known for name in change.free)


def _null_combinations(changes: list[Size]) -> list[list[Fraction]]:
    """Rational factors with `sum(factor * change) = 0`, a basis of all of them."""
    columns: list[Monomial] = list(dict.fromkeys(m for change in changes for m in change.whole))
    count = len(changes)
    rows = [
        [change.terms.get(m, Fraction(0)) for m in columns] + [Fraction(int(i == j)) for j in range(count)]
        for i, change in enumerate(changes)
    ]
    done = 0
    for column in range(len(columns)):
        pivot = next((r for r in range(done, count) if rows[r][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        for r in range(done + 1, count):
            if rows[r][column]:
                factor = rows[r][column] / rows[done][column]
                rows[r] = [a - factor * b for a, b in zip(rows[r], rows[done], strict=True)]
        done += 1
    return [row[len(columns) :] for row in rows[done:]]


def _bounded(
    head: Head, end: State, once: Round, guards: Callable[[State], list[Size]] | None, wished: list[Size]
) -> None:
    """Bounds that the first round and every later one keep: never below (above) the start, what the guard says, and
    what the conditions in the body wish."""
    head.state.facts = head.state.facts.adding(*_one_way(head, end))
    if guards is not None:
        wished = [*wished, *guards(head.state.copy())]
    names = _names(head)
    simple = (head.state.facts.without_common_factor(goal) for goal in wished if goal.free & names)
    candidates = [size for size in dict.fromkeys(simple) if not head.state.facts.proves(size)]
    candidates = [size for size in candidates if _initially(size, head)]
    for _ in range(_ROUNDS):
        if not candidates:
            return
        trial = head.state.copy()
        trial.facts = trial.facts.adding(*candidates)
        after = once(trial)
        if after is None:
            break
        kept = [size for size in candidates if _kept(size, head, after)]
        if len(kept) == len(candidates):
            break
        candidates = kept
    else:
        return
    head.state.facts = head.state.facts.adding(*candidates)


def _one_way(head: Head, end: State) -> list[Size]:
    """Sizes that no round makes smaller stay at least what they were first; and the other way round."""
    found = []
    for path, (_, change) in _growth(head, end).items():
        if end.facts.proves(change):
            found.append(head.changed[path] - head.first[path])
        elif end.facts.proves(-change):
            found.append(head.first[path] - head.changed[path])
    return found


def _names(head: Head) -> set[str]:
    return {name for size in head.changed.values() for name in size.free}


def _initially(size: Size, head: Head) -> bool:
    first = {
        next(iter(s.free)): head.first[path] for path, s in head.changed.items() if "element" not in path[1]
    }
    facts = head.state.facts
    return facts.proves(size.replace(first))


def _kept(size: Size, head: Head, end: State) -> bool:
    after: dict[str, Size] = {}
    for (name, path), symbol in head.changed.items():
        if "element" in path:
            continue
        now = parts(end.values[name]).get(path) if name in end.values else None
        if now is None:
            return False
        after[next(iter(symbol.free))] = now
    return end.facts.proves(size.replace(after))
