"""Proofs by cases: a minimum is one of its arguments, which is then the smallest; a bracket is 0 or 1."""

from __future__ import annotations

from collections.abc import Iterator

from aalpl.program.size import ONE, ZERO, Apply, Atom, Given, Size, is_whole


def splits(atom: Atom) -> bool:
    return isinstance(atom, Given) or (isinstance(atom, Apply) and atom.function in ("min", "max", "abs"))


def alternatives(atom: Atom) -> Iterator[tuple[Size, list[Size]]]:
    """What an atom may be, each with the conditions under which it is that."""
    match atom:
        case Apply("min", args):
            for arg in args:
                yield arg, [other - arg for other in args if other is not arg]
        case Apply("max", args):
            for arg in args:
                yield arg, [arg - other for other in args if other is not arg]
        case Apply("abs", (arg,)):
            yield arg, [arg]
            yield -arg, [-arg]
        case Given(condition):
            yield ONE, [condition]
            yield ZERO, [-condition - 1 if is_whole(condition) else -condition]
        case _:
            yield Size({((atom, 1),): 1}), []


def put(size: Size, atom: Atom, value: Size) -> Size:
    """With `value` in the place of an atom, where it stands outermost."""
    if not any(a == atom for m in size.whole for a, _ in m):
        return size
    return size.map_atoms(lambda a: value if a == atom else Size({((a, 1),): 1}))
