"""Symbolic sizes: polynomials with exact rational coefficients over symbols and a few opaque atoms.

A `Size` is what the checker, the interpreter and the cost pass say about lengths, counts and costs. It is a sum of
monomials; a monomial is a product of atoms with integer exponents (negative ones are exact division). What is not
polynomial (floor, min, a power with a symbolic exponent, a sum without closed form) is an atom with sizes inside, so
arithmetic stays exact and equality of normal forms is cheap. Two sizes that are equal need not have equal normal
forms; two sizes with equal normal forms are equal wherever both are defined.
"""

from aalpl.program.size.atoms import Apply, Atom, Big, Given, Indexed, Monomial, Sym
from aalpl.program.size.functions import (
    apply,
    big,
    ceil,
    floor,
    given,
    is_whole,
    maximum,
    minimum,
    power,
)
from aalpl.program.size.polynomial import ONE, ZERO, Number, Size, const, indexed, lift, raised, sym

__all__ = [
    "ONE",
    "ZERO",
    "Apply",
    "Atom",
    "Big",
    "Given",
    "Indexed",
    "Monomial",
    "Number",
    "Size",
    "Sym",
    "apply",
    "big",
    "ceil",
    "const",
    "floor",
    "given",
    "indexed",
    "is_whole",
    "lift",
    "maximum",
    "minimum",
    "power",
    "raised",
    "sym",
]
