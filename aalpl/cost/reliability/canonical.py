"""The canonical form of a state: only variables that are still read; values whose question nobody can ask again are
only held, and told apart by number. States that go on in the same way become equal so."""

from __future__ import annotations

import attrs

from aalpl.cost.reliability.liveness import live
from aalpl.cost.reliability.states import Counting, End, Rest, Returning, State, Then
from aalpl.cost.reliability.values import ANY, SOME, Fields, Items, Value, Word, changed, words
from aalpl.cost.reliability.values import question as asked
from aalpl.program.size import Size


def canonical(state: State) -> State:
    """The state with what is dead left out, and what is held renamed."""
    wanted = live(state.rest)
    env = tuple(
        (name, value)
        for name, value in state.env
        if name in wanted or name.startswith("size ") or (name == "return" and _gathers(state.rest))
    )
    state = attrs.evolve(state, env=env)
    namer = Namer(frozenset(live_words(state)))
    env = tuple((name, namer.value(value)) for name, value in env)
    rest = _renamed(state.rest, namer)
    known = tuple(
        ((name, tuple(map(namer.value, args))), value)
        for (name, args), value in state.known
        if all(word in namer.alive for arg in args for word in words(arg))
    )
    return State(rest, env, tuple(sorted(known, key=str)), state.function)


def _gathers(rest: Rest) -> bool:
    return isinstance(rest, Counting) and rest.gathered is not None


def live_words(state: State) -> list[Word]:
    found = [word for _, value in state.env for word in words(value)]
    rest = state.rest
    while not isinstance(rest, End):
        if isinstance(rest, Returning):
            found += [word for _, value in rest.env for word in words(value)]
        if isinstance(rest, Counting):
            found += [word for _, value in rest.outer for word in words(value)]
            if rest.gathered is not None:
                found += words(rest.gathered)
        rest = rest.next
    return found


@attrs.define
class Namer:
    """Renames words: those that can be asked for again keep their origin, the others get numbers."""

    alive: frozenset[Word]
    _held: dict[Word, Word] = attrs.field(factory=dict)
    _questions: dict[tuple[Value, ...], int] = attrs.field(factory=dict)

    def value(self, of: Value) -> Value:
        """A value renamed."""
        return changed(of, lambda size: size, self.word)

    def word(self, of: Word) -> Word:
        """A word renamed."""
        if of.op == "text" or (of.op == "input" and not of.tainted):
            return of
        if of.op == "nth" and of.args[-1] in (SOME, ANY) and not self._again(of):
            return Word(of.op, of.args[-1:], of.tainted)
        if of.op in ("open", "rival"):
            return Word(of.op, (), of.tainted)
        if self._again(of):
            return Word(of.op, tuple(map(self.value, of.args)), of.tainted)
        if of not in self._held:
            answer = of.op in ("right", "wrong", "nth") or (of.op == "held" and of.args[2] == "answer")
            question = (
                asked(of)
                if of.op in ("right", "wrong", "nth")
                else (of.args[1:] if of.op == "held" else (of,))
            )
            group = self._questions.setdefault(question, len(self._questions))
            kind = "answer" if answer else "other"
            self._held[of] = Word("held", (str(len(self._held)), str(group), kind), of.tainted)
        return self._held[of]

    def _again(self, of: Word) -> bool:
        """Whether the same word may be made again: what it is made of is at hand."""
        return of.op in ("right", "wrong", "nth", "part", "glued") and all(map(self._at_hand, of.args))

    def _at_hand(self, arg: Value) -> bool:
        match arg:
            case Size():
                return arg.constant() is not None
            case Word("text"):
                return True
            case Word("open" | "rival"):
                return False
            case Word():
                return arg in self.alive
            case Items(values):
                return all(map(self._at_hand, values))
            case Fields(values):
                return all(self._at_hand(value) for _, value in values)
            case _:
                return True


def _renamed(rest: Rest, namer: Namer) -> Rest:
    match rest:
        case End():
            return rest
        case Returning():
            env = tuple((name, namer.value(value)) for name, value in rest.env)
            return attrs.evolve(rest, env=env, next=_renamed(rest.next, namer))
        case Counting():
            outer = tuple((name, namer.value(value)) for name, value in rest.outer)
            gathered = None if rest.gathered is None else namer.value(rest.gathered)
            return attrs.evolve(rest, outer=outer, gathered=gathered, next=_renamed(rest.next, namer))
        case Then() | _:
            return attrs.evolve(rest, next=_renamed(rest.next, namer))
