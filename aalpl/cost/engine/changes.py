"""Which variables and arrays a block of steps may change, and whether it may return."""

from __future__ import annotations

from collections.abc import Iterable

from aalpl.cost.form.nodes import (
    Beyond,
    Branch,
    Count,
    Cycle,
    Event,
    Fill,
    Fork,
    Havoc,
    HavocArray,
    Invoke,
    Leave,
    Set,
    Step,
    Steps,
    Store,
)


def changed(steps: Steps) -> tuple[set[str], set[str]]:
    """Variables and arrays that some step of the block sets."""
    values: set[str] = set()
    arrays: set[str] = set()
    for step in steps:
        _changed(step, values, arrays)
    return values, arrays


def _changed(step: Step, values: set[str], arrays: set[str]) -> None:
    match step:
        case Set(pairs):
            values.update(name for name, _ in pairs)
        case Fill(array=array) | Store(array=array) | HavocArray(array=array):
            arrays.add(array)
        case Havoc(variable=variable):
            values.add(variable)
        case Invoke(results=results, array_results=array_results):
            values.update(mine for mine, _ in results)
            arrays.update(mine for mine, _ in array_results)
        case Branch(then=one, orelse=two) | Cycle(before=one, body=two):
            _both(one, values, arrays)
            _both(two, values, arrays)
        case Count(body=body) | Fork(joins=body):
            _both(body, values, arrays)
        case Event() | Leave() | Beyond():
            pass


def _both(steps: Steps, values: set[str], arrays: set[str]) -> None:
    more_values, more_arrays = changed(steps)
    values |= more_values
    arrays |= more_arrays


def leaves(steps: Iterable[Step]) -> bool:
    """Whether some step may return from the function."""
    return any(_leaves(step) for step in steps)


def _leaves(step: Step) -> bool:
    match step:
        case Leave():
            return True
        case Branch(then=one, orelse=two) | Cycle(before=one, body=two):
            return leaves(one) or leaves(two)
        case Count(body=body):
            return leaves(body)
        case _:
            return False
