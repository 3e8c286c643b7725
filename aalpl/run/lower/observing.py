"""Lines that record observables, where they are wanted (names and indices as the cost pass gives them)."""

from __future__ import annotations

from aalpl.program.types import Bool, Int, ListOf, Maybe, Text, Type
from aalpl.run.lower.payload import payload
from aalpl.run.lower.scope import Scope


def observe(s: Scope, kind: str, place: str, value: str, *more: str) -> None:
    """Records `kind@place` at the indices of the enclosing loops (and `more`)."""
    if s.tables.observe:
        s.writer.line(f"observed[{kind + '@' + place!r} + via, {indices(s, *more)}] = {value}")


def answered(s: Scope, kind: str, place: str, python: str, type_: Type) -> None:
    """Records what a request's answer leaves open: `out` and `present` of a call, `pick` and `size` of the others."""
    if not s.tables.observe:
        return
    if kind == "out":
        observe(s, "out", place, payload(python, type_))
    if isinstance(type_, Maybe):
        observe(s, "present", place, f"int({python} is not None)")
        with s.writer.block(f"if {python} is not None:"):
            _inside(s, place, python, type_.value)
    else:
        _inside(s, place, python, type_)


def indices(s: Scope, *more: str) -> str:
    """Python for the tuple of the indices of all enclosing loops."""
    own = "".join(x + ", " for x in (*s.loops, *more))
    return f"ix + ({own})" if own else "ix"


def _inside(s: Scope, place: str, python: str, type_: Type) -> None:
    match type_:
        case Int():
            observe(s, "pick", place, python)
        case Bool():
            observe(s, "pick", place, f"int({python})")
        case Text():
            observe(s, "size", place, f"{python}[0]")
        case ListOf(element):
            observe(s, "size", place, f"list_len({python})")
            index = s.temporary()
            item = s.temporary()
            with s.writer.block(f"for {index}, {item} in enumerate(list_each({python})):"):
                observe(s, "elem", place, payload(item, element), index)
        case _:
            pass
