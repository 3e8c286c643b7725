"""Values for the sizes of a program: small ones, drawn from a seed, that satisfy its assumptions."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from aalpl.program.nodes import Program, Relation
from aalpl.program.types import Int

TESTS = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def size_tuples(program: Program, function: str, number: int, seed: int = 0) -> list[dict[str, Any]]:
    """Up to `number` different assignments to all sizes, probabilities and int parameters of `function`."""
    found: list[dict[str, Any]] = []
    for at in _drawn(program, function, Random(seed)):
        if at not in found and all(_holds(each, at) for each in program.assumptions):
            found.append(at)
        if len(found) == number:
            break
    return found


def _drawn(program: Program, function: str, random: Random) -> Iterator[dict[str, Any]]:
    for attempt in range(5000):
        top = 2 + attempt % 7
        at: dict[str, Any] = {}
        for name, declared in program.sizes.items():
            if declared.family is not None:
                at[name] = _chance if declared.kind == "prob" else _member
                continue
            at[name] = (
                Fraction(random.randint(1, 9), 10) if declared.kind == "prob" else random.randint(1, top)
            )
        for param in program.functions[function].params:
            if isinstance(param.type, Int):
                at[param.name] = random.randint(1, top)
        yield at


def _member(*indices: int) -> int:
    """A member of a family of sizes."""
    return 1 + sum(7 * i for i in indices) % 5


def _chance(*indices: int) -> Fraction:
    """A member of a family of probabilities."""
    return Fraction(1 + sum(indices) % 8, 10)


def _holds(relation: Relation, at: dict[str, Any]) -> bool:
    try:
        return bool(TESTS[relation.operator](relation.left.value(at), relation.right.value(at)))
    except KeyError:
        return True  # it speaks of a family
