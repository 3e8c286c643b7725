"""Answers at given sizes: exact numbers, grouped for reading; what is not given stays a symbol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from aalpl.cost.words.summary import Names
from aalpl.program.size import Size, const

Values = Mapping[str, Fraction | int | Callable[..., object]]


def number(size: Size, at: Values, names: Names) -> str:
    """The value at these sizes, or what is left of the formula."""
    left = substituted(size, at)
    value = left.constant()
    return names.write(left) if value is None else grouped(value)


def substituted(size: Size, at: Values) -> Size:
    """The size with the values put in; a number where all symbols have one. `t[1]`, `t[2]` are members of `t`."""
    values = {**at, **families(at)}
    if all(name in values for name in size.free):
        try:
            value = size.value(values)
        except KeyError:  # a member of a family that is not given
            return size
        return const(value if isinstance(value, Fraction) else Fraction(value).limit_denominator(10**9))
    return size.replace(
        {name: const(value) for name, value in at.items() if isinstance(value, int | Fraction)}
    )


def families(at: Values) -> dict[str, Callable[..., object]]:
    """Families of which members are given by name."""
    members: dict[str, dict[int, object]] = {}
    for name, value in at.items():
        family, bracket, index = name.partition("[")
        if bracket:
            members.setdefault(family, {})[int(index.rstrip("]"))] = value
    return {name: found.__getitem__ for name, found in members.items()}


def grouped(value: Fraction | int) -> str:
    """`12,345,678`, `1,234.5`, `1/3`: whole numbers exactly, fractions to six digits behind the point if they need them."""
    value = Fraction(value)
    if value.denominator == 1:
        return f"{value.numerator:,}"
    text = f"{float(value):,.6f}".rstrip("0").rstrip(".")
    return text if text not in ("0", "-0") else f"{float(value):.3g}"
