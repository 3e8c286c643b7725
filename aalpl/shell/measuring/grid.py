"""Reads `n=10,20,40 k=2^3..2^5`: the sizes at which a program is measured."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from itertools import product

from aalpl.shell import given
from aalpl.shell.failure import Failure

Cell = Mapping[str, Fraction]
"""One place of the grid: a value for each size."""

MOST = 100_000

_SIZE = re.compile(r"\s*,?\s*([^\W\d]\w*'*)\s*=")
_HINT = 'write `--grid "n=10,20,40 k=1..4"`'


def parse(text: str) -> dict[str, list[Fraction]]:
    """The values of each size: numbers with commas between them, `a..b` for all integers from a to b."""
    parts = _SIZE.split(text)
    if parts[0].strip() or len(parts) < 3:
        raise Failure(f"`{text}` gives no size its values", _HINT, code="bad-grid")
    found: dict[str, list[Fraction]] = {}
    for name, values in zip(parts[1::2], parts[2::2], strict=True):
        if name in found:
            raise Failure(f"`{name}` is given twice", _HINT, code="bad-grid")
        found[name] = list(
            dict.fromkeys(v for part in values.strip(" ,").split(",") for v in _values(part.strip(), name))
        )
    return found


def cells(values: Mapping[str, list[Fraction]], fixed: Cell) -> list[dict[str, Fraction]]:
    """Every combination, the last size running fastest; `fixed` are sizes that are the same everywhere."""
    number = 1
    for each in values.values():
        number *= len(each)
    if number > MOST:
        raise Failure(f"the grid has {number:,} cells", "name fewer values", code="bad-grid")
    names = list(values)
    return [{**fixed, **dict(zip(names, chosen, strict=True))} for chosen in product(*values.values())]


def varying(values: Mapping[str, list[Fraction]]) -> list[str]:
    """The sizes with more than one value."""
    return [name for name, each in values.items() if len(each) > 1]


def _values(text: str, name: str) -> list[Fraction]:
    low, dots, high = text.partition("..")
    if not text:
        raise Failure(f"`{name}` is given no value", _HINT, code="bad-grid")
    if not dots:
        return [given.number(text)]
    first, last = given.number(low), given.number(high)
    if first.denominator != 1 or last.denominator != 1 or last < first:
        raise Failure(f"`{text}` is no range of integers", _HINT, code="bad-grid")
    if last - first >= MOST:
        raise Failure(f"`{text}` is too long a range", "name fewer values", code="bad-grid")
    return [Fraction(value) for value in range(int(first), int(last) + 1)]
