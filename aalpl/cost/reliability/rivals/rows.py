"""Lists of rows that are not told apart: loops over them, elements, and how wrong answers are taken out and put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from aalpl.cost.reliability.holes import revalued
from aalpl.cost.reliability.states import Env, Rest, State
from aalpl.cost.reliability.values import (
    ANY,
    SOME,
    Fields,
    Items,
    Refused,
    Rows,
    Value,
    Word,
    question,
    words,
)
from aalpl.program.size import ZERO, Size, const, sym

MANY = sym("rows#")
"""How many rows there are now."""

ROW = sym("row#")
"""The index of the row at hand."""

ONE_OF = "one"
"""The label of a row that was taken out of the others."""

RIGHT = "right"
"""The label of the row of the right answer."""

ABOVE, BELOW = "above", "below"
"""The right answer's number is above all others, or it is not."""

TOP = "top"
"""The label of a row of which the number is no less than those of the others."""

NEW = "new"
"""The number of a wrong answer that was not given before."""


def rows_in(value: Value) -> Iterator[Rows]:
    """The lists of rows in a value."""
    match value:
        case Rows():
            yield value
        case Items(values):
            for each in values:
                yield from rows_in(each)
        case Fields(values):
            for _, each in values:
                yield from rows_in(each)
        case _:
            pass


def mapped(value: Value, change: Callable[[Rows], Rows]) -> Value:
    """A value with its lists of rows replaced."""
    match value:
        case Rows():
            return change(value)
        case Items(values):
            return Items(tuple(mapped(each, change) for each in values))
        case Fields(values):
            return Fields(tuple((name, mapped(each, change)) for name, each in values))
        case _:
            return value


# -- elements ------------------------------------------------------------------------------------------------------


def length(rows: Rows) -> Size:
    """The number of elements."""
    return MANY + const(len(rows.tail))


def element(rows: Rows, index: Size) -> Value:
    """The element at an index: the one at hand, or one of the tail."""
    if index == ROW and rows.here is not None:
        return rows.here
    return rows.tail[_behind(rows, index)]


def updated(rows: Rows, index: Size, new: Value, proves: Callable[[Size], bool]) -> Rows:
    """With another element there."""
    lowest = dict(rows.special)[TOP] if rows.at == TOP and rows.common is None else const(rows.least)
    if rows.common is None and not (
        isinstance(new, Size) and isinstance(lowest, Size) and proves(new - lowest)
    ):
        raise Refused("a number in a list becomes less than it was, or than others were")
    if index != ROW or rows.here is None:
        at = _behind(rows, index)
        return attrs.evolve(rows, tail=(*rows.tail[:at], new, *rows.tail[at + 1 :]))
    if rows.at:
        special = tuple((label, new if label == rows.at else old) for label, old in rows.special)
        return attrs.evolve(rows, special=special, here=new, order="")
    raise Refused("one of many elements of a list is changed")


def _behind(rows: Rows, index: Size) -> int:
    at = (index - MANY).constant()
    if at is None or not 0 <= at < len(rows.tail):
        raise Refused("an element of a list is chosen by a number that is not known")
    return int(at)


def typical(state: State) -> list[Size]:
    """What holds of the numbers in all lists of rows."""
    found: list[Size] = []

    def look(value: Value) -> Value:
        for rows in rows_in(value):
            if rows.common is None:
                found.extend(number - rows.least for _, number in rows.special if isinstance(number, Size))
                found.extend([rows.total, rows.total - rows.passed, rows.passed])
                special = dict(rows.special)
                right, top = special.get(RIGHT), special.get(TOP)
                if top is None:
                    found.append(-rows.total)
                elif isinstance(right, Size) and isinstance(top, Size) and rows.order:
                    found.append(right - top - 1 if rows.order == ABOVE else top - right)
        return value

    revalued(state, look)
    return found


# -- loops over the rows -------------------------------------------------------------------------------------------


def begun(value: Value) -> Value:
    """At the beginning of a loop over the rows."""

    def change(rows: Rows) -> Rows:
        if rows.going:
            raise Refused("a loop over a list within a loop over it")
        return attrs.evolve(rows, going=True)

    return mapped(value, change)


def stopped(value: Value) -> Value:
    """When such a loop is left."""
    return mapped(
        value,
        lambda r: attrs.evolve(r, going=False, seen=(), passed=ZERO, here=None, at="") if r.going else r,
    )


def special(value: Value, label: str) -> Value:
    """At the row with a label."""

    def change(rows: Rows) -> Rows:
        here = dict(rows.special).get(label)
        if here is None:
            raise Refused("lists are looked through side by side that are not alike")
        return attrs.evolve(rows, seen=tuple(sorted({*rows.seen, label})), here=here, at=label)

    return mapped(value, change)


@attrs.define
class Common:
    """Goes to one of the other rows: each list of numbers has any number there that its sum leaves."""

    fresh: Callable[[], Size]
    conditions: list[Size] = attrs.field(factory=list)

    def value(self, value: Value) -> Value:
        """A value at that row."""
        return mapped(value, self._row)

    def _row(self, rows: Rows) -> Rows:
        if rows.common is not None:
            return attrs.evolve(rows, here=rows.common, at="")
        number = self.fresh()
        passed = rows.passed + number
        self.conditions += [number - rows.least, rows.total - passed, _top(rows) - number]
        return attrs.evolve(rows, here=number, passed=passed, at="")


def exhausted(value: Value) -> list[Size]:
    """What holds when all rows have been passed."""
    return [rows.passed - rows.total for rows in rows_in(value) if rows.common is None]


def labels(value: Value) -> set[str]:
    """The labels of rows that have not been passed."""
    return {label for rows in rows_in(value) for label, _ in rows.special if label not in rows.seen}


# -- wrong answers -------------------------------------------------------------------------------------------------


@attrs.define
class Taken:
    """Takes one row out of the others, that of a wrong answer to a question."""

    answer: Word
    fresh: Callable[[], Size]
    conditions: list[Size] = attrs.field(factory=list)
    _numbers: dict[Rows, Rows] = attrs.field(factory=dict)

    def everywhere(self, env: Env, rest: Rest) -> tuple[Env, Rest]:
        """Variables, and what is still to be done, with that row by itself."""
        state = revalued(State(rest, env), lambda value: mapped(value, self._row))
        return state.env, state.rest

    def _row(self, rows: Rows) -> Rows:
        if rows not in self._numbers:
            self._numbers[rows] = self._apart(rows)
        return self._numbers[rows]

    def _apart(self, rows: Rows) -> Rows:
        if rows.going or ONE_OF in dict(rows.special):
            raise Refused("a wrong answer of many is kept while others are given")
        if rows.common is not None:
            return attrs.evolve(rows, special=_with(rows, self.answer))
        number = self.fresh()
        self.conditions += [number - rows.least, rows.total - number, _top(rows) - number]
        return attrs.evolve(rows, special=_with(rows, number), total=rows.total - number)


def _top(rows: Rows) -> Size:
    top = dict(rows.special).get(TOP)
    if not isinstance(top, Size):
        raise Refused("a list holds more than numbers")
    return top


def has_others(value: Value) -> bool:
    """Whether there may be rows without a label: only where there is one on top of them."""
    return any(TOP in dict(rows.special) for rows in rows_in(value))


def _with(rows: Rows, value: Value) -> tuple[tuple[str, Value], ...]:
    return tuple(sorted((*rows.special, (ONE_OF, value)), key=lambda each: each[0]))


def given(asked: tuple[Value, ...], env: Env, rest: Rest) -> tuple[str, ...] | None:
    """The numbers of wrong answers that there may be, None without rows; refuses where one of many is kept outside."""
    found: list[Rows] = []

    def look(value: Value) -> Value:
        found.extend(rows_in(value))
        return value

    revalued(State(rest, env), look)
    if not found:
        return None
    if any(rows.tail for rows in found) or any(
        word.op == "nth" and question(word) == asked and word.args[-1] != ANY for word in loose_in(env, rest)
    ):
        raise Refused("a wrong answer of many is kept while others are given")
    for rows in found:
        if rows.common is not None and question(rows.common) != asked:
            raise Refused("lists hold answers to several questions")
    return (NEW, TOP, ONE_OF) if any(map(has_others, found)) else (NEW,)


def loose(value: Value) -> Iterator[Word]:
    """The words in a value outside of lists of rows."""
    match value:
        case Rows():
            pass
        case Items(values):
            for each in values:
                yield from loose(each)
        case Fields(values):
            for _, each in values:
                yield from loose(each)
        case _:
            yield from words(value)


def loose_in(env: Env, rest: Rest) -> list[Word]:
    """All words outside of lists of rows."""
    found: list[Word] = []

    def look(value: Value) -> Value:
        found.extend(loose(value))
        return value

    revalued(State(rest, env), look)
    return found


def unhanded(value: Value) -> Value:
    """With no element at hand."""
    return mapped(value, lambda rows: attrs.evolve(rows, here=None, at=""))


def some(asked: tuple[Value, ...]) -> Word:
    """One of many wrong answers to a question."""
    return Word("nth", (*asked, SOME), True)
