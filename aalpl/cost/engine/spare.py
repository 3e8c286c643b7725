"""Leaves out of a maximum of lower bounds, or a minimum of upper ones, what makes no difference that anyone would see.

Any part of such a maximum is a bound by itself, so that leaving parts out is always sound. Which ones never decide is
found by trying numbers that the facts allow; longer formulas go first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from aalpl.program.size import Apply, Big, Given, Indexed, Size, Sym, apply
from aalpl.program.size.atoms import Atom

_STEPS = (0, 1, 2, 3, 5, 7, 11, 14, 17, 23, -1, -4, -9)
_SAMPLES = 60
_TRIED = 600
_REMEMBERED = 500
_LONG = 10  # rounds of a sum, where numbers are tried
_MOST = 150_000  # symbols to be looked up; sums in sums in sums are left as they are


def spared(size: Size, function: str, facts: Sequence[Size] = ()) -> Size:
    """The size, if it is a maximum (minimum) of bounds, with those that matter."""
    atoms = size.atoms()
    if len(atoms) != 1:
        return size
    (atom,) = atoms
    if not isinstance(atom, Apply) or atom.function != function or size != apply(function, *atom.args):
        return size
    if _SAMPLES * sum(map(_effort, atom.args)) > _MOST:
        return size
    names = size.free
    asked = tuple(fact for fact in facts if fact.free and fact.free <= names)
    rows = [_row(atom.args, at) for at in _allowed(tuple(sorted(names)), asked)]
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


def _effort(size: Size) -> int:
    """About how many symbols are looked up for a value."""
    return sum(1 + sum(_looked_up(atom) for atom, _ in monomial) for monomial in size.whole)


def _looked_up(atom: Atom) -> int:
    match atom:
        case Sym():
            return 1
        case Indexed(_, parts) | Apply(_, parts):
            return 1 + sum(map(_effort, parts))
        case Big(_, _, low, high, body):
            return 1 + _effort(low) + _effort(high) + _LONG * _effort(body)
        case Given(condition):
            return 1 + _effort(condition)


@lru_cache(maxsize=_REMEMBERED)
def _allowed(names: tuple[str, ...], asked: tuple[Size, ...]) -> Sequence[dict[str, int]]:
    """Points where facts about these names hold."""
    found: list[dict[str, int]] = []
    for point in _points(len(names), _TRIED if asked else _SAMPLES):
        at = dict(zip(names, point, strict=True))
        values = _row(asked, at)
        if values is not None and all(value >= 0 for value in values) and at not in found:
            found.append(at)
        if len(found) == _SAMPLES:
            break
    return found


def _points(count: int, samples: int) -> list[list[int]]:
    """Points that differ in every direction."""
    strides = [3 * i * i + 5 * i + 1 for i in range(count)]
    return [
        [_STEPS[(k * stride + k // len(_STEPS) * (i + 1)) % len(_STEPS)] for i, stride in enumerate(strides)]
        for k in range(samples)
    ]


def _row(sizes: Sequence[Size], at: dict[str, int]) -> list[Fraction | float] | None:
    try:
        return [size.value(at) for size in sizes]
    except (KeyError, TypeError, ZeroDivisionError, ValueError, OverflowError):
        return None
