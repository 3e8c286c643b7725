"""What a call, a draw, a choice or an oracle may answer, and how probably."""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import TYPE_CHECKING

import attrs

from aalpl.cost.reliability.canonical import live_words
from aalpl.cost.reliability.expressions import Place, Truth
from aalpl.cost.reliability.rivals.rows import given
from aalpl.cost.reliability.states import Rest, State
from aalpl.cost.reliability.values import Named, Refused, Value, Word, tainted, words
from aalpl.program import nodes as p
from aalpl.program import types as ty
from aalpl.program.size import ONE, Size, const

if TYPE_CHECKING:
    from aalpl.cost.reliability.machine import Known, Machine, Now

MOST = 200
"""A draw of more outcomes is not followed."""


@attrs.frozen
class Outcome:
    """An answer, its probability, and what is known of oracles afterwards."""

    chance: Size
    value: Value
    known: Known
    others: tuple[Value, ...] = ()  # what it may be instead, nobody knows when


def outcomes(
    machine: Machine, of: p.Ask | p.Sample | p.Choose | p.Consult, now: Now, place: Place, rest: Rest
) -> list[Outcome]:
    """All answers, where `rest` is still to be done after it."""
    match of:
        case p.Ask():
            return [
                each for one in _asked(machine, of, now, place, rest) for each in _told(of, one, now, place)
            ]
        case p.Sample(_, law):
            numbers = [place.number(arg) for arg in law.args]
            return [Outcome(chance, value, now.known) for chance, value in _law(law.name, numbers)]
        case p.Choose():
            return [Outcome(ONE, Word("open"), now.known)]
        case p.Consult(_, oracle, args):
            return [_consulted(machine, oracle, tuple(map(place.value, args)), now)]


def asked(machine: Machine, of: p.Ask, now: Now) -> str:
    """The name of the primitive that is called."""
    if not of.indirect and of.primitive in machine.program.primitives:
        return of.primitive
    handed = now.env.get(of.primitive)
    if not isinstance(handed, Named) or handed.name not in machine.program.primitives:
        raise Refused("a function is called of which it is not known which one it is")
    return handed.name


def _asked(machine: Machine, of: p.Ask, now: Now, place: Place, rest: Rest) -> list[Outcome]:
    name = asked(machine, of, now)
    primitive = machine.program.primitives[name]
    args = tuple(map(place.value, of.args))
    if of.transcript is not None:
        args = (now.env[of.transcript], *args)
    if primitive.simulate is not None and primitive.right is None:
        return [Outcome(ONE, Word("open", (), any(map(tainted, args))), now.known)]
    index = None if of.index is None else place.number(of.index)
    if primitive.right is None:
        return [Outcome(chance, value, now.known) for chance, value in _plain(machine, of, args, now)]
    chance = primitive.right
    if index is not None and primitive.family is not None:
        chance = chance.replace({primitive.family.index: index})
    chance = ONE if machine.sure else machine.at(chance, now)
    return _right_or_wrong(
        machine, of, primitive, (name, *(() if index is None else (index,)), *args), chance, now, rest
    )


def _right_or_wrong(
    machine: Machine,
    of: p.Ask,
    primitive: p.Primitive,
    question: tuple[Value, ...],
    chance: Size,
    now: Now,
    rest: Rest,
) -> list[Outcome]:
    spoiled = any(map(tainted, question))
    match of.type:
        case ty.Bool():
            options: tuple[Value, ...] = (True, False)
        case ty.Choice((one, other), _):
            options = (Named(one), Named(other))
        case ty.Choice() | ty.Maybe() | ty.Int() | ty.Real():
            options = ()
        case _ if machine.spread and primitive.rivals != 1:
            right = Word("right", question, spoiled)
            many = given(question, tuple(now.env.items()), rest) if machine.many else None
            if many is not None:
                return _of_many(question, chance, now, many)
            held = live_words(State(rest, tuple(now.env.items())))
            first, *others = _rivals(question, primitive.rivals, held)
            return [Outcome(chance, right, now.known), Outcome(1 - chance, first, now.known, tuple(others))]
        case _:
            right = Word("right", question, spoiled)
            wrong = Word("wrong" if primitive.rivals == 1 else "rival", question, True)
            return [Outcome(chance, right, now.known), Outcome(1 - chance, wrong, now.known)]
    asked = Word("right", question, spoiled)
    if not options:
        wrong = Word("wrong" if primitive.rivals == 1 else "rival", question, True)
        return [Outcome(chance, asked, now.known), Outcome(1 - chance, wrong, now.known)]
    if asked not in machine.truths:
        if not all(_plain_word(word) for arg in question for word in words(arg)):
            raise Refused("the right answer to a question about an answer is not known")
        raise Truth(asked, options)
    truth = machine.truths[asked]
    other_one = options[1] if truth == options[0] else options[0]
    return [Outcome(chance, truth, now.known), Outcome(1 - chance, other_one, now.known)]


def _of_many(question: tuple[Value, ...], chance: Size, now: Now, many: tuple[str, ...]) -> list[Outcome]:
    """The right answer, or one of these wrong ones."""
    right = Word("right", question, any(map(tainted, question)))
    new, *others = (Word("nth", (*question, number), True) for number in many)
    return [Outcome(chance, right, now.known), Outcome(1 - chance, new, now.known, tuple(others))]


def _rivals(question: tuple[Value, ...], most: int | None, held: list[Word]) -> list[Word]:
    """The wrong answers that a call may give: one that was given before and is still held, or another one."""
    taken = {word.args[-1] for word in _within(held) if word.op == "nth" and word.args[:-1] == question}
    found = sorted(str(number) for number in taken)
    if most is None or len(found) < most:
        found.append(next(str(i) for i in range(len(found) + 1) if str(i) not in taken))
    return [Word("nth", (*question, number), True) for number in found]


def _within(found: list[Word]) -> Iterator[Word]:
    """These words and all that they are made of."""
    waiting = list(found)
    while waiting:
        word = waiting.pop()
        yield word
        waiting += [each for arg in word.args if not isinstance(arg, str) for each in words(arg)]


def _plain_word(word: Word) -> bool:
    if word.op == "part":
        return all(_plain_word(arg) for arg in word.args if isinstance(arg, Word)) and all(
            arg.constant() is not None for arg in word.args if isinstance(arg, Size)
        )
    return word.op in ("input", "text")


def _plain(machine: Machine, of: p.Ask, args: tuple[Value, ...], now: Now) -> list[tuple[Size, Value]]:
    """The answers of a primitive that is never wrong."""
    spoiled = any(map(tainted, args))
    for fact in of.facts:
        match fact:
            case p.LawFact("", law):
                return _law(law.name, [machine.place(now).number(arg) for arg in law.args])
            case p.ProbabilityFact("", probability):
                return _coin(machine.place(now).number(probability))
            case _:
                pass
    match of.type:
        case ty.Bool(likely) if likely is not None:
            return _coin(machine.at(likely, now))
        case ty.Choice(options, probabilities) if probabilities is not None:
            chances = [machine.at(each, now) for each in probabilities]
            return [(chance, Named(option)) for chance, option in zip(chances, options, strict=True)]
        case ty.Text():
            now.drawn += 1
            return [(ONE, Word("drawn", (str(now.drawn), *args), spoiled))]
        case _:
            return [(ONE, Word("open", (), spoiled))]


def _coin(chance: Size) -> list[tuple[Size, Value]]:
    return [(chance, True), (1 - chance, False)]


def _law(name: str, numbers: list[Size]) -> list[tuple[Size, Value]]:
    """The outcomes of a law, where they are few."""
    values = [number.constant() for number in numbers]
    match name, numbers:
        case "flip", [chance]:
            return _coin(chance)
        case "Uniform", [_, _] if (a := values[0]) is not None and (b := values[1]) is not None:
            if 0 <= b - a < MOST:
                share = ONE / const(b - a + 1)
                return [(share, const(i)) for i in range(int(a), int(b) + 1)]
        case "Binomial", [_, chance] if (n := values[0]) is not None and 0 <= n < MOST:
            count = int(n)
            return [
                (comb(count, i) * chance**i * (1 - chance) ** (count - i), const(i)) for i in range(count + 1)
            ]
        case _:
            pass
    return [(ONE, Word("open"))]


def _told(of: p.Ask, answer: Outcome, now: Now, place: Place) -> list[Outcome]:
    """What the call says that oracles say of its answer; what was said becomes part of where it is from."""
    found = [answer]
    for fact in of.facts:
        if isinstance(fact, p.ProbabilityFact) and fact.function:
            chance = place.number(fact.probability)
            found = [
                said
                for each in found
                for share, truth in ((chance, True), (1 - chance, False))
                if share
                for said in [_said(each, share, fact.function, truth)]
            ]
    return found


def _said(answer: Outcome, share: Size, oracle: str, truth: bool) -> Outcome:
    value = answer.value
    if not isinstance(value, Word) or value.op != "drawn":
        raise Refused("what oracles say of an answer that may be wrong is drawn apart from that")
    value = attrs.evolve(value, args=(*value.args, f"{oracle} {truth}"))
    moved = tuple(
        ((name, tuple(value if arg == answer.value else arg for arg in args)), known)
        for (name, args), known in answer.known
    )
    return Outcome(answer.chance * share, value, (*moved, ((oracle, (value,)), truth)))


def _consulted(machine: Machine, oracle: str, args: tuple[Value, ...], now: Now) -> Outcome:
    """An oracle answers as it was said, or nobody knows what."""
    for (name, known), value in reversed(now.known):
        if name == oracle and known == args:
            return Outcome(ONE, value, now.known)
    return Outcome(ONE, Word("open", (), any(map(tainted, args))), now.known)
