"""Arguments of a run: which are inputs and which are sizes, as the interpreter takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from aalpl.program.nodes import Program


def sizes_and_inputs(
    program: Program,
    function: str,
    values: Sequence[Any],
    at: Mapping[str, Any] | None,
    inputs: Mapping[str, Any] | None,
    named: Mapping[str, Any],
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is given, in every way that it can be; raises TypeError for what the function does not take."""
    params = [param.name for param in program.functions[function].params]
    if len(values) > len(params):
        raise TypeError(f"`{function}` takes {len(params)} inputs, not {len(values)}")
    given = dict(zip(params, values, strict=False))
    sizes = {name: exact(value) for name, value in (at or {}).items()}
    for name, value in {**(inputs or {}), **named}.items():
        if name in given:
            raise TypeError(f"`{name}` is given twice")
        if name in params:
            given[name] = value
        elif name in (inputs or {}) or not known(program, name):
            raise TypeError(f"`{function}` has no input `{name}`, and the program no such size")
        else:
            sizes[name] = exact(value)
    for name in sizes:
        if name not in params and not known(program, name.partition("[")[0]):
            raise TypeError(f"the program has no size `{name}`")
    return sizes, {name: taken(value) for name, value in given.items()}


def known(program: Program, name: str) -> bool:
    """Whether a name is one that sizes are given for: declared, or what `O(1)` of a primitive's answer is called."""
    return name in program.sizes or name.removeprefix("o_") in program.primitives


def taken(value: Any) -> Any:
    """An input: tuples are lists, and the decimals of a float are meant."""
    match value:
        case list() | tuple():
            return [taken(each) for each in value]
        case dict():
            return {name: taken(each) for name, each in value.items()}
        case float():
            return exact(value)
        case _:
            return value


def exact(value: Any) -> Any:
    """A number as it is written: 0.1 is 1/10. A list is a family's members, from 0 on."""
    if isinstance(value, bool) or callable(value):
        return value
    if isinstance(value, float):
        return Fraction(repr(value))
    if isinstance(value, str):
        return Fraction(value)
    if isinstance(value, list | tuple):
        return [exact(each) for each in value].__getitem__
    return value
