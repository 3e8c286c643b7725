"""Which sizes parameters bind, and which they are held against (semantics 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from aalpl.check.module import Module, Signature
from aalpl.check.sizes import Sizes
from aalpl.program import nodes as p
from aalpl.program.size import Size, Sym
from aalpl.program.types import Exactly, Length, ListOf, Maybe, Open, Record, Text, Type


def bindings(signature: Signature, place: Sizes) -> None:
    bound: dict[str, p.Binding] = {}
    constraints: list[p.Constraint] = []
    for param in signature.params:
        for path, length, names in _lengths((param.name,), param.type, frozenset()):
            name = _bare(length, place.module, place.local, names)
            if name is not None and name not in bound:
                bound[name] = p.Binding(name, path)
            elif not isinstance(length, Open):
                constraints.append(p.Constraint(path, length, span=param.span))
    signature.bindings, signature.constraints = tuple(bound.values()), tuple(constraints)


def _lengths(
    path: tuple[str, ...], of: Type, indices: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], Length, frozenset[str]]]:
    """The length contracts in a type, each with the way to it."""
    match of:
        case Text(length):
            yield (*path, "len"), length, indices
        case ListOf(element, length, index):
            yield (*path, "len"), length, indices
            inner = indices if index is None else indices | {index}
            yield from _lengths((*path, "element"), element, inner)
        case Record(fields):
            for name, type in fields:
                yield from _lengths((*path, name), type, indices)
        case Maybe(value):
            yield from _lengths((*path, "value"), value, indices)
        case _:
            pass


def _bare(length: Length, module: Module, local: Mapping[str, Size], indices: frozenset[str]) -> str | None:
    """The size that a length binds: a bare name that is declared with `size`."""
    if not isinstance(length, Exactly) or len(length.size.terms) != 1:
        return None
    ((monomial, coefficient),) = length.size.terms.items()
    if coefficient != 1 or len(monomial) != 1 or monomial[0][1] != 1 or not isinstance(monomial[0][0], Sym):
        return None
    name = monomial[0][0].name
    plain = name.removeprefix(f"{module.name}.") if module.library else name
    declared = module.size(plain)
    if plain in local or name in indices or declared is None or declared.kind != "size":
        return None
    return name
