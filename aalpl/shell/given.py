"""Sizes as given on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from aalpl.cases import sizes
from aalpl.program.nodes import Program
from aalpl.shell.failure import Failure, nearest


def parse(text: str) -> dict[str, Fraction]:
    """The sizes of an `--at` option."""
    try:
        return sizes.parse(text)
    except sizes.BadSize as bad:
        raise Failure(bad.title, bad.hint, code="bad-size") from None


def number(text: str) -> Fraction:
    """One exact number, such as `2^20-1`."""
    try:
        return sizes.number(text)
    except sizes.BadSize as bad:
        raise Failure(bad.title, bad.hint, code="bad-size") from None


def require(given: Iterable[str], known: Iterable[str]) -> None:
    """Fails on a name in `given` that the program does not know, with the nearest one as the hint."""
    names = sorted(set(known))
    for name in given:
        if name.partition("[")[0] not in names:
            guess = nearest(name, names)
            every = ", ".join(f"`{n}`" for n in names) or "none"
            hint = f"did you mean `{guess}`?" if guess else f"its sizes are {every}"
            raise Failure(f"the program has no size `{name}`", hint, code="unknown-size")


def possible(given: Mapping[str, Fraction], program: Program) -> None:
    """Fails on a value that a size, a constant or a probability cannot have. How heavy a model is may be any number."""
    weights = {name for model in program.models.values() for name in model.size.free}
    for name, value in given.items():
        declared = program.sizes.get(name.partition("[")[0])
        if declared is None:
            continue
        if declared.kind == "prob" and not 0 < value < 1:
            raise Failure(f"`{name}` is a probability: {value} does not lie between 0 and 1", code="bad-size")
        if declared.kind != "prob" and (value < 0 or (value.denominator != 1 and name not in weights)):
            raise Failure(
                f"`{name}` is a {declared.kind}, and {value} is no whole number of at least 0",
                code="bad-size",
            )
