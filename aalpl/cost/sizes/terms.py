"""Sizes taken apart and put together term by term."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import lcm

from aalpl.program.size import Apply, Atom, Indexed, Monomial, Size, Sym, const


def alone(atom: Atom) -> Size:
    """The atom as a size."""
    return Size({((atom, 1),): 1})


def assembled(terms: Mapping[Monomial, Fraction]) -> Size:
    """The sum of the terms; no coefficient may be 0."""
    under = lcm(*(value.denominator for value in terms.values()))
    return Size(
        {monomial: value.numerator * (under // value.denominator) for monomial, value in terms.items()}, under
    )


def idempotent(size: Size, bit: Callable[[str], bool]) -> Size:
    """The same size for observables that are 0 or 1: their squares are themselves."""

    def is_bit(atom: Atom, exponent: int) -> bool:
        return exponent > 1 and isinstance(atom, Sym | Indexed) and bit(atom.name)

    if not any(is_bit(atom, exponent) for monomial in size.whole for atom, exponent in monomial):
        return size
    terms: dict[Monomial, Fraction] = {}
    for monomial, value in size.terms.items():
        reduced = tuple((atom, 1 if is_bit(atom, exponent) else exponent) for atom, exponent in monomial)
        terms[reduced] = terms.get(reduced, Fraction(0)) + value
    return assembled({monomial: value for monomial, value in terms.items() if value})


def one_power(size: Size) -> Size:
    """The same value with each product of powers of one number as a single atom: 2^n / 2^i is 2^(n - i).

    Such atoms are no normal form; they are for proofs only."""
    result: dict[Monomial, Fraction] = {}
    changed = False
    for monomial, value in size.terms.items():
        rest, exponents = [], dict[Size, Size]()
        for atom, exponent in monomial:
            base = atom.args[0] if isinstance(atom, Apply) and atom.function == "pow" else None
            if base is not None and base.constant() is not None and isinstance(atom, Apply):
                exponents[base] = exponents.get(base, const(0)) + atom.args[1] * exponent
            else:
                rest.append((atom, exponent))
        powers = [(Apply("pow", (base, total)), 1) for base, total in exponents.items()]
        merged = tuple(sorted([*rest, *powers], key=lambda pair: (str(pair[0]), pair[1])))
        changed = changed or bool(powers)
        result[merged] = result.get(merged, Fraction(0)) + value
    return assembled({m: v for m, v in result.items() if v}) if changed else size


def denominators(size: Size) -> list[Atom]:
    """Atoms with negative exponents, and opaque inverses (`(a + b)^-1`)."""
    found = {
        atom
        for monomial in size.whole
        for atom, exponent in monomial
        if (exponent < 0 and not _inverse(atom)) or (exponent > 0 and _inverse(atom))
    }
    return sorted(found, key=str)


def _inverse(atom: Atom) -> bool:
    return isinstance(atom, Apply) and atom.function == "pow" and atom.args[1] == -1


def times_of(size: Size, atom: Atom) -> int:
    """How many times the size is divided by an atom (or by what the atom is the inverse of)."""
    sign = 1 if _inverse(atom) else -1
    return max(sign * exponent for monomial in size.whole for a, exponent in monomial if a == atom)


def times_out(size: Size, atom: Atom, base: Size) -> Size:
    """The size times as many factors `base` as it is divided by, where `atom` is `base` or its opaque inverse."""
    sign = 1 if _inverse(atom) else -1
    most = times_of(size, atom)
    result = const(0)
    for monomial, value in size.terms.items():
        used = sum(sign * exponent for a, exponent in monomial if a == atom)
        rest = assembled({tuple(pair for pair in monomial if pair[0] != atom): value})
        result = result + rest * base ** (most - used)
    return result


def fresh(index: str, *sizes: Size) -> str:
    """A name made from that of an index which none of the sizes uses."""
    used = {name for size in sizes for name in size.free}
    return next(name for n in range(len(used) + 1) if (name := f"{index}.{n}") not in used)
