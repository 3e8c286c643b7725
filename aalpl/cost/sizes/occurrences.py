"""Where an atom occurs in a size, and what the size is with something else in its place."""

from __future__ import annotations

from aalpl.cost.sizes.terms import alone
from aalpl.program.size import (
    Apply,
    Atom,
    Big,
    Given,
    Indexed,
    Size,
    Sym,
)


def polynomial(size: Size, atom: Atom) -> bool:
    """Whether the atom occurs in the size only as a factor with positive exponents."""
    if any(e < 0 for m in size.whole for a, e in m if a == atom):
        return False
    if not isinstance(atom, Sym | Indexed):
        return True
    inner = {a for a in size.atoms() if a != atom}
    if isinstance(atom, Sym):
        return not any(atom.name in alone(a).free for a in inner)
    return not any(_mentions(alone(a), atom) for a in inner if not isinstance(a, Sym | Indexed))


def _mentions(size: Size, atom: Indexed) -> bool:
    """Whether the very atom occurs at any depth (other members of its family may)."""
    for a in size.atoms():
        match a:
            case Indexed(_, indices):
                if a == atom or any(_mentions(i, atom) for i in indices):
                    return True
            case Apply(_, args):
                if any(_mentions(arg, atom) for arg in args):
                    return True
            case Big(_, _, low, high, body):
                if _mentions(low, atom) or _mentions(high, atom) or _mentions(body, atom):
                    return True
            case Given(condition):
                if _mentions(condition, atom):
                    return True
            case Sym():
                pass
    return False


def put(size: Size, atom: Atom, value: Size) -> Size:
    """The size with `value` for the atom."""
    return size.map_atoms(lambda a: value if a == atom else alone(a))
