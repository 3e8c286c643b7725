"""Abstract values: ints are sizes, truths are known, texts are where they came from and whether that was right."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from aalpl.program.size import ZERO, Size


class Refused(Exception):
    """The probability cannot be derived; the text says why."""


@attrs.frozen(cache_hash=True)
class Word:
    """A value of which only the origin counts.

    `op` is `input`, `text` (a literal), `right` and `wrong` (answers of a primitive to the arguments), `rival` (a wrong
    answer, one of several), `nth` (the same, told apart by number), `drawn` (an answer of a primitive that is never
    wrong), `part` and `glued` (of other values), `held` (number, question, kind: a value whose question nobody can ask
    again), `open` (decided by nobody knows whom). `tainted`: it comes from a wrong answer."""

    op: str
    args: tuple[Value, ...] = ()
    tainted: bool = False


@attrs.frozen(cache_hash=True)
class Items:
    """A list of known length."""

    values: tuple[Value, ...]


@attrs.frozen(cache_hash=True)
class Fields:
    """A record."""

    values: tuple[tuple[str, Value], ...]

    def get(self, name: str) -> Value:
        """A field."""
        return dict(self.values)[name]

    def put(self, name: str, value: Value) -> Fields:
        """The record with one field replaced."""
        return Fields(tuple((n, value if n == name else v) for n, v in self.values))


@attrs.frozen(cache_hash=True)
class Named:
    """A function or primitive handed over, an option of a choice, or `nothing` (the empty name)."""

    name: str


@attrs.frozen(cache_hash=True)
class Rows:
    """A list of which only some elements are told apart, by labels; lists side by side have the same rows.

    Of texts, the others are `common`; of numbers (None), the others are at least `least` each and `total` together. Then
    comes the `tail`, elements one by one. `order` keeps cases apart: how the rows with labels compare. Inside a loop over
    the rows: the labels `seen`, what the others `passed` come to, and the element at hand (`here`) with its label, "" for
    one of the others."""

    special: tuple[tuple[str, Value], ...]
    common: Word | None
    total: Size
    least: int = 0
    tail: tuple[Value, ...] = ()
    going: bool = False
    seen: tuple[str, ...] = ()
    passed: Size = ZERO
    here: Value | None = None
    at: str = ""
    order: str = ""


NOTHING = Named("")

Value = Size | bool | str | Word | Items | Fields | Named | Rows
"""A `str` is an option of a choice or a name inside a word."""


def tainted(value: Value) -> bool:
    """Whether a wrong answer is in it."""
    match value:
        case Word():
            return value.tainted
        case Items(values):
            return any(map(tainted, values))
        case Fields(values):
            return any(tainted(each) for _, each in values)
        case Rows():
            return any(map(tainted, _held(value)))
        case _:
            return False


def words(value: Value) -> Iterator[Word]:
    """The words in a value, outermost ones only."""
    match value:
        case Word():
            yield value
        case Items(values):
            for each in values:
                yield from words(each)
        case Fields(values):
            for _, inner in values:
                yield from words(inner)
        case Rows():
            for each in _held(value):
                yield from words(each)
        case _:
            pass


def _held(rows: Rows) -> list[Value]:
    """What is in a list of rows."""
    found = [value for _, value in rows.special] + list(rows.tail)
    return [each for each in (*found, rows.common, rows.here) if each is not None]


def changed(value: Value, size: Callable[[Size], Value], word: Callable[[Word], Word]) -> Value:
    """A value with its sizes and its outermost words replaced."""
    match value:
        case bool() | str() | Named():
            return value
        case Word():
            return word(value)
        case Items(values):
            return Items(tuple(changed(each, size, word) for each in values))
        case Fields(values):
            return Fields(tuple((name, changed(each, size, word)) for name, each in values))
        case Rows():
            return _changed_rows(value, size, word)
        case Size():
            return size(value)


def _changed_rows(rows: Rows, size: Callable[[Size], Value], word: Callable[[Word], Word]) -> Rows:
    special = tuple((label, changed(each, size, word)) for label, each in rows.special)
    common = None if rows.common is None else word(rows.common)
    tail = tuple(changed(each, size, word) for each in rows.tail)
    total, passed = size(rows.total), size(rows.passed)
    assert isinstance(total, Size)
    assert isinstance(passed, Size)
    here = None if rows.here is None else changed(rows.here, size, word)
    return attrs.evolve(
        rows, special=special, common=common, total=total, tail=tail, passed=passed, here=here
    )


def resized(value: Value, size: Callable[[Size], Size]) -> Value:
    """A value with all sizes in it replaced, those inside words too."""

    def inside(word: Word) -> Word:
        if not any(isinstance(arg, Size | Word | Items | Fields) for arg in word.args):
            return word
        return Word(word.op, tuple(resized(arg, size) for arg in word.args), word.tainted)

    return changed(value, size, inside)


def alike(one: Value, other: Value) -> bool | None:
    """Whether two values are equal; None where their sizes decide it. Refuses what nobody can tell."""
    match one, other:
        case (bool(), bool()) | (str(), str()) | (Named(), Named()):
            return one == other
        case Size(), Size():
            number = (one - other).constant()
            return None if number is None else number == 0
        case Items(a), Items(b):
            return _all(a, b) if len(a) == len(b) else False
        case Fields(a), Fields(b):
            return _all([v for _, v in a], [v for _, v in b])
        case Word(), Word():
            return _same(one, other)
        case (Named(""), _) | (_, Named("")):
            return False
        case _:
            raise Refused("values are compared of which it is not known whether they are equal")


def _all(ones: tuple[Value, ...] | list[Value], others: tuple[Value, ...] | list[Value]) -> bool | None:
    found = [alike(a, b) for a, b in zip(ones, others, strict=True)]
    if any(each is False for each in found):
        return False
    return None if None in found else True


def _same(one: Word, other: Word) -> bool:
    ops = {one.op, other.op}
    if "rival" in ops and not (one.args == other.args and ops == {"right", "rival"}):
        raise Refused(
            "wrong answers are compared, and nothing says that they are one and the same (`rivals 1`)"
        )
    if one.op == other.op == "text":
        return one.args == other.args
    if "nth" in ops and ops <= {"right", "nth"} and question(one) == question(other):
        numbers = {one.args[-1], other.args[-1]}
        if "nth" in (one.op, other.op) and one.op == other.op and (ANY in numbers or numbers == {SOME}):
            raise Refused("two wrong answers of many are compared")
        return one == other
    if ops <= {"right", "wrong", "rival"} and one.args == other.args:
        return _answers(one, other)
    if one.op == other.op == "held" and one.args[1:] == other.args[1:]:
        return one.args[0] == other.args[0] or _different(one)
    if one == other and not ops & {"open", "rival"}:
        return True
    raise Refused("texts are compared of which it is not known whether they are equal")


SOME = "some"
"""The number of a wrong answer that is one of many."""


ANY = "any"
"""The number of a wrong answer of which it is forgotten which one it is."""


def question(word: Word) -> tuple[Value, ...]:
    """What a word answers."""
    return word.args[:-1] if word.op == "nth" else word.args


def _answers(one: Word, other: Word) -> bool:
    """Whether two answers to one question are equal."""
    return one.op == other.op


def _different(word: Word) -> bool:
    """Values that are held and answer one question are different; of others nothing is known."""
    if word.args[2] != "answer":
        raise Refused("texts are compared of which it is not known whether they are equal")
    return False
