"""Questions as programs ask them, made by hand: for trying a backend without a program."""

from __future__ import annotations

from typing import Any

from aalpl.program.declarations import Model, Param, Primitive
from aalpl.program.size import const
from aalpl.program.types import Between, Bool, Choice, Int, ListOf, Maybe, Record, Text, Type
from aalpl.report import Source, Span
from aalpl.run.backend import Question

HERE = Span(Source("questions", ""), 0, 0)


def asking(
    prompt: str, contract: Type, sizes: tuple[Any, ...] = (), key: str = "call.1", **args: str
) -> Question:
    """A call of a primitive with this template and contract; `sizes` are the numbers of the contract, in order."""
    params = tuple(Param(name, Text(), span=HERE) for name in args)
    model = Model("M", const(1), span=HERE)
    primitive = Primitive("asked", params, contract, model, prompt=prompt, span=HERE)
    return Question(primitive, "1", None, args, None, contract, sizes, key)


def words(most: int) -> Text:
    """`text[<= most]`."""
    return Text(Between(const(0), const(most)))


def whole(low: int, high: int) -> Int:
    """`int in low..high`."""
    return Int(const(low), const(high))


def each_kind() -> dict[str, Question]:
    """One easy question for every kind of contract."""
    note = "The parcel came two days late, and the box was torn."
    ask, few = "{note}\n", Between(const(0), const(3))
    card = Record((("thing", words(8)), ("days", whole(0, 99))))
    return {
        "text": asking(f"{ask}What was torn?", words(12), (0, 12), note=note),
        "truth": asking(f"{ask}Did it come late?", Bool(), note=note),
        "number": asking(f"{ask}How many days late was it?", whole(0, 99), (0, 99), note=note),
        "choice": asking(f"{ask}What is this?", Choice(("praise", "complaint")), note=note),
        "perhaps": asking(f"{ask}Which price is named?", Maybe(words(12)), (0, 12), note=note),
        "list": asking(f"{ask}Which things are named?", ListOf(words(8), few), (0, 3, 0, 8), note=note),
        "record": asking(f"{ask}What was late, and how many days?", card, (0, 99, 0, 8), note=note),
    }
