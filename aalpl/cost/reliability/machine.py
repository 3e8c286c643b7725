"""Runs a program over abstract values from one head of a loop to the next, into a tree of draws and conditions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from aalpl.cost.reliability import draws
from aalpl.cost.reliability.canonical import canonical
from aalpl.cost.reliability.expressions import Open, Place, unknown
from aalpl.cost.reliability.rivals.gathering import gathered
from aalpl.cost.reliability.rivals.rows import (
    MANY,
    ONE_OF,
    ROW,
    Common,
    Taken,
    begun,
    exhausted,
    has_others,
    labels,
    length,
    special,
    stopped,
    unhanded,
)
from aalpl.cost.reliability.states import (
    At,
    Counting,
    Cycling,
    Draw,
    End,
    Ended,
    Env,
    Guard,
    Pick,
    Rest,
    Returning,
    State,
    Such,
    Testing,
    Then,
    Tree,
)
from aalpl.cost.reliability.values import NOTHING, Fields, Items, Named, Refused, Rows, Value, Word
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Atom, Indexed, Size, const, indexed, sym
from aalpl.program.size.polynomial import of_atom

STEPS = 60_000
"""Statements that may be run for one answer."""

LONG = 512
"""A loop of no more rounds that decides nothing outside is run on the spot."""

TREES = 12_000
"""Heads of loops that may be gone on from for one answer."""

DEEP = 60
"""Calls inside one another."""

Known = tuple[tuple[tuple[str, tuple[Value, ...]], Value], ...]


@attrs.define
class Now:
    """What is being run: variables, what is known of oracles, facts, the function."""

    env: dict[str, Value]
    known: Known
    facts: Facts
    function: str
    drawn: int = 0  # answers since the last head that are told apart by number
    asked: dict[str, int] = attrs.field(factory=dict)  # calls of primitives since the last head
    within: int = 0  # calls that the head we come from stands in

    def copy(self) -> Now:
        """To go on another way from here."""
        return attrs.evolve(self, env=dict(self.env), asked=dict(self.asked))


@attrs.define
class Machine:
    """A program, the numbers that are given, and what is taken for granted.

    `numbers` are sizes and parameters with values; `truths` the right answers to questions with few answers; `sure`:
    every call is right; `apart` are sizes that assumptions keep away from 0; `spread`: nobody knows which wrong answers
    are equal; `many`: nor how many there are, and lists of them become rows that are not told apart."""

    program: p.Program
    numbers: Mapping[str, Size]
    facts: Facts
    truths: Mapping[Word, Value] = attrs.field(factory=dict)
    sure: bool = False
    apart: tuple[Size, ...] = ()
    spread: bool = False
    many: bool = False
    left: int = STEPS
    trees: int = TREES
    chosen: int = 0
    lengths: dict[Word, Size] = attrs.field(factory=dict)
    parts: dict[int, p.Block] = attrs.field(factory=dict)
    deciding: dict[int, bool] = attrs.field(factory=dict)
    indices: dict[tuple[int, int], p.Block] = attrs.field(factory=dict)

    # -- from state to tree ----------------------------------------------------------------------------------------

    def begin(self, function: str, args: tuple[Value, ...]) -> State:
        """The state at the beginning of a function."""
        of = self.program.functions[function]
        env = {param.name: arg for param, arg in zip(of.params, args, strict=True)}
        now = Now(env, (), self.facts, function)
        self._bind(of, now)
        return State(Then(of.body, id(of.body), 0, End()), tuple(sorted(now.env.items())), (), function)

    def tree(self, state: State, facts: Facts) -> Tree:
        """What may come next, up to the next heads of loops. A state at a head begins with its test."""
        self.trees -= 1
        if self.trees < 0:
            raise Refused("there are too many states to be followed")
        rest = state.rest
        now = Now(dict(state.env), state.known, facts, state.function, within=_calls(rest))
        match rest:
            case Counting():
                return self._guarded(now, lambda n: self._count(rest, n))
            case Cycling(loop, _, following):
                return self.run(self._then(loop.before, Testing(loop, id(loop), following)), now)
            case _:
                return self.run(rest, now)

    def run(self, rest: Rest, now: Now) -> Tree:
        """Runs what is to be done until chance or an open condition decides, or a head is reached."""
        while True:
            match rest:
                case End():
                    return Ended(now.env.get("return", NOTHING), now.known, _sorted(now.asked))
                case Returning(target, env, function, following):
                    value = stopped(now.env.get("return", NOTHING))
                    leaves = _calls(rest) == now.within and not _numbers(value)
                    now = attrs.evolve(now, env={**dict(env), target: value}, function=function)
                    rest = following
                    if leaves:  # what the caller makes of it is none of the loop's business
                        return self._paused(rest, now)
                case Counting(index=index) if index == ROW:
                    now.env = {name: unhanded(value) for name, value in now.env.items()}
                    return self._paused(rest, now)
                case Counting() | Cycling():
                    return self._paused(rest, now)
                case Testing():
                    return self._tested(rest, now)
                case Then(block, _, at, following):
                    if at == len(block):
                        rest = following
                        continue
                    self.left -= 1
                    if self.left < 0:
                        raise Refused("there are too many states to be followed")
                    rest = Then(block, id(block), at + 1, following)
                    found = self._statement(block[at], rest, now)
                    if not isinstance(found, tuple):
                        return found
                    rest, now = found

    def _paused(self, rest: Rest, now: Now) -> Tree:
        here = State(rest, tuple(sorted(now.env.items())), now.known, now.function)
        here = canonical(here)
        if not self.many or not isinstance(rest, Counting | Cycling):
            return At(here, _sorted(now.asked))
        cases = gathered(here, now.facts, ordered=False)
        ways = [Such(known, At(state, _sorted(now.asked))) for known, state in cases]
        return Pick(tuple(ways)) if len(ways) > 1 else ways[0]

    def _then(self, block: p.Block, following: Rest) -> Rest:
        return Then(block, id(block), 0, following) if block else following

    def _guarded(self, now: Now, work: Callable[[Now], Tree]) -> Tree:
        """What `work` gives; where a condition is open, both ways."""
        try:
            return work(now.copy())
        except Open as open_:
            yes, no = now.copy(), now.copy()
            yes.facts = now.facts.adding(open_.condition)
            no.facts = now.facts.adding(-open_.condition - 1)
            if yes.facts.contradictory:
                return self._guarded(no, work)
            if no.facts.contradictory:
                return self._guarded(yes, work)
            return Guard(open_.condition, self._guarded(yes, work), self._guarded(no, work))

    def _statement(self, of: p.Statement, rest: Rest, now: Now) -> Tree | tuple[Rest, Now]:
        try:
            return self._done(of, rest, now)
        except Open:
            return self._guarded(now, lambda n: self._finished(self._done(of, rest, n)))

    def _finished(self, found: Tree | tuple[Rest, Now]) -> Tree:
        return self.run(*found) if isinstance(found, tuple) else found

    # -- statements ------------------------------------------------------------------------------------------------

    def _done(self, of: p.Statement, rest: Rest, now: Now) -> Tree | tuple[Rest, Now]:
        place = self.place(now)
        match of:
            case p.Let(target, value):
                now.env[target] = place.value(value)
                return rest, now
            case p.If():
                return self._if(of, rest, now, place)
            case p.Return(value):
                now.env["return"] = NOTHING if value is None else place.value(value)
                return _left(rest), now
            case p.Call():
                return self._call(of, rest, now, place)
            case p.Ask() | p.Sample() | p.Choose() | p.Consult():
                outcomes = draws.outcomes(self, of, now, place, rest)
                if isinstance(of, p.Ask):
                    name = draws.asked(self, of, now)
                    now.asked[name] = now.asked.get(name, 0) + 1
                return self._drawn(outcomes, of, rest, now)
            case p.For():
                low, high = place.number(of.low), place.number(of.high)
                step = ONE if of.step is None else place.number(of.step)
                if self.many and "rows#" in high.free:
                    return self._looked_through(of, step, rest, now)
                if self.plain(of.body) and (rounds := _range(low, high, step)) is not None:
                    return self._unrolled(of, rounds, rest), now
                return Counting(of, id(of), low, high, step, rest), now
            case p.Loop():
                return Cycling(of, id(of), rest), now
            case p.Parallel():
                low, high = place.number(of.low), place.number(of.high)
                gathered = None if of.value is None else Items(())
                if of.appended or any(isinstance(s, p.Contribute) for s in of.body):
                    raise Refused("branches side by side change what is outside of them")
                outer = tuple(sorted(now.env.items()))
                return Counting(of, id(of), low, high, ONE, rest, gathered, outer), now
            case p.Contribute():
                raise Refused("branches side by side change what is outside of them")

    def place(self, now: Now) -> Place:
        """Where an expression is evaluated."""
        return Place(now.env, lambda name, index: self._size(now, name, index), now.facts, self.length)

    def _size(self, now: Now, name: str, index: Size | None) -> Size:
        if index is None:
            bound = now.env.get(f"size {name}")
            if isinstance(bound, Size):
                return bound
            return self.numbers.get(name, sym(name))
        number = index.constant()
        if number is not None and f"{name}[{number}]" in self.numbers:
            return self.numbers[f"{name}[{number}]"]
        return indexed(name, index)

    def at(self, size: Size, now: Now) -> Size:
        """A size of a declaration, where the program stands."""
        values = {
            name: value
            for name in size.free
            for value in [now.env.get(f"size {name}", self.numbers.get(name))]
            if isinstance(value, Size)
        }
        return size.replace(values).map_atoms(self._member)

    def _member(self, atom: Atom) -> Size:
        if isinstance(atom, Indexed):
            return self.numbers.get(str(atom), of_atom(atom))
        return of_atom(atom)

    def length(self, word: Word) -> Size:
        """The number of tokens or elements of a word."""
        if word not in self.lengths:
            self.lengths[word] = ZERO if word == Word("text", ("",)) else unknown(word)
        return self.lengths[word]

    def _if(self, of: p.If, rest: Rest, now: Now, place: Place) -> Tree | tuple[Rest, Now]:
        if of.at_most is not None:
            raise Refused("a hypothesis says how often a branch is taken, not how probably")
        if of.probability is not None:
            chance = place.number(of.probability)
            yes, no = now.copy(), now
            return self._drawn_trees(
                of.place,
                [(chance, self._then(of.then, rest), yes), (1 - chance, self._then(of.orelse, rest), no)],
            )
        return self._then(of.then if place.truth(of.test) else of.orelse, rest), now

    def _call(self, of: p.Call, rest: Rest, now: Now, place: Place) -> Tree | tuple[Rest, Now]:
        name = of.function
        if of.indirect:
            handed = now.env.get(name)
            if not isinstance(handed, Named):
                raise Refused("a function is called of which it is not known which one it is")
            name = handed.name
            if name in self.program.primitives:
                ask = p.Ask(of.target, name, None, of.args, (), of.type, of.place, span=of.span)
                return self._done(ask, rest, now)
        called = self.program.functions[name]
        args = tuple(map(place.value, of.args))
        if _calls(rest) > DEEP:
            raise Refused("calls are too deep inside one another to be followed")
        caller = tuple(sorted((k, v) for k, v in now.env.items() if k != "return"))
        back = Returning(of.target, _kept(caller, rest, of.target), now.function, rest)
        given = {q.name: a for q, a in zip(called.params, args, strict=True)}
        inner = attrs.evolve(now, env=given, function=name)
        self._bind(called, inner)
        return self._then(called.body, back), inner

    def _bind(self, of: p.Function, now: Now) -> None:
        """The sizes that a function's parameters bind."""
        for binding in of.bindings:
            value: Value = now.env[binding.path[0]]
            for step in binding.path[1:-1]:
                match value, step:
                    case Items((first, *_)), "element":
                        value = first
                    case Word(), _:
                        value = Word("part", (value, step), value.tainted)
                    case _:
                        value = Word("open")
            if isinstance(value, Items):
                now.env[f"size {binding.name}"] = const(len(value.values))
            elif isinstance(value, Word):
                now.env[f"size {binding.name}"] = self.length(value)
            elif isinstance(value, Rows):
                now.env[f"size {binding.name}"] = length(value)

    # -- chance ----------------------------------------------------------------------------------------------------

    def _drawn(
        self, outcomes: list[draws.Outcome], of: p.Ask | p.Sample | p.Choose | p.Consult, rest: Rest, now: Now
    ) -> Tree | tuple[Rest, Now]:
        outcomes = [each for each in outcomes if each.chance]
        if any(each.others for each in outcomes):
            return self._picked(outcomes, of, rest, now)
        if len(outcomes) == 1 and outcomes[0].chance == 1 and not self.sure:
            now.env[of.target] = outcomes[0].value
            now.known = outcomes[0].known
            return rest, now
        ways: list[tuple[Size, Rest, Now]] = []
        for each in outcomes:
            other = now.copy()
            other.env[of.target] = each.value
            other.known = each.known
            ways.append((each.chance, rest, other))
        return self._drawn_trees(of.place, ways)

    def _picked(
        self, outcomes: list[draws.Outcome], of: p.Ask | p.Sample | p.Choose | p.Consult, rest: Rest, now: Now
    ) -> Tree:
        """Outcomes of which nobody knows what some of them are."""
        branches = []
        for i, each in enumerate(outcomes):
            trees = []
            for value in (each.value, *each.others):
                other = now.copy()
                other.env[of.target] = value
                other.known = each.known
                trees.append(self._answered(value, rest, other))
            branches.append((each.chance, (of.place, i), Pick(tuple(trees)) if len(trees) > 1 else trees[0]))
        return Draw(tuple(branches))

    def _answered(self, answer: Value, rest: Rest, now: Now) -> Tree:
        """What follows an answer; one of many wrong ones is a row of its own from now on."""
        if not (self.many and isinstance(answer, Word) and answer.op == "nth" and answer.args[-1] == ONE_OF):
            return self.run(rest, now)
        taken = Taken(answer, self._fresh)
        env, rest = taken.everywhere(tuple(now.env.items()), rest)
        now.env = dict(env)
        return self._such(taken.conditions, rest, now)

    def _drawn_trees(self, place: str, ways: list[tuple[Size, Rest, Now]]) -> Tree:
        return Draw(
            tuple(
                (chance, (place, i), self.run(rest, now))
                for i, (chance, rest, now) in enumerate(ways)
                if chance
            )
        )

    # -- loops -----------------------------------------------------------------------------------------------------

    def plain(self, block: p.Block) -> bool:
        """Whether nothing in a block is decided outside, and every loop in it is counted."""
        known = self.deciding.get(id(block))
        if known is None:
            self.deciding[id(block)] = True  # a recursive call decides nothing by itself
            known = self.deciding[id(block)] = all(map(self._plain, block))
        return known

    def _plain(self, of: p.Statement) -> bool:
        match of:
            case p.Let() | p.Return():
                return True
            case p.If():
                return of.probability is None and self.plain(of.then) and self.plain(of.orelse)
            case p.For():
                return self.plain(of.body)
            case p.Call() if not of.indirect:
                return self.plain(self.program.functions[of.function].body)
            case _:
                return False

    def _unrolled(self, of: p.For, rounds: range, rest: Rest) -> Rest:
        """A loop that decides nothing outside, round by round without a head."""
        for i in reversed(rounds):
            rest = Then(of.body, id(of.body), 0, rest)
            index = p.Let(of.index, p.IntLiteral(i, ty.Int(), span=of.span), span=of.span)
            block = self.indices.setdefault((id(of), i), (index,))
            rest = Then(block, id(block), 0, rest)
        return rest

    def _count(self, rest: Counting, now: Now) -> Tree:
        loop, index, high, step = rest.loop, rest.index, rest.high, rest.step
        assert isinstance(index, Size)
        assert isinstance(high, Size)
        assert isinstance(step, Size)
        if isinstance(loop, p.Parallel):
            return self._branch(loop, rest, index, high, now)
        if index == ROW:
            return self._row(rest, now)
        if not self.place(now).decide(high - index):
            known = high.constant() is not None and index.constant() is not None
            return self._paused(rest.next, now) if known else self.run(rest.next, now)
        now.env[loop.index] = index
        after = Counting(loop, id(loop), index + step, high, step, rest.next)
        return self.run(self._then(loop.body, after), now)

    def _looked_through(self, of: p.For, step: Size, rest: Rest, now: Now) -> Tree:
        """A loop over the rows of lists, in any order, and what follows them."""
        ways: list[Tree] = []
        state = State(rest, tuple(now.env.items()), now.known, now.function)
        for known, each in gathered(state, now.facts, ordered=True):
            here = now.copy()
            here.env, here.facts = dict(each.env), now.facts.adding(*known)
            low, high = self.place(here).number(of.low), self.place(here).number(of.high)
            if low != 0 or step != 1 or (high - MANY).constant() is None:
                raise Refused("a list of many elements is not looked through from its beginning to its end")
            here.env = {name: begun(value) for name, value in here.env.items()}
            ways.append(Such(known, self.run(Counting(of, id(of), ROW, high, step, each.rest), here)))
        return Pick(tuple(ways)) if len(ways) > 1 else ways[0]

    def _row(self, rest: Counting, now: Now) -> Tree:
        """Any row that has not been passed; or none is left, and the tail follows."""
        assert isinstance(rest.loop, p.For)
        body = self._then(rest.loop.body, rest)
        env = now.env
        trees = []
        for label in sorted({label for value in env.values() for label in labels(value)}):
            there = now.copy()
            there.env = {name: special(value, label) for name, value in env.items()}
            there.env[rest.loop.index] = ROW
            trees.append(self.run(body, there))
        if any(map(has_others, env.values())):
            common = Common(self._fresh)
            other = now.copy()
            other.env = {name: common.value(value) for name, value in env.items()}
            other.env[rest.loop.index] = ROW
            trees.append(self._such(common.conditions, body, other))
        if not any(labels(value) for value in env.values()):
            conditions = [each for value in env.values() for each in exhausted(value)]
            behind = now.copy()
            behind.env = {name: stopped(value) for name, value in env.items()}
            behind.facts = behind.facts.adding(*conditions)
            tail = Counting(rest.loop, id(rest.loop), MANY, rest.high, rest.step, rest.next)
            trees.append(Such(tuple(conditions), self._count(tail, behind)))
        return Pick(tuple(trees)) if len(trees) > 1 else trees[0]

    def _such(self, conditions: list[Size], rest: Rest, now: Now) -> Tree:
        now.facts = now.facts.adding(*conditions)
        return Such(tuple(conditions), self.run(rest, now))

    def _fresh(self) -> Size:
        """A number that somebody chooses."""
        self.chosen += 1
        return sym(f"chosen#{self.chosen}")

    def _branch(self, loop: p.Parallel, rest: Counting, index: Size, high: Size, now: Now) -> Tree:
        gathered = rest.gathered
        if "return" in now.env and isinstance(gathered, Items):
            gathered = Items((*gathered.values, now.env["return"]))
        now.env = dict(rest.outer)
        if not self.place(now).decide(high - index):
            if loop.target is not None and gathered is not None:
                now.env[loop.target] = gathered
            return self._paused(rest.next, now)
        now.env[loop.index] = index
        after = attrs.evolve(rest, index=index + 1, gathered=gathered)
        body = loop.body if loop.value is None else (*loop.body, p.Let("return", loop.value, span=loop.span))
        key = self.parts.setdefault(id(loop), body)
        return self.run(self._then(key, after), now)

    def _tested(self, rest: Testing, now: Now) -> Tree:
        return self._guarded(now, lambda n: self._test(rest, n))

    def _test(self, rest: Testing, now: Now) -> Tree:
        loop = rest.loop
        if loop.at_most is not None:
            raise Refused("a hypothesis says how often a loop goes round, not how probably")
        again = self._then(loop.body, Cycling(loop, id(loop), rest.next))
        if loop.probability is None:
            return self.run(again if self.place(now).truth(loop.test) else rest.next, now)
        chance = self.place(now).number(loop.probability)
        stay, leave = now.copy(), now
        going_on = chance if loop.kind == "while" else 1 - chance
        return self._drawn_trees(loop.place, [(going_on, again, stay), (1 - going_on, rest.next, leave)])


def _sorted(asked: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(asked.items()))


def _range(low: Size, high: Size, step: Size) -> range | None:
    """The values of an index, where they are few and known."""
    a, b, c = low.constant(), high.constant(), step.constant()
    if a is None or b is None or c is None or b - a > LONG * c:
        return None
    return range(int(a), int(b) + 1, int(c))


def _calls(rest: Rest) -> int:
    """How many calls something stands in."""
    count = 0
    while not isinstance(rest, End):
        count, rest = count + isinstance(rest, Returning), rest.next
    return count


def _numbers(value: Value) -> bool:
    """Whether there are numbers in a value that are not known."""
    match value:
        case Size():
            return value.constant() is None
        case Items(values):
            return any(map(_numbers, values))
        case Fields(values):
            return any(_numbers(each) for _, each in values)
        case _:
            return False


def _left(rest: Rest) -> Rest:
    """Where a return goes: out of everything up to the call."""
    while not isinstance(rest, End | Returning):
        rest = rest.next
    return rest


def _kept(env: Env, rest: Rest, target: str) -> Env:
    """The variables of a caller that are read after the call."""
    from aalpl.cost.reliability.liveness import live

    wanted = live(rest) - {target}
    return tuple((name, value) for name, value in env if name in wanted or name.startswith("size "))
