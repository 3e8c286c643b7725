"""Sizes as polynomials in chosen variables, their coefficients free of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product as combinations

from aalpl.cost.chance.draws import Declined
from aalpl.cost.sizes.terms import alone
from aalpl.program.size import ONE, ZERO, Size, Sym, raised, sym

Powers = tuple[int, ...]
"""A product of the variables: the exponent of each."""


def polynomial(size: Size, names: Sequence[str]) -> dict[Powers, Size]:
    """Coefficients of the products of the variables; Declined where the size is no polynomial in them."""
    place = {name: i for i, name in enumerate(names)}
    result: dict[Powers, Size] = {}
    for monomial, value in size.terms.items():
        powers = [0] * len(names)
        rest = ONE * value
        for atom, exponent in monomial:
            if isinstance(atom, Sym) and atom.name in place:
                if exponent < 0:
                    raise Declined(f"a division by `{atom.name}`, which changes")
                powers[place[atom.name]] = exponent
            elif not alone(atom).free.isdisjoint(place):
                raise Declined(f"`{atom}` of variables that change")
            else:
                rest = rest * Size({((atom, exponent),): 1})
        key = tuple(powers)
        result[key] = result.get(key, ZERO) + rest
    return {key: value for key, value in result.items() if value}


def monomial(powers: Powers, values: Sequence[Size]) -> Size:
    """The product of powers of the values."""
    result = ONE
    for value, exponent in zip(values, powers, strict=True):
        if exponent:
            result = result * raised(value, exponent)
    return result


def assembled(parts: Mapping[Powers, Size], names: Sequence[str]) -> Size:
    """The polynomial as a size."""
    values = [sym(name) for name in names]
    return sum((value * monomial(powers, values) for powers, value in parts.items()), ZERO)


def up_to(degree: int, number: int) -> list[Powers]:
    """All products of `number` variables up to a degree, small ones first."""
    found = (powers for powers in combinations(range(degree + 1), repeat=number) if sum(powers) <= degree)
    return sorted(found, key=lambda powers: (sum(powers), powers))


def degree(parts: Iterable[Powers]) -> int:
    """The largest total degree; 0 of nothing."""
    return max((sum(powers) for powers in parts), default=0)
