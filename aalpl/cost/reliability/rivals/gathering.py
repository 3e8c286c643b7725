"""At the head of a loop: lists of answers to one question, and lists of numbers as long, become lists of rows.

Rows of wrong answers that are read nowhere else are taken together with the others; what stands in the tail becomes rows.
That numbers in one list and answers in another stand side by side needs no intention: rows are what has one index.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

import attrs

from aalpl.cost.reliability.holes import numbers, revalued
from aalpl.cost.reliability.rivals.rows import ABOVE, BELOW, NEW, ONE_OF, RIGHT, TOP, loose, rows_in, some
from aalpl.cost.reliability.states import State
from aalpl.cost.reliability.values import ANY, Fields, Items, Refused, Rows, Value, Word, question, words
from aalpl.program.prove import Facts
from aalpl.program.size import ZERO, Size, const

Ways = list[tuple[tuple[Size, ...], State]]
"""States, and under which conditions they are what there is: which row is on top may be open."""


def gathered(state: State, facts: Facts, *, ordered: bool) -> Ways:
    """The state with its lists as rows, where nothing speaks of how many there are; `ordered`: cases that differ in
    whether the right answer is above all others are kept apart."""
    as_it_is: Ways = [((), state)]
    if any({"rows#", "row#"} & size.free for size in numbers(state)):
        return as_it_is
    values: list[Value] = []

    def look(value: Value) -> Value:
        values.append(value)
        return value

    revalued(state, look)
    rows = [each for value in values for each in rows_in(value)]
    if rows:
        outside = {word for value in values for word in loose(value)}
        return _folded(state, rows, outside, facts if ordered else None, facts)
    lists = [each for value in values for each in _lists(value)]
    answers = {each for each in lists if each.values and _answers(each)}
    if len(answers) != 1:
        return as_it_is
    (first,) = answers
    columns = {each for each in lists if _numbers(each) and len(each.values) == len(first.values)}
    held = {word for word in first.values if isinstance(word, Word) and word.op == "nth"}
    if len(columns) != 1 or (
        ordered and held & {word for value in values for word in _besides(value, first)}
    ):
        return as_it_is
    (column,) = columns
    empty = Rows((), None, ZERO, _least(column.values, facts))
    found: Ways = []
    for known, into in _ordered(
        _sorted_in(empty, first.values, column.values, facts), facts if ordered else None
    ):
        there = _answered(Rows((), some(_asked(first)), ZERO), first.values, into)
        change: dict[Value, Value] = {first: there, column: into}
        found.append((known, _forgotten(revalued(state, partial(_replaced, change)))))
    return found


def _forgotten(state: State) -> State:
    """The state in which wrong answers outside of lists of rows are any."""
    return revalued(state, _any)


def _any(value: Value) -> Value:
    match value:
        case Word("nth", args):
            return Word("nth", (*args[:-1], ANY), value.tainted)
        case Items(values):
            return Items(tuple(map(_any, values)))
        case Fields(values):
            return Fields(tuple((name, _any(each)) for name, each in values))
        case _:
            return value


def _folded(state: State, rows: list[Rows], outside: set[Word], ordering: Facts | None, facts: Facts) -> Ways:
    """The state with tails as rows, and a row that was taken out among the others."""
    texts, columns = {r for r in rows if r.common is not None}, {r for r in rows if r.common is None}
    if len(texts) != 1 or len(columns) != 1 or any(each.going for each in rows):
        return [((), state)]
    (text,), (column,) = texts, columns
    one = dict(text.special).get(ONE_OF)
    words = (*text.tail, *(() if one is None else (one,)))
    values = (*column.tail, *(() if one is None else (dict(column.special)[ONE_OF],)))
    if len(text.tail) != len(column.tail):
        return [((), state)]
    if ordering and any(_wrong(word) and word in outside for word in words):
        return [((), state)]
    if not _distinct(text):
        raise Refused("an answer stands in a list more than once")
    found: Ways = []
    least = _least((const(column.least), *values), facts)
    bare = attrs.evolve(column, special=_without(column), tail=(), least=least, order="")
    for known, into in _ordered(_sorted_in(bare, words, values, facts), ordering):
        there = _answered(attrs.evolve(text, special=_without(text), tail=()), words, into)
        change: dict[Value, Value] = {text: there, column: into}
        there_ = revalued(state, partial(_replaced, change))
        found.append((known, there_ if ordering else _forgotten(there_)))
    return found


def _distinct(text: Rows) -> bool:
    """Whether the answers in the tail are others than those of the rows."""
    right = [word for word in text.tail if isinstance(word, Word) and word.op == "right"]
    new = [word for word in text.tail if isinstance(word, Word) and word.op == "nth" and word.args[-1] == NEW]
    once = len(right) + (RIGHT in dict(text.special)) <= 1 and len(new) <= 1
    return once and len(right) + len(new) == len(text.tail)


def _without(rows: Rows) -> tuple[tuple[str, Value], ...]:
    return tuple(each for each in rows.special if each[0] != ONE_OF)


def _sorted_in(
    rows: Rows, words: tuple[Value, ...], values: tuple[Value, ...], facts: Facts
) -> list[tuple[tuple[Size, ...], Rows]]:
    """Numbers beside answers become rows: that of the right answer, the largest of the others, and the others."""
    ways: list[tuple[tuple[Size, ...], Rows]] = [((), rows)]
    for word, value in zip(words, values, strict=True):
        number = _number(value)
        if not _wrong(word):
            ways = [(known, _put(each, RIGHT, number)) for known, each in ways]
        else:
            ways = [more for known, each in ways for more in _below(known, each, number, facts)]
    return ways


def _ordered(
    ways: list[tuple[tuple[Size, ...], Rows]], facts: Facts | None
) -> list[tuple[tuple[Size, ...], Rows]]:
    """The same, those where the right answer's number is above all others' apart from those where it is not."""
    found = []
    for known, rows in ways:
        right, top = (dict(rows.special).get(label) for label in (RIGHT, TOP))
        if facts is None or not isinstance(right, Size) or not isinstance(top, Size):
            found.append((known, rows))
            continue
        for order, condition in ((ABOVE, right - top - 1), (BELOW, top - right)):
            if not facts.adding(*known).proves(-condition - 1):
                found.append(((*known, condition), attrs.evolve(rows, order=order)))
    return found


def _below(
    known: tuple[Size, ...], rows: Rows, number: Size, facts: Facts
) -> list[tuple[tuple[Size, ...], Rows]]:
    top = dict(rows.special).get(TOP)
    if top is None:
        return [(known, _put(rows, TOP, number))]
    assert isinstance(top, Size)
    under = attrs.evolve(rows, total=rows.total + number)
    over = attrs.evolve(_put(rows, TOP, number), total=rows.total + top)
    if facts.proves(top - number):
        return [(known, under)]
    if facts.proves(number - top - 1):
        return [(known, over)]
    return [((*known, top - number), under), ((*known, number - top - 1), over)]


def _put(rows: Rows, label: str, value: Value) -> Rows:
    special = {**dict(rows.special), label: value}
    return attrs.evolve(rows, special=tuple((name, special[name]) for name in sorted(special)))


def _answered(text: Rows, words: tuple[Value, ...], column: Rows) -> Rows:
    """The answers of the rows that have a label."""
    for word in words:
        if not _wrong(word):
            text = _put(text, RIGHT, word)
    if TOP in dict(column.special):
        assert text.common is not None
        text = _put(text, TOP, Word("nth", (*question(text.common), TOP), True))
    return text


def _wrong(word: Value) -> bool:
    return isinstance(word, Word) and word.op == "nth"


def _number(value: Value) -> Size:
    if not isinstance(value, Size):
        raise Refused("a list holds more than numbers")
    return value


def _numbers(of: Items) -> bool:
    return all(isinstance(each, Size) for each in of.values)


def _replaced(change: Mapping[Value, Value], value: Value) -> Value:
    if value in change:
        return change[value]
    match value:
        case Items(values):
            return Items(tuple(_replaced(change, each) for each in values))
        case Fields(values):
            return Fields(tuple((name, _replaced(change, each)) for name, each in values))
        case _:
            return value


def _besides(value: Value, answers: Items) -> Iterator[Word]:
    match value:
        case Items(values):
            if value != answers:
                for each in values:
                    yield from _besides(each, answers)
        case Fields(values):
            for _, each in values:
                yield from _besides(each, answers)
        case _:
            yield from words(value)


def _lists(value: Value) -> Iterator[Items]:
    match value:
        case Items(values):
            yield value
            for each in values:
                yield from _lists(each)
        case Fields(values):
            for _, each in values:
                yield from _lists(each)
        case _:
            pass


def _answers(of: Items) -> bool:
    """Whether a list holds different answers, one question's, and nothing else."""
    found = [each for each in of.values if isinstance(each, Word) and each.op in ("right", "nth")]
    return len(found) == len(of.values) == len(set(found))


def _asked(answers: Items) -> tuple[Value, ...]:
    first = answers.values[0]
    assert isinstance(first, Word)
    return question(first)


def _least(values: tuple[Value, ...], facts: Facts) -> int:
    """A number that all of these reach: 1 or 0."""
    for low in (1, 0):
        if all(facts.proves(_number(each) - low) for each in values):
            return low
    raise Refused("numbers beside answers may be negative")
