"""The state at the beginning of any round of a loop, in closed form.

The body is run once with every variable that it changes standing for its unknown value at the beginning of a round
(`x~`). What comes out is the update of each variable, and the updates are solved in order of dependency. A branch
whose condition depends on a variable not solved yet is decided later: the body is run again with what is solved, and
only if that does not help is the branch taken as observed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import attrs

from aalpl.cost.closed import coupled, recurrences
from aalpl.cost.closed.recurrences import Rounds
from aalpl.cost.engine.lists import array_at
from aalpl.cost.engine.run import FRESH, Run, Scope
from aalpl.cost.engine.state import Array, State, family, is_lost, spoilt
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Size, sym
from aalpl.report import Span


@attrs.frozen
class Invariants:
    """What holds at the beginning of every round: sizes >= 0, and families of list elements >= 0."""

    facts: tuple[Size, ...] = ()
    families: frozenset[str] = frozenset()

    def of(self, scope: Scope) -> Scope:
        """The scope where they hold."""
        return attrs.evolve(scope, known=scope.known.plus(*self.facts).with_families(self.families))


Body = Callable[[State, Run, Invariants], None]


@attrs.define
class _Loop:
    """One loop while it is being solved."""

    start: State
    rounds: Rounds
    mark: str
    values: dict[str, Size | None]  # None: not solved yet
    arrays: dict[str, Array | None]
    carried: dict[str, Size] = attrs.field(
        factory=dict
    )  # what a variable is after a round, in terms of itself

    def fresh(self, name: str) -> str:
        return f"{name}{FRESH}{self.mark}"

    def state(self) -> State:
        """The beginning of a round as far as it is solved."""
        state = self.start.copy()
        state.alive, state.returned, state.returned_arrays = ONE, {}, {}
        for name, value in self.values.items():
            state.values[name] = sym(self.fresh(name)) if value is None else value
        for name, array in self.arrays.items():
            state.arrays[name] = self._family(name) if array is None else array
        return state

    def _family(self, name: str) -> Array:
        arity = len(self.start.arrays[name].index) if name in self.start.arrays else 1
        return family(self.fresh(name), arity)

    def candidates(self) -> frozenset[str]:
        """What is not negative at the beginning, and so might never be."""
        known = self.rounds.known
        values = {n for n in self.values if known.proves(self.start.values.get(n, ZERO))}
        arrays = {
            n for n, a in self.start.arrays.items() if n in self.arrays and known.proves(a.at(_any(a), known))
        }
        return frozenset(values | arrays)

    def invariants(self, names: frozenset[str]) -> Invariants:
        """These variables and elements are not negative."""
        facts = tuple(
            sym(self.fresh(n)) for n in sorted(names) if n in self.values and self.values[n] is None
        )
        families = frozenset(self.fresh(n) for n in names if n in self.arrays and self.arrays[n] is None)
        return Invariants(facts, families)

    def keeps(self, name: str, after: State, names: frozenset[str]) -> bool:
        """Whether a round keeps it so, if all of them were so before it."""
        known = self.rounds.known
        held = self.invariants(names)
        known = known.plus(*held.facts).with_families(held.families)
        if name in self.values:
            return self.values[name] is not None or known.proves(after.values.get(name, ZERO))
        array = after.arrays.get(name)
        return self.arrays[name] is not None or (
            array is not None and known.proves(array.at(_any(array), known))
        )

    def open(self) -> set[str]:
        """Marked names that are not solved."""
        names = [
            *(n for n, v in self.values.items() if v is None),
            *(n for n, a in self.arrays.items() if a is None),
        ]
        return {self.fresh(name) for name in names}

    def settled(self, size: Size) -> Size:
        """The size with what is solved by now put in."""
        done = {self.fresh(n): v for n, v in self.values.items() if v is not None}
        size = size.replace(done)
        lists = {self.fresh(n): a for n, a in self.arrays.items() if a is not None}
        if lists and any(name in lists for name in size.free):
            size = State({}, lists).read(size, self.rounds.known)
        return size


def _any(array: Array) -> tuple[Size, ...]:
    return tuple(sym(f"{name}.any") for name in array.index)


def closed(
    changed: tuple[set[str], set[str]],
    start: State,
    rounds: Rounds,
    scope: Scope,
    run: Run,
    body: Body,
    span: Span,
) -> State:
    """The state at the beginning of the round at hand, for every index from the first on."""
    mark = ".".join((*scope.indices, rounds.index))
    values, arrays = changed
    loop = _Loop(start, rounds, mark, dict.fromkeys(sorted(values)), dict.fromkeys(sorted(arrays)))
    patient = True
    candidates = loop.candidates()
    while loop.open():
        dry = run.dry()
        after = loop.state()
        body(after, dry, loop.invariants(candidates))
        broken = {name for name in candidates if not loop.keeps(name, after, candidates)}
        if broken:
            candidates -= broken
            continue
        premature = (
            {name for name, waits in dry.premature.items() if waits & loop.open()} if patient else set()
        )
        before = len(loop.open())
        if premature:
            after = _with_remainders(after, dry)
        while _settle(loop, after, premature) or _settle_together(loop, after, premature):
            pass
        if len(loop.open()) == before:
            if not premature:
                break
            patient = False
        elif not premature:
            break
    _give_up(loop, run, span)
    for name, update in sorted(loop.carried.items()):
        if loop.values[name] is not None and update != sym(loop.fresh(name)) and not _temporary(name):
            _tell(name, update.replace({loop.fresh(name): sym(name)}), loop, run, span)
    return loop.state()


def _temporary(name: str) -> bool:
    return name.startswith("%") or "(%" in name


def _tell(name: str, update: Size, loop: _Loop, run: Run, span: Span) -> None:
    """How a variable was solved; of one that the language made, the number behind its name is left out."""
    shown = re.sub(r"%\d+", "", name)
    index, first, value = loop.rounds.index, loop.rounds.low, loop.values[name]
    if value is None:
        return
    text = f"`{shown}` after a round in which it was `{shown}` before"
    if is_lost(value):
        run.relate(
            span.line,
            f"{text}, which has no closed form",
            f"{shown}'",
            update.replace({name: sym(shown)}),
            None,
        )
        return
    begins = value.replace({index: first}), loop.start.values.get(name, ZERO)
    run.relate(span.line, text, f"{shown}'", update.replace({name: sym(shown)}), begins)
    here, after = first + sym(index), first + sym(index) + 1
    goes_on = value.replace({index: after}), update.replace({name: value}).replace({index: here})
    run.relate(span.line, f"`{shown}` at the beginning of round {index}", shown, value, goes_on)


def _with_remainders(after: State, run: Run) -> State:
    """The numbers after a round, with the remainders themselves for what they alone decide."""
    found = after.copy()
    for name, value in found.values.items():
        for observed, (chosen, indicator) in run.parities.items():
            if observed in value.free:
                whole = chosen.atoms()
                value = value.map_atoms(lambda a, i=indicator, w=whole: i if a in w else alone(a))  # type: ignore[misc]
        found.values[name] = value
    return found


def _settle(loop: _Loop, after: State, premature: set[str]) -> bool:
    """Solve what depends on nothing unsolved; whether anything was."""
    found = False
    for name, value in loop.values.items():
        if value is None and name in after.values:
            update = loop.settled(after.values[name])
            mine = loop.fresh(name)
            if not update.free & ((loop.open() - {mine}) | premature):
                start = loop.start.values.get(name, ZERO)
                if mine in update.free:
                    loop.carried[name] = update
                solved = recurrences.solve(mine, update, start, loop.rounds)
                loop.values[name] = None if solved is None else spoilt(solved)
                found = found or loop.values[name] is not None
    for name, array in loop.arrays.items():
        if array is None and name in after.arrays:
            found = _settle_array(loop, name, after.arrays[name], premature) or found
    return found


def _settle_together(loop: _Loop, after: State, premature: set[str]) -> bool:
    """Solve variables that depend on nothing unsolved but each other."""
    waiting = [name for name, value in loop.values.items() if value is None and name in after.values]
    for name in waiting:
        group = _group(name, loop, after)
        updates = {loop.fresh(one): loop.settled(after.values[one]) for one in sorted(group)}
        used = set().union(*(update.free for update in updates.values()))
        if len(group) < 2 or used & ((loop.open() - updates.keys()) | premature):
            continue
        starts = {loop.fresh(one): loop.start.values.get(one, ZERO) for one in group}
        found = coupled.solve(updates, starts, loop.rounds)
        if found is not None:
            for one in group:
                loop.values[one] = spoilt(found[loop.fresh(one)])
            return True
    return False


def _group(name: str, loop: _Loop, after: State) -> set[str]:
    """The variable and all unsolved ones that it depends on."""
    names = {loop.fresh(one): one for one, value in loop.values.items() if value is None}
    found, waiting = set[str](), [name]
    while waiting:
        one = waiting.pop()
        if one not in found and one in after.values:
            found.add(one)
            waiting += [names[other] for other in sorted(loop.settled(after.values[one]).free & names.keys())]
    return found


def _settle_array(loop: _Loop, name: str, after: Array, premature: set[str]) -> bool:
    mine = loop.fresh(name)
    update = Array(
        after.index,
        loop.settled(after.value),
        tuple((loop.settled(p), loop.settled(v)) for p, v in after.writes),
    )
    if update.free & ((loop.open() - {mine}) | premature):
        return False
    start = loop.start.array(name, len(after.index))
    if mine not in start.free:
        loop.arrays[name] = array_at(mine, update, start, loop.rounds)
    return loop.arrays[name] is not None


def _give_up(loop: _Loop, run: Run, span: Span) -> None:
    for name, value in loop.values.items():
        if value is None:
            shown = name.partition("%")[0] or "a temporary"
            loop.values[name] = run.lost(f"how `{shown}` changes from round to round was not solved", span)
    for name, array in loop.arrays.items():
        if array is None:
            lost = run.lost(f"how the elements of `{name}` change from round to round was not solved", span)
            arity = len(loop.start.arrays[name].index) if name in loop.start.arrays else 1
            loop.arrays[name] = Array(tuple(f"_{n}" for n in range(arity)), lost)
