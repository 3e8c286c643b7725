"""Leaves out of a maximum of lower bounds, or a minimum of upper ones, what makes no difference that anyone would see.

Any part of such a maximum is a bound by itself, so that leaving parts out is always sound. Which ones never decide is
found by trying numbers; longer formulas go first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from aalpl.program.size import Apply, Size, apply

_STEPS = (0, 1, 2, 3, 5, 7, 11, 14, 17, 23, -1, -4, -9)
_SAMPLES = 60


def spared(size: Size, function: str) -> Size:
    """The size, if it is a maximum (minimum) of bounds, with those that matter."""
    atoms = size.atoms()
    if len(atoms) != 1:
        return size
    (atom,) = atoms
    if not isinstance(atom, Apply) or atom.function != function or size != apply(function, *atom.args):
        return size
    names = sorted(size.free)
    rows = [_row(atom.args, dict(zip(names, point, strict=True))) for point in _points(len(names))]
    values = [row for row in rows if row is not None]
    if not values:
        return size
    best: Callable[[Sequence[Fraction | float]], Fraction | float] = max if function == "max" else min
    kept = list(range(len(atom.args)))
    for i in sorted(kept, key=lambda i: -len(str(atom.args[i]))):
        rest = [j for j in kept if j != i]
        if rest and all(best([row[j] for j in rest]) == best([row[j] for j in kept]) for row in values):
            kept = rest
    return apply(function, *(atom.args[i] for i in kept))


def _points(count: int) -> list[list[int]]:
    """Points that differ in every direction."""
    strides = [3 * i * i + 5 * i + 1 for i in range(count)]
    return [
        [_STEPS[(k * stride + k // len(_STEPS) * (i + 1)) % len(_STEPS)] for i, stride in enumerate(strides)]
        for k in range(_SAMPLES)
    ]


def _row(sizes: Sequence[Size], at: dict[str, int]) -> list[Fraction | float] | None:
    try:
        return [size.value(at) for size in sizes]
    except (KeyError, TypeError, ZeroDivisionError, ValueError, OverflowError):
        return None
