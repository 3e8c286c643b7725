"""Passes the loops of a program, from the inside out: which heads outside a loop are reached from it, how probably."""

from __future__ import annotations

from collections.abc import Callable, Hashable

import attrs

from aalpl.cost.reliability import finite, rounds, votes
from aalpl.cost.reliability.absorbing import absorbed
from aalpl.cost.reliability.holes import Spine, apart, filled, inside, numbers, spine
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.states import At, Calls, Counting, Cycling, Ended, Path, State, paths
from aalpl.cost.reliability.system import Gains, System, Way, built
from aalpl.cost.reliability.tidy import tidied
from aalpl.cost.reliability.values import Refused
from aalpl.cost.result import Step, related
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size, sym

UNROLLED = 512
"""A counted loop of no more rounds is followed round by round."""

WHOLE = 6000
"""States that are followed in such a loop."""

FEW = 40
"""States of another loop that are followed before its numbers are opened."""

DEEP = 8
"""Loops inside one another that are passed."""

WAYS = 4
"""Ways out of a loop that are told."""

CHAIN = "values are followed from state to state, of which there are finitely many: an absorbing Markov chain"
POWER = "every round keeps what is kept with the same probability: a power"
RACE = (
    "rounds draw from the same outcomes, and numbers count them: a race of counts (gambler's ruin with Wald's equation, "
    "a tail of the binomial distribution, or a sum over how often the other came up)"
)
FOLLOWED = "states are followed one by one at these numbers"

Chances = dict[State | Ended | Calls, Size]
Done = dict[tuple[State | Ended, tuple[Size, ...]], Size]
Judge = Callable[[Ended], Ended]


@attrs.define
class Passing:
    """Runs a machine over all loops; `judge` says what counts of a result."""

    machine: Machine
    judge: Judge
    walks: list[votes.Walk] = attrs.field(factory=list)  # leads that decide a loop
    depth: int = 0
    memo: dict[tuple[State, tuple[Size, ...]], Chances] = attrs.field(factory=dict)
    method: str = ""  # by which the loop at hand was passed
    told: dict[Step, None] = attrs.field(factory=dict)

    def ended(self, start: State) -> dict[tuple[Ended | Calls, tuple[Size, ...]], Size]:
        """How probably the function ends how, from its beginning; each with conditions on its parameters."""
        found: dict[tuple[Ended | Calls, tuple[Size, ...]], Size] = {}
        waiting: Waiting = self.onwards(start)
        while waiting:
            waiting = _gathered(waiting)
            target, guards, weight = waiting.pop()
            if not isinstance(target, State):
                found[target, guards] = found.get((target, guards), ZERO) + weight
                continue
            facts = self.machine.facts.adding(*guards)
            if not _head(target):
                waiting += self._onwards(target, facts, guards, weight)
                continue
            for other, chance in self.absorb(target, facts).items():
                waiting.append((other, guards, weight * chance))
        return found

    def onwards(self, start: State) -> Waiting:
        """What comes after the beginning, each with conditions and its probability, and the calls on the way."""
        return self._onwards(start, self.machine.facts, (), ONE)

    def _onwards(self, state: State, facts: Facts, guards: tuple[Size, ...], weight: Size) -> Waiting:
        """What comes next, and the calls on the way."""
        found: Waiting = []
        for path in paths(self.machine.tree(state, facts)):
            known, chance = (*guards, *path.guards), weight * path.weight
            found.append((self._target(path), known, chance))
            found += [(Calls(name), known, chance * n) for name, n in path.target.asked]
        return found

    def _target(self, path: Path) -> State | Ended:
        match path.target:
            case At(state):
                return state
            case Ended():
                return self.judge(path.target)

    # -- one loop --------------------------------------------------------------------------------------------------

    def absorb(self, state: State, facts: Facts) -> Chances:
        """From the head of a loop: what is reached outside of it. What callers hold is put aside meanwhile."""
        aside, values = apart(state)
        if not values or any("." in name for n in numbers(aside) for name in n.free):
            return self._kept(state, facts)
        try:
            found = self._kept(aside, self.machine.facts)
        except Refused:
            return self._kept(state, facts)
        result: Chances = {}
        for out, chance in found.items():
            back = filled(out, [n.replace(values) for n in numbers(out)]) if isinstance(out, State) else out
            result[back] = result.get(back, ZERO) + chance
        return result

    def _kept(self, state: State, facts: Facts) -> Chances:
        key = (state, facts.known)
        if key not in self.memo:
            if self.depth >= DEEP:
                raise Refused("loops are too deep inside one another to be followed")
            self.depth += 1
            found = {out: tidied(chance) for out, chance in self._absorbed(state, facts).items()}
            self.depth -= 1
            self.memo[key] = found
            self._tell(state, found)
        return self.memo[key]

    def _absorbed(self, state: State, facts: Facts) -> Chances:
        found = self._states(state, facts)
        if found is not None:
            self.method = CHAIN
            return found
        system = built(state, lambda s, f: self.ways(s, f), facts, f"h{self.depth}")
        system.apart = self.machine.apart
        return self._solved(system)

    def _tell(self, state: State, found: Chances) -> None:
        """How a loop was passed, and how probably it is left which way."""
        if not isinstance(state.rest, Counting | Cycling):
            return
        line = state.rest.loop.span.line
        ways = [chance for out, chance in found.items() if not isinstance(out, Calls)]
        calls = [(out.primitive, number) for out, number in found.items() if isinstance(out, Calls)]
        if not calls and all(chance == ONE for chance in ways):
            return
        self.told[Step(line, self.method, "")] = None
        for i, chance in enumerate(ways[:WAYS], 1):
            self.told[
                related(line, f"way {i} out of the loop has the probability", (sym("P"), "=", chance))
            ] = None
        for name, number in calls:
            self.told[related(line, f"calls of {name} on average", (sym("calls"), "=", number))] = None

    def ways(self, state: State, facts: Facts) -> list[Way]:
        """All paths from the head of a loop to itself or out of it, inner loops passed."""
        loop = spine(state.rest)
        return [
            way
            for path in paths(self.machine.tree(state, facts))
            for way in self._passed(path, loop, facts.adding(*path.guards))
        ]

    def _passed(self, path: Path, loop: Spine, known: Facts) -> list[Way]:
        """The ways that a path becomes when the loops inside are passed."""
        target = self._target(path)
        calls = tuple((name, path.weight * n) for name, n in path.target.asked)
        if not self._deeper(target, loop):
            return [Way(path.guards, path.weight, path.label, target, calls)]
        done, asked = self._through(path, target, calls, loop, known)
        if isinstance(target, State) and _head(target) and any(guards != path.guards for _, guards in done):
            apart_ = self._by_outcome(path, target, calls, loop, known)
            if apart_ is not None:
                return apart_
        tidy = {key: tidied(weight) for key, weight in done.items()}
        gains = {guards: {n: tidied(c) for n, c in calls.items()} for guards, calls in asked.items()}
        return _labelled(path, tidy, gains)

    def _by_outcome(
        self, path: Path, target: State, calls: Gains, loop: Spine, known: Facts
    ) -> list[Way] | None:
        """The same where conditions decide after a loop: its outcomes are told apart, as draws are. None where more is
        drawn then."""
        ways: list[Way] = []
        found = self.absorb(target, known)
        paid = dict(calls)
        for out, chance in found.items():
            if isinstance(out, Calls):
                paid[out.primitive] = paid.get(out.primitive, ZERO) + path.weight * chance
        outcomes = [(out, chance) for out, chance in found.items() if not isinstance(out, Calls)]
        for i, (out, chance) in enumerate(outcomes):
            part = attrs.evolve(path, weight=path.weight * chance, label=(*path.label, ("", i)))
            done, asked = self._through(part, out, (), loop, known)
            if asked or len({guards for _, guards in done}) != len(done):
                return None
            gains = () if i else tuple(paid.items())
            ways += [
                Way(guards, tidied(weight), part.label, to, gains) for (to, guards), weight in done.items()
            ]
        return ways

    def _through(
        self, path: Path, target: State | Ended, calls: Gains, loop: Spine, known: Facts
    ) -> tuple[Done, dict[tuple[Size, ...], dict[str, Size]]]:
        """Where a path goes when the loops inside are passed, how probably, and the calls on the way."""
        waiting: Waiting = [(target, path.guards, path.weight)]
        waiting += [(Calls(name), path.guards, n) for name, n in calls]
        done: Done = {}
        asked: dict[tuple[Size, ...], dict[str, Size]] = {}
        while waiting:
            here, guards, weight = waiting.pop()
            if isinstance(here, Calls):
                own = asked.setdefault(guards, {})
                own[here.primitive] = own.get(here.primitive, ZERO) + weight
            elif not isinstance(here, State) or not self._deeper(here, loop):
                done[here, guards] = done.get((here, guards), ZERO) + weight
            elif _head(here):
                facts = known.adding(*guards)
                waiting += [(to, guards, weight * chance) for to, chance in self.absorb(here, facts).items()]
            else:
                waiting += self._onwards(here, known.adding(*guards), guards, weight)
            waiting = _gathered(waiting)
        return done, asked

    def _deeper(self, target: State | Ended, loop: Spine) -> bool:
        return isinstance(target, State) and spine(target.rest) != loop and inside(target, loop)

    def _states(self, start: State, facts: Facts) -> Chances | None:
        """The states one by one, if they are few and no condition is open."""
        most = _most(start)
        loop = spine(start.rest)
        index: dict[State, int] = {start: 0}
        states = [start]
        inner: list[list[tuple[Size, int]]] = []
        outer: list[list[tuple[Size, State | Ended | Calls]]] = []
        for state in states:
            steps: list[tuple[Size, int]] = []
            outs: list[tuple[Size, State | Ended | Calls]] = []
            for way in self.ways(state, facts):
                if way.guards:
                    return None
                target = way.target
                outs += [(n, Calls(name)) for name, n in way.calls]
                if not isinstance(target, State) or not inside(target, loop):
                    outs.append((way.weight, target))
                    continue
                if target not in index:
                    index[target] = len(states)
                    states.append(target)
                    if len(states) > most:
                        return None
                steps.append((way.weight, index[target]))
            inner.append(steps)
            outer.append(outs)
        return absorbed(inner, outer)

    def _solved(self, system: System) -> Chances:
        found: dict[Hashable, Size] | None = None
        if not _carried(system):
            found = rounds.powers(system)
            self.method = POWER if found else RACE
            found = found or votes.decided(system, self.walks)
        if found is None:
            self.method = FOLLOWED
            found = finite.followed(system)
        return {out: chance for out, chance in found.items() if isinstance(out, State | Ended | Calls)}


def _carried(system: System) -> bool:
    """Whether a number that varies is carried out of the loop."""
    return any(
        any(name in size.free for name in place.open.values())
        for place in system.places
        for rule in place.rules
        for size in finite.carried(rule)
    )


Waiting = list[tuple[State | Ended | Calls, tuple[Size, ...], Size]]


def _gathered(waiting: Waiting) -> Waiting:
    found: dict[tuple[State | Ended | Calls, tuple[Size, ...]], Size] = {}
    for target, guards, weight in waiting:
        found[target, guards] = found.get((target, guards), ZERO) + weight
    return [(target, guards, weight) for (target, guards), weight in found.items()]


def _head(state: State) -> bool:
    """Whether a state stands at the head of a loop."""
    return isinstance(state.rest, Counting | Cycling)


def _labelled(
    path: Path,
    done: dict[tuple[State | Ended, tuple[Size, ...]], Size],
    asked: dict[tuple[Size, ...], dict[str, Size]],
) -> list[Way]:
    """Ways with outcomes that are numbered, those of most probable shape alike first."""
    ways = []
    for i, ((target, guards), weight) in enumerate(done.items()):
        ways.append(Way(guards, weight, (*path.label, ("", i)), target))
    for guards, calls in asked.items():
        first = next((k for k, way in enumerate(ways) if way.guards == guards), None)
        if first is not None:
            ways[first] = attrs.evolve(ways[first], calls=tuple(calls.items()))
        elif done:  # some of these go on under more conditions
            ways += [Way(guards, ZERO, path.label, next(iter(done))[0], tuple(calls.items()))]
    return ways


def _most(start: State) -> int:
    rest = start.rest
    if not isinstance(rest, Counting) or not isinstance(rest.high, Size) or not isinstance(rest.index, Size):
        return FEW
    length = (rest.high - rest.index).constant()
    if length is None or length > UNROLLED:
        return FEW if length is None else 2
    return WHOLE
