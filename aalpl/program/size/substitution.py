"""Substitution of sizes for symbols inside atoms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from aalpl.program.size import functions, polynomial
from aalpl.program.size.atoms import Apply, Atom, Big, Given, Indexed, Sym

if TYPE_CHECKING:
    from aalpl.program.size.polynomial import Size


def replaced(atom: Atom, values: Mapping[str, Size]) -> Size:
    """The atom with sizes in the place of free symbols."""
    match atom:
        case Sym(name):
            value = values.get(name)
            return polynomial.of_atom(atom) if value is None else value
        case Indexed(name, indices):
            return polynomial.indexed(name, *(size.replace(values) for size in indices))
        case Apply(function, args):
            return functions.apply(function, *(size.replace(values) for size in args))
        case Big():
            return _replaced_big(atom, values)
        case Given(condition):
            return functions.given(condition.replace(values))


def _replaced_big(atom: Big, values: Mapping[str, Size]) -> Size:
    inner = {name: value for name, value in values.items() if name != atom.index and name in atom.body.free}
    index, body = atom.index, atom.body
    if inner:
        index = _fresh(body.free.union(inner, *(value.free for value in inner.values())))
        body = body.replace({atom.index: polynomial.sym(index)}).replace(inner)
    return functions.big(atom.operator, index, atom.low.replace(values), atom.high.replace(values), body)


def _fresh(taken: frozenset[str]) -> str:
    """A name that is not taken, and never one of the canonical names of bound indices."""
    number = 0
    while (name := f"_bound{number}") in taken:
        number += 1
    return name
