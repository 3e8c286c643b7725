"""Lines that record observables, where they are wanted (names and indices as the cost pass gives them)."""

from __future__ import annotations

from aalpl.program.types import Bool, Choice, Int, ListOf, Maybe, Record, Text, Type
from aalpl.run.lower.expressions import field_order
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
    _inside(s, place, python, type_)


def indices(s: Scope, *more: str) -> str:
    """Python for the tuple of the indices of all enclosing loops."""
    own = "".join(x + ", " for x in (*s.loops, *more))
    return f"ix + ({own})" if own else "ix"


def _inside(s: Scope, place: str, python: str, type_: Type, field: str = "") -> None:
    """What an answer leaves open; of the field f of a record as `pick.f`, `size.f`, …"""
    match type_:
        case Maybe(value):
            observe(s, f"present{field}", place, f"int({python} is not None)")
            with s.writer.block(f"if {python} is not None:"):
                s.writer.line("pass")
                _inside(s, place, python, value, field)
        case Record():
            for at, (name, inner) in enumerate(field_order(type_)):
                _inside(s, place, f"{python}[{at}]", inner, f"{field}.{name}")
        case Int():
            observe(s, f"pick{field}", place, python)
        case Bool():
            observe(s, f"pick{field}", place, f"int({python})")
        case Choice(options):
            observe(s, f"pick{field}", place, f"{options!r}.index({python})")
        case Text():
            observe(s, f"size{field}", place, f"{python}[0]")
        case ListOf(element):
            observe(s, f"size{field}", place, f"list_len({python})")
            index = s.temporary()
            item = s.temporary()
            with s.writer.block(f"for {index}, {item} in enumerate(list_each({python})):"):
                _each(s, place + field, item, element, index)
        case _:
            pass


def _each(s: Scope, place: str, item: str, type_: Type, index: str) -> None:
    """One element of a list; of a record each field as `elem@p.f`."""
    match type_:
        case Record():
            for at, (name, inner) in enumerate(field_order(type_)):
                _each(s, f"{place}.{name}", f"{item}[{at}]", inner, index)
        case _:
            observe(s, "elem", place, _element(item, type_), index)


def _element(item: str, type_: Type) -> str:
    """Python for the number that an element of a list is for the analysis."""
    match type_:
        case Int():
            return item
        case Bool():
            return f"int({item})"
        case Choice(options):
            return f"{options!r}.index({item})"
        case _:
            return payload(item, type_)
