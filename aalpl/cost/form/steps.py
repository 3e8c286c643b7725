"""Goes through the steps of a form: what they contain, assign and read, and what they are with other sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

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
from aalpl.cost.lower.components import INDICES
from aalpl.cost.rules.laws import parameters, translated
from aalpl.program.size import Size, sym

Key = tuple[str, bool]
"""A variable's or (True) an array's name."""


def every(steps: Iterable[Step]) -> Iterator[Step]:
    """All steps, inner ones too."""
    for step in steps:
        yield step
        for inner in blocks(step):
            yield from every(inner)


def blocks(step: Step) -> tuple[Steps, ...]:
    """The blocks inside a step."""
    match step:
        case Branch(then=then, orelse=orelse):
            return then, orelse
        case Count(body=body):
            return (body,)
        case Cycle(before=before, body=body):
            return before, body
        case Fork(body=body, joins=joins):
            return body, joins
        case Set() | Fill() | Store() | Havoc() | HavocArray() | Event() | Invoke() | Leave() | Beyond():
            return ()


def writes(step: Step) -> Iterator[tuple[Key, Size | None]]:
    """What a step itself assigns, with its value where that is a size (of arrays over `INDICES`)."""
    match step:
        case Set(values):
            for name, value in values:
                yield (name, False), value
        case Fill(array, index, value, more):
            indices = dict(zip((index, *more), map(sym, INDICES), strict=False))
            yield (array, True), value.replace(indices)
        case Store(array, _, value):
            yield (array, True), value
        case Havoc(variable):
            yield (variable, False), None
        case HavocArray(array):
            yield (array, True), None
        case Count(index=index):
            yield (index, False), None
        case Fork(index=index, results=results):
            yield (index, False), None
            lists = {key for inner in every(step.body) for key, _ in writes(inner)}
            for name in results:  # of each branch what the variable is there; only the joins see it
                yield (name, True), None if (name, True) in lists else sym(name)
        case Invoke(results=returned, array_results=arrays):
            for mine, _ in returned:
                yield (mine, False), None
            for mine, _ in arrays:
                yield (mine, True), None
        case Branch() | Cycle() | Event() | Leave() | Beyond():
            pass


def sizes(step: Step) -> Iterator[Size]:
    """All sizes that a step itself reads."""
    match step:
        case Set(values):
            yield from (value for _, value in values)
        case Fill(value=value):
            yield value
        case Store(index=index, value=value, more=more):
            yield from (index, value, *more)
        case Havoc(low=low, high=high, mean=mean, law=law):
            yield from _given(low, high, mean)
            yield from () if law is None else parameters(law)
        case HavocArray(low=low, high=high):
            yield from _given(low, high)
        case Event(weight=weight, inputs=inputs, outputs=outputs):
            yield from (weight, inputs, outputs)
            yield from _given(step.member, step.overhead, step.window, step.hit)
        case Branch(condition=condition, at_most=at_most, probability=probability):
            yield from condition_sizes(condition)
            yield from _given(at_most, probability)
        case Count(low=low, high=high, step=stride):
            yield from (low, high, stride)
        case Cycle(condition=condition):
            yield from condition_sizes(condition)
            yield from _given(step.at_most, step.probability, step.decreases)
        case Fork(low=low, high=high, workers=workers):
            yield from (low, high)
            yield from _given(workers)
        case Invoke(args=args, arrays=arrays):
            yield from (value for _, value in args)
            yield from (fill.value for fill in arrays)
        case Leave() | Beyond():
            pass


def _given(*sizes_: Size | None) -> Iterator[Size]:
    return (size for size in sizes_ if size is not None)


def condition_sizes(condition: Condition) -> Iterator[Size]:
    """The sizes a condition is made of."""
    match condition:
        case Holds(size):
            yield size
        case All(parts) | Any(parts):
            for part in parts:
                yield from condition_sizes(part)


# -- changing ------------------------------------------------------------------------------------------------------


def conditioned(of: Condition, size: Callable[[Size], Size]) -> Condition:
    """The condition with its sizes changed."""
    match of:
        case Holds(value):
            return Holds(size(value))
        case All(parts):
            return All(tuple(conditioned(part, size) for part in parts))
        case Any(parts):
            return Any(tuple(conditioned(part, size) for part in parts))


def mapped(step: Step, size: Callable[[Size], Size], block: Callable[[Steps], Steps]) -> Step:
    """The step with its own sizes and inner blocks changed."""

    def maybe(value: Size | None) -> Size | None:
        return None if value is None else size(value)

    def condition(of: Condition) -> Condition:
        return conditioned(of, size)

    match step:
        case Set(values):
            return attrs.evolve(step, values=tuple((name, size(value)) for name, value in values))
        case Fill(value=value):
            return attrs.evolve(step, value=size(value))
        case Store(index=index, value=value, more=more):
            return attrs.evolve(step, index=size(index), value=size(value), more=tuple(map(size, more)))
        case Havoc(low=low, high=high, mean=mean, law=law):
            own = None if law is None else translated(law, size)
            return attrs.evolve(step, low=maybe(low), high=maybe(high), mean=maybe(mean), law=own)
        case HavocArray(low=low, high=high):
            return attrs.evolve(step, low=maybe(low), high=maybe(high))
        case Event():
            return attrs.evolve(
                step,
                weight=size(step.weight),
                inputs=size(step.inputs),
                outputs=size(step.outputs),
                member=maybe(step.member),
                overhead=maybe(step.overhead),
                window=maybe(step.window),
                hit=maybe(step.hit),
            )
        case Branch():
            return attrs.evolve(
                step,
                condition=condition(step.condition),
                then=block(step.then),
                orelse=block(step.orelse),
                at_most=maybe(step.at_most),
                probability=maybe(step.probability),
            )
        case Count():
            return attrs.evolve(
                step, low=size(step.low), high=size(step.high), step=size(step.step), body=block(step.body)
            )
        case Cycle():
            return _mapped_cycle(step, condition, maybe, block)
        case Fork():
            return attrs.evolve(
                step,
                low=size(step.low),
                high=size(step.high),
                workers=maybe(step.workers),
                body=block(step.body),
                joins=block(step.joins),
            )
        case Invoke():
            return attrs.evolve(
                step,
                args=tuple((name, size(value)) for name, value in step.args),
                arrays=tuple(attrs.evolve(fill, value=size(fill.value)) for fill in step.arrays),
            )
        case Leave() | Beyond():
            return step


def _mapped_cycle(
    step: Cycle,
    condition: Callable[[Condition], Condition],
    maybe: Callable[[Size | None], Size | None],
    block: Callable[[Steps], Steps],
) -> Cycle:
    return attrs.evolve(
        step,
        before=block(step.before),
        condition=condition(step.condition),
        body=block(step.body),
        at_most=maybe(step.at_most),
        probability=maybe(step.probability),
        decreases=maybe(step.decreases),
    )
