"""Rewrites the atoms of a size from the inside out, and says which variables and arrays a size reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aalpl.program.size import Apply, Atom, Big, Given, Indexed, Size, Sym, apply, big, given, indexed, sym

Change = Callable[[Sym | Indexed], Size | None]
"""What stands for a variable or for one element of an array; None: it stays."""


def rewrite(size: Size, change: Change) -> Size:
    """The size with what `change` says in the place of variables and elements of arrays, at every depth."""
    if not size.free:
        return size
    return size.map_atoms(lambda atom: _rewritten(atom, change))


def _rewritten(atom: Atom, change: Change) -> Size:
    match atom:
        case Sym(name):
            new = change(atom)
            return sym(name) if new is None else new
        case Indexed(name, indices):
            inner = Indexed(name, tuple(rewrite(index, change) for index in indices))
            new = change(inner)
            return indexed(name, *inner.indices) if new is None else new
        case Apply(function, args):
            return apply(function, *(rewrite(arg, change) for arg in args))
        case Big(operator, index, low, high, body):

            def outside(inner: Sym | Indexed) -> Size | None:
                return None if isinstance(inner, Sym) and inner.name == index else change(inner)

            return big(operator, index, rewrite(low, change), rewrite(high, change), rewrite(body, outside))
        case Given(condition):
            return given(rewrite(condition, change))


def reads(size: Size) -> set[tuple[str, bool]]:
    """Names that the size reads, each with whether it is read as an array."""
    return set(_reads(size, frozenset()))


def _reads(size: Size, bound: frozenset[str]) -> Iterator[tuple[str, bool]]:
    for atom in size.atoms():
        match atom:
            case Sym(name):
                if name not in bound:
                    yield name, False
            case Indexed(name, indices):
                yield name, True
                for index in indices:
                    yield from _reads(index, bound)
            case Apply(_, args):
                for arg in args:
                    yield from _reads(arg, bound)
            case Big(_, index, low, high, body):
                yield from _reads(low, bound)
                yield from _reads(high, bound)
                yield from _reads(body, bound | {index})
            case Given(condition):
                yield from _reads(condition, bound)
