"""What may be answered, in one short sentence for the model."""

from __future__ import annotations

from aalpl.live.contract.shape import (
    Fields,
    Number,
    OneOf,
    Perhaps,
    Several,
    Shape,
    Truth,
    Void,
    Whole,
    Words,
)

NOTHING = "nothing"
"""How a model says that there is nothing."""


def sentence(shape: Shape) -> str:
    """`Answer with one of: urgent, normal.`; empty for a text of any length."""
    match shape:
        case Words():
            size = extent(shape)
            return f"Answer in {size}." if size else ""
        case Perhaps(Words() as inner):
            size = extent(inner)
            return f'Answer {f"in {size}" if size else "in plain text"}, or only the word "{NOTHING}".'
        case Perhaps(Fields() | Several() as inner):
            return f'Answer with {phrase(inner)}, or only the word "{NOTHING}".'
        case Fields() | Several():
            return f"Answer with {phrase(shape)}, and nothing else."
        case Void():
            return ""
        case _:
            return f"Answer with {phrase(shape)}."


def phrase(shape: Shape) -> str:
    """What an answer is, as part of a sentence."""
    match shape:
        case Words():
            return extent(shape) or "a text"
        case Truth():
            return "yes or no"
        case Whole(low, high):
            return f"a whole number{_between(low, high)}"
        case Number():
            return "a number"
        case OneOf(options):
            return f"exactly one of: {', '.join(options)}"
        case Perhaps(value):
            return f'{phrase(value)}, or "{NOTHING}"'
        case Several():
            return f"a JSON list {_example(shape)}{_many(shape)}"
        case Fields():
            return f"JSON: {_example(shape)}"
        case Void():
            return NOTHING


def extent(words: Words) -> str:
    """How long a text is, in words: a word and the gap behind it are two of our tokens."""
    low, high = (words.low + 1) // 2, None if words.high is None else (words.high + 1) // 2
    if words.about is not None:
        return f"about {_counted((words.about + 1) // 2)}"
    if high is None:
        return "" if low <= 1 else f"at least {_counted(low)}"
    if words.low == words.high:
        return _counted(high) if words.low == 1 else f"about {_counted(high)}"
    return f"{low} to {_counted(high)}" if low > 1 else f"at most {_counted(max(1, high))}"


def _counted(count: int) -> str:
    return f"{count:,} word{'' if count == 1 else 's'}"


def _between(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    if high is None:
        return f", at least {low}"
    return f", at most {high}" if low is None else f" from {low} to {high}"


def _many(several: Several) -> str:
    low, high = several.low, several.high
    if high is None:
        return f" of at least {_elements(low)}" if low else ""
    if low == high:
        return f" of exactly {_elements(low)}"
    return f" of {low} to {_elements(high)}" if low else f" of at most {_elements(high)}"


def _elements(count: int) -> str:
    return f"{count:,} element{'' if count == 1 else 's'}"


def _example(shape: Shape) -> str:
    """A value drawn: `{"name": text, "age": whole number}`."""
    match shape:
        case Fields(fields):
            return "{" + ", ".join(f'"{name}": {_example(inner)}' for name, inner in fields) + "}"
        case Several():
            return f"[{_example(shape.element(0))}, …]"
        case Words():
            size = extent(shape)
            return f'"text of {size}"' if size else '"text"'
        case Truth():
            return "true|false"
        case Whole(low, high):
            return f"<whole number{_between(low, high)}>"
        case Number():
            return "<number>"
        case OneOf(options):
            return "|".join(f'"{option}"' for option in options)
        case Perhaps(value):
            return f"{_example(value)}|null"
        case Void():
            return "null"
