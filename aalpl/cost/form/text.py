"""Prints an integer form, loop tree and all, for people who want to see what bounds are computed from."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.cost.form.nodes import (
    All,
    Any,
    Beyond,
    Branch,
    Condition,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Form,
    Havoc,
    HavocArray,
    Holds,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)
from aalpl.program.size import Size


def written(form: Form) -> str:
    """The form as text: what is known at entry, then a line for each step, indented by blocks."""
    known = ", ".join((*form.entry, *(f"{array}[]" for array in form.arrays)))
    lines = [f"{form.function}({known})", *_block((*form.opening, *form.body), 1)]
    return "\n".join(lines) + "\n"


def _block(steps: Steps, depth: int) -> Iterator[str]:
    for step in steps:
        for line in _step(step):
            yield "    " * depth + line


def _step(step: Step) -> Iterator[str]:
    match step:
        case Set(values):
            yield "; ".join(f"{name} <- {value}" for name, value in values)
        case Fill(array, index, value, more):
            yield f"{array}[{', '.join((index, *more))}] <- {value} for all {', '.join((index, *more))}"
        case Store(array, index, value, more):
            yield f"{array}[{', '.join(map(str, (index, *more)))}] <- {value}"
        case Havoc():
            yield f"{step.variable} <- {step.kind}@{step.place} in {_range(step.low, step.high)}{_law(step)}"
        case HavocArray(array, low, high, place):
            yield f"{array}[] <- elem@{place} in {_range(low, high)}"
        case Event():
            yield _event(step)
        case Branch():
            yield f"if {condition(step.condition)}{_notes(step.at_most, step.probability)}  # {step.place}"
            yield from _block(step.then, 1)
            if step.orelse:
                yield "else"
                yield from _block(step.orelse, 1)
        case Count(index, low, high, by, body, place):
            stride = "" if by == 1 else f" by {by}"
            yield f"for {index} in {low}..{high}{stride}  # {place}"
            yield from _block(body, 1)
        case Cycle():
            yield f"{step.kind}{_notes(step.at_most, step.probability)}  # {step.place}"
            yield from _block(step.before, 1)
            yield f"while {condition(step.condition)}"
            yield from _block(step.body, 1)
        case Fork(index, low, high, workers, body, _, joins, place):
            few = "" if workers is None else f" workers {workers}"
            yield f"side by side {index} in {low}..{high}{few}  # {place}"
            yield from _block(body, 1)
            if joins:
                yield "put together"
                yield from _block(joins, 1)
        case Invoke():
            yield _invoke(step)
        case Leave():
            yield "return"
        case Beyond(reason):
            yield f"beyond integers: {reason}"


def _range(low: Size | None, high: Size | None) -> str:
    return f"{'' if low is None else low}..{'' if high is None else high}"


def _law(step: Havoc) -> str:
    mean = "" if step.mean is None else f" of mean {step.mean}"
    return mean if step.law is None else f" ~ {type(step.law).__name__}"


def _notes(at_most: Size | None, probability: Size | None) -> str:
    most = "" if at_most is None else f" at most {at_most} times"
    return most if probability is None else f"{most} with probability {probability}"


def _event(step: Event) -> str:
    member = "" if step.member is None else f"[{step.member}]"
    shared = "" if step.hit is None else f", shared {step.hit}"
    return (
        f"{step.primitive}{member} reads {step.inputs}, writes {step.outputs}, size {step.weight}{shared}"
        f"  # {step.place}"
    )


def _invoke(step: Invoke) -> str:
    given = [f"{name} = {value}" for name, value in step.args]
    given += [f"{fill.array}[{fill.index}] = {fill.value}" for fill in step.arrays]
    back = [f"{mine} <- {theirs}" for mine, theirs in step.results]
    back += [f"{mine}[] <- {theirs}[]" for mine, theirs in step.array_results]
    return (
        f"call {step.function}({', '.join(given)})"
        + "".join(f"; {each}" for each in back)
        + f"  # {step.place}"
    )


def condition(of: Condition) -> str:
    """A condition, parts in brackets."""
    match of:
        case Holds(size):
            return f"{size} >= 0"
        case All(parts):
            return " and ".join(f"({condition(part)})" for part in parts) or "true"
        case Any(parts):
            return " or ".join(f"({condition(part)})" for part in parts) or "false"
